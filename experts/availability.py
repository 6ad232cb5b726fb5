"""From an expert's hours to instants: rules, overrides and their zone. All DST knowledge lives here.

Pure: no Django, no clock. Instants are epoch seconds, local times are naive datetimes, zones are IANA names.
"""

import re
from bisect import bisect_left, bisect_right
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from everwise.intervals import Interval, merge, subtract

DAY = timedelta(days=1)

# Hours are expanded this many local dates beyond the range. A merged window that reaches from the range to
# the edge is then surely longer than 24 hours, cut short or not, and is anchored at its midnights alone, so
# no answer depends on the range that was asked for.
MARGIN = 3 * DAY

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

_BYDAY = rf"(?:[+-]?[1-5])?(?:{'|'.join(WEEKDAYS)})"
PARTS = {
    "FREQ": r"DAILY|WEEKLY|MONTHLY",
    "INTERVAL": r"[1-9][0-9]{0,3}",
    "BYDAY": rf"{_BYDAY}(?:,{_BYDAY})*",
    "UNTIL": r"[0-9]{8}",
    "COUNT": r"[1-9][0-9]{0,3}",
}


class InvalidRule(ValueError):
    """A recurrence rule that cannot be kept; it says why as a code, see experts/faults."""


class RecurringWindows(NamedTuple):
    """Windows that recur. A window is (start, end) in minutes of the local day, 0 <= start < 1440 and
    0 <= end <= 1440; an end at or before the start runs past midnight into the next date."""

    rrule: str
    first_date: date
    windows: tuple[tuple[int, int], ...]


class Override(NamedTuple):
    """The windows of one local date, in place of what the rules say; none is a day off."""

    date: date
    windows: tuple[tuple[int, int], ...]


class Hours(NamedTuple):
    zone: str
    rules: tuple[RecurringWindows, ...]
    overrides: tuple[Override, ...]


def parse_rrule(text: str) -> str:
    """The rule in its one canonical spelling, without "RRULE:" (RFC 5545, section 3.3.10).

    Only what hours need: FREQ (daily, weekly, monthly), INTERVAL, BYDAY, and UNTIL (a local date, included)
    or COUNT. Raises InvalidRule.
    """
    return ";".join(f"{name}={value}" for name, value in _parse(text).items())


