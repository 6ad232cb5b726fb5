"""One expert's time as the engine takes it, whether or not they are offered now.

Openings reads those who are offered, many at once; here is one, for pages that explain or try out their availability.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from everwise.intervals import Interval, epoch
from experts.availability import Hours, windows
from experts.models import BusyTime, Expert
from meetings.models import Attendee, HeldTime, Meeting
from meetings.slots import engine
from meetings.slots.openings import Openings
from paths.enums import Role
from paths.models import Path

# Caps count whole weeks of the expert's zone, and a session or buffer may reach into the range from outside it.
MARGIN = timedelta(days=9)


class ExpertTime:
    """What takes an expert's time between two instants: their meetings, the sessions among them, and the rest.

    At a moment `now` also what is held for people in line, save for the participant.
    """

    def __init__(
        self, expert: Expert, *, since: datetime, until: datetime, now: datetime | None = None, participant=None
    ):
        self.meetings: list[Interval] = []
        self.sessions: list[int] = []
        rows = Attendee.objects.live_within(since - MARGIN, until + MARGIN).filter(user=expert.user_id)
        rows = rows.order_by("starts_at")
        for role, start, end in rows.values_list("role", "starts_at", "ends_at"):
            self.meetings.append((epoch(start), epoch(end)))
            if role == Role.EXPERT:
                self.sessions.append(epoch(start))
        if now is not None:
            held = HeldTime.objects.blocking(now).within(since - MARGIN, until + MARGIN).filter(expert=expert.user_id)
            for start, end in held.exclude(user=participant).values_list("starts_at", "ends_at"):
                self.meetings.append((epoch(start), epoch(end)))
                self.sessions.append(epoch(start))
        busy = BusyTime.objects.filter(expert=expert, starts_at__lt=until + MARGIN, ends_at__gt=since - MARGIN)
        self.foreign = [(epoch(start), epoch(end)) for start, end in busy.values_list("starts_at", "ends_at")]

    def calendar(self, expert_id: int, hours: Hours, settings: Mapping) -> engine.Calendar:
        """Their calendar with these hours and settings (named as the fields of Expert), stored or not."""
        return engine.Calendar(
            id=expert_id,
            hours=hours,
            meetings=self.meetings,
            foreign=self.foreign,
            session_starts=self.sessions,
            buffer_before=settings["buffer_before_minutes"] * 60,
            buffer_after=settings["buffer_after_minutes"] * 60,
            notice=settings["notice_minutes"] * 60,
            horizon_days=settings["horizon_days"],
            cap_day=settings["cap_per_day"],
            cap_week=settings["cap_per_week"],
        )


def policy_of(path: Path, minutes: int, now: datetime) -> engine.Policy:
    """What the path asks of a session of this length, as its participants meet it."""
    return Openings(path, since=now, until=now, now=now, experts=()).policy(minutes)


def outside(expert: Expert, hours: Hours, now: datetime) -> list[Meeting]:
    """The sessions an expert is to give that these hours do not hold from start to end; the next one first."""
    ahead = Attendee.objects.filter(user=expert.user_id, role=Role.EXPERT, live=True, starts_at__gt=now)
    times = {meeting: (epoch(start), epoch(end)) for meeting, start, end in _times(ahead)}
    if not times:
        return []
    first, last = min(start for start, _ in times.values()), max(end for _, end in times.values())
    open_times = windows(hours, first, last)
    out = [
        meeting
        for meeting, (start, end) in times.items()
        if not any(opens <= start and end <= closes for opens, closes in open_times)
    ]
    return list(Meeting.objects.filter(pk__in=out).with_people().order_by("starts_at", "id"))


def _times(attendees) -> Iterator[tuple]:
    return attendees.order_by().values_list("meeting", "starts_at", "ends_at").iterator()
