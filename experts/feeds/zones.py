"""Which instant a local time of a foreign calendar means. Pure: no Django, no clock; nothing outlives one file.

A local time that the clocks show twice is its first occurrence, one that they skip counts by the offset from before
(RFC 5545, section 3.3.5).
"""

import re
from bisect import bisect_right
from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from experts.feeds import windows_zones
from experts.feeds.ics import Component, Unreadable, shown
from experts.feeds.recurrence import Rule, until_of

EPOCH = datetime(1970, 1, 1)
_STAMP = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z?))?")
_OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2}):?(\d{2})?")
_MAX_ONSETS = 5_000


class Zone(Protocol):
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
    """A zone as a VTIMEZONE tells it: offsets in seconds, each from an instant on. Raises Unreadable."""

    def __init__(self, component: Component, until: datetime):
        changes = sorted({change for part in component.children for change in _changes(part, until)})
        if not changes:
            raise Unreadable("A time zone in the calendar never begins.")
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
    """The zones that one VCALENDAR speaks of, by TZID. What nobody knows is the owner's."""

    def __init__(self, calendar: Component, owner: Zone, until: datetime):
        self.owner, self.until = owner, until
        self.components: dict[str, Component] = {}
        for component in calendar.children:
            line = component.one("TZID")
            if component.name == "VTIMEZONE" and line and component.children:
                self.components.setdefault(line.value, component)
        self.known: dict[str, Zone] = {}

    def get(self, tzid: str) -> Zone:
        if tzid not in self.known:
            self.known[tzid] = self._find(tzid)
        return self.known[tzid]

    def _find(self, tzid: str) -> Zone:
        component = self.components.get(tzid)
        if component is None:
            # " 1" is a name of its own, but some programs quote it on one side only.
            trimmed = (each for name, each in self.components.items() if name.strip(' "') == tzid.strip(' "'))
            component = next(trimmed, None)
        if component is not None:
            return Defined(component, self.until)
        name = tzid.strip(' "')
        if known := windows_zones.IANA.get(name.casefold()):
            return Iana(known)
        # Thunderbird and Evolution once wrote /mozilla.org/20070129_1/Europe/Berlin.
        parts = name.split("/")
        for candidate in dict.fromkeys([name, *("/".join(parts[-count:]) for count in (3, 2) if len(parts) > count)]):
            try:
                return Iana(candidate)
            except (ValueError, OSError, LookupError):
                continue
        return self.owner


def stamp(text: str) -> tuple[datetime, bool, bool]:
    """A DATE or DATE-TIME as (naive local time, is it a date alone?, is it UTC?). Raises Unreadable."""
    match = _STAMP.fullmatch(text.strip().upper())
    if not match:
        raise Unreadable(f"“{shown(text)}” in the calendar is neither a date nor a time.")
    year, month, day = (int(part) for part in match.group(1, 2, 3))
    hour, minute, second = (int(part or 0) for part in match.group(4, 5, 6))
    try:
        # A leap second is the one before it.
        return datetime(year, month, day, hour, minute, min(second, 59)), match[4] is None, bool(match[7])
    except ValueError:
        raise Unreadable(f"“{shown(text)}” in the calendar is a date or time that does not exist.") from None


def _changes(part: Component, until: datetime) -> list[tuple[int, int, int]]:
    """Each onset of a STANDARD or DAYLIGHT part: (instant, seconds ahead of UTC before it, and from it on)."""
    begins, before, after = part.one("DTSTART"), part.one("TZOFFSETFROM"), part.one("TZOFFSETTO")
    if part.name not in {"STANDARD", "DAYLIGHT"} or not (begins and before and after):
        return []
    start, _, _ = stamp(begins.value)
    old, new = _offset(before.value), _offset(after.value)
    onsets = {start}
    for line in part.all("RDATE"):
        onsets.update(stamp(each.partition("/")[0])[0] for each in line.value.split(","))
    for line in part.all("RRULE"):
        ends = until_of(line.value)
        last = None
        if ends:
            last, is_date, is_utc = stamp(ends)
            if is_utc:
                last += timedelta(seconds=old)
            elif is_date:
                last = last.replace(hour=23, minute=59, second=59)
        for onset in Rule(line.value, start, last).between(max(start, EPOCH), until):
            if onset is not None:
                onsets.add(onset)
            if len(onsets) > _MAX_ONSETS:
                raise Unreadable("A time zone in the calendar changes too often.")
    return [(_seconds(onset) - old, old, new) for onset in onsets]


def _offset(text: str) -> int:
    match = _OFFSET.fullmatch(text.strip())
    if not match:
        raise Unreadable(f"“{shown(text)}” in the calendar is no offset from UTC.")
    hours, minutes, seconds = (int(part or 0) for part in match.group(2, 3, 4))
    if hours > 23 or minutes > 59 or seconds > 59:
        raise Unreadable(f"“{shown(text)}” in the calendar is no offset from UTC.")
    total = hours * 3600 + minutes * 60 + seconds
    return total if match[1] == "+" else -total


def _seconds(local: datetime) -> int:
    """A naive local time as if it were UTC, in epoch seconds."""
    return int(local.replace(tzinfo=UTC).timestamp())
