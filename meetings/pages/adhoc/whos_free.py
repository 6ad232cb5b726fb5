"""Everybody's day beside an ad-hoc meeting: lanes of free and busy time, and the next times that suit everyone.

Positions are percent of the hours shown, as text for the attributes of a drawing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _

from everwise import timefmt
from everwise.accounts.models import User
from everwise.intervals import Interval, clip, epoch, instant, merge, subtract
from everwise.timefmt import Reader
from everwise.wording import listed
from experts.availability import to_instant
from meetings.booking.conflicts import FreeBusy

# The hours of the day that are always shown; a meeting outside them widens the view.
FROM_HOUR, TO_HOUR = 8, 20
# More hours than this are labelled at every fourth.
MANY_HOURS = 16
SUITS = 3
LOOK_AHEAD_DAYS = 14
STEP = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Lane:
    user: User
    free: list[tuple[str, str]]
    busy: list[tuple[str, str]]
    words: str


@dataclass(frozen=True, slots=True)
class Panel:
    """One local day of everybody. `mark` is where the meeting lies, None while it has no start."""

    day: date
    ticks: list[tuple[str, str]]
    lanes: list[Lane]
    mark: tuple[str, str] | None
    times: str
    all_free: bool
    suits: list[datetime]


def panel(
    people: list[FreeBusy],
    *,
    day: date,
    reader: Reader,
    now: datetime,
    minutes: int,
    start: datetime | None,
) -> Panel:
    """The day as the reader's clock divides it, with a meeting of so many minutes at `start`, if it has one yet."""
    end = start + timedelta(minutes=minutes) if start else None
    first_hour, last_hour = _shown(day, start, end, reader)
    first, last = _hour(day, first_hour, reader), _hour(day, last_hour, reader)

    def places(intervals: Iterable[Interval]) -> list[tuple[str, str]]:
        return [(_percent(a - first, last - first), _percent(b - a, last - first)) for a, b in intervals]

    lanes = [
        Lane(
            person.user,
            places(person.free(first, last)),
            places(clip(merge([*person.meetings, *person.elsewhere]), first, last)),
            _words(person, first, last, reader),
        )
        for person in people
    ]
    step = 2 if last_hour - first_hour <= MANY_HOURS else 4
    hours = range(first_hour, last_hour + 1, step)
    chosen = [(epoch(start), epoch(end))] if start and end else []
    return Panel(
        day=day,
        ticks=[(_percent(_hour(day, hour, reader) - first, last - first), f"{hour % 24:02}") for hour in hours],
        lanes=lanes,
        mark=places(clip(chosen, first, last))[0] if clip(chosen, first, last) else None,
        times=timefmt.clock_range(start, end, reader) if start and end else "",
        all_free=bool(chosen) and all(person.free(*chosen[0]) == chosen for person in people),
        suits=list(_suits(people, day, reader, now, minutes, start)),
    )


def horizon(day: date, reader: Reader) -> tuple[datetime, datetime]:
    """The range for which a panel of this day needs to know everybody's time."""
    return instant(_hour(day, 0, reader)), instant(_hour(day + timedelta(days=LOOK_AHEAD_DAYS + 2), 0, reader))


def day_bounds(day: date, reader: Reader) -> tuple[int, int]:
    """The midnights around a local day, in epoch seconds."""
    return _hour(day, 0, reader), _hour(day + timedelta(days=1), 0, reader)


def _suits(
    people: list[FreeBusy], day: date, reader: Reader, now: datetime, minutes: int, near: datetime | None
) -> Iterator[datetime]:
    """On each of the first few dates on which all are free, the start nearest to the time of day that was chosen."""
    if all(person.hours is None for person in people):
        return
    wanted = near.astimezone(reader.zone).time() if near else time(9)
    found = 0
    for ahead in range(LOOK_AHEAD_DAYS):
        date_ = day + timedelta(days=ahead)
        begin, over = day_bounds(date_, reader)
        # A meeting may end after midnight, as its people's free time does.
        free = _common(people, max(begin, epoch(now) + 60), over + minutes * 60)
        starts = [start for start in range(begin, over, int(STEP.total_seconds())) if _fits(free, start, minutes)]
        target = to_instant(datetime.combine(date_, wanted), str(reader.zone))
        if starts and found < SUITS:
            found += 1
            yield instant(min(starts, key=lambda start: (abs(start - target), start)))


def _common(people: list[FreeBusy], start: int, end: int) -> list[Interval]:
    """When all of them are free."""
    whole = [(start, end)]
    taken = merge(gap for person in people for gap in subtract(whole, person.free(start, end)))
    return subtract(whole, taken) if start < end else []


def _fits(free: list[Interval], start: int, minutes: int) -> bool:
    return any(begin <= start and start + minutes * 60 <= over for begin, over in free)


def _shown(day: date, start: datetime | None, end: datetime | None, reader: Reader) -> tuple[int, int]:
    """From which hour of the day to which, both even."""
    if start is None or end is None:
        return FROM_HOUR, TO_HOUR
    first, last = start.astimezone(reader.zone), end.astimezone(reader.zone)
    to_hour = 24 if last.date() > day else last.hour + (last.minute > 0)
    return min(FROM_HOUR, first.hour // 2 * 2), max(TO_HOUR, (to_hour + 1) // 2 * 2)


def _hour(day: date, hour: int, reader: Reader) -> int:
    return to_instant(datetime.combine(day, time.min) + timedelta(hours=hour), str(reader.zone))


def _percent(part: int, whole: int) -> str:
    return f"{part / whole * 100:.2f}%"


def _words(person: FreeBusy, first: int, last: int, reader: Reader) -> str:
    """“free 09:00 to 12:00 and 13:00 to 17:00”, “not free”."""
    free = [timefmt.clock_range(instant(a), instant(b), reader) for a, b in person.free(first, last)]
    return _("free %(times)s") % {"times": listed(free)} if free else _("not free")
