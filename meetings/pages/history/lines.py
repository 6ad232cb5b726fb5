"""Events of a path as the lines of a page: when, who, a sentence, and from where."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from everwise import cldr, timefmt
from everwise.accounts.models import User
from meetings.models import MeetingEvent, versions
from meetings.pages.history import of_meetings, of_paths
from meetings.pages.invited import Invited
from paths.enums import Via
from paths.models import Path, PathEvent

ICONS = {
    Via.WEB: "globe",
    Via.EMAIL: "mail",
    Via.ADMIN: "shield",
    Via.EVERWISE: "sunrise",
    Via.IMPORT: "upload",
    Via.SSO: "lock",
}


@dataclass(frozen=True, slots=True)
class HistoryLine:
    at: datetime
    heading: str  # of its day
    time: str
    day: str  # where no heading tells it: “18 Nov”
    by: User | None  # None: Everwise itself
    sentence: SafeString
    detail: str
    via: str
    icon: str


def lines(path: Path, events: Iterable[MeetingEvent | PathEvent], reader: User, now: datetime) -> list[HistoryLine]:
    """In the order of the events. Two queries for all names."""
    events = list(events)
    ids = (person for event in events if isinstance(event, MeetingEvent) for person in of_meetings.named(event))
    people = versions.names_of(ids)
    known = Invited(path, {event.about_id for event in events if isinstance(event, PathEvent) and event.about_id})
    return [_line(event, reader, people, known, now) for event in events]


def _line(
    event: MeetingEvent | PathEvent, reader: User, people: dict[str, str], known: Invited, now: datetime
) -> HistoryLine:
    if isinstance(event, MeetingEvent):
        said, via = of_meetings.said(event, reader, people, now), Via.WEB
    else:
        said, via = of_paths.said(event, reader, known), event.from_where
    return HistoryLine(
        at=event.at,
        heading=_heading(event.at, reader, now),
        time=timefmt.clock(event.at, reader.reader),
        day=_day(event.at, reader, now),
        by=event.by,
        sentence=said.sentence,
        detail=said.detail,
        via=str(via.label),
        icon=ICONS[via],
    )


def _day(at: datetime, reader: User, now: datetime) -> str:
    """As narrow as a column of days is; the year where it is another."""
    day = timefmt.local_day(at, reader.reader)
    if day.year != timefmt.local_day(now, reader.reader).year:
        return timefmt.short_date(day)
    return cldr.day(get_language() or "en", "MMMd", day)


def _heading(at: datetime, reader: User, now: datetime) -> str:
    """“Today, Tuesday 1 December”."""
    days = (timefmt.local_day(now, reader.reader) - timefmt.local_day(at, reader.reader)).days
    full = timefmt.long_day(at, reader.reader, now)
    if days == 0:
        return _("Today, %(day)s") % {"day": full}
    return _("Yesterday, %(day)s") % {"day": full} if days == 1 else full
