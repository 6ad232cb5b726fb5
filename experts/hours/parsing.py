"""What an expert types about hours and dates, row by row: texts that survive an error, and what they mean.

Rows of hours have one name a day, so that adding and removing one needs no numbering; a pattern and an exception
are known by a number of the form's own.
"""

import re
from dataclasses import dataclass, field
from datetime import date

from everwise import timefmt
from experts.hours import patterns
from experts.hours.patterns import DAY_MINUTES, Pattern, Stretch, Window, Windows, windows_words

MOST_ROWS, LONGEST = 12, 366
FIRST_YEAR, LAST_YEAR = 2000, 2100
CLOCK = re.compile(r"([0-9]{1,2})(?:[:.h ]?([0-9]{2}))?\s*(am|pm|a\.m\.|p\.m\.)?", re.IGNORECASE)
OFF, OTHER = "off", "hours"


class Wrong(ValueError):
    """What was typed can't be meant; the text says why."""


def parse_time(text: str) -> int:
    """Minutes of the day, 24:00 included, from what a person would type: 9, 9:30, 0930, 9.30, 9 am. Raises Wrong."""
    found = CLOCK.fullmatch(text.strip())
    hour, minute = (int(found[1]), int(found[2] or 0)) if found else (99, 0)
    if found and found[3]:
        # Noon and midnight are the twelfth hour.
        hour = hour % 12 + (12 if found[3][0] in "pP" else 0) if 1 <= hour <= 12 else 99
    if minute > 59 or hour * 60 + minute > DAY_MINUTES:
        raise Wrong(f"“{text.strip()[:20]}” is not a time of the day. Write it like 09:30, up to 24:00.")
    return hour * 60 + minute


def parse_date(text: str, what: str) -> date:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise Wrong(f"{what} is not a date we know. Write it like 2026-10-26.") from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Wrong(f"{what} must lie between {FIRST_YEAR} and {LAST_YEAR}.")
    return day


@dataclass(slots=True)
class WindowFields:
    """One window, as typed."""

    start: str = ""
    end: str = ""
    error: str = ""
    hint: str = ""
    focus: bool = False

    @property
    def is_blank(self) -> bool:
        return not self.start.strip() and not self.end.strip()

    def window(self) -> Window:
        if not self.start.strip():
            raise Wrong(f"Say when the hours until {self.end.strip()[:20]} begin, or clear both fields.")
        if not self.end.strip():
            raise Wrong(f"Say when the hours from {self.start.strip()[:20]} end, or clear both fields.")
        start, end = parse_time(self.start), parse_time(self.end)
        if start == DAY_MINUTES:
            raise Wrong("Hours can’t begin at 24:00, where the day ends. Begin at 00:00 on the next day.")
        return start, end or DAY_MINUTES


@dataclass(slots=True)
class DayFields:
    """The windows of one weekday, or of one exception, and what there is to say about them."""

    name: str
    label: str
    next_label: str
    rows: list[WindowFields]
    on: bool = True
    weekday: int = 0
    error: str = ""
    windows: Windows = ()

    @property
    def can_add(self) -> bool:
        return len(self.rows) < MOST_ROWS

    def check(self, twelve_hour: bool) -> list[str]:
        """Read the rows into `windows`; what was joined is told. Errors stand in the rows."""
        found: list[Window] = []
        self.windows = ()
        for row in self.rows if self.on else ():
            if row.is_blank:
                continue
            try:
                window = row.window()
            except Wrong as wrong:
                row.error = str(wrong)
                continue
            row.hint = self._hint(window, twelve_hour)
            found.append(window)
        if len(self.rows) > MOST_ROWS:
            self.error = f"A day can have at most {MOST_ROWS} separate hours."
            return []
        try:
            self.windows, joins = patterns.join(found)
        except patterns.TooLong:
            words = windows_words(sorted(set(found)), twelve_hour)
            self.error = f"{words} overlap, and together they are longer than a day. Let them end at 24:00 or before."
            return []
        return [
            f"{self.label}: {windows_words(each.parts, twelve_hour)} were joined to"
            f" {patterns.window_words(each.whole, twelve_hour)}."
            for each in joins
        ]

    def _hint(self, window: Window, twelve_hour: bool) -> str:
        start, end = window
        if end > start:
            return ""
        hint = f"Ends on {self.next_label} at {timefmt.time_of_day(end, twelve_hour)}"
        return f"{hint}, 24 hours later" if start == end else hint


