"""From the bytes of a foreign calendar to busy times. Pure: bytes, the owner's zone and a range in, intervals out.

What can't be read in one event leaves out that event and is reported; the rest of the file stands. No title, place or
guest is ever read. Runs in the limits of experts/feeds/sandbox, which is not this module's business.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from everwise.intervals import Interval, merge
from experts.feeds import zones
from experts.feeds.events import DAY, EventLength, ForeignEvent, Moment, Owner, duration
from experts.feeds.ics import CalendarFile, Component, EventLines, Property, TooMuch, UnreadableCalendar, calendars
from experts.feeds.limits import MAX_STEPS, MAX_TOLD
from experts.feeds.recurrence import RecurrenceRule, until_of
from experts.feeds.zones import Zone, Zones, stamp

_OWN_UID = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@.*", re.IGNORECASE | re.DOTALL)
_FIRST_DATE = re.compile(r"^(?:DTSTART|RECURRENCE-ID)[^\n]*:(\d{4})-?(\d{2})-?(\d{2})", re.MULTILINE)


class Left(NamedTuple):
    """An event, or a date of one, that can't be read: its day as written ("" where that can't be read either), the
    line of the file where it begins, and why, as a code that repeats no title."""

    date: str
    line: int
    why: str


class ParsedCalendar(NamedTuple):
    """Merged intervals of epoch seconds. `named` holds those of events whose UID begins with a UUID, by that UUID:
    they may be our own meetings come back, which only the caller can tell. `left` are the first of `left_out` events
    that can't be read, coming ones first; `unknown` names zones that nobody knows, by how often they are met."""

    intervals: list[Interval]
    named: dict[str, list[Interval]]
    left_out: int = 0
    left: tuple[Left, ...] = ()
    unknown: tuple[tuple[str, int], ...] = ()


class Range(NamedTuple):
    start: int
    end: int


class Budget:
    """What one file may cost. Raises TooMuch when it is used up."""

    def __init__(self) -> None:
        self.steps = 0

    def step(self) -> None:
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise TooMuch("too-often")


class Source(NamedTuple):
    """Where an event stands: its text, and what its calendar says for all of its events."""

    block: EventLines
    zones: Zones
    cancelled: bool


def parse(data: bytes, zone: str, start: int, end: int, own: Collection[str] = ()) -> ParsedCalendar:
    """The busy times of a file between two instants, for an owner in the IANA `zone` whose addresses are `own`.

    Raises UnreadableCalendar where nothing in it can be read.
    """
    # Some days more: the last local time of any zone.
    today = (zones.EPOCH + timedelta(seconds=start) - 3 * DAY).strftime("%Y%m%d") if start > 0 else "00000000"
    return _Parsing(zone, Range(start, end), {address.strip().casefold() for address in own}).parse(
        calendars(data, today.rjust(8, "0"))
    )


