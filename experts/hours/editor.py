"""The availability page as stored or as typed, what its buttons change, and the plan when nothing is wrong."""

import re
from collections.abc import Collection, Iterable
from datetime import date, datetime
from itertools import zip_longest
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from everwise import timefmt
from everwise.timefmt import Reader
from experts.hours import patterns
from experts.hours.forms import HoursSettingsForm
from experts.hours.parsing import parse_stretch
from experts.hours.patterns import Pattern, Stretch, Windows
from experts.hours.typed import MOST_ROWS, OFF, OTHER, DayFields, ExceptionFields, PatternFields, WindowFields
from experts.hours.writer import HoursPlan, Present, dates

MOST_PATTERNS, MOST_BLOCKS = 8, 12
USUAL: Windows = ((9 * 60, 17 * 60),)
# Buttons that change the page and save nothing.
ACTIONS = {
    "add",
    "remove",
    "copy",
    "add-pattern",
    "remove-pattern",
    "add-date",
    "change-date",
    "remove-date",
    "keep-date",
    "remove-block",
    "dates-page",
    "preview",
}


def _numbers(texts: Iterable[str], most: int) -> list[int]:
    found = [int(text) for text in texts if re.fullmatch(r"[0-9]{1,3}", text)]
    return list(dict.fromkeys(found))[:most]


