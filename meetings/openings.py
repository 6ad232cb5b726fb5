"""Reads what the engine needs, in a number of queries that does not depend on how many experts there are."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import cast

from django.db.models import Exists, OuterRef, Q

from experts.availability import Hours, Override, Rule
from experts.models import AvailabilityRule, BusyTime, DateOverride, Expert
from meetings import slots
from meetings.models import Attendee, Meeting
from paths.enums import Role
from paths.models import Membership, Path, Theme

# Caps count whole weeks of the expert's zone, and a session or buffer may reach into the range from outside it.
MARGIN = timedelta(days=9)
# How far "next available" looks at a time: most paths have a free time in the first stretch.
STRETCH = timedelta(days=7)


def experts_of(path: Path):
    """Experts of the path who can be offered: live on it, accepting sessions, able to sign in."""
    live = Membership.objects.live().filter(path=path, role=Role.EXPERT, user=OuterRef("user"))
    return (
        Expert.objects.filter(Exists(live), accepting=True, user__is_active=True)
        .select_related("user")
        .order_by("user__name", "pk")
    )


class Openings:
    """The time of some experts of one path between two instants, as one participant would find it.

    `experts` narrows the choice (ids); `moving` is a meeting being rescheduled, which then does not count anywhere.
    """

    def __init__(
        self,
        path: Path,
        *,
        since: datetime,
        until: datetime,
        now: datetime,
        participant=None,
        theme: Theme | None = None,
        experts: Iterable[int] | None = None,
        moving: Meeting | None = None,
    ):
        self.path, self.since, self.until, self.now = path, since, until, now
        found = experts_of(path)
        if theme is not None:
            found = found.filter(themes=theme)
        if experts is not None:
            found = found.filter(pk__in=list(experts))
        self.experts = {expert.pk: expert for expert in found}
        self._read_time(participant, moving)

    def _read_time(self, participant, moving):
        ids = list(self.experts)
        rules, overrides, foreign = defaultdict(list), defaultdict(list), defaultdict(list)
        for expert, rrule, first, windows in AvailabilityRule.objects.filter(expert__in=ids).values_list(
            "expert", "rrule", "first_date", "windows"
        ):
            rules[expert].append(Rule(rrule, first, windows))
        for expert, date, windows in DateOverride.objects.filter(
            expert__in=ids, date__gte=(self.since - MARGIN).date(), date__lte=(self.until + MARGIN).date()
        ).values_list("expert", "date", "windows"):
            overrides[expert].append(Override(date, windows))
        for expert, start, end in BusyTime.objects.filter(
            expert__in=ids, starts_at__lt=self.until + MARGIN, ends_at__gt=self.since - MARGIN
        ).values_list("expert", "starts_at", "ends_at"):
            foreign[expert].append((_epoch(start), _epoch(end)))
        meetings, sessions = self._read_meetings(participant, moving)
        self.participant_busy = meetings[participant.pk] if participant else ()
        self.calendars = [
            slots.Calendar(
                id=expert.pk,
                hours=Hours(str(expert.time_zone), tuple(rules[expert.pk]), tuple(overrides[expert.pk])),
                meetings=meetings[expert.user_id],
                foreign=foreign[expert.pk],
                session_starts=sessions[expert.user_id],
                buffer_before=expert.buffer_before_minutes * 60,
                buffer_after=expert.buffer_after_minutes * 60,
                notice=expert.notice_minutes * 60,
                horizon_days=expert.horizon_days,
                cap_day=expert.cap_per_day,
                cap_week=expert.cap_per_week,
            )
            for expert in self.experts.values()
        ]

    def _read_meetings(self, participant, moving):
        """Everybody's busy times, and the starts of the sessions they give, by user id."""
        people = {expert.user_id for expert in self.experts.values()}
        if participant is not None:
            people.add(participant.pk)
        rows = Attendee.objects.live_within(self.since - MARGIN, self.until + MARGIN).filter(user__in=people)
        if moving is not None:
            rows = rows.filter(~Q(meeting=moving))
        meetings, sessions = defaultdict(list), defaultdict(list)
        for user, role, start, end in rows.order_by().values_list("user", "role", "starts_at", "ends_at"):
            meetings[user].append((_epoch(start), _epoch(end)))
            if role == Role.EXPERT:
                sessions[user].append(_epoch(start))
        return meetings, sessions

    def participant_is_busy(self, start: datetime, end: datetime) -> bool:
        return any(begin < _epoch(end) and over > _epoch(start) for begin, over in self.participant_busy)

    def policy(self, minutes: int) -> slots.Policy:
        path = self.path
        return slots.Policy(
            duration=minutes * 60,
            interval=path.start_interval_minutes * 60,
            notice=path.notice_minutes * 60,
            horizon_days=path.horizon_days,
            opens=_epoch(path.opens_at) if path.opens_at else None,
            closes=_epoch(path.closes_at) if path.closes_at else None,
        )

    def starts(
        self,
        minutes: int,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        experts: Iterable[int] | None = None,
    ) -> dict[datetime, list[int]]:
        """Starts of sessions of this length, with the ids of the experts free at each."""
        wanted = None if experts is None else set(experts)
        found = slots.starts(
            [calendar for calendar in self.calendars if wanted is None or calendar.id in wanted],
            self.policy(minutes),
            range_start=max(since or self.since, self.since),
            range_end=min(until or self.until, self.until),
            now=self.now,
            participant_busy=self.participant_busy,
        )
        return cast("dict[datetime, list[int]]", found)

    def first(
        self, minutes: int, *, since: datetime | None = None, experts: Iterable[int] | None = None
    ) -> datetime | None:
        """The next free time, looked for a week at a time."""
        begin = max(since or self.since, self.since)
        while begin < self.until:
            found = self.starts(minutes, since=begin, until=begin + STRETCH, experts=experts)
            if found:
                return min(found)
            begin += STRETCH
        return None

    def hours_offer(self, minutes: int, start: datetime) -> bool:
        """Whether this would be a start if nobody had anything else to do: what tells "taken" from "never offered"."""
        return bool(slots.is_offered(self._idle(), self.policy(minutes), start, now=self.now))

    def has_hours(
        self, minutes: int, *, since: datetime, until: datetime, experts: Iterable[int] | None = None
    ) -> bool:
        """Whether anybody works in this range at all, however busy and however short the notice."""
        idle = [replace(calendar, notice=0) for calendar in self._idle(experts)]
        policy = replace(self.policy(minutes), notice=0)
        return bool(slots.starts(idle, policy, range_start=since, range_end=until, now=min(self.now, since)))

    def _idle(self, experts: Iterable[int] | None = None) -> list[slots.Calendar]:
        wanted = None if experts is None else set(experts)
        return [
            replace(calendar, meetings=(), foreign=(), session_starts=())
            for calendar in self.calendars
            if wanted is None or calendar.id in wanted
        ]


def _epoch(instant: datetime) -> int:
    return int(instant.timestamp())