class _Parsing:
    """One file. What it finds is kept by UUID, "" for all that has none."""

    def __init__(self, zone: str, wanted: Range, own: set[str]):
        self.owner, self.wanted, self.own = Owner(zone), wanted, own
        self.budget = Budget()
        self.found: dict[str, list[Interval]] = defaultdict(list)
        self.left: list[Left] = []
        self.known: list[Zones] = []
        # Events that could be read, those of the past among them.
        self.read = 0

    def parse(self, read: list[CalendarFile]) -> ParsedCalendar:
        until = zones.EPOCH + timedelta(seconds=self.wanted.end) + 2 * DAY
        series: dict[str, list[Source]] = defaultdict(list)
        for calendar in read:
            known = Zones(calendar.zones, self.owner, until)
            self.known.append(known)
            # Sent to take events back, whatever each of them says.
            cancelled = calendar.head.word("METHOD") == "CANCEL"
            for block in calendar.blocks:
                if block.name == "VEVENT":
                    series[block.uid or f" {len(series)}"].append(Source(block, known, cancelled))
                elif not cancelled:
                    self._freebusy(block, known)
        for uid, sources in series.items():
            if all(source.block.past for source in sources):
                self.read += len(sources)
            else:
                self._group(uid, sources)
        if self.left and not self.read:
            raise UnreadableCalendar(self.left[0].why)
        clipped = {name: clip(intervals, self.wanted) for name, intervals in self.found.items()}
        plain = clipped.pop("", [])
        return ParsedCalendar(plain, {name: some for name, some in clipped.items() if some}, *self._told())

    def _told(self) -> tuple[int, tuple[Left, ...], tuple[tuple[str, int], ...]]:
        unknown: dict[str, int] = defaultdict(int)
        for known in self.known:
            for name, count in known.unknown.items():
                unknown[name] += count
        often = sorted(unknown.items(), key=lambda each: (-each[1], each[0]))
        # The latest first: those are what may be missed.
        latest = sorted(self.left, key=lambda each: each.date or "9999", reverse=True)
        # A line is one event, however much of it can't be read.
        return len({each.line for each in self.left}), tuple(latest[:MAX_TOLD]), tuple(often[:MAX_TOLD])

    def _leave(self, block: EventLines, error: Exception) -> None:
        why = str(error) if isinstance(error, UnreadableCalendar) else "impossible"
        date = _FIRST_DATE.search(block.text)
        self.left.append(Left("-".join(date.groups()) if date else "", block.at, why))

    def _group(self, uid: str, sources: list[Source]) -> None:
        """Everything under one UID."""
        own = _OWN_UID.fullmatch(uid)
        found = self.found[str(UUID(own[1])) if own else ""]
        events: list[ForeignEvent] = []
        blocks: dict[int, EventLines] = {}
        for source in sources:
            try:
                event = ForeignEvent(source.block.component, source.zones, source.cancelled, self.own)
                # A rule is read before the event counts, or an event could be read in half.
                for line in event.component.all("RRULE"):
                    RecurrenceRule(line.value, event.start.local, _until(line.value, event.start))
            except (ValueError, OverflowError) as error:
                if not source.block.past:
                    self._leave(source.block, error)
                continue
            events.append(event)
            blocks[id(event)] = source.block
        self.read += len(events)
        for event, others, out in _standing(events):
            block = blocks[id(event)]
            try:
                if out is None or (out.once and not others):
                    found.append(event.interval(event.start))
                else:
                    leave = lambda error, block=block: self._leave(block, error)  # noqa: E731
                    found.extend(list(_series(event, out, others, self.wanted, self.budget, leave)))
            except TooMuch:
                raise
            except (ValueError, OverflowError) as error:
                self._leave(block, error)

    def _freebusy(self, block: EventLines, known: Zones) -> None:
        """The periods of a VFREEBUSY; all kinds but FREE are busy."""
        reader = ForeignEvent(Component("VEVENT"), known)
        self.read += 1
        for line in block.component.all("FREEBUSY"):
            if line.parameters.get("FBTYPE", "BUSY").upper() == "FREE":
                continue
            for value in filter(None, (each.strip() for each in line.value.split(","))):
                begins, _, ends = value.partition("/")
                try:
                    start = reader.moment(line, begins)
                    span = _period_span(reader, line, start, ends) if ends else EventLength(0, 0)
                    self.found[""].append(reader.interval(start, span))
                except (ValueError, OverflowError) as error:
                    self._leave(block, error)


def clip(intervals: Iterable[Interval], wanted: Range) -> list[Interval]:
    return merge((max(start, wanted.start), min(end, wanted.end)) for start, end in intervals)


def _newest(events: Iterable[ForeignEvent]) -> list[ForeignEvent]:
    """Of several versions of one thing the newest; those that are equally new all stand."""
    events = list(events)
    newest = max((event.sequence for event in events), default=0)
    return [event for event in events if event.sequence == newest]


class RecurrenceOverride(NamedTuple):
    replaces: Moment
    event: ForeignEvent


def _standing(
    events: list[ForeignEvent],
) -> Iterator[tuple[ForeignEvent, list[RecurrenceOverride], "_TakenOut | None"]]:
    """Under one UID, what keeps busy: each override, and each master with all overrides; in whatever order they stand.

    An override older than its masters, which have taken its occurrence out since, is a ghost and free.
    """
    masters = _newest(event for event in events if event.replaces is None)
    versions: dict[tuple[bool, int], list[RecurrenceOverride]] = defaultdict(list)
    for event in events:
        if event.replaces is not None:
            replaces = event.replaces
            if event.zoneless and masters:
                replaces = replaces._replace(zone=masters[0].start.zone)
            versions[event.onwards, replaces.instant].append(RecurrenceOverride(replaces, event))
    overrides: list[RecurrenceOverride] = []
    for same in versions.values():
        newest = _newest(override.event for override in same)
        overrides += [override for override in same if override.event in newest]
    taken_out = [_TakenOut(master) for master in masters]
    alive = []
    for override in overrides:
        older = bool(masters) and all(override.event.is_older_than(master) for master in masters)
        if not older or not all(out.holds(override.replaces) for out in taken_out):
            alive.append(override)
            if not override.event.free:
                yield override.event, [], None
    for master, out in zip(masters, taken_out, strict=True):
        if not master.free:
            yield master, alive, out