@dataclass(slots=True)
class PatternFields:
    """Weekly hours, as typed."""

    number: int
    every: str
    first: str
    last: str
    days: list[DayFields]
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"p{self.number}"

    def check(self, twelve_hour: bool) -> tuple[Pattern | None, list[str]]:
        every, first, last = 1, None, None
        try:
            every = int(self.every) if re.fullmatch(r"[0-9]{1,2}", self.every.strip()) else 0
            if not 1 <= every <= 52:
                raise Wrong("Say every how many weeks, from 1 to 52.")
        except Wrong as wrong:
            self.errors["every"] = str(wrong)
        try:
            first = parse_date(self.first, "The first date")
        except Wrong as wrong:
            self.errors["first"] = str(wrong)
        try:
            last = parse_date(self.last, "The last date") if self.last.strip() else None
            if first and last and last < first:
                raise Wrong("The last date lies before the first.")
        except Wrong as wrong:
            self.errors["last"] = str(wrong)
        notes = [note for day in self.days for note in day.check(twelve_hour)]
        if self.errors or first is None or any(day.error or any(row.error for row in day.rows) for day in self.days):
            return None, notes
        notes += self._runs_over(every, twelve_hour)
        return Pattern(every, first, last, tuple(day.windows for day in self.days)), notes

    def _runs_over(self, every: int, twelve_hour: bool) -> list[str]:
        """Hours past midnight that meet those of the next day: the engine takes them for one."""
        notes = []
        for day, following in zip(self.days, [*self.days[1:], self.days[0]], strict=True):
            if every > 1 and following.weekday == 0:
                continue
            for start, end in day.windows:
                met = next((window for window in following.windows if end <= start and window[0] < end), None)
                if met:
                    notes.append(
                        f"{day.label}’s {patterns.window_words((start, end), twelve_hour)} runs into"
                        f" {following.label}’s {patterns.window_words(met, twelve_hour)}: they count as one."
                    )
        return notes


@dataclass(slots=True)
class ExceptionFields:
    """An exception that is being added or changed, as typed. `was` is the stretch that it replaces."""

    number: int
    first: str
    last: str
    kind: str
    hours: DayFields
    was: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"x{self.number}"

    def check(self, today: date, twelve_hour: bool) -> tuple[Stretch | None, list[str]]:
        first = last = None
        try:
            first = parse_date(self.first, "The first date")
        except Wrong as wrong:
            self.errors["first"] = str(wrong)
        try:
            last = parse_date(self.last, "The last date") if self.last.strip() else first
            if first and last and last < first:
                raise Wrong("The last date lies before the first.")
            if first and last and (last - first).days >= LONGEST:
                raise Wrong(f"An exception can be at most {LONGEST} days long.")
            if last and last < today:
                raise Wrong("These dates are past. Choose dates from today on.")
        except Wrong as wrong:
            self.errors["last"] = str(wrong)
        if self.kind not in {OFF, OTHER}:
            self.errors["kind"] = "Choose time off or other hours."
        notes: list[str] = []
        if self.kind == OTHER:
            notes = self.hours.check(twelve_hour)
            if not self.hours.windows and not self.hours.error and not any(row.error for row in self.hours.rows):
                self.hours.error = "Enter the hours of these dates, or choose time off."
        if self.errors or first is None or last is None:
            return None, notes
        if self.kind == OTHER and (self.hours.error or any(row.error for row in self.hours.rows)):
            return None, notes
        return Stretch(first, last, self.hours.windows if self.kind == OTHER else ()), notes


def parse_stretch(text: str) -> tuple[date, date] | None:
    """The first and last date of a listed exception, as its buttons write them."""
    first, _, last = text.partition("/")
    try:
        stretch = parse_date(first, ""), parse_date(last, "")
    except Wrong:
        return None
    return stretch if 0 <= (stretch[1] - stretch[0]).days < 100 * LONGEST else None
