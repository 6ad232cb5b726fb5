"""Thousands of random sessions at once, past the writers, for counts; and beside them what is not counted."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from everwise.accounts.models import User
from experts.models import Expert
from meetings.enums import Kind, Status
from meetings.insights.scope import zone_of
from meetings.models import Attendee, DayPart, Meeting, OfferedHours, Rating, UnmetSearch
from paths.enums import Role
from paths.models import Membership, Path, Theme
from tests.scene import a_path, a_theme, an_admin

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
STATUSES = (
    *[Status.SCHEDULED] * 6,
    *[Status.HELD] * 5,
    *[Status.CANCELLED] * 5,
    Status.NO_SHOW_PARTICIPANT,
    Status.NO_SHOW_EXPERT,
)


@dataclass
class Crowd:
    path: Path
    admin: User
    themes: list[Theme]
    experts: list[User]
    participants: list[User]
    first: datetime
    last: datetime


def a_crowd(number: int, now: datetime, *, experts: int = 6, participants: int = 60, step: int = 2, **policy) -> Crowd:
    """So many drop-ins on one path until some days after now, each expert's `step` hours apart; and a tenth as many
    ad-hoc ones. The last expert is rated by very few."""
    rng = random.Random(number)
    path = a_path(**policy)
    path.refresh_from_db()
    admin = an_admin(path)
    people = [User(name=f"Person {n:05}", email=f"person{n}@{path.pk}.example") for n in range(experts + participants)]
    User.objects.bulk_create(people)
    givers, takers = people[:experts], people[experts:]
    Expert.objects.bulk_create(Expert(user=user) for user in givers)
    roles = [(user, Role.EXPERT) for user in givers] + [(user, Role.PARTICIPANT) for user in takers]
    Membership.objects.bulk_create(Membership(user=user, path=path, role=role, started_at=now) for user, role in roles)
    themes = [a_theme(path, name=f"Theme {n}") for n in range(3)]
    slots = -(-number // experts)
    first = (now - slots * step * HOUR + 4 * DAY).replace(minute=0, second=0, microsecond=0)
    crowd = Crowd(path, admin, themes, givers, takers, first, first + slots * step * HOUR)
    _meetings(crowd, number, now, step, rng)
    _ratings(crowd, now, rng)
    _counted(crowd, rng)
    return crowd


def _meetings(crowd: Crowd, number: int, now: datetime, step: int, rng: random.Random) -> None:
    meetings, attendees, lost = [], [], []
    for index in range(number):
        slot, place = divmod(index, len(crowd.experts))
        if place == 0:
            # Nobody twice at the same time.
            there = rng.sample(crowd.participants, len(crowd.experts))
        starts_at = crowd.first + slot * step * HOUR
        status = rng.choice(STATUSES)
        if starts_at > now and status not in (Status.SCHEDULED, Status.CANCELLED):
            status = Status.SCHEDULED
        expert, person, theme = crowd.experts[place], there[place], rng.choice(crowd.themes)
        meeting = Meeting(
            path=crowd.path,
            theme=theme,
            kind=Kind.AD_HOC if index % 10 == 9 and status != Status.CANCELLED else Kind.DROP_IN,
            status=status,
            title="Session",
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=rng.choice((30, 45, 60))),
            organizer=person,
            created_by=person,
            created_at=starts_at - timedelta(minutes=rng.randint(1, 60 * 24 * 25)),
        )
        if status == Status.CANCELLED:
            meeting.cancelled_by = rng.choice((person, person, expert, crowd.admin))
            meeting.cancelled_at = starts_at - timedelta(minutes=rng.randint(1, 60 * 72))
            meeting.counts_as_used = meeting.cancelled_by == person and rng.random() < 0.4
            lost.append(meeting)
        elif lost and rng.random() < 0.3:
            meeting.rescues = lost.pop(rng.randrange(len(lost)))
        meetings.append(meeting)
        live = status != Status.CANCELLED
        common = {"starts_at": meeting.starts_at, "ends_at": meeting.ends_at, "added_at": meeting.created_at}
        attendees += [
            Attendee(meeting=meeting, user=expert, role=Role.EXPERT, live=live, **common),
            Attendee(meeting=meeting, user=person, role=Role.PARTICIPANT, live=live, **common),
        ]
        if rng.random() < 0.1:
            # Whoever had it before it was given to another counts nowhere.
            before = crowd.experts[place - 1]
            attendees.append(
                Attendee(meeting=meeting, user=before, role=Role.EXPERT, live=False, removed_at=now, **common)
            )
    # What another refers to, first.
    meetings.sort(key=lambda meeting: meeting.rescues is not None)
    Meeting.objects.bulk_create(meetings, batch_size=2000)
    Attendee.objects.bulk_create(attendees, batch_size=5000)


def _ratings(crowd: Crowd, now: datetime, rng: random.Random) -> None:
    few = set(crowd.participants[:4])
    rows = Attendee.objects.filter(role=Role.PARTICIPANT, meeting__path=crowd.path, meeting__ends_at__lte=now)
    rows = rows.exclude(meeting__status=Status.CANCELLED).order_by("meeting__starts_at", "pk").select_related("user")
    gives = dict(Attendee.objects.present().filter(role=Role.EXPERT).values_list("meeting", "user"))
    Rating.objects.bulk_create(
        Rating(meeting_id=row.meeting_id, user=row.user, stars=rng.randint(1, 5), rated_at=now)
        for row in rows
        if (row.user in few if gives[row.meeting_id] == crowd.experts[-1].pk else rng.random() < 0.25)
    )


def _counted(crowd: Crowd, rng: random.Random) -> None:
    zone = zone_of(crowd.path)
    date, last = crowd.first.astimezone(zone).date(), crowd.last.astimezone(zone).date()
    hours, searches = [], []
    while date <= last:
        if rng.random() < 0.8:
            hours += [
                OfferedHours(path=crowd.path, expert=expert, date=date, minutes=rng.randint(0, 600))
                for expert in crowd.experts
                if rng.random() < 0.9
            ]
        key = rng.choice(crowd.themes), rng.randint(0, 7), rng.choice(list(DayPart))
        searches.append(
            UnmetSearch(path=crowd.path, theme=key[0], date=date, weekday=key[1], part=key[2], count=rng.randint(1, 9))
        )
        date += DAY
    OfferedHours.objects.bulk_create(hours, batch_size=5000)
    UnmetSearch.objects.bulk_create(searches)
