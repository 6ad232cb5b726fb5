"""Lays the start times of a week out for one reader: days, parts of the day, and why a day is empty.

The only place that groups instants by local date. Knows no request and no row; openings come in as a mapping.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from everwise import timefmt
from everwise.faces import Face
from everwise.timefmt import Reader
from everwise.wording import MOST_NAMES
from meetings.pages.fields import VALUE

NOON, EVENING = 12, 17
WEEK = timedelta(days=7)
# How many people a chip names one by one. Of more it names two and counts the others.


class Company(NamedTuple):
    """Who is free at a start: the first of them, and how many they are."""

    people: tuple[Face, ...]
    many: int

    @property
    def words(self) -> str:
        return f"with {experts_in_words([face.name for face in self.people], self.many)}"


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
    number: str = field(init=False)
    weekday: str = field(init=False)
    month: str = field(init=False)
    words: str = field(init=False)
    when: str = ""
    ahead: str = ""

    def __post_init__(self):
        weekday, month = timefmt.WEEKDAYS[self.date.weekday()], timefmt.MONTHS[self.date.month - 1]
        self.iso, self.number = self.date.isoformat(), str(self.date.day)
        self.weekday, self.month = weekday[:3], month[:3]
        self.words = f"{weekday} {self.number} {month}"

    @property
    def times(self) -> str:
        return _times(self.count)

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
    def times(self) -> str:
        return _times(self.count)

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
    starts: Mapping[int, Company],
    *,
    monday: date,
    span: tuple[date, date],
    length: timedelta,
    reader: Reader,
    now: datetime,
    current: datetime | None = None,
    why_empty: Callable[[date], tuple[str, datetime | None]],
) -> Week:
    """Group starts (epoch seconds) with who is free at each into the seven days from `monday` of the reader's zone.

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
    present = current and int(current.timestamp())
    found: dict[int, Company | None] = {**starts, present: None} if present else {**starts}
    for start in sorted(found):
        told = _told(start, length, reader)
        if day := days.get(told.on):
            ahead = "" if day.ahead else _ahead(start, day, today, reader, now)
            day.bands[told.band].append(Chip(told.value, told.clock, told.span, ahead, found[start]))
            day.count += found[start] is not None
    for day in days.values():
        if not any(day.bands):
            day.why, day.next_free = ("In the past", None) if day.date < today else why_empty(day.date)
    return Week(monday, list(days.values()), monday_of(span[0]), monday_of(span[1]))


class _Told(NamedTuple):
    """What a chip says of its time, and where it goes."""

    on: date
    band: int
    value: str
    clock: str
    span: str


# The same starts are shown again and again, and an instant reads the same for ever.
@lru_cache(maxsize=16384)
def _told(start: int, length: timedelta, reader: Reader) -> _Told:
    instant = datetime.fromtimestamp(start, UTC)
    local = instant.astimezone(reader.zone)
    band = 0 if local.hour < NOON else 1 if local.hour < EVENING else 2
    span = timefmt.clock_range(instant, instant + length, reader)
    return _Told(local.date(), band, value_of(instant), timefmt.clock(instant, reader), span)


def _ahead(start: int, day: Day, today: date, reader: Reader, now: datetime) -> str:
    """How far off a start is, where it is nearer than tomorrow; farther ones of a date share words, which go there."""
    words = timefmt.distance(datetime.fromtimestamp(start, UTC), now, reader).capitalize()
    if abs((day.date - today).days) < 2:
        return words
    day.ahead = words
    return ""


def value_of(start: datetime) -> str:
    """A start (UTC) as VALUE writes it."""
    return start.strftime(VALUE)


def _times(count: int) -> str:
    return f"{count} time{'' if count == 1 else 's'}"


def experts_in_words(names: Sequence[str], count: int) -> str:
    """ "Priya, Daniel or Helen"; of more than MOST_NAMES people "Priya, Daniel or 7 others"."""
    if count <= MOST_NAMES:
        return joined(names)
    return joined([*names[: MOST_NAMES - 1], f"{count - MOST_NAMES + 1} others"])
