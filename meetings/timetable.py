"""Lays the start times of a week out for one reader: days, parts of the day, and why a day is empty.

The only place that groups instants by local date. Knows no request and no row; openings come in as a mapping.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from everwise import timefmt
from everwise.timefmt import Reader

NOON, EVENING = 12, 17
WEEK = timedelta(days=7)
VALUE = "%Y-%m-%dT%H:%M:%SZ"
# How many people a chip names one by one. Of more it names two and counts the others.
MOST_NAMES = 3


class Face(NamedTuple):
    """What the page shows of a person."""

    pk: UUID
    name: str

    def __str__(self):
        return self.name

    @property
    def first_name(self) -> str:
        return self.name.split(" ")[0]


class Company:
    """Who is free at a start: the first of them, how many they are, and in words. A page's starts share them."""

    __slots__ = ("count", "people", "words")

    def __init__(self, people: Sequence, count: int | None = None):
        self.people, self.count = people[:MOST_NAMES], len(people) if count is None else count
        self.words = f"with {company([person.name for person in self.people], self.count)}"


class Chip(NamedTuple):
    """One start time that can be chosen, or, without company, the time a meeting has now.

    `span` is from when to when. `ahead`, how far off it is, is empty where the whole day is as far: then the day says.
    """

    value: str
    clock: str
    span: str
    ahead: str
    company: Company | None

    @property
    def current(self) -> bool:
        """Whether it is the time that the meeting has now."""
        return self.company is None

    @property
    def name(self) -> str:
        """What it is called: "09:30, with Priya or Daniel"."""
        return f"{self.clock}, {self.company.words}" if self.company else self.clock


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
    starts: Mapping[datetime, Company],
    *,
    monday: date,
    span: tuple[date, date],
    length: timedelta,
    reader: Reader,
    now: datetime,
    current: datetime | None = None,
    why_empty: Callable[[date], tuple[str, datetime | None]],
) -> Week:
    """Group starts (UTC) with who is free at each into the seven days from `monday` of the reader's zone.

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
    told = _Told(reader)
    found: dict[datetime, Company | None] = {**starts, current: None} if current else {**starts}
    for start in sorted(found):
        on, clock = told[start]
        if day := days.get(on):
            lasts = timefmt.span((on, clock), told[start + length])
            hour = start.astimezone(reader.zone).hour
            chip = Chip(value_of(start), clock, lasts, _ahead(start, day, today, reader, now), found[start])
            day.bands[0 if hour < NOON else 1 if hour < EVENING else 2].append(chip)
            day.count += chip.company is not None
    for day in days.values():
        if not any(day.bands):
            day.why, day.next_free = ("In the past", None) if day.date < today else why_empty(day.date)
    return Week(monday, list(days.values()), monday_of(span[0]), monday_of(span[1]))


class _Told(dict[datetime, tuple[date, str]]):
    """The local date and the clock time of an instant. Most are asked for twice, as a start and as another's end."""

    def __init__(self, reader: Reader):
        self.reader = reader

    def __missing__(self, instant: datetime) -> tuple[date, str]:
        self[instant] = found = timefmt.local_day(instant, self.reader), timefmt.clock(instant, self.reader)
        return found


def _ahead(start: datetime, day: Day, today: date, reader: Reader, now: datetime) -> str:
    """How far off a start is, where it is nearer than tomorrow; farther ones of a date share words, which go there."""
    if day.ahead:
        return ""
    words = timefmt.distance(start, now, reader).capitalize()
    if abs((day.date - today).days) < 2:
        return words
    day.ahead = words
    return ""


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
