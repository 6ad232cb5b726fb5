"""One small world for every test: one clock, and people, paths and meetings in as few words as they need.

Everybody lives in UTC and experts give 09:00 to 17:00 every day, so that times can be read off the page; a test about
zones says them. The fixture `clock` stands at NOW, or at the NOW of a test's own module.
"""

from datetime import datetime, timedelta
from uuid import uuid4

from everwise.accounts.models import User
from experts.models import Expert
from meetings import booking
from meetings.booking import conflicts
from meetings.enums import Happening, Kind
from meetings.models import Meeting, MeetingEvent
from paths.enums import Role
from paths.models import Membership, Path, Theme
from tests.factories import (
    NOW,
    AttendeeFactory,
    AvailabilityRuleFactory,
    ExpertFactory,
    MeetingFactory,
    MembershipFactory,
    PathFactory,
    ThemeFactory,
    UserFactory,
)

NINE_TO_FIVE = "09:00-17:00"

# What the profile page sends of somebody who ticks nothing.
PROFILE = {
    "name": "Maya",
    "language": "en",
    "time_zone": "Asia/Kolkata",
    "appearance": "system",
    "usual_from": "07:00",
    "usual_until": "20:00",
}


def at(hour: int, minute: int = 0, *, day: int = 1) -> datetime:
    """A time some days after NOW's date; tomorrow unless told otherwise."""
    return NOW.replace(hour=hour, minute=minute) + timedelta(days=day)


def a_person(name: str = "Pia", **fields) -> User:
    """Who can sign in by PASSWORD; `verified=False` leaves their address to be confirmed."""
    return UserFactory(name=name, **fields)


def a_path(**policy) -> Path:
    """A path without notice, so that a test only meets the rule it is about."""
    return PathFactory(**policy)


def join(user: User, path: Path, role: Role, **fields) -> Membership:
    return MembershipFactory(user=user, path=path, role=role, **fields)


def leave(user: User, path: Path) -> None:
    Membership.objects.live().filter(user=user, path=path).update(ended_at=NOW)


def a_participant(path: Path, name: str = "Pia", **fields) -> User:
    return join(a_person(name, **fields), path, Role.PARTICIPANT).user


def an_admin(path: Path, name: str = "Ada", **fields) -> User:
    return join(a_person(name, **fields), path, Role.ADMIN).user


def an_expert(
    *paths: Path, name: str = "Eva", user: User | None = None, windows=NINE_TO_FIVE, rrule: str = "FREQ=DAILY", **fields
) -> Expert:
    """Who takes no theme yet; `windows=""` gives no hours."""
    expert = ExpertFactory(user=user or a_person(name), **fields)
    if windows:
        AvailabilityRuleFactory(expert=expert, windows=windows, rrule=rrule)
    for path in paths:
        join(expert.user, path, Role.EXPERT)
    return expert


def a_theme(path: Path, *experts: Expert, minutes: int = 30, **fields) -> Theme:
    theme = ThemeFactory(path=path, duration_minutes=minutes, **fields)
    theme.experts.set(experts)
    return theme


def book(theme: Theme, participant: User, start: datetime, **fields) -> Meeting:
    """Through the front door, by the participant unless told otherwise."""
    fields = {"by": participant, "token": uuid4(), "now": NOW, **fields}
    return booking.schedule(theme=theme, participant=participant, start=start, **fields)


def a_meeting(path: Path, expert: User, participant: User, start: datetime, **fields) -> Meeting:
    """Straight into the tables: an ad-hoc meeting of 30 minutes, organized by the participant."""
    known = {"organizer": participant, "created_by": expert}
    meeting = MeetingFactory(path=path, starts_at=start, **{**known, **fields})
    AttendeeFactory(meeting=meeting, user=expert, role=Role.EXPERT)
    AttendeeFactory(meeting=meeting, user=participant, role=Role.PARTICIPANT)
    return meeting


def a_dropin(theme: Theme, participant: User, expert: Expert, start: datetime, **fields) -> Meeting:
    """Straight into the tables, with its booking in the history: for times and states that no writer would accept."""
    known = {"kind": Kind.DROP_IN, "title": theme.name, "theme": theme, "video_link": expert.video_link}
    known |= {"ends_at": start + theme.duration, "created_by": participant}
    meeting = a_meeting(theme.path, expert.user, participant, start, **{**known, **fields})
    MeetingEvent.objects.create(
        meeting=meeting,
        happening=Happening.BOOKED,
        by=meeting.created_by,
        at=meeting.created_at,
        sequence=meeting.sequence,
        facts={
            "starts_at": meeting.starts_at.isoformat(),
            "ends_at": meeting.ends_at.isoformat(),
            "experts": [str(expert.user_id)],
            "participants": [str(participant.pk)],
        },
    )
    return meeting


def add(path: Path, plan: booking.MeetingPlan, by: User, **fields) -> Meeting:
    """An ad-hoc meeting through the front door."""
    return booking.add_manually(path=path, plan=plan, by=by, **{"token": uuid4(), "now": NOW, **fields})


def accepted(plan: booking.MeetingPlan) -> set[str]:
    """The keys of all that speaks against a plan's time without forbidding it."""
    people = conflicts.free_busy(plan.experts, plan.participants, since=plan.starts_at, until=plan.ends_at, but=None)
    return {doubt.key for doubt in conflicts.doubts(people, plan.starts_at, plan.ends_at)}


def edit(meeting: Meeting, plan: booking.MeetingPlan, by: User, **fields) -> Meeting:
    """By a form that was opened when the meeting was as `meeting` is."""
    known = {"token": uuid4(), "now": NOW, "sequence": meeting.sequence}
    return booking.edit(meeting=meeting, plan=plan, by=by, **{**known, **fields})


def told(meeting: Meeting, sequence: int) -> dict:
    """Who was written to about one change of a meeting, and about what."""
    return dict(meeting.notices.of_changes().filter(sequence=sequence).values_list("user", "kind"))
