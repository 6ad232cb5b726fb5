"""Who could take a session at its time, least busy first, and who could not and why."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple, cast
from uuid import UUID

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from everwise import timefmt, wording
from everwise.accounts.models import User
from everwise.intervals import epoch
from everwise.timefmt import Reader
from experts.availability import local_date, midnight, windows
from experts.models import Expert
from meetings.booking import fair_choice
from meetings.models import Attendee, Meeting
from meetings.pages.reassign.words import why_not
from meetings.slots import reasons
from meetings.slots.engine import Calendar
from meetings.slots.openings import Openings
from meetings.slots.reasons import Question
from paths.enums import Role
from paths.models import Membership, Theme

# More of the free are folded away, and more of the others are only counted.
MOST_CARDS, MOST_NAMED = 6, 50
CAPS = {Question.CAP_DAY, Question.CAP_WEEK}
# A session that ends so shortly before somebody's hours do is said to.
NEAR_END = timedelta(minutes=30)


class Card(NamedTuple):
    """Somebody who could take it. `sessions` and `at_limit` are for the path's admins alone."""

    value: str
    user: User
    address: str  # where two have the same name
    details: str
    sessions: str
    their_time: str
    least_busy: bool
    at_limit: bool
    checked: bool


class Candidates(NamedTuple):
    cards: list[Card]
    folded: list[Card]
    not_free: list[str]
    more_not_free: int

    @property
    def number_not_free(self) -> int:
        return len(self.not_free) + self.more_not_free

    @property
    def any_at_limit(self) -> bool:
        return any(card.at_limit for card in (*self.cards, *self.folded))

    @property
    def still_free(self) -> User | None:
        """The least busy of those who are free."""
        return next((card.user for card in self.cards if not card.at_limit), None)


def choice(meeting: Meeting, *, reader: Reader, admin: bool, now: datetime, wanted: str = "") -> Candidates:
    """The theme's other experts at the meeting's time, for an admin of the path or, with less said, its expert.

    `wanted` is the id of the one chosen so far; with nobody chosen who is free, the least busy is.
    """
    start, minutes = meeting.starts_at, meeting.duration_minutes
    inside = {person.pk for person in (*meeting.experts, *meeting.participants)}
    openings = _openings(meeting, now)
    offered = set(openings.starts(minutes).get(start, []))
    policy, persons = openings.policy(minutes), openings.experts.rows
    free, capped, said = [], [], []
    for calendar in openings.calendars:
        pk = cast("int", calendar.id)
        if persons[pk].person in inside:
            continue
        if pk in offered:
            free.append(pk)
            continue
        failed = [one for one in reasons.answers(calendar, policy, start, now=now) if not one.passed]
        if admin and failed and all(one.rule in CAPS for one in failed):
            capped.append(pk)
        else:
            name = openings.experts[pk].user
            said.append(why_not(name, failed, calendar, meeting, reader) if admin else _not_free(name))
    said += [_not_accepting(each.user) if admin else _not_free(each.user) for each in _not_offered(meeting, inside)]
    by_person = {persons[pk].person: pk for pk in (*free, *capped)}
    ranks = {person: rank for rank, person in enumerate(fair_choice.ranked(by_person, start, seed=str(meeting.pk)))}
    order = sorted(by_person, key=lambda person: (by_person[person] in capped, ranks[person]))
    calendars = {calendar.id: calendar for calendar in openings.calendars}
    given = _sessions(order, start, reader) if admin else {}
    names = Counter(str(openings.experts[by_person[person]].user) for person in order)
    known = {str(by_person[person]) for person in order}
    cards = []
    for number, person in enumerate(order):
        pk = by_person[person]
        expert, at_limit = openings.experts[pk], pk in capped
        first = number == 0 and not at_limit
        cards.append(
            Card(
                value=str(pk),
                user=expert.user,
                address=expert.user.email if names[str(expert.user)] > 1 else "",
                details=_details(expert),
                sessions=_week(given.get(person, 0), start, now, reader) if admin else "",
                their_time=_their_time(meeting, expert.user, calendars[pk], reader),
                least_busy=first,
                at_limit=at_limit,
                checked=str(pk) == wanted if wanted in known else first,
            )
        )
    return Candidates(cards[:MOST_CARDS], cards[MOST_CARDS:], said[:MOST_NAMED], len(said[MOST_NAMED:]))


