"""Which instant a local time of a foreign calendar means. Pure: no Django, no clock; nothing of a file outlives it.

A local time that the clocks show twice is its first occurrence, one that they skip counts by the offset from before
(RFC 5545, section 3.3.5).
"""

import re
from bisect import bisect_right
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Protocol
from zoneinfo import ZoneInfo, available_timezones

from experts.feeds import windows_zones
from experts.feeds.ics import Component, UnreadableCalendar, shown, unescaped
from experts.feeds.recurrence import RecurrenceRule, until_of

EPOCH = datetime(1970, 1, 1)
_STAMP = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z?))?")
# What is clear all the same: dashes and colons, no leading zeros, no seconds, parts of seconds, an offset for a Z.
_LOOSE = re.compile(
    r"(?P<year>\d{4})(?:(?P<days>\d{3,4})|[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2}))"
    r"(?:[T ]+(?:(?P<clock>\d{3,6})|(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?)(?:[.,]\d+)?)?"
    r"T?\s*(?P<utc>Z|[+-]\d{2}:?\d{2})?"
)
_OFFSET = re.compile(r"([+-]?)(\d{1,2}):?(\d{2})(?::?(\d{2}))?0*")
_PLAIN_OFFSET = re.compile(r"([+-]?)(\d{2})(\d{2})(\d{2})?")
_MAX_ONSETS = 5_000
_MAX_UNKNOWN = 20


class Zone(Protocol):
    """Local times are naive, instants are epoch seconds."""

    def instant(self, local: datetime) -> int: ...

    def local(self, instant: int) -> datetime: ...


class Iana:
    def __init__(self, name: str):
        self.info = ZoneInfo(name)

    def instant(self, local: datetime) -> int:
        return int(local.replace(tzinfo=self.info, fold=0).timestamp())

    def local(self, instant: int) -> datetime:
        return datetime.fromtimestamp(instant, self.info).replace(tzinfo=None, fold=0)


UTC_ZONE = Iana("Etc/UTC")


class Defined:
    """A zone as a VTIMEZONE defines it: offsets in seconds, each from an instant on. Raises UnreadableCalendar."""

    def __init__(self, component: Component, until: datetime):
        changes = sorted({change for part in component.children for change in _changes(part, until)})
        if not changes:
            raise UnreadableCalendar("zone-never")
        self.instants = [at for at, _, _ in changes]
        # Before the first change its own "from" holds; after each change its "to".
        self.offsets = [changes[0][1], *(after for _, _, after in changes)]
        pairs = zip(changes, self.offsets, strict=False)
        self.faces = [at + max(before, after) for (at, _, after), before in pairs]

    def instant(self, local: datetime) -> int:
        face = _seconds(local)
        return face - self.offsets[bisect_right(self.faces, face)]

    def local(self, instant: int) -> datetime:
        return EPOCH + timedelta(seconds=instant + self.offsets[bisect_right(self.instants, instant)])


class Zones:
    """The zones that one calendar speaks of, by TZID. What nobody knows is the owner's, and is put down in `unknown`.

    A name of IANA means that zone, whatever the file says of it; other names are the file's own, then Windows'.
    """

    def __init__(self, components: Iterable[Component], owner: Zone, until: datetime):
        self.owner, self.until = owner, until
        self.unknown: dict[str, int] = {}
        self.exact: dict[str, Component] = {}
        self.trimmed: dict[str, Component] = {}
        for component in components:
            line = component.one("TZID")
            if line and component.children:
                name = unescaped(line.value)
                self.exact.setdefault(name, component)
                # " 1" is a name of its own, but some programs quote it on one side only.
                self.trimmed.setdefault(_trimmed(name), component)
        self.known: dict[str, Zone | UnreadableCalendar | None] = {}

    def get(self, tzid: str) -> Zone:
        """Raises UnreadableCalendar where the file's own definition can't be read and nobody else knows the name."""
        if tzid not in self.known:
            self.known[tzid] = self._find(tzid)
        found = self.known[tzid]
        if isinstance(found, UnreadableCalendar):
            raise found
        if found is None:
            name = _trimmed(tzid)
            if name and (name in self.unknown or len(self.unknown) < _MAX_UNKNOWN):
                self.unknown[name] = self.unknown.get(name, 0) + 1
            return self.owner
        return found

    def _find(self, tzid: str) -> Zone | UnreadableCalendar | None:
        name = _trimmed(tzid)
        if name in _iana_names():
            return Iana(name)
        component = self.exact.get(tzid) or self.exact.get(unescaped(tzid)) or self.trimmed.get(name)
        broken = None
        if component is not None:
            try:
                return Defined(component, self.until)
            except UnreadableCalendar as error:
                broken = error
        if known := windows_zones.IANA.get(name.casefold()):
            return Iana(known)
        # Thunderbird and Evolution once wrote /mozilla.org/20070129_1/Europe/Berlin.
        parts = name.split("/")
        for candidate in [name, *("/".join(parts[-count:]) for count in (3, 2, 1) if len(parts) > count)]:
            if candidate.casefold() in _folded_names():
                return Iana(_folded_names()[candidate.casefold()])
        return broken


