"""From the bytes of a foreign calendar to busy times. Pure: bytes, the owner's zone and a range in, intervals out.

Free are cancelled and transparent events; tentative ones are busy. No title, place or guest is ever read. Runs in the
limits of experts/feeds/sandbox, which is not this module's business.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from everwise.intervals import Interval, merge
from experts.availability import to_instant
from experts.feeds import zones
from experts.feeds.ics import Component, Line, Unreadable, calendars, shown
from experts.feeds.recurrence import Rule, until_of
from experts.feeds.zones import Zone, Zones, stamp

DAY = timedelta(days=1)
# All events of a file together, on the way to the range and in it; 2,000 weekly ones take 220,000 in two years.
MAX_STEPS = 300_000
_DURATION = re.compile(r"([+-]?)P(?:(\d{1,6})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,7})H)?(?:(\d{1,8})M)?(?:(\d{1,9})S)?)?")
_OWN_UID = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@.*", re.IGNORECASE | re.DOTALL)


class Busy(NamedTuple):
    """Merged intervals of epoch seconds. `named` holds those of events whose UID begins with a UUID, by that UUID:
    they may be our own meetings come back, which only the caller can tell."""

    intervals: list[Interval]
    named: dict[str, list[Interval]]


class Range(NamedTuple):
    start: int
    end: int


class Span(NamedTuple):
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


class Event:
    """One VEVENT; `replaces` is the occurrence it stands for. Raises Unreadable where a date in it can't be."""

    def __init__(self, component: Component, known: Zones, cancelled: bool = False):
        self.component, self.known = component, known
        uid = component.one("UID")
        self.uid = uid.value.strip() if uid else ""
        sequence = component.word("SEQUENCE")
        self.sequence = int(sequence) if sequence.isdecimal() and len(sequence) < 10 else 0
        self.free = cancelled or component.word("STATUS") == "CANCELLED" or component.word("TRANSP") == "TRANSPARENT"
        recurrence = component.one("RECURRENCE-ID")
        self.replaces = self.moment(recurrence) if recurrence else None
        self.onwards = recurrence is not None and recurrence.parameters.get("RANGE", "").upper() == "THISANDFUTURE"
        begins = component.one("DTSTART") or recurrence
        # What has no time at all keeps nobody busy.
        self.free = self.free or begins is None
        self.start = self.moment(begins) if begins else Moment(zones.EPOCH, False, zones.UTC_ZONE)
        self.span = self._span()

    def moment(self, line: Line, value: str | None = None) -> Moment:
        local, is_date, is_utc = stamp(line.value if value is None else value)
        if is_utc:
            return Moment(local, False, zones.UTC_ZONE)
        tzid = line.parameters.get("TZID")
        return Moment(local, is_date, self.known.owner if is_date or tzid is None else self.known.get(tzid))

    def _span(self) -> Span:
        """A date without an end lasts a day, a time without one is no time at all; so is an end before the start."""
        if line := self.component.one("DTEND"):
            end = self.moment(line)
            if self.start.is_date and end.is_date:
                return Span(max((end.local - self.start.local).days, 1), 0)
            return Span(0, max(end.instant - self.start.instant, 0))
        if line := self.component.one("DURATION"):
            span = duration(line.value)
            return Span(max(span.days, 1), 0) if self.start.is_date and not span.seconds else span
        return Span(1, 0) if self.start.is_date else Span(0, 0)

    def interval(self, start: Moment, span: Span | None = None) -> Interval:
        span = self.span if span is None else span
        begins = start.instant
        if not span.days:
            return begins, begins + span.seconds
        try:
            return begins, start.zone.instant(start.local + span.days * DAY) + span.seconds
        except OverflowError:
            return begins, begins + span.days * 86_400 + span.seconds


class Budget:
    """What one file may cost. Raises Unreadable when it is used up."""

    def __init__(self) -> None:
        self.steps = 0

    def step(self) -> None:
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise Unreadable("The calendar’s events repeat too often to be counted.")


