"""Hours and dates row by row, as they are typed: texts that survive an error, and what there is to say about them.

Rows of hours have one name a day, so that adding and removing one needs no numbering; a pattern and an exception
are known by a number of the form's own.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from everwise import timefmt
from everwise.intervals import DAY_MINUTES
from experts.hours import patterns
from experts.hours.parsing import FIRST_YEAR, LAST_YEAR, LONGEST, FarDate, NoDate, NotATime, parse_date, parse_time
from experts.hours.patterns import Pattern, Stretch, Window, Windows
from experts.hours.words import window_words, windows_words

MOST_ROWS = 12
OFF, OTHER = "off", "hours"
FIRST_DATE = {
    NoDate: gettext_lazy("The first date is not a date we know. Write it like %(example)s."),
    FarDate: gettext_lazy("The first date must lie between %(first)s and %(last)s."),
}
LAST_DATE = {
    NoDate: gettext_lazy("The last date is not a date we know. Write it like %(example)s."),
    FarDate: gettext_lazy("The last date must lie between %(first)s and %(last)s."),
}


class Wrong(ValueError):
    """What was typed can't be meant; the text says why."""


def _date(text: str, words: Mapping) -> date:
    try:
        return parse_date(text)
    except NoDate as error:
        said = str(words[type(error)])
        raise Wrong(said % {"example": "2026-10-26", "first": FIRST_YEAR, "last": LAST_YEAR}) from None


def _minute(text: str) -> int:
    """A time of the day as anybody types it, or as the page itself writes it in the reader's language."""
    try:
        return parse_time(text)
    except NotATime:
        found = _clock_faces(get_language() or "en").get(_plain(text))
    if found is None:
        words = _("“%(text)s” is not a time of the day. Write it like 09:30, up to 24:00.")
        raise Wrong(words % {"text": text.strip()[:20]})
    return found


# By the language that is active, for texts that are not made of digits alone: “午前9:00”.
@cache
def _clock_faces(language: str) -> dict[str, int]:
    # Midnight stands for the beginning of the day where the end of one is written like it.
    return {
        _plain(timefmt.time_of_day(minute, twelve_hour)): minute
        for twelve_hour in (True, False)
        for minute in range(DAY_MINUTES, -1, -1)
    }


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


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
            words = _("Say when the hours until %(time)s begin, or clear both fields.")
            raise Wrong(words % {"time": self.end.strip()[:20]})
        if not self.end.strip():
            words = _("Say when the hours from %(time)s end, or clear both fields.")
            raise Wrong(words % {"time": self.start.strip()[:20]})
        start, end = _minute(self.start), _minute(self.end)
        if start == DAY_MINUTES:
            raise Wrong(_("Hours can’t begin at 24:00, where the day ends. Begin at 00:00 on the next day."))
        return start, end or DAY_MINUTES


@dataclass(slots=True)
class DayFields:
    """The windows of one weekday (0 for Monday), or of one exception, and what there is to say about them."""

    name: str
    label: str
    rows: list[WindowFields]
    on: bool = True
    weekday: int | None = None
    error: str = ""
    windows: Windows = ()

    @property
    def can_add(self) -> bool:
        return len(self.rows) < MOST_ROWS

    def check(self, twelve_hour: bool) -> list[str]:
        """Read the rows into `windows`, and note what was joined. Errors stand in the rows."""
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
            self.error = _("A day can have at most %(number)s separate hours.") % {"number": MOST_ROWS}
            return []
        try:
            self.windows, joins = patterns.join(found)
        except patterns.TooLong:
            words = _("%(hours)s overlap, and together they are longer than a day. Let them end at 24:00 or before.")
            self.error = words % {"hours": windows_words(sorted(set(found)), twelve_hour)}
            return []
        return [
            _("%(day)s: %(hours)s were joined to %(whole)s.")
            % {
                "day": self.label,
                "hours": windows_words(each.parts, twelve_hour),
                "whole": window_words(each.whole, twelve_hour),
            }
            for each in joins
        ]

    def _hint(self, window: Window, twelve_hour: bool) -> str:
        start, end = window
        if end > start:
            return ""
        words = {"time": timefmt.time_of_day(end, twelve_hour)}
        if self.weekday is None:
            whole, text = _("Ends on the next day at %(time)s, 24 hours later"), _("Ends on the next day at %(time)s")
        else:
            words["day"] = timefmt.weekday((self.weekday + 1) % 7)
            whole, text = _("Ends on %(day)s at %(time)s, 24 hours later"), _("Ends on %(day)s at %(time)s")
        return (whole if start == end else text) % words


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

    @property
    def week(self) -> list[DayFields]:
        """The days in the order in which the reader's language has them."""
        return [self.days[number] for number, _name in timefmt.weekdays()]

    def check(self, twelve_hour: bool) -> tuple[Pattern | None, list[str]]:
        every, first, last = 1, None, None
        try:
            every = int(self.every) if re.fullmatch(r"[0-9]{1,2}", self.every.strip()) else 0
            if not 1 <= every <= 52:
                raise Wrong(_("Say every how many weeks, from 1 to 52."))
        except Wrong as wrong:
            self.errors["every"] = str(wrong)
        try:
            first = _date(self.first, FIRST_DATE)
        except Wrong as wrong:
            self.errors["first"] = str(wrong)
        try:
            last = _date(self.last, LAST_DATE) if self.last.strip() else None
            if first and last and last < first:
                raise Wrong(_("The last date lies before the first."))
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
                    words = {
                        "day": day.label,
                        "hours": window_words((start, end), twelve_hour),
                        "next_day": following.label,
                        "next_hours": window_words(met, twelve_hour),
                    }
                    text = _("%(day)s’s %(hours)s runs into %(next_day)s’s %(next_hours)s: they count as one.")
                    notes.append(text % words)
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
    focus: bool = False
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"x{self.number}"

    def check(self, today: date, twelve_hour: bool) -> tuple[Stretch | None, list[str]]:
        first = last = None
        try:
            first = _date(self.first, FIRST_DATE)
        except Wrong as wrong:
            self.errors["first"] = str(wrong)
        try:
            last = _date(self.last, LAST_DATE) if self.last.strip() else first
            if first and last and last < first:
                raise Wrong(_("The last date lies before the first."))
            if first and last and (last - first).days >= LONGEST:
                raise Wrong(_("An exception can be at most %(number)s days long.") % {"number": LONGEST})
            if last and last < today:
                raise Wrong(_("These dates are past. Choose dates from today on."))
        except Wrong as wrong:
            self.errors["last"] = str(wrong)
        if self.kind not in {OFF, OTHER}:
            self.errors["kind"] = _("Choose time off or other hours.")
        notes: list[str] = []
        if self.kind == OTHER:
            notes = self.hours.check(twelve_hour)
            if not self.hours.windows and not self.hours.error and not any(row.error for row in self.hours.rows):
                self.hours.error = _("Enter the hours of these dates, or choose time off.")
        if self.errors or first is None or last is None:
            return None, notes
        if self.kind == OTHER and (self.hours.error or any(row.error for row in self.hours.rows)):
            return None, notes
        return Stretch(first, last, self.hours.windows if self.kind == OTHER else ()), notes
