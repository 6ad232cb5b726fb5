"""Interval algebra on instants.

An interval is a half-open pair (start, end) of epoch seconds. One that does not end after it starts
holds no instant and counts as nothing.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

Interval = tuple[int, int]
DAY_MINUTES = 24 * 60
DAY_SECONDS = 60 * DAY_MINUTES


def merge(intervals: Iterable[Interval]) -> list[Interval]:
    """The same instants as sorted intervals that neither overlap nor touch."""
    merged: list[Interval] = []
    for start, end in sorted(intervals):
        if end <= start:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def subtract(intervals: Iterable[Interval], removed: Sequence[Interval]) -> list[Interval]:
    """What `intervals` hold outside `removed`, in one sweep.

    Both are sorted and free of overlaps. `intervals` may touch: they are cut one by one, never joined.
    """
    left: list[Interval] = []
    position = 0
    for start, end in intervals:
        while position < len(removed) and removed[position][1] <= start:
            position += 1
        # A removed interval may reach into the next interval too, so only the inner walk passes it.
        ahead = position
        while ahead < len(removed) and removed[ahead][0] < end:
            if start < removed[ahead][0]:
                left.append((start, removed[ahead][0]))
            start = removed[ahead][1]
            ahead += 1
        if start < end:
            left.append((start, end))
    return left


def clip(intervals: Iterable[Interval], start: int, end: int) -> list[Interval]:
    """The parts inside the range."""
    return [(max(a, start), min(b, end)) for a, b in intervals if a < end and b > start]


def epoch(moment: datetime) -> int:
    """Epoch seconds, without the fraction."""
    return int(moment.timestamp())


def instant(seconds: int) -> datetime:
    """Epoch seconds as a moment in UTC."""
    return datetime.fromtimestamp(seconds, UTC)