def parse(data: bytes, zone: str, start: int, end: int) -> Busy:
    """The busy times of a file between two instants, for an owner in the IANA `zone`. Raises Unreadable."""
    owner, wanted, budget = Owner(zone), Range(start, end), Budget()
    found: dict[str, list[Interval]] = defaultdict(list)
    series: dict[str, list[Event]] = defaultdict(list)
    # A day more: the last local time of any zone.
    until = zones.EPOCH + timedelta(seconds=end) + 2 * DAY
    for calendar in calendars(data):
        known = Zones(calendar, owner, until)
        # Sent to take events back, whatever each of them says.
        cancelled = calendar.word("METHOD") == "CANCEL"
        for component in calendar.children:
            if component.name == "VEVENT":
                event = Event(component, known, cancelled)
                series[event.uid or f" {len(series)}"].append(event)
            elif component.name == "VFREEBUSY" and not cancelled:
                found[""].extend(_freebusy(component, known))
    for uid, events in series.items():
        own = _OWN_UID.fullmatch(uid)
        found[str(UUID(own[1])) if own else ""].extend(_expand(events, wanted, budget))
    clipped = {name: clip(intervals, wanted) for name, intervals in found.items()}
    return Busy(clipped.pop("", []), {name: intervals for name, intervals in clipped.items() if intervals})


def clip(intervals: Iterable[Interval], wanted: Range) -> list[Interval]:
    return merge((max(start, wanted.start), min(end, wanted.end)) for start, end in intervals)


def duration(text: str) -> Span:
    match = _DURATION.fullmatch(text.strip().upper())
    if not match or not any(match.groups()[1:]):
        raise Unreadable(f"“{shown(text)}” in the calendar is no length of time.")
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups()[1:])
    if match[1] == "-":
        return Span(0, 0)
    return Span(weeks * 7 + days, hours * 3600 + minutes * 60 + seconds)


def _newest(events: Iterable[Event]) -> list[Event]:
    """Of several versions of one thing the newest; those that are equally new all stand."""
    events = list(events)
    newest = max((event.sequence for event in events), default=0)
    return [event for event in events if event.sequence == newest]


class Override(NamedTuple):
    replaces: Moment
    event: Event


def _expand(events: list[Event], wanted: Range, budget: Budget) -> Iterator[Interval]:
    """Everything that is busy under one UID, whatever order its masters and overrides stand in."""
    masters = _newest(event for event in events if event.replaces is None)
    versions: dict[tuple[bool, int], list[Override]] = defaultdict(list)
    for event in events:
        if event.replaces is not None:
            versions[event.onwards, event.replaces.instant].append(Override(event.replaces, event))
    overrides = []
    for same in versions.values():
        newest = _newest(override.event for override in same)
        overrides += [override for override in same if override.event in newest]
    for _, event in overrides:
        if not event.free:
            yield event.interval(event.start)
    for master in masters:
        if not master.free:
            yield from _series(master, overrides, wanted, budget)


def _series(master: Event, overrides: list[Override], wanted: Range, budget: Budget) -> Iterator[Interval]:
    """A master's own occurrences: without what is excluded or replaced, moved where "this and future" moved them."""
    gone = [override.replaces for override in overrides]
    for line in master.component.all("EXDATE"):
        gone.extend(master.moment(line, value) for value in line.value.split(",") if value.strip())
    instants = {moment.instant for moment in gone if not moment.is_date}
    dates = {moment.local.date() for moment in gone if moment.is_date or master.start.is_date}
    onwards = (Override(replaces.at_hour_of(master.start), event) for replaces, event in overrides if event.onwards)
    futures = sorted(onwards, key=lambda each: each.replaces.instant)
    since = [future.replaces.instant for future in futures]
    # An occurrence before the range may last into it, or be moved into it.
    events = [master, *(future.event for future in futures)]
    longest = max(DAY * (event.span.days + 1) + timedelta(seconds=event.span.seconds) for event in events)
    moved = max((abs(_shift(future, master)) for future in futures), default=timedelta(0))
    for start, span in _starts(master, wanted, longest + moved, moved, budget):
        if (dates and start.local.date() in dates) or (instants and not start.is_date and start.instant in instants):
            continue
        position = bisect_right(since, start.instant) if since else 0
        if position == 0:
            interval = master.interval(start, span)
        elif futures[position - 1].event.free:
            continue
        else:
            future = futures[position - 1]
            interval = future.event.interval(start._replace(local=start.local + _shift(future, master)))
        if interval[1] > wanted.start and interval[0] < wanted.end:
            yield interval


