"""Rows to measure with: a path with many experts, as busy as W(N, D) says, and people who book with them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from bench.workload import BLOCKS, ZONES, meetings_of, working_time
from everwise.accounts.models import User
from experts.models import AvailabilityRule, Expert
from meetings.enums import Kind
from meetings.models import Attendee, Meeting
from paths.enums import Role
from paths.models import Membership, Path, Program, Theme

WINDOWS = tuple((start * 60, end * 60) for start, end in BLOCKS)
MOST_ROWS = 2000
DAY = timedelta(days=1)


@dataclass(frozen=True)
class World:
    path: Path
    theme: Theme
    experts: list[Expert]
    participants: list[User]
    monday: datetime


def build(
    experts: int,
    days: int,
    *,
    participants: int,
    now: datetime,
    zones: tuple[str, ...] = ZONES,
    label: str = "",
) -> World:
    """W(experts, days) from the Monday after next on, so that days without any meeting lie around it.

    A label tells the people of two worlds of one size apart.
    """
    monday = datetime.combine(now.date() + timedelta(days=14 - now.weekday()), time(), UTC)
    program = Program.objects.create(name="Measured")
    policy = {"start_interval_minutes": 15, "notice_minutes": 0}
    path = Path.objects.create(program=program, name=f"{experts} experts", opened_at=now, **policy)
    theme = Theme.objects.create(path=path, name="Half an hour", duration_minutes=30)
    people = _people(f"expert{experts}{label}", experts, path, Role.EXPERT)
    gives = Expert.objects.bulk_create(
        Expert(user=user, time_zone=zones[number % len(zones)]) for number, user in enumerate(people)
    )
    rule = {"rrule": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "first_date": date(2020, 1, 1), "windows": WINDOWS}
    AvailabilityRule.objects.bulk_create(AvailabilityRule(expert=expert, **rule) for expert in gives)
    theme.experts.set(gives)
    # Each expert has a participant of their own, so that nobody is ever in two meetings at once.
    guests = _people(f"guest{experts}{label}", experts, path, Role.PARTICIPANT)
    for number, (user, guest) in enumerate(zip(people, guests, strict=True)):
        hours = working_time(zones[number % len(zones)], days, 5, since=monday)
        _meet(theme, user, guest, list(meetings_of(number, hours, since=monday)), now)
    return World(path, theme, gives, _people(f"booker{experts}{label}", participants, path, Role.PARTICIPANT), monday)


def _people(name: str, count: int, path: Path, role: Role) -> list[User]:
    users = User.objects.bulk_create(
        User(name=f"{name.title()} Number {number}", email=f"{name}-{number}@bench.example") for number in range(count)
    )
    Membership.objects.bulk_create(Membership(path=path, user=user, role=role) for user in users)
    return users


def _meet(theme: Theme, expert: User, guest: User, spans: list[tuple[int, int]], now: datetime) -> None:
    facts = {"path": theme.path, "theme": theme, "kind": Kind.DROP_IN, "title": theme.name, "created_at": now}
    times = [[datetime.fromtimestamp(moment, UTC) for moment in span] for span in spans]
    meetings = Meeting.objects.bulk_create(
        (Meeting(starts_at=start, ends_at=end, organizer=guest, created_by=guest, **facts) for start, end in times),
        batch_size=MOST_ROWS,
    )
    Attendee.objects.bulk_create(
        (
            Attendee(meeting=meeting, user=user, role=role, starts_at=start, ends_at=end, added_at=now)
            for meeting, (start, end) in zip(meetings, times, strict=True)
            for user, role in ((expert, Role.EXPERT), (guest, Role.PARTICIPANT))
        ),
        batch_size=MOST_ROWS,
    )


def signed_in(user: User) -> str:
    """A session cookie's value."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return session.session_key