def _trimmed(tzid: str) -> str:
    return unescaped(tzid).strip(' "')


@cache
def _iana_names() -> frozenset[str]:
    return frozenset(available_timezones())


@cache
def _folded_names() -> dict[str, str]:
    return {name.casefold(): name for name in sorted(_iana_names())}


def stamp(text: str, late: bool = False) -> tuple[datetime, bool, bool]:
    """A DATE or DATE-TIME as (naive local time, is it a date alone?, is it UTC?). Raises UnreadableCalendar.

    Of the two dates that one without leading zeros may be, the later where that is asked for.
    """
    text = text.strip().upper()
    match = _STAMP.fullmatch(text)
    try:
        if not match:
            return _loose(text, late)
        year, month, day = (int(part) for part in match.group(1, 2, 3))
        hour, minute, second = (int(part or 0) for part in match.group(4, 5, 6))
        return _moment(year, month, day, hour, minute, second), match[4] is None, bool(match[7])
    except (ValueError, OverflowError) as error:
        if isinstance(error, UnreadableCalendar):
            raise
        raise UnreadableCalendar(f"no-such-date {shown(text)}") from None


def _moment(year: int, month: int, day: int, hour: int, minute: int, second: int) -> datetime:
    if (hour, minute, second) == (24, 0, 0):
        return datetime(year, month, day) + timedelta(days=1)
    # A leap second is the one before it.
    return datetime(year, month, day, hour, minute, 59 if second == 60 else second)


def _loose(text: str, late: bool) -> tuple[datetime, bool, bool]:
    match = _LOOSE.fullmatch(text)
    if not match:
        raise UnreadableCalendar(f"no-date {shown(text)}")
    dates = []
    for month, day in _splits(match["days"]) if match["days"] else [(match["month"], match["day"])]:
        try:
            dates.append(datetime(int(match["year"]), int(month), int(day)))
        except ValueError:
            continue
    if len(dates) > 1 and not late:
        raise UnreadableCalendar(f"no-date {shown(text)}")
    date = max(dates, default=None)
    if date is None:
        raise ValueError
    clock = match["clock"] or match["hour"]
    if clock is None:
        return date, True, False
    if match["clock"]:
        digits = (clock if len(clock) > 4 else clock + "00").zfill(6)
        parts = int(digits[:2]), int(digits[2:4]), int(digits[4:])
    else:
        parts = int(clock), int(match["minute"]), int(match["second"] or 0)
    local = _moment(date.year, date.month, date.day, *parts)
    utc = match["utc"] or ""
    if len(utc) > 1:
        local -= timedelta(seconds=_offset(utc))
    return local, False, bool(utc)


def _splits(digits: str) -> list[tuple[str, str]]:
    """The months and days that some digits may be: 1121 is one, 121 two."""
    if len(digits) == 3:
        return [(digits[:1], digits[1:]), (digits[:2], digits[2:])]
    half = len(digits) // 2
    return [(digits[:half], digits[half:])]


def _changes(part: Component, until: datetime) -> list[tuple[int, int, int]]:
    """Each onset of a STANDARD or DAYLIGHT part: (instant, seconds ahead of UTC before it, and from it on)."""
    begins, before, after = part.one("DTSTART"), part.one("TZOFFSETFROM"), part.one("TZOFFSETTO")
    if part.name not in {"STANDARD", "DAYLIGHT"} or not (begins and before and after):
        return []
    start, _, _ = stamp(begins.value)
    new = _offset(after.value)
    try:
        old = _offset(before.value)
    except UnreadableCalendar:
        # What the clocks showed before says only when exactly they change.
        old = new
    onsets = {start}
    for line in part.all("RDATE"):
        onsets.update(stamp(each.partition("/")[0])[0] for each in line.value.split(","))
    for line in part.all("RRULE"):
        ends = until_of(line.value)
        last = None
        if ends:
            last, is_date, is_utc = stamp(ends, late=True)
            if is_utc:
                last += timedelta(seconds=old)
            elif is_date:
                last = last.replace(hour=23, minute=59, second=59)
        for onset in RecurrenceRule(line.value, start, last).between(max(start, EPOCH), until):
            if onset is not None:
                onsets.add(onset)
            if len(onsets) > _MAX_ONSETS:
                raise UnreadableCalendar("zone-too-often")
    return [(_seconds(onset) - old, old, new) for onset in onsets]


def _offset(text: str) -> int:
    match = _PLAIN_OFFSET.fullmatch(text.strip()) or _OFFSET.fullmatch(text.strip())
    if not match:
        raise UnreadableCalendar(f"no-offset {shown(text)}")
    hours, minutes, seconds = (int(part or 0) for part in match.group(2, 3, 4))
    if hours > 23 or minutes > 59 or seconds > 59:
        raise UnreadableCalendar(f"no-offset {shown(text)}")
    total = hours * 3600 + minutes * 60 + seconds
    return -total if match[1] == "-" else total


def _seconds(local: datetime) -> int:
    """A naive local time as if it were UTC, in epoch seconds."""
    return int(local.replace(tzinfo=UTC).timestamp())
