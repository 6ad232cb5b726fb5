"""What the page of times shows: parts of the day and folds, days, and seven days at once."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy, ngettext

from everwise import timefmt
from meetings.pages.schedule.slot_rows import Hour, Slot, links, rows_of

NOON, EVENING = 12, 17
DAY = timedelta(days=1)
PAGE = 7
# A day of as many times has this width of bar in the strip.
AMOUNTS = ((0, "none"), (3, "few"), (9, "some"))
BANDS = (
    ("morning", "sunrise", "dawn", gettext_lazy("Morning")),
    ("afternoon", "sun", "day", gettext_lazy("Afternoon")),
    ("evening", "moon", "dusk", gettext_lazy("Evening")),
)


class Band(NamedTuple):
    """A part of the day, for phones and for ears."""

    key: str
    icon: str
    colour: str
    name: str
    hours: list[Hour]

    @property
    def links(self) -> SafeString:
        return links(self.hours)


class Fold(NamedTuple):
    """Times outside somebody's usual hours."""

    is_open: bool
    hours: list[Hour]

    @property
    def number(self) -> int:
        return sum(bool(slot.name) for hour in self.hours for slot in hour.slots)

    @property
    def links(self) -> SafeString:
        return links(self.hours)


@dataclass(slots=True)
class Day:
    """One date of the reader's. `slots` are those of the usual hours, `before` and `after` what is folded away.

    A day that stands in the strip alone has a count and no slots.
    """

    date: date
    is_today: bool
    is_chosen: bool = False
    count: int = 0
    before: list[Slot] = field(default_factory=list)
    slots: list[Slot] = field(default_factory=list)
    after: list[Slot] = field(default_factory=list)
    why: str = ""
    clock_change: str | None = None

    # What the page says of the date, since a template's own filters for dates take long.
    iso: str = field(init=False)
    number: str = field(init=False)
    weekday: str = field(init=False)
    month: str = field(init=False)
    short_month: str = field(init=False)
    words: str = field(init=False)
    short: str = field(init=False)

    def __post_init__(self):
        self.iso, self.number = self.date.isoformat(), str(self.date.day)
        self.weekday = timefmt.short_weekday(self.date)
        self.month, self.short_month = timefmt.month(self.date), timefmt.short_month(self.date)
        self.words = timefmt.long_date(self.date)
        self.short = gettext("Today") if self.is_today else timefmt.tiny_date(self.date)

    @property
    def times(self) -> str:
        return times(self.count)

    @property
    def amount(self) -> str:
        """How full the day is, for the strip of days on a phone."""
        return next((word for most, word in AMOUNTS if self.count <= most), "many")

    @property
    def bands(self) -> list[Band]:
        """The parts of the day that have times in the usual hours."""
        parts: tuple[list[Slot], list[Slot], list[Slot]] = ([], [], [])
        for slot in self.slots:
            parts[(slot.hour >= NOON) + (slot.hour >= EVENING)].append(slot)
        return [
            Band(key, icon, colour, str(name), rows_of(part))
            for (key, icon, colour, name), part in zip(BANDS, parts, strict=True)
            if part
        ]

    @property
    def earlier(self) -> Fold | None:
        return self._fold(self.before)

    @property
    def later(self) -> Fold | None:
        return self._fold(self.after)

    def _fold(self, slots: list[Slot]) -> Fold | None:
        """A fold never hides all that a day has, nor what was chosen, nor the time that the meeting has now."""
        shown = not self.slots or any(slot.marked or not slot.name for slot in slots)
        return Fold(shown, rows_of(slots)) if slots else None


@dataclass(slots=True)
class Days:
    """Seven days that are looked at together, and those of the strip, which begins with them."""

    strip: list[Day]
    last: date  # that can be booked
    every: int  # how many starts the seven days have in all
    halves: int  # and in how many half hours

    @property
    def page(self) -> list[Day]:
        return self.strip[:PAGE]

    @property
    def page_with_next(self) -> list[tuple[Day, Day | None]]:
        """Each of the seven days with the one after it."""
        return list(zip(self.page, [*self.page[1:], None], strict=True))

    @property
    def in_reach(self) -> list[Day]:
        return [day for day in self.strip if day.date <= self.last]

    @property
    def first(self) -> date:
        return self.strip[0].date

    @property
    def chosen(self) -> Day:
        return next(day for day in self.strip if day.is_chosen)

    @property
    def label(self) -> str:
        return timefmt.week_label(self.first)

    @property
    def span(self) -> str:
        """ "3 to 9 December"."""
        return timefmt.span(self.first, self.page[-1].date)

    @property
    def count(self) -> int:
        return sum(day.count for day in self.page)

    @property
    def times(self) -> str:
        return times(self.count)

    @property
    def next(self) -> date | None:
        first = self.first + PAGE * DAY
        return first if first <= self.last else None

    @property
    def day_before(self) -> Day | None:
        """The next day with times before the chosen one, of those that are read."""
        return next((day for day in reversed(self.strip) if day.date < self.chosen.date and day.count), None)

    @property
    def day_after(self) -> Day | None:
        return next((day for day in self.strip if day.date > self.chosen.date and day.count), None)

    @property
    def hours(self) -> set[int]:
        """The rows of the seven days."""
        return {slot.hour for day in self.page for slot in day.slots}

    @property
    def parted_at_noon(self) -> bool:
        return _parted(self.hours, NOON)

    @property
    def parted_at_five(self) -> bool:
        return _parted(self.hours, EVENING)


def _parted(hours: Iterable[int], at: int) -> bool:
    return any(hour < at for hour in hours) and any(hour >= at for hour in hours)


def times(count: int) -> str:
    if not count:
        return gettext("no times")
    return ngettext("%(count)s time", "%(count)s times", count) % {"count": count}