@lru_cache(maxsize=4096)
def _parse(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in text.strip().upper().removeprefix("RRULE:").split(";"):
        name, _, value = part.partition("=")
        if name not in PARTS:
            raise InvalidRule(f"rule-part {part}")
        if name in found:
            raise InvalidRule(f"rule-twice {name}")
        if not re.fullmatch(PARTS[name], value):
            raise InvalidRule(f"rule-{name.lower()}")
        found[name] = value
    if "FREQ" not in found:
        raise InvalidRule("rule-without-freq")
    if "UNTIL" in found and "COUNT" in found:
        raise InvalidRule("rule-two-ends")
    if "UNTIL" in found:
        try:
            date.fromisoformat(found["UNTIL"])
        except ValueError:
            raise InvalidRule("rule-until") from None
    if "BYDAY" in found:
        found["BYDAY"] = _byday(found["BYDAY"].split(","), found["FREQ"])
    return {name: found[name] for name in PARTS if name in found}


def _byday(days: list[str], frequency: str) -> str:
    numbered = any(len(day) > 2 for day in days)
    if numbered and frequency != "MONTHLY":
        raise InvalidRule("rule-numbered")
    if numbered:
        # dateutil takes "MO,1TU" for days that are both; spelt out, it they are either, as in the RFC.
        days = [f"{n}{day}" if n else day for day in days for n in (range(1, 6) if len(day) == 2 else (0,))]
    return ",".join(dict.fromkeys(days))


@lru_cache(maxsize=8192)
def _dates_in_year(rrule: str, first_date: date, year: int) -> tuple[date, ...]:
    """The local dates of one calendar year on which a rule falls, in order.

    Kept, because dateutil walks there from first_date each time.
    """
    parts = _parse(rrule)
    weekday = WEEKDAYS[first_date.weekday()]
    every_weeks = parts["FREQ"] == "DAILY" and int(parts.get("INTERVAL", "1")) % 7 == 0
    if first_date.year > year or (every_weeks and weekday not in parts.get("BYDAY", weekday)):
        # Days a whole number of weeks apart never reach another weekday; dateutil would look until 9999.
        return ()
    # WKST is spelt out because dateutil's default is a process-wide setting of the calendar module.
    recurrence = rrulestr(f"{parse_rrule(rrule)};WKST=MO", dtstart=_midnight_of(first_date))
    found = recurrence.between(_midnight_of(date(year, 1, 1)), _midnight_of(date(year, 12, 31)), inc=True)
    return tuple(moment.date() for moment in found)


def to_instant(local: datetime, zone: str) -> int:
    """The first instant at which the zone's clocks show the naive `local` time or a later one.

    So an ambiguous time is its first occurrence, and a time the clocks skip is the instant they skip it.
    """
    info = ZoneInfo(zone)
    # PEP 495: fold 0 reads with the offset that held before a clock change, fold 1 with the one after it.
    high = int(local.replace(tzinfo=info, fold=0).timestamp())
    low = int(local.replace(tzinfo=info, fold=1).timestamp())
    if high <= low:
        return high
    # The clocks skip this time, at some instant after `low` and at or before `high`.
    while high - low > 1:
        middle = (low + high) // 2
        if datetime.fromtimestamp(middle, info).replace(tzinfo=None) < local:
            low = middle
        else:
            high = middle
    return high


def local_date(instant: int, zone: str) -> date:
    """The date on the zone's clocks at an instant (epoch seconds)."""
    return datetime.fromtimestamp(instant, ZoneInfo(zone)).date()


@lru_cache(maxsize=16384)
def midnight(day: date, zone: str) -> int:
    """The instant at which a local date begins, or would if the zone had not skipped it."""
    return to_instant(_midnight_of(day), zone)


@lru_cache(maxsize=16384)
def instants_of(day: date, zone: str) -> tuple[Interval, ...]:
    """When the zone's clocks show a local date: from its midnight to the next one, and once more where they are set
    back over that; never, for a date the zone skipped."""
    own = merge([(midnight(day, zone), midnight(day + DAY, zone))])
    return *subtract(own, merge([_shown_again(day - DAY, zone)])), *merge([_shown_again(day, zone)])


def _shown_again(day: date, zone: str) -> Interval:
    """The instants after the end of a local date at which the clocks show it once more; mostly none."""
    info, next_midnight = ZoneInfo(zone), _midnight_of(day + DAY)
    first, second = (int(next_midnight.replace(tzinfo=info, fold=fold).timestamp()) for fold in (0, 1))
    if second <= first or local_date(second - 1, zone) != day:
        return second, second
    return bisect_left(range(second), True, first, key=lambda at: local_date(at, zone) == day), second


def midnights(start: int, end: int, zone: str) -> list[int]:
    """The local midnights strictly between two instants, in order."""
    first, last = local_date(start, zone), local_date(end, zone)
    # One date more than the end's: clocks set back over midnight show the date before it once more.
    days = (first + n * DAY for n in range(1, (last - first).days + 2))
    return sorted({at for at in (midnight(day, zone) for day in days) if start < at < end})


def windows(hours: Hours, range_start: int, range_end: int) -> list[Interval]:
    """The expert's merged windows that overlap the range, sorted and not clipped to it.

    A window that reaches beyond the range by days may be cut short there, see MARGIN. Raises InvalidRule
    for a rule that parse_rrule refuses, ZoneInfoNotFoundError for an unknown zone.
    """
    first = local_date(range_start, hours.zone) - MARGIN
    last = local_date(range_end, hours.zone) + MARGIN
    overrides: dict[date, set[tuple[int, int]]] = {}
    for override in hours.overrides:
        overrides.setdefault(override.date, set()).update(override.windows)

    planned: list[tuple[date, tuple[int, int]]] = [
        (day, window) for day, own in overrides.items() if first <= day <= last for window in own
    ]
    for rule in hours.rules:
        for year in range(first.year, last.year + 1):
            days = _dates_in_year(rule.rrule, rule.first_date, year)
            for day in days[bisect_left(days, first) : bisect_right(days, last)]:
                if day not in overrides:
                    planned.extend((day, window) for window in rule.windows)

    found = [_convert(day, *window, hours.zone, day + DAY in overrides) for day, window in planned]
    return [(start, end) for start, end in merge(found) if start < range_end and end > range_start]


@lru_cache(maxsize=65536)
def _convert(day: date, start: int, end: int, zone: str, cut: bool) -> Interval:
    """One window as instants, ended at the next midnight if `cut`. Kept, as experts of a zone share most."""
    next_midnight = midnight(day + DAY, zone)
    if midnight(day, zone) == next_midnight:
        return next_midnight, next_midnight  # The zone skipped this date.
    if end > start:
        closes = _at(day, end, zone)
    elif cut:
        closes = next_midnight
    else:
        closes = _at(day + DAY, end, zone)
    return _at(day, start, zone), closes


def _at(day: date, minute: int, zone: str) -> int:
    return to_instant(_midnight_of(day) + timedelta(minutes=minute), zone)


def _midnight_of(day: date) -> datetime:
    return datetime.combine(day, time.min)
