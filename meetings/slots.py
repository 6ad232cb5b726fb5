"""The engine that says which start times are offered. Pure: no Django, no clock, no query.

Inside, instants are epoch seconds and lengths are seconds; the edges speak aware datetimes.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from everwise.intervals import Interval, merge, subtract
from experts.availability import DAY, Hours, local_date, midnight, midnights, windows

DAY_SECONDS = 24 * 60 * 60
EPOCH = datetime.fromtimestamp(0, UTC)
SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """What the engine must know of one expert. Busy times are (start, end) in epoch seconds, in any order.

    meetings: her live meetings, on any path and in any role, but not the one that is being rescheduled.
    foreign: busy times from her other calendars.
    session_starts: starts of the live or held meetings in which she is the expert, for the caps: all of every
        Monday-to-Sunday week of her zone that the range touches, and again not the one being rescheduled.
    buffer_before, buffer_after, notice: seconds. horizon_days, cap_day, cap_week: None is no limit.
    """

    id: Hashable
    hours: Hours
    meetings: Sequence[Interval] = ()
    foreign: Sequence[Interval] = ()
    session_starts: Sequence[int] = ()
    buffer_before: int = 0
    buffer_after: int = 0
    notice: int = 0
    horizon_days: int | None = None
    cap_day: int | None = None
    cap_week: int | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """What the path asks of a start. duration, interval and notice are seconds; opens and closes are epoch
    seconds with opens <= start < closes; None is no limit. Raises ValueError for a length of nothing."""

    duration: int
    interval: int
    notice: int = 0
    horizon_days: int | None = None
    opens: int | None = None
    closes: int | None = None

    def __post_init__(self):
        if self.duration <= 0 or self.interval <= 0:
            raise ValueError("A session's duration and interval must be longer than nothing.")


def starts(
    calendars: Iterable[Calendar],
    policy: Policy,
    *,
    range_start: datetime,
    range_end: datetime,
    now: datetime,
    participant_busy: Sequence[Interval] = (),
) -> dict[datetime, list[Hashable]]:
    """Every offered start with range_start <= start < range_end, and who is free at it.

    Datetimes are aware; the answer's are UTC and sorted, its ids in the order of `calendars`.
    participant_busy: (start, end) of the meetings the participant is in already, in epoch seconds.
    """
    first, end, clock = _ceil(range_start), _ceil(range_end), _ceil(now)
    if policy.opens is not None:
        first = max(first, policy.opens)
    if policy.closes is not None:
        end = min(end, policy.closes)

    found: dict[int, list[Hashable]] = {}
    for calendar in calendars:
        for start in _starts_of(calendar, policy, first, end, clock, participant_busy):
            found.setdefault(start, []).append(calendar.id)
    return {datetime.fromtimestamp(start, UTC): ids for start, ids in sorted(found.items())}


def is_offered(
    calendars: Iterable[Calendar],
    policy: Policy,
    start: datetime,
    *,
    now: datetime,
    participant_busy: Sequence[Interval] = (),
) -> list[Hashable]:
    """Who is free at exactly `start`, by the same function that lists the times; nobody is an empty list."""
    # In UTC, because a time that its zone shows twice equals no datetime of another zone (PEP 495).
    start = start.astimezone(UTC)
    offered = starts(
        calendars,
        policy,
        range_start=start,
        range_end=start + SECOND,
        now=now,
        participant_busy=participant_busy,
    )
    return offered.get(start, [])


def _starts_of(
    calendar: Calendar, policy: Policy, first: int, end: int, now: int, participant_busy: Sequence[Interval]
) -> Iterator[int]:
    """The starts of one expert in first <= start < end, in order."""
    zone = calendar.hours.zone
    first = max(first, now + max(calendar.notice, policy.notice))
    horizon = min((n for n in (calendar.horizon_days, policy.horizon_days) if n is not None), default=None)
    if horizon is not None:
        last_date = local_date(now, zone) + horizon * DAY
        last_midnight = midnight(last_date + DAY, zone)
        # Clocks set back over midnight show the last date once more: starts beyond it are looked at singly.
        end = min(end, last_midnight + DAY_SECONDS)
    if first >= end or 0 in (calendar.cap_day, calendar.cap_week):  # A cap of 0 is reached without sessions.
        return

    full_days, full_weeks = _full(calendar)
    for start in _free_starts(calendar, policy, first, end, participant_busy):
        if horizon is not None and start >= last_midnight and local_date(start, zone) > last_date:
            continue
        if full_days or full_weeks:
            day = local_date(start, zone)
            if day in full_days or _monday(day) in full_weeks:
                continue
        yield start


def _free_starts(
    calendar: Calendar, policy: Policy, first: int, end: int, participant_busy: Sequence[Interval]
) -> Iterator[int]:
    segments = []
    # The range is widened by a session, so that a long one is not refused for the margin of the windows.
    for window_start, window_end in windows(calendar.hours, first, end + policy.duration):
        last_end = min(end, window_end - policy.duration + 1)
        for anchor, stop in _segments(window_start, window_end, calendar.hours.zone):
            segments.append((anchor, min(stop, last_end)))
    anchors = [anchor for anchor, _ in segments]

    possible = [(max(anchor, first), stop) for anchor, stop in segments]
    blocked = merge(_blocked_starts(calendar, policy.duration, participant_busy))
    for free_from, free_to in subtract(possible, blocked):
        anchor = anchors[bisect_right(anchors, free_from) - 1]
        yield from range(free_from + (anchor - free_from) % policy.interval, free_to, policy.interval)


def _segments(start: int, end: int, zone: str) -> list[Interval]:
    """A merged window as stretches, each with starts counted from its own beginning."""
    anchors = [start]
    if end - start > DAY_SECONDS:
        anchors += midnights(start, end, zone)
    return list(zip(anchors, [*anchors[1:], end], strict=True))


def _blocked_starts(calendar: Calendar, duration: int, participant_busy: Sequence[Interval]) -> Iterator[Interval]:
    """For every busy time the starts, in whole seconds, from which a session would touch it."""
    between_sessions = max(calendar.buffer_before, calendar.buffer_after)
    for busy, before, after in (
        (calendar.meetings, between_sessions, between_sessions),
        (calendar.foreign, calendar.buffer_before, calendar.buffer_after),
        (participant_busy, 0, 0),
    ):
        for start, end in busy:
            if end > start:
                yield start - after - duration + 1, end + before


def _full(calendar: Calendar) -> tuple[set[date], set[date]]:
    """The local dates, and the Mondays of the weeks, that already have as many sessions as she wants."""
    if calendar.cap_day is None and calendar.cap_week is None:
        return set(), set()
    dates = [local_date(start, calendar.hours.zone) for start in calendar.session_starts]
    return _reached(calendar.cap_day, dates), _reached(calendar.cap_week, map(_monday, dates))


def _reached(cap: int | None, dates: Iterable[date]) -> set[date]:
    return set() if cap is None else {day for day, sessions in Counter(dates).items() if sessions >= cap}


def _monday(day: date) -> date:
    return day - day.weekday() * DAY


def _ceil(instant: datetime) -> int:
    """Epoch seconds, rounded up: every bound is a "not before" or an "only before" of whole seconds."""
    return -((EPOCH - instant) // SECOND)
