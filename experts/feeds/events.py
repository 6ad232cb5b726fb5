"""One event of a foreign calendar: when it begins, how long it lasts, whose it is. Pure: no Django, no clock.

Free are cancelled and transparent events, and those that one of their owner's addresses has declined; tentative ones
are busy.
"""

import re
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import unquote

from everwise.intervals import Interval
from experts.availability import to_instant
from experts.feeds import zones
from experts.feeds.ics import Component, Property, UnreadableCalendar, shown
from experts.feeds.zones import Zone, Zones, stamp

DAY = timedelta(days=1)
# PT1W, P1H: what is meant is clear. P30M is not: months, to some.
_DURATION = re.compile(
    r"([+-]?)P(?:T?(\d{1,6})W)?(?:T?(\d{1,6})D)?(?:T?(\d{1,7})H)?(?:(?:(?<=H)|T)(\d{1,8})M)?(?:T?(\d{1,9})S)?T?"
)


class EventLength(NamedTuple):
    """How long something lasts: whole local dates or days first, then seconds that pass."""

    days: int
    seconds: int


class Moment(NamedTuple):
    """A point on the clock of some zone. A date alone is its midnight, always the owner's."""

    local: datetime
    is_date: bool
    zone: Zone

    @property
    def instant(self) -> int:
        return self.zone.instant(self.local)

    def at_hour_of(self, start: "Moment") -> "Moment":
        """A date that speaks of a timed series means the occurrence on that date."""
        if self.is_date and not start.is_date:
            return start._replace(local=datetime.combine(self.local.date(), start.local.time()))
        return self


class Owner:
    """The owner's zone. Midnight of a date is where that date begins, also where clocks skip 00:00."""

    def __init__(self, name: str):
        self.name = name
        self.inner = zones.Iana(name)
        self.midnights: dict[datetime, int] = {}

    def instant(self, local: datetime) -> int:
        if (local.hour, local.minute, local.second) == (0, 0, 0):
            if local not in self.midnights:
                self.midnights[local] = to_instant(local, self.name)
            return self.midnights[local]
        return self.inner.instant(local)

    def local(self, instant: int) -> datetime:
        return self.inner.local(instant)


class ForeignEvent:
    """One VEVENT; `replaces` is the occurrence it stands for. Raises UnreadableCalendar where a date in it can't be."""

    def __init__(self, component: Component, known: Zones, cancelled: bool = False, own: Collection[str] = ()):
        self.component, self.known = component, known
        sequence = component.word("SEQUENCE")
        self.sequence = int(sequence) if sequence.isdecimal() and len(sequence) < 10 else 0
        self.free = cancelled or component.word("STATUS") == "CANCELLED" or component.word("TRANSP") == "TRANSPARENT"
        self.free = self.free or (bool(own) and any(_who(line) & set(own) for line in component.all("ATTENDEE")))
        recurrence = component.one("RECURRENCE-ID")
        # Until its start is known, a time without a zone is the owner's.
        self.start = Moment(zones.EPOCH, False, known.owner)
        self.zoneless = False
        self.onwards = recurrence is not None and recurrence.parameters.get("RANGE", "").upper() == "THISANDFUTURE"
        begins = component.one("DTSTART") or recurrence
        # What has no time at all keeps nobody busy.
        self.free = self.free or begins is None
        if begins:
            self.start = self.moment(begins)
        self.span = self._span()
        self.replaces = self.moment(recurrence) if recurrence else None
        if recurrence and self.replaces and not self.replaces.is_date:
            self.zoneless = "TZID" not in recurrence.parameters and not stamp(recurrence.value)[2]

    def moment(self, line: Property, value: str | None = None) -> Moment:
        """What names no zone is in the zone of the event's start."""
        local, is_date, is_utc = stamp(line.value if value is None else value)
        if is_utc:
            return Moment(local, False, zones.UTC_ZONE)
        tzid = line.parameters.get("TZID")
        if is_date:
            return Moment(local, True, self.known.owner)
        return Moment(local, False, self.start.zone if tzid is None else self.known.get(tzid))

    def is_older_than(self, other: "ForeignEvent") -> bool:
        """By their numbers; where those are equal, by when they were last changed, if both say so."""
        if self.sequence != other.sequence:
            return self.sequence < other.sequence
        for name in ("LAST-MODIFIED", "DTSTAMP"):
            mine, theirs = self._written(name), other._written(name)
            if mine and theirs:
                return mine < theirs
        return False

    def _written(self, name: str) -> datetime | None:
        line = self.component.one(name)
        try:
            return stamp(line.value)[0] if line else None
        except UnreadableCalendar:
            return None

    def _span(self) -> EventLength:
        """A date without an end lasts a day, a time without one is no time at all; so is an end before the start."""
        if line := self.component.one("DTEND"):
            end = self.moment(line)
            if self.start.is_date and end.is_date:
                return EventLength(max((end.local - self.start.local).days, 1), 0)
            return EventLength(0, max(end.instant - self.start.instant, 0))
        if line := self.component.one("DURATION"):
            span = duration(line.value)
            return EventLength(max(span.days, 1), 0) if self.start.is_date and not span.seconds else span
        return EventLength(1, 0) if self.start.is_date else EventLength(0, 0)

    def interval(self, start: Moment, span: EventLength | None = None) -> Interval:
        """The instants from this start on; without `span` as long as the event itself lasts."""
        span = self.span if span is None else span
        begins = start.instant
        if not span.days:
            return begins, begins + span.seconds
        try:
            return begins, start.zone.instant(start.local + span.days * DAY) + span.seconds
        except OverflowError:
            return begins, begins + span.days * 86_400 + span.seconds


def _who(line: Property) -> set[str]:
    """The addresses that a calendar user goes by: mailto, or where that holds something else, EMAIL beside it."""
    scheme, _, address = line.value.strip().partition(":")
    names = [unquote(address)] if scheme.strip().casefold() == "mailto" else [line.value]
    names.append(line.parameters.get("EMAIL", "").strip().removeprefix("mailto:"))
    return {name.strip().casefold() for name in names}


def duration(text: str) -> EventLength:
    match = _DURATION.fullmatch(text.strip().upper())
    if not match or not any(match.groups()[1:]):
        raise UnreadableCalendar(f"no-length {shown(text)}")
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups()[1:])
    if match[1] == "-":
        return EventLength(0, 0)
    return EventLength(weeks * 7 + days, hours * 3600 + minutes * 60 + seconds)
