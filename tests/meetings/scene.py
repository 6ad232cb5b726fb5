"""A small world for tests of meetings: one clock, and people and paths in as few words as they need.

Everybody lives in UTC and experts give 09:00 to 17:00 every day, so that a test's times can be read off the page.
"""

import itertools
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from everwise.accounts.models import User
from experts.models import AvailabilityRule, Expert
from meetings import booking
from meetings.booking import conflicts
from meetings.enums import Kind
from meetings.models import Attendee, Meeting
from paths.enums import Role
from paths.models import Membership, Path, Program, Theme

NOW = datetime(2026, 11, 2, 8, tzinfo=UTC)  # a Monday
NINE_TO_FIVE = ((9 * 60, 17 * 60),)

_numbers = itertools.count(1)


def at(hour: int, minute: int = 0, *, day: int = 1) -> datetime:
    """A time some days after NOW's date; tomorrow unless told otherwise."""
    return NOW.replace(hour=hour, minute=minute) + timedelta(days=day)


def a_person(name: str = "Pia", **fields) -> User:
    return User.objects.create(name=name, email=f"person{next(_numbers)}@example.test", **fields)


def a_path(**policy) -> Path:
    """A path without notice, so that a test only meets the rule it is about."""
    program = Program.objects.create(name="Coaching on demand")
    return Path.objects.create(program=program, name="Leading others", **{"notice_minutes": 0, **policy})


def join(user: User, path: Path, role: Role) -> Membership:
    return Membership.objects.create(user=user, path=path, role=role)


def leave(user: User, path: Path) -> None:
    Membership.objects.live().filter(user=user, path=path).update(ended_at=NOW)


def a_participant(path: Path, name: str = "Pia") -> User:
    user = a_person(name)
    join(user, path, Role.PARTICIPANT)
    return user


def an_admin(path: Path, name: str = "Ada") -> User:
    user = a_person(name)
    join(user, path, Role.ADMIN)
    return user


def an_expert(*paths: Path, name: str = "Eva", windows=NINE_TO_FIVE, **fields) -> Expert:
    expert = Expert.objects.create(
        user=a_person(name), video_link=f"https://video.example.test/{next(_numbers)}", **fields
    )
    AvailabilityRule.objects.create(
        expert=expert, rrule="FREQ=DAILY", first_date=(NOW - timedelta(days=60)).date(), windows=windows
    )
    for path in paths:
        join(expert.user, path, Role.EXPERT)
    return expert


def a_theme(path: Path, *experts: Expert, minutes: int = 30) -> Theme:
    theme = Theme.objects.create(path=path, name="Giving feedback", duration_minutes=minutes)
    theme.experts.set(experts)
    return theme


def book(theme: Theme, participant: User, start: datetime, **fields) -> Meeting:
    """Through the front door, by the participant unless told otherwise."""
    fields = {"by": participant, "token": uuid4(), "now": NOW, **fields}
    return booking.schedule(theme=theme, participant=participant, start=start, **fields)


def a_meeting(path: Path, expert: User, participant: User, start: datetime, **fields) -> Meeting:
    """Straight into the tables: an ad-hoc meeting of 30 minutes, organized by the participant."""
    times = {"starts_at": start, "ends_at": start + timedelta(minutes=30)}
    known = {"kind": Kind.AD_HOC, "title": "Catching up", "organizer": participant, "created_by": expert}
    meeting = Meeting.objects.create(path=path, created_at=NOW, **{**known, **times, **fields})
    times = {"starts_at": meeting.starts_at, "ends_at": meeting.ends_at}
    for user, role in ((expert, Role.EXPERT), (participant, Role.PARTICIPANT)):
        Attendee.objects.create(meeting=meeting, user=user, role=role, added_at=NOW, **times)
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
