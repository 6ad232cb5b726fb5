"""The engine that says which start times are offered. Pure: no Django, no clock, no query.

Inside, instants are epoch seconds and lengths are seconds; the edges speak aware datetimes.

An expert's starts lie on a grid of their own: its quantum is the largest that divides the interval and the distances
of all their anchors, so each of their starts has a bit and no instant is rounded. (Hours on whole half hours and an
interval of 30 minutes make a grid of half hours; anchors at 09:00 and 13:10, one of 10 minutes; clocks that moved by
18 seconds in 1915, one of seconds.) What their hours alone allow is kept in the process, found again by the hours
themselves: changed hours are another key. What makes them busy is read anew each time and never kept.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache, partial
from math import gcd

from everwise.intervals import DAY_SECONDS, Interval
from experts.availability import DAY, Hours, instants_of, local_date, midnight, midnights, windows
from meetings.slots.bitmaps import Grid, Tally

EPOCH = datetime.fromtimestamp(0, UTC)
SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """What the engine must know of one expert. Busy times are (start, end) in epoch seconds, in any order.

    meetings: their live meetings, on any path and in any role, but not the one that is being rescheduled.
    foreign: busy times from their other calendars.
    session_starts: starts of the live or held meetings in which they are the expert, for the caps: all of every
        Monday-to-Sunday week of their zone that the range touches, and again not the one being rescheduled.
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
    seconds with opens <= start < closes; None is no limit. shut: spans (epoch seconds) in which nothing starts, since
    the participant has no session left for them. Raises ValueError for a length of nothing."""

    duration: int
    interval: int
    notice: int = 0
    horizon_days: int | None = None
    opens: int | None = None
    closes: int | None = None
    shut: tuple[Interval, ...] = ()

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
    ask = _question(policy, range_start, range_end, now, participant_busy)
    found: dict[int, list[Hashable]] = {}
    for calendar in calendars:
        grid, bits = ask(calendar)
        for start in grid.instants(bits):
            if start in found:
                found[start].append(calendar.id)
            else:
                found[start] = [calendar.id]
    return {datetime.fromtimestamp(start, UTC): found[start] for start in sorted(found)}


def free(
    calendars: Iterable[Calendar],
    policy: Policy,
    *,
    most: int,
    range_start: datetime,
    range_end: datetime,
    now: datetime,
    participant_busy: Sequence[Interval] = (),
) -> dict[int, tuple[list[Hashable], int]]:
    """Of every start as `starts` has it: the first `most` of those who are free, and how many they are in all.

    By epoch seconds, since a page has hundreds. Who is free at a start costs nothing but for those it names.
    """
    ask = _question(policy, range_start, range_end, now, participant_busy)
    ids: list[Hashable] = []
    tallies: dict[Grid, Tally] = {}
    for number, calendar in enumerate(calendars):
        ids.append(calendar.id)
        grid, bits = ask(calendar)
        if bits:
            if grid not in tallies:
                tallies[grid] = Tally(grid, most)
            tallies[grid].add(number, bits)
    counts: Counter[int] = Counter()
    firsts: dict[int, list[int]] = {}
    for tally in tallies.values():
        counts.update(tally.counts())
        for start, found in tally.firsts().items():
            # An instant on two grids has names from both.
            firsts[start] = sorted([*firsts[start], *found])[:most] if start in firsts else found
    return {start: ([ids[number] for number in firsts[start]], counts[start]) for start in sorted(counts)}


def first(
    calendars: Iterable[Calendar],
    policy: Policy,
    *,
    range_start: datetime,
    range_end: datetime,
    now: datetime,
    participant_busy: Sequence[Interval] = (),
) -> datetime | None:
    """The first of the starts, if there is one."""
    ask = _question(policy, range_start, range_end, now, participant_busy)
    asked = (ask(calendar) for calendar in calendars)
    found = min((grid.first(bits) for grid, bits in asked if bits), default=None)
    return None if found is None else datetime.fromtimestamp(found, UTC)


def times(
    calendars: Iterable[Calendar],
    policy: Policy,
    *,
    range_start: datetime,
    range_end: datetime,
    now: datetime,
    participant_busy: Sequence[Interval] = (),
) -> list[datetime]:
    """The starts alone, sorted. To say who is free at each costs more than to find them."""
    ask = _question(policy, range_start, range_end, now, participant_busy)
    pool: dict[Grid, int] = {}
    for calendar in calendars:
        grid, bits = ask(calendar)
        pool[grid] = pool.get(grid, 0) | bits
    found = {start for grid, bits in pool.items() for start in grid.instants(bits)}
    return [datetime.fromtimestamp(start, UTC) for start in sorted(found)]


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


def _question(
    policy: Policy, range_start: datetime, range_end: datetime, now: datetime, participant_busy: Sequence[Interval]
) -> Callable[[Calendar], tuple[Grid, int]]:
    """What is asked of each expert: their grid, and the starts they offer on it."""
    first, end, clock = _ceil(range_start), _ceil(range_end), _ceil(now)
    if policy.opens is not None:
        first = max(first, policy.opens)
    if policy.closes is not None:
        end = min(end, policy.closes)
    # Whole days of UTC, so that the same key serves until tomorrow whatever second it is asked for.
    days = first // DAY_SECONDS, max(-(-end // DAY_SECONDS), first // DAY_SECONDS)
    # Most experts of a path have one of a few zones, and the same limits.
    near = cache(partial(_near, first=first, end=end, now=clock))

    def ask(calendar: Calendar) -> tuple[Grid, int]:
        grid, bits = _starts_in_hours(calendar.hours, policy.duration, policy.interval, *days)
        horizon = min((n for n in (calendar.horizon_days, policy.horizon_days) if n is not None), default=None)
        bits &= near(grid, calendar.hours.zone, max(calendar.notice, policy.notice), horizon)
        for begin, over in policy.shut:
            bits &= ~grid.between(begin, over)
        if bits:
            bits &= ~(_full(calendar, grid) | _blocked(calendar, policy.duration, grid, participant_busy))
        return grid, bits

    return ask


# A key is the hours themselves. An entry takes a bit a quantum: a kilobyte for two months of quarter hours.
@lru_cache(maxsize=8192)
def _starts_in_hours(hours: Hours, duration: int, interval: int, first_day: int, end_day: int) -> tuple[Grid, int]:
    """All starts of sessions inside the hours, however busy the expert is, from the beginning of one day of UTC to
    that of another (in days since the epoch)."""
    first, end = first_day * DAY_SECONDS, end_day * DAY_SECONDS
    segments = []
    # The range is widened by a session, so that a long one is not refused for the margin of the windows.
    for window_start, window_end in windows(hours, first, end + duration):
        last_end = window_end - duration + 1
        segments += [(anchor, min(stop, last_end)) for anchor, stop in _segments(window_start, window_end, hours.zone)]
    beat = segments[0][0] if segments else first
    quantum = gcd(interval, *(anchor - beat for anchor, _ in segments))
    origin = first + (beat - first) % quantum
    grid = Grid(origin, quantum, max(-((origin - end) // quantum), 0))
    bits = 0
    for anchor, stop in segments:
        bits |= grid.every(interval, anchor, stop)
    return grid, bits


def _near(grid: Grid, zone: str, notice: int, horizon: int | None, *, first: int, end: int, now: int) -> int:
    """The instants of the range that are not nearer than the notice (seconds) nor farther than the horizon (dates)."""
    first = max(first, now + notice)
    if first >= end:
        return 0
    if horizon is None:
        return grid.between(first, end)
    last_date = local_date(now, zone) + horizon * DAY
    bits = grid.between(first, min(end, midnight(last_date + DAY, zone)))
    # Clocks set back over midnight show the last date once more.
    for since, until in instants_of(last_date, zone):
        bits |= grid.between(max(first, since), min(end, until))
    return bits


def _full(calendar: Calendar, grid: Grid) -> int:
    """The instants of dates that have no room for another session."""
    if calendar.cap_day is None and calendar.cap_week is None:
        return 0
    if 0 in (calendar.cap_day, calendar.cap_week):  # A cap of 0 is reached without sessions.
        return grid.all
    bits = 0
    for day in _full_dates(calendar):
        for since, until in instants_of(day, calendar.hours.zone):
            bits |= grid.between(since, until)
    return bits


def _blocked(calendar: Calendar, duration: int, grid: Grid, participant_busy: Sequence[Interval]) -> int:
    """The starts from which a session, or the buffer it needs, would touch a busy time."""
    between_sessions = max(calendar.buffer_before, calendar.buffer_after)
    return (
        grid.touching(calendar.meetings, duration + between_sessions, between_sessions)
        | grid.touching(calendar.foreign, duration + calendar.buffer_after, calendar.buffer_before)
        | grid.touching(participant_busy, duration, 0)
    )


def _full_dates(calendar: Calendar) -> Iterator[date]:
    """The local dates that already have as many sessions as the expert wants, on the day or in its week."""
    dates = [local_date(start, calendar.hours.zone) for start in calendar.session_starts]
    yield from _reached(calendar.cap_day, dates)
    for monday in _reached(calendar.cap_week, (day - day.weekday() * DAY for day in dates)):
        yield from (monday + number * DAY for number in range(7))


def _reached(cap: int | None, dates: Iterable[date]) -> list[date]:
    return [] if cap is None else [day for day, sessions in Counter(dates).items() if sessions >= cap]


def _segments(start: int, end: int, zone: str) -> list[Interval]:
    """A merged window as stretches, each with starts counted from its own beginning."""
    anchors = [start]
    if end - start > DAY_SECONDS:
        anchors += midnights(start, end, zone)
    return list(zip(anchors, [*anchors[1:], end], strict=True))


def _ceil(instant: datetime) -> int:
    """Epoch seconds, rounded up: every bound is a "not before" or an "only before" of whole seconds."""
    return -((EPOCH - instant) // SECOND)