class Editor:
    """One expert's availability, as stored or as typed. `problems` are (id of the field, words)."""

    def __init__(self, present: Present, *, offered: Collection[UUID], now: datetime, twelve_hour: bool):
        self.present, self.now, self.twelve_hour = present, now, twelve_hour
        self.offered = frozenset(offered)
        self.settings = HoursSettingsForm(stored=present.settings, now=now)
        self.version = present.version
        self.patterns = [self._shown(number, each) for number, each in enumerate(present.patterns)]
        self.patterns = self.patterns or [self._blank_pattern(0)]
        self.blocks: list[ExceptionFields] = []
        self.dropped: list[tuple[date, date]] = []
        self.dropped_rules: set[int] = set()
        self.themes = present.themes & self.offered
        self.page = 1
        self.problems: list[tuple[str, str]] = []
        self.notes: list[str] = []

    @property
    def zone(self) -> ZoneInfo:
        """The zone the hours are in, as far as what is typed names one."""
        typed = self.settings["time_zone"].value()
        return timefmt.find_zone(str(typed or "")) or ZoneInfo(str(self.present.settings["time_zone"]))

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    # What is stored, as texts ------------------------------------------------------------------------------

    def _rows(self, windows: Windows) -> list[WindowFields]:
        return [
            WindowFields(timefmt.time_of_day(start, self.twelve_hour), timefmt.time_of_day(end, self.twelve_hour))
            for start, end in windows
        ]

    def _usual(self) -> list[WindowFields]:
        """What a day that is switched on offers first."""
        return self._rows(USUAL)

    def _day(self, name: str, weekday: int, rows: list[WindowFields], on: bool) -> DayFields:
        return DayFields(name, timefmt.weekday(weekday), rows, on, weekday)

    def _shown(self, number: int, pattern: Pattern) -> PatternFields:
        days = [
            self._day(f"p{number}-d{weekday}", weekday, self._rows(windows) or self._usual(), bool(windows))
            for weekday, windows in enumerate(pattern.days)
        ]
        for day in days:
            day.check(self.twelve_hour)
        last = pattern.last.isoformat() if pattern.last else ""
        return PatternFields(number, str(pattern.every), pattern.first.isoformat(), last, days)

    def _blank_pattern(self, number: int) -> PatternFields:
        return self._shown(number, Pattern(1, self.today, None, ((),) * 7))

    def _block_hours(self, number: int, rows: list[WindowFields]) -> DayFields:
        return DayFields(f"x{number}", _("Other hours"), rows)

    # What is typed -----------------------------------------------------------------------------------------

    def read(self, post: QueryDict) -> None:
        """Take over what was typed, then what a button of the page asks for."""
        self.settings = HoursSettingsForm(post, stored=self.present.settings, now=self.now)
        self.version = post.get("version", "")
        self.patterns = [self._typed(number, post) for number in _numbers(post.getlist("pattern"), MOST_PATTERNS)]
        self.blocks = [self._typed_block(number, post) for number in _numbers(post.getlist("block"), MOST_BLOCKS)]
        self.dropped = [found for text in post.getlist("drop")[:200] if (found := parse_stretch(text))]
        known = {pk for pk, _ in self.present.others}
        self.dropped_rules = {pk for pk in known if str(pk) in post.getlist("drop-rule")}
        self.themes = frozenset(pk for pk in self.offered if str(pk) in post.getlist("themes"))
        self.page = next(iter(_numbers([post.get("dates-page") or post.get("dates-page-now", "")], 1)), 1)
        self._act(post)

    def _typed_rows(self, name: str, post: QueryDict) -> list[WindowFields]:
        pairs = zip_longest(post.getlist(f"{name}-from"), post.getlist(f"{name}-to"), fillvalue="")
        # One more than is allowed, so that what is too much is reported and not just cut.
        return [WindowFields(start[:40], end[:40]) for start, end in list(pairs)[: MOST_ROWS + 1]]

    def _typed(self, number: int, post: QueryDict) -> PatternFields:
        name = f"p{number}"
        days = []
        for weekday in range(7):
            day = f"{name}-d{weekday}"
            days.append(self._day(day, weekday, self._typed_rows(day, post) or [WindowFields()], f"{day}-on" in post))
        every, first, last = (post.get(f"{name}-{key}", "")[:40] for key in ("every", "first", "last"))
        return PatternFields(number, every, first, last, days)

    def _typed_block(self, number: int, post: QueryDict) -> ExceptionFields:
        name = f"x{number}"
        first, last, kind, was = (post.get(f"{name}-{key}", "")[:40] for key in ("first", "last", "kind", "was"))
        return ExceptionFields(
            number, first, last, kind, self._block_hours(number, self._typed_rows(name, post) or [WindowFields()]), was
        )

    # Buttons -----------------------------------------------------------------------------------------------

    def _act(self, post: QueryDict) -> None:
        groups = {day.name: day for pattern in self.patterns for day in pattern.days}
        groups |= {block.name: block.hours for block in self.blocks}
        if (day := groups.get(post.get("add", ""))) and day.can_add:
            day.rows.append(WindowFields(focus=True))
        name, _slash, position = post.get("remove", "").partition("/")
        if (day := groups.get(name)) and _numbers([position], 1) and int(position) < len(day.rows):
            del day.rows[int(position)]
            day.on = day.on and bool(day.rows)
            day.rows = day.rows or self._usual()
            day.rows[0].focus = day.on
        if day := groups.get(post.get("copy", "")):
            for number in _numbers(post.getlist(f"{day.name}-copy"), 7):
                other = groups.get(f"{day.name.partition('-')[0]}-d{number}")
                if other and other is not day:
                    other.rows, other.on = [WindowFields(row.start, row.end) for row in day.rows], day.on
            day.rows[0].focus = True
        self._act_on_patterns(post)
        self._act_on_dates(post)

    def _act_on_patterns(self, post: QueryDict) -> None:
        if "add-pattern" in post and len(self.patterns) < MOST_PATTERNS:
            number = 1 + max((pattern.number for pattern in self.patterns), default=-1)
            added = self._blank_pattern(number)
            added.every = "2"
            self.patterns.append(added)
        gone = post.get("remove-pattern", "")
        self.patterns = [each for each in self.patterns if str(each.number) != gone] or [self._blank_pattern(0)]

    def _act_on_dates(self, post: QueryDict) -> None:
        number = 1 + max((block.number for block in self.blocks), default=-1)
        if len(self.blocks) < MOST_BLOCKS:
            if "add-date" in post:
                hours = self._block_hours(number, self._usual())
                self.blocks.append(ExceptionFields(number, "", "", OFF, hours, focus=True))
            if stretch := parse_stretch(post.get("change-date", "")):
                windows = next((each.windows for each in self.listed if (each.first, each.last) == stretch), ())
                rows = self._rows(windows) or self._usual()
                first, last = (day.isoformat() for day in stretch)
                kind = OTHER if windows else OFF
                was = f"{first}/{last}"
                hours = self._block_hours(number, rows)
                self.blocks.append(ExceptionFields(number, first, last, kind, hours, was, focus=True))
        if stretch := parse_stretch(post.get("remove-date", "")):
            self.dropped.append(stretch)
        if stretch := parse_stretch(post.get("keep-date", "")):
            self.dropped = [each for each in self.dropped if each != stretch]
        self.blocks = [block for block in self.blocks if str(block.number) != post.get("remove-block")]

    # What it all means -------------------------------------------------------------------------------------

    @property
    def listed(self) -> list[Stretch]:
        """The stored exceptions from today on, without those that are being changed."""
        changing = {parse_stretch(block.was) for block in self.blocks if block.was}
        coming = [each for each in self.present.overrides if each.date >= self.today]
        return [each for each in patterns.stretches(coming) if (each.first, each.last) not in changing]

    def plan(self, *, strict: bool) -> HoursPlan | None:
        """The plan, or None where something typed can't be meant; then `problems` says what.

        Unless `strict`, an exception that has no date yet is left out.
        """
        self.problems, self.notes = [], []
        if not self.settings.is_valid():
            self.problems += [
                (self.settings[name].id_for_label, str(error))
                for name, errors in self.settings.errors.items()
                for error in errors
            ]
        weeks, exceptions = self._check_patterns(), self._check_blocks(strict)
        if self.problems:
            return None
        replaced = [found for block in self.blocks if (found := parse_stretch(block.was))]
        stored = {each.date for each in self.present.overrides}
        gone = {day for day in stored for first, last in [*self.dropped, *replaced] if first <= day <= last}
        return HoursPlan(
            settings=self.settings.cleaned_data,
            patterns=tuple(weeks),
            dropped_rules=frozenset(self.dropped_rules),
            cleared=frozenset(gone),
            exceptions=exceptions,
            themes=self.themes,
            offered=self.offered,
        )

    def _check_patterns(self) -> list[Pattern]:
        found: dict[tuple, Pattern] = {}
        for fields in self.patterns:
            pattern, notes = fields.check(self.twelve_hour)
            self.notes += notes
            self.problems += [(f"{fields.name}-{key}", words) for key, words in fields.errors.items()]
            for day in fields.days:
                self._note_problems(day)
            if pattern is None:
                continue
            key = pattern[:3]
            if key in found:
                pattern = self._together(fields, found[key], pattern)
            found[key] = pattern
        return [pattern for pattern in found.values() if any(pattern.days)]

    def _together(self, fields: PatternFields, one: Pattern, other: Pattern) -> Pattern:
        """Two patterns with the same weeks and dates are one to the engine, so they become one here."""
        self.notes.append(_("Two sets of weekly hours with the same weeks and dates were put together."))
        days = []
        for day, own, further in zip(fields.days, one.days, other.days, strict=True):
            try:
                days.append(patterns.join([*own, *further])[0])
            except patterns.TooLong:
                words = _("%(day)s’s hours of both sets overlap and are longer than a day together.")
                day.error = words % {"day": day.label}
                self._note_problems(day)
                days.append(own)
        return other._replace(days=tuple(days))

    def _check_blocks(self, strict: bool) -> dict[date, Windows]:
        found: dict[date, Windows] = {}
        for block in self.blocks:
            if not strict and not block.first and not block.last:
                continue
            stretch, notes = block.check(self.today, self.twelve_hour)
            self.notes += notes
            self.problems += [(f"{block.name}-{key}", words) for key, words in block.errors.items()]
            if block.kind == OTHER:
                self._note_problems(block.hours)
            if stretch is None:
                continue
            days = dates(stretch.first, stretch.last)
            if found.keys() & set(days):
                words = _("These dates have another exception on this page already.")
                block.errors["first"] = words
                self.problems.append((f"{block.name}-first", words))
            found |= dict.fromkeys(days, stretch.windows)
            self._note_replaced(block, days)
        return found

    def _note_replaced(self, block: ExceptionFields, days: Collection[date]) -> None:
        known = [*self.dropped, *filter(None, [parse_stretch(block.was)])]
        gone = [
            each.date
            for each in self.present.overrides
            if each.date in days and not any(first <= each.date <= last for first, last in known)
        ]
        if gone:
            more = len(gone) - 1
            text = _("What differed on %(day)s until now is replaced.")
            if more:
                text = ngettext(
                    "What differed on %(day)s and %(number)s more date until now is replaced.",
                    "What differed on %(day)s and %(number)s more dates until now is replaced.",
                    more,
                )
            day = timefmt.bare_day(gone[0], Reader(self.zone, self.twelve_hour), self.now)
            self.notes.append(text % {"day": day, "number": more})

    def forget_errors(self) -> None:
        """Say nothing of what is wrong, for a page that is still being typed."""
        self.problems, self.notes = [], []
        self.settings.errors.clear()
        for pattern in self.patterns:
            pattern.errors.clear()
        for block in self.blocks:
            block.errors.clear()
        for day in (*(day for pattern in self.patterns for day in pattern.days), *(each.hours for each in self.blocks)):
            day.error = ""
            for row in day.rows:
                row.error = ""

    def _note_problems(self, day: DayFields) -> None:
        if day.error:
            self.problems.append((f"{day.name}-0-from", day.error))
        self.problems += [
            (f"{day.name}-{number}-from", _("%(day)s: %(problem)s") % {"day": day.label, "problem": row.error})
            for number, row in enumerate(day.rows)
            if row.error
        ]
