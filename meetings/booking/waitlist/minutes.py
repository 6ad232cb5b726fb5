"""Until when a time is held for somebody: minutes that run only within their usual hours. Pure: no Django, no clock."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple

from experts.availability import DAY, local_date, to_instant

# Usual hours come round each day, save where a zone skips a date.
DAYS = 4


class HeldSpan(NamedTuple):
    """When whoever it is held for is told, and until when it is theirs."""

    told_at: datetime
    until: datetime


def held_span(
    at: datetime, length: timedelta, *, usual_from: time, usual_until: time, zone: str, last: datetime
) -> HeldSpan | None:
    """From `at` on as many minutes of their usual hours as `length` says; None if they aren't over by `last`.

    Outside their usual hours nobody is told, and nothing runs. What counts is time that passes: where clocks are set
    back or forward, wall time does not.
    """
    told_at, left = None, length
    for begin, end in _usual_hours(at, usual_from, usual_until, zone):
        since = max(begin, at)
        if since >= end:
            continue
        told_at = told_at or since
        if since + left <= end:
            return HeldSpan(told_at, since + left) if since + left <= last else None
        left -= end - since
    return None


def _usual_hours(at: datetime, usual_from: time, usual_until: time, zone: str) -> Iterator[tuple[datetime, datetime]]:
    first = local_date(int(at.timestamp()), zone)
    for number in range(-1, DAYS):
        day = first + number * DAY
        begin, end = (to_instant(datetime.combine(day, each), zone) for each in (usual_from, usual_until))
        yield datetime.fromtimestamp(begin, UTC), datetime.fromtimestamp(end, UTC)