def _shift(future: Override, master: Event) -> timedelta:
    """How far "this and future" moves each occurrence, on the master's clock."""
    start, replaces = future.event.start, future.replaces
    if start.is_date or replaces.is_date:
        return start.local - replaces.local
    clock = master.start.zone
    return clock.local(start.instant) - clock.local(replaces.instant)


def _starts(
    master: Event, wanted: Range, before: timedelta, after: timedelta, budget: Budget
) -> Iterator[tuple[Moment, Span | None]]:
    """Each start that may touch the range, with its own length where it has one (an RDATE's PERIOD)."""
    start = master.start
    first, last = _edge(start.zone, wanted.start, -before - DAY), _edge(start.zone, wanted.end, after + DAY)
    seen = {start.local}
    yield start, None
    for line in master.component.all("RRULE"):
        for moment in Rule(line.value, start.local, _until(line.value, start)).between(first, last):
            budget.step()
            if moment is not None and moment not in seen:
                seen.add(moment)
                yield start._replace(local=moment), None
    for line in master.component.all("RDATE"):
        for value in filter(None, (each.strip() for each in line.value.split(","))):
            budget.step()
            begins, _, ends = value.partition("/")
            added = master.moment(line, begins).at_hour_of(start)
            if ends or added != start:
                yield added, _period_span(master, line, added, ends) if ends else None


def _edge(zone: Zone, instant: int, by: timedelta) -> datetime:
    """A local time around an instant; the ends of the calendar where it lies beyond them."""
    try:
        return zone.local(instant) + by
    except OverflowError:
        return datetime.min if by < timedelta(0) else datetime.max


def _until(rule: str, start: Moment) -> datetime | None:
    """The last local time of a rule. A date without a time means all of that date.

    For dates it should be one; programs that give an instant mean its date in UTC or the owner's, so the later holds.
    """
    text = until_of(rule)
    if not text:
        return None
    local, is_date, is_utc = stamp(text)
    if is_utc:
        try:
            there = start.zone.local(zones.UTC_ZONE.instant(local))
        except OverflowError:
            # At either end of the calendar, where some hours make no difference.
            there = local
        if not start.is_date:
            return there
        local = max(local, there)
    return local.replace(hour=23, minute=59, second=59) if is_date or start.is_date else local


def _period_span(event: Event, line: Line, start: Moment, ends: str) -> Span:
    if ends.upper().lstrip("+-").startswith("P"):
        return duration(ends)
    return Span(0, max(event.moment(line, ends).instant - start.instant, 0))


def _freebusy(component: Component, known: Zones) -> Iterator[Interval]:
    """The periods of a VFREEBUSY; all kinds but FREE are busy."""
    reader = Event(Component("VEVENT"), known)
    for line in component.all("FREEBUSY"):
        if line.parameters.get("FBTYPE", "BUSY").upper() == "FREE":
            continue
        for value in filter(None, (each.strip() for each in line.value.split(","))):
            begins, _, ends = value.partition("/")
            start = reader.moment(line, begins)
            yield reader.interval(start, _period_span(reader, line, start, ends) if ends else Span(0, 0))