def _openings(meeting: Meeting, now: datetime) -> Openings:
    """The time of the theme's experts at the meeting's start, as if the meeting were not there."""
    theme = cast("Theme", meeting.theme)
    theme.path = meeting.path
    since, until = meeting.starts_at, meeting.starts_at + timedelta(seconds=1)
    openings = Openings(
        meeting.path,
        since=since,
        until=until,
        now=now,
        participant=meeting.participants[0],
        theme=theme,
        moving=meeting,
        booked=True,
    )
    openings.expect(meeting.duration_minutes, [(since, until)])
    return openings


def _not_offered(meeting: Meeting, inside: set[UUID]) -> Iterable[Expert]:
    """Experts of the theme who take no sessions now."""
    live = Membership.objects.live().filter(path=meeting.path_id, role=Role.EXPERT).order_by()
    found = Expert.objects.filter(themes=meeting.theme_id, accepting=False, user__is_active=True)
    found = found.filter(user__in=live.values("user")).exclude(user__in=inside)
    return found.select_related("user").order_by("user__name", "pk")


def _not_free(user: User) -> str:
    return _("%(name)s is not free.") % {"name": wording.isolated(user)}


def _not_accepting(user: User) -> str:
    return _("%(name)s is not accepting sessions.") % {"name": wording.isolated(user)}


def _details(expert: Expert) -> str:
    title = _("%(title)s.") % {"title": expert.title} if expert.title else ""
    speaks = _("Speaks %(languages)s.") % {"languages": expert.languages} if expert.languages else ""
    return " ".join(filter(None, (title, speaks)))


def _sessions(people: list[UUID], start: datetime, reader: Reader) -> dict[UUID, int]:
    """How many live sessions each gives in the week of the start, Monday to Sunday in the reader's zone."""
    since, until = _week_around(start, reader)
    gives = Attendee.objects.filter(user__in=people, role=Role.EXPERT, live=True)
    gives = gives.filter(starts_at__gte=since, starts_at__lt=until).order_by()
    return dict(gives.values_list("user").annotate(number=Count("pk")))


def _week_around(instant: datetime, reader: Reader) -> tuple[datetime, datetime]:
    zone = str(reader.zone)
    day = local_date(epoch(instant), zone)
    monday = day - timedelta(days=day.weekday())
    ends = midnight(monday, zone), midnight(monday + timedelta(days=7), zone)
    since, until = (datetime.fromtimestamp(each, instant.tzinfo) for each in ends)
    return since, until


def _week(number: int, start: datetime, now: datetime, reader: Reader) -> str:
    if _week_around(start, reader) == _week_around(now, reader):
        said = ngettext("%(number)s session this week", "%(number)s sessions this week", number)
    else:
        said = ngettext("%(number)s session that week", "%(number)s sessions that week", number)
    return said % {"number": number}


def _their_time(meeting: Meeting, user: User, calendar: Calendar, reader: Reader) -> str:
    there = reader._replace(zone=user.time_zone)
    time = timefmt.clock(meeting.starts_at, there)
    if timefmt.local_day(meeting.starts_at, there) != timefmt.local_day(meeting.starts_at, reader):
        time = _("%(day)s, %(time)s") % {"day": timefmt.tiny_day(meeting.starts_at, there), "time": time}
    at, end = epoch(meeting.starts_at), epoch(meeting.ends_at)
    closing = [closes for opens, closes in windows(calendar.hours, at, end) if opens <= at and end <= closes]
    if closing and closing[0] - end < NEAR_END.total_seconds():
        return _("%(time)s for them, near the end of their hours") % {"time": time}
    return _("%(time)s for them") % {"time": time}