class _TakenOut:
    """What a master excludes: by EXDATE, or as later than the UNTIL of all its rules."""

    def __init__(self, master: ForeignEvent):
        self.master = master
        self.moments: list[Moment] = []
        for line in master.component.all("EXDATE"):
            for value in filter(None, (each.strip() for each in line.value.split(","))):
                try:
                    self.moments.append(master.moment(line, value))
                except UnreadableCalendar:
                    # The occurrence then stays busy, which is the safe side.
                    continue
        rules = master.component.all("RRULE")
        self.once = not (rules or self.moments or master.component.all("RDATE"))
        ends = [_until(line.value, master.start) for line in rules]
        self.last = max((end for end in ends if end), default=None) if all(ends) else None
        self.instants = {moment.instant for moment in self.moments if not moment.is_date}
        self.dates = {moment.local.date() for moment in self.moments if moment.is_date or master.start.is_date}

    def holds(self, replaces: Moment) -> bool:
        moment = replaces.at_hour_of(self.master.start)
        start = self.master.start
        local = moment.local if moment.is_date else start.zone.local(moment.instant)
        if self.last is not None and local > self.last:
            return True
        return local.date() in self.dates or (not moment.is_date and moment.instant in self.instants)


def _series(
    master: ForeignEvent, out: _TakenOut, overrides: list[RecurrenceOverride], wanted: Range, budget: Budget, leave
) -> Iterator[Interval]:
    """A master's own occurrences: without what is excluded or replaced, moved where "this and future" moved them."""
    gone = [override.replaces for override in overrides]
    instants = out.instants | {moment.instant for moment in gone if not moment.is_date}
    dates = out.dates | {moment.local.date() for moment in gone if moment.is_date or master.start.is_date}
    onwards = (
        RecurrenceOverride(replaces.at_hour_of(master.start), event) for replaces, event in overrides if event.onwards
    )
    futures = sorted(onwards, key=lambda each: each.replaces.instant)
    since = [future.replaces.instant for future in futures]
    # An occurrence before the range may last into it, or be moved into it.
    events = [master, *(future.event for future in futures)]
    longest = max(DAY * (event.span.days + 1) + timedelta(seconds=event.span.seconds) for event in events)
    moved = max((abs(_shift(future, master)) for future in futures), default=timedelta(0))
    for start, span in _starts(master, wanted, longest + moved, moved, budget, leave):
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


def _shift(future: RecurrenceOverride, master: ForeignEvent) -> timedelta:
    """How far "this and future" moves each occurrence, on the master's clock."""
    start, replaces = future.event.start, future.replaces
    if start.is_date or replaces.is_date:
        return start.local - replaces.local
    clock = master.start.zone
    return clock.local(start.instant) - clock.local(replaces.instant)


def _starts(
    master: ForeignEvent, wanted: Range, before: timedelta, after: timedelta, budget: Budget, leave
) -> Iterator[tuple[Moment, EventLength | None]]:
    """Each start that may touch the range, with its own length where it has one (an RDATE's PERIOD)."""
    start = master.start
    first, last = _edge(start.zone, wanted.start, -before - DAY), _edge(start.zone, wanted.end, after + DAY)
    seen = {start.local}
    yield start, None
    for line in master.component.all("RRULE"):
        for moment in RecurrenceRule(line.value, start.local, _until(line.value, start)).between(first, last):
            budget.step()
            if moment is not None and moment not in seen:
                seen.add(moment)
                yield start._replace(local=moment), None
    for line in master.component.all("RDATE"):
        for value in filter(None, (each.strip() for each in line.value.split(","))):
            budget.step()
            begins, _, ends = value.partition("/")
            try:
                added = master.moment(line, begins).at_hour_of(start)
                span = _period_span(master, line, added, ends) if ends else None
            except UnreadableCalendar as error:
                # One date less, not the whole event.
                leave(error)
                continue
            if ends or added != start:
                yield added, span


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
    local, is_date, is_utc = stamp(text, late=True)
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


def _period_span(event: ForeignEvent, line: Property, start: Moment, ends: str) -> EventLength:
    if ends.upper().lstrip("+-").startswith("P"):
        return duration(ends)
    return EventLength(0, max(event.moment(line, ends).instant - start.instant, 0))
