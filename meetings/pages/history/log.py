"""What has happened on a path: the path's own events and those of its meetings, merged by time, a page at a time.

Pages are told apart by the last line of the one before, not by a number: new lines push none onto another page, and the
thousandth page costs what the first one does.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from meetings.models import Attendee, MeetingEvent
from meetings.pages.history.forms import What, Who
from paths import people_search
from paths.models import Membership, Path, PathEvent

PER_PAGE = 50


@dataclass(frozen=True, slots=True, order=True)
class EventMark:
    """Where an event stands in the order of all: by its moment, then its table, then its number."""

    at: datetime
    table: int  # 0: of a meeting, 1: of the path
    pk: int

    @classmethod
    def of(cls, event: MeetingEvent | PathEvent) -> Self:
        return cls(event.at, int(isinstance(event, PathEvent)), event.pk)

    @classmethod
    def read(cls, text: str) -> Self | None:
        """As an address has it; None for nothing, or nonsense."""
        try:
            at, table, pk = text.split("_")
            mark = cls(datetime.fromisoformat(at), int(table), int(pk))
        except (ValueError, OverflowError):
            return None
        known = mark.at.tzinfo is not None and 1970 < mark.at.year < 9000 and mark.table in {0, 1}
        return mark if known and 0 <= mark.pk < 2**63 else None

    def __str__(self) -> str:
        return f"{self.at.isoformat()}_{self.table}_{self.pk}"


@dataclass(frozen=True, slots=True)
class Filters:
    """What to keep. `person`: only what somebody did, or what happened to them or to a meeting of theirs."""

    text: str = ""
    who: str = Who.EVERYBODY
    what: str = What.EVERYTHING
    since: datetime | None = None
    until: datetime | None = None  # not included
    person: UUID | None = None


@dataclass(frozen=True, slots=True)
class EventPage:
    """The newest event first. `newer` and `older` are the marks from which the pages beside it go on."""

    events: list[MeetingEvent | PathEvent]
    newer: EventMark | None = None
    older: EventMark | None = None


def page(
    path: Path,
    filters: Filters,
    *,
    older_than: EventMark | None = None,
    newer_than: EventMark | None = None,
    size: int = PER_PAGE,
) -> EventPage:
    """Two queries, wherever in the history it is."""
    upwards = newer_than is not None and older_than is None
    mark = newer_than if upwards else older_than
    found: list[MeetingEvent | PathEvent] = []
    # One more than the page has tells whether it goes on.
    if filters.what != What.PEOPLE:
        found += _next(_of_meetings(path, filters), 0, mark, size + 1, upwards=upwards)
    if filters.what != What.MEETINGS:
        found += _next(_of_path(path, filters), 1, mark, size + 1, upwards=upwards)
    found.sort(key=EventMark.of, reverse=not upwards)
    more, events = len(found) > size, found[:size]
    if upwards:
        events.reverse()
    if not events:
        return EventPage([])
    newest, oldest = EventMark.of(events[0]), EventMark.of(events[-1])
    if upwards:
        return EventPage(events, newer=newest if more else None, older=oldest)
    return EventPage(events, newer=newest if mark else None, older=oldest if more else None)


def _next(events: QuerySet, table: int, mark: EventMark | None, most: int, *, upwards: bool) -> Iterable:
    if mark is not None:
        # Of the same moment, those of the other table lie wholly on one side.
        beyond = Q(at__gt=mark.at) if upwards else Q(at__lt=mark.at)
        if table == mark.table:
            beyond |= Q(at=mark.at, pk__gt=mark.pk) if upwards else Q(at=mark.at, pk__lt=mark.pk)
        elif (table > mark.table) == upwards:
            beyond |= Q(at=mark.at)
        events = events.filter(beyond)
    return events.order_by("at", "pk")[:most] if upwards else events.order_by("-at", "-pk")[:most]


def _of_meetings(path: Path, filters: Filters) -> QuerySet[MeetingEvent]:
    found = MeetingEvent.objects.filter(meeting__path=path).select_related("by", "meeting")
    there = Attendee.objects.filter(meeting=OuterRef("meeting")).order_by()
    for word in people_search.words(filters.text):
        someone = Exists(there.filter(_named("user", word)))
        found = found.filter(people_search.having(word, "meeting__title") | _named("by", word) | someone)
    if filters.person:
        found = found.filter(Q(by=filters.person) | Exists(there.filter(user=filters.person)))
    return _narrowed(found, path, filters)


def _of_path(path: Path, filters: Filters) -> QuerySet[PathEvent]:
    found = PathEvent.objects.filter(path=path).select_related("by", "about", "words")
    for word in people_search.words(filters.text):
        found = found.filter(_named("by", word) | _named("about", word))
    if filters.person:
        found = found.filter(Q(by=filters.person) | Q(about=filters.person))
    return _narrowed(found, path, filters)


def _named(person: str, word: str) -> Q:
    return people_search.having(word, f"{person}__name", f"{person}__email")


def _narrowed(events, path: Path, filters: Filters):
    """By who did it and when. What somebody was on the path counts, if they are it no more."""
    if filters.since:
        events = events.filter(at__gte=filters.since)
    if filters.until:
        events = events.filter(at__lt=filters.until)
    if filters.who == Who.EVERWISE:
        return events.filter(by=None)
    if filters.who == Who.STAFF:
        return events.filter(by__is_staff=True)
    if filters.who:
        was = Membership.objects.filter(path=path, user=OuterRef("by"), role=filters.who).order_by()
        return events.filter(Exists(was))
    return events
