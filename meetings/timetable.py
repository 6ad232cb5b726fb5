"""Lays the start times of a week out for one reader: days, parts of the day, and why a day is empty.

The only place that groups instants by local date. Knows no request and no row; openings come in as a mapping.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from everwise import timefmt
from everwise.timefmt import Reader

NOON, EVENING = 12, 17
WEEK = timedelta(days=7)
VALUE = "%Y-%m-%dT%H:%M:%SZ"
# How many people a chip names one by one. Of more it names two and counts the others.
MOST_NAMES = 3


class Chip(NamedTuple):
    """One start time that can be chosen, or, when `current`, the time a meeting has now.

    `span` is from when to when. `ahead`, how far off it is, is empty where the whole day is as far: then the day says.
    """

    value: str
    clock: str
    name: str
    span: str
    ahead: str
    people: Sequence
    current: bool = False


@dataclass(slots=True)
class Day:
    date: date
    is_today: bool
    bands: tuple[list[Chip], list[Chip], list[Chip]] = field(default_factory=lambda: ([], [], []))
    count: int = 0
    why: str = ""
    next_free: datetime | None = None
    clock_change: str | None = None

    # What the page says of the date, since a template's own filters for dates take most of its time.
    iso: str = field(init=False)
    weekday: str = field(init=False)
    month: str = field(init=False)
    words: str = field(init=False)
    when: str = ""
    ahead: str = ""

    def __post_init__(self):
        self.iso = self.date.isoformat()
        self.weekday = timefmt.WEEKDAYS[self.date.weekday()]
        self.month = timefmt.MONTHS[self.date.month - 1]
        self.words = f"{self.weekday} {self.date.day} {self.month}"

    @property
    def amount(self) -> str:
        """How full the day is, for the strip of days on a phone."""
        return "none" if not self.count else "few" if self.count < 3 else "some" if self.count < 7 else "many"


@dataclass(slots=True)
class Week:
    monday: date
    days: list[Day]
    first: date  # the Monday of the first and the last week that can be looked at
    last: date

    @property
    def label(self) -> str:
        return timefmt.week_label(self.monday)

    @property
    def count(self) -> int:
        return sum(day.count for day in self.days)

    @property
    def previous(self) -> date | None:
        return self.monday - WEEK if self.monday > self.first else None

    @property
    def next(self) -> date | None:
        return self.monday + WEEK if self.monday < self.last else None

    def choice(self, value: str | None) -> "Choice | None":
        """The start that was chosen, if it can be."""
        chips = ((day, chip) for day in self.days for band in day.bands for chip in band)
        return next((Choice(day, chip) for day, chip in chips if chip.value == value and not chip.current), None)


class Choice(NamedTuple):
    """A chosen start in words. Scripts put the same words together when another chip is chosen."""

    day: Day
    chip: Chip

    @property
    def when(self) -> str:
        return f"{self.day.when}, {self.chip.span}"

    @property
    def who(self) -> str:
        return f"{self.chip.ahead or self.day.ahead}, {self.chip.name.partition(', ')[2]}"


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def joined(names: Sequence[str], last: str = "or") -> str:
    """ "Priya, Daniel or Helen"."""
    return f" {last} ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def lay_out(
    starts: Mapping[datetime, Sequence],
    *,
    monday: date,
    span: tuple[date, date],
    length: timedelta,
    reader: Reader,
    now: datetime,
    current: tuple[datetime, Sequence] | None = None,
    why_empty: Callable[[date], tuple[str, datetime | None]],
) -> Week:
    """Group starts (UTC) with the users free at each into the seven days from `monday` of the reader's zone.

    `span` is the first and last date that can be booked; `current` the time of the meeting being moved; `why_empty`
    tells of a date without times the reason, and where to go instead.
    """
    today = timefmt.local_day(now, reader)
    days = {
        day: Day(
            day,
            day == today,
            clock_change=timefmt.clock_change(day, reader.zone, reader.twelve_hour),
            when=timefmt.short_day(day, reader, now),
        )
        for day in (monday + timedelta(days=number) for number in range(7))
    }
    entries = [(start, people, False) for start, people in starts.items()]
    if current:
        entries = [entry for entry in entries if entry[0] != current[0]] + [(*current, True)]
    for start, people, is_current in sorted(entries, key=lambda entry: entry[0]):
        local = start.astimezone(reader.zone)
        if day := days.get(local.date()):
            band = 0 if local.hour < NOON else 1 if local.hour < EVENING else 2
            ahead = _ahead(start, day, today, reader, now)
            day.bands[band].append(_chip(start, people, length, reader, ahead, is_current))
            day.count += not is_current
    for day in days.values():
        if not any(day.bands):
            day.why, day.next_free = ("In the past", None) if day.date < today else why_empty(day.date)
    return Week(monday, list(days.values()), monday_of(span[0]), monday_of(span[1]))


def _ahead(start: datetime, day: Day, today: date, reader: Reader, now: datetime) -> str:
    """How far off a start is, where it is nearer than tomorrow; farther ones of a date share words, which go there."""
    if abs((day.date - today).days) < 2:
        return timefmt.distance(start, now, reader).capitalize()
    day.ahead = day.ahead or timefmt.distance(start, now, reader).capitalize()
    return ""


def _chip(start: datetime, people: Sequence, length: timedelta, reader: Reader, ahead: str, current: bool) -> Chip:
    clock = timefmt.clock(start, reader)
    who = company([person.name for person in people[:MOST_NAMES]], len(people))
    span = timefmt.clock_range(start, start + length, reader)
    return Chip(value_of(start), clock, f"{clock}, with {who}", span, ahead, people, current)


def value_of(start: datetime) -> str:
    """A start (UTC) as VALUE writes it, in a third of strftime's time."""
    return f"{start.isoformat()[:19]}Z"


def company(names: Sequence[str], count: int) -> str:
    """ "Priya, Daniel or Helen"; of more than MOST_NAMES people "Priya, Daniel or 7 others"."""
    if count <= MOST_NAMES:
        return joined(names)
    return joined([*names[: MOST_NAMES - 1], f"{count - MOST_NAMES + 1} others"])


def nearest(starts: Mapping[datetime, Sequence], wanted: datetime, most: int = 3) -> list[datetime]:
    """The wanted start itself, if it is among them, then those nearest to it in order of time."""
    near = sorted(starts, key=lambda start: (abs(start - wanted), start))[:most]
    return sorted(near, key=lambda start: (start != wanted, start))
