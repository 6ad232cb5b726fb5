"""The work that is measured, and the plain loop it is measured against.

W(N, D): N experts in eight time zones by turns, each at work 09:00 to 12:00 and 13:00 to 17:00 local time from Monday
to Friday (or all week). From 1 March 2027, 00:00 UTC, on D days are cut into half hours, and every half hour that lies
in an expert's working time is a meeting of theirs if a bit of a hash says so, which is about every second one. The hash
knows only the expert's number and the half hour's, so W(10, 7) is a part of W(1000, 42).

Four weeks hold the days on which clocks change in New York and Los Angeles, six also those of London and Lord Howe.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

ZONES = (
    "America/New_York",
    "Europe/London",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
    "Asia/Tokyo",
    "America/Los_Angeles",
    "Africa/Nairobi",
)
FROM = datetime(2027, 3, 1, tzinfo=UTC)
BLOCKS = ((9, 12), (13, 17))
HALF_HOUR, STEP = 1800, 900
Span = tuple[int, int]


@dataclass(frozen=True)
class Work:
    """Times are epoch seconds; `hours` and `busy` have one list of (start, end) for each expert."""

    since: int
    until: int
    workdays: int
    zones: list[str]
    hours: list[tuple[Span, ...]]
    busy: list[list[Span]]


def workload(experts: int, days: int, *, all_week: bool = False) -> Work:
    since = int(FROM.timestamp())
    workdays = 7 if all_week else 5
    zones = [ZONES[number % len(ZONES)] for number in range(experts)]
    hours = [working_time(zone, days, workdays) for zone in zones]
    busy = [list(meetings_of(number, spans)) for number, spans in enumerate(hours)]
    return Work(since, since + days * 86400, workdays, zones, hours, busy)


@lru_cache(maxsize=64)
def working_time(zone: str, days: int, workdays: int, since: datetime = FROM) -> tuple[Span, ...]:
    begin = int(since.timestamp())
    until = begin + days * 86400
    found = []
    for number in range(-1, days + 1):
        day = since.date() + timedelta(days=number)
        if day.weekday() < workdays:
            for block in BLOCKS:
                start, end = (local_epoch(day, hour, zone) for hour in block)
                if max(start, begin) < min(end, until):
                    found.append((max(start, begin), min(end, until)))
    return tuple(found)


def local_epoch(day: date, hour: int, zone: str) -> int:
    return int(datetime.combine(day, time(hour), ZoneInfo(zone)).timestamp())


def meetings_of(expert: int, hours: tuple[Span, ...], since: datetime = FROM) -> Iterator[Span]:
    begin = int(since.timestamp())
    for start, end in hours:
        for moment in range(start, end, HALF_HOUR):
            if mixed(expert, (moment - begin) // HALF_HOUR) & 1:
                yield moment, moment + HALF_HOUR


def mixed(expert: int, half_hour: int) -> int:
    """32 well shaken bits of the two numbers."""
    mask = 0xFFFFFFFF
    bits = (expert * 0x9E3779B1 + half_hour * 0x85EBCA77 + 12345) & mask
    bits ^= bits >> 15
    bits = bits * 0x2C1B3C6D & mask
    bits ^= bits >> 12
    bits = bits * 0x297A2D39 & mask
    return bits ^ bits >> 15


def brute_union(experts: int, days: int, *, all_week: bool = False) -> dict[int, list[int]]:
    """The plain loop: every quarter hour at which somebody is free for half an hour, and the numbers of who is.

    Straight from the definition, meeting by meeting and quarter hour by quarter hour; only working time is kept ready.
    """
    found: dict[int, list[int]] = {}
    for number in range(experts):
        hours = working_time(ZONES[number % len(ZONES)], days, 7 if all_week else 5)
        taken = set()
        for start, end in list(meetings_of(number, hours)):
            taken.update(range(start, end, STEP))
        free = set()
        for start, end in hours:
            for moment in range(start, end, STEP):
                if moment not in taken:
                    free.add(moment)
        for moment in free:
            if all(moment + quarter * STEP in free for quarter in range(HALF_HOUR // STEP)):
                found.setdefault(moment, []).append(number)
    return found
