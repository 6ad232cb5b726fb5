"""A week of hours as its expert thinks of it, and the recurrence rules that say the same to the engine.

Pure: no Django, no clock. Windows are (start, end) in minutes of the local day, as in experts.availability.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from everwise.intervals import DAY_MINUTES
from experts.availability import WEEKDAYS, Override, RecurringWindows, parse_rrule

ONE_DAY = timedelta(days=1)

Window = tuple[int, int]
Windows = tuple[Window, ...]


class TooLong(ValueError):
    """Windows that overlap and together last longer than a day, which no single window can say."""


class Pattern(NamedTuple):
    """The same hours every so many weeks. `days` holds the windows of each weekday, Monday first.

    Weeks are counted from the one that `first` lies in; nothing recurs before `first` or after `last`.
    """

    every: int
    first: date
    last: date | None
    days: tuple[Windows, ...]


class Join(NamedTuple):
    """Windows that became one."""

    parts: Windows
    whole: Window


class Stretch(NamedTuple):
    """Neighbouring dates with the same exception."""

    first: date
    last: date
    windows: Windows


def parts_of(rrule: str) -> dict[str, str]:
    """A rule's parts by name."""
    return dict(part.split("=") for part in parse_rrule(rrule).split(";"))


def is_weekly(rrule: str) -> bool:
    """Whether a pattern can say this rule; others are kept as they are."""
    parts = parts_of(rrule)
    return parts["FREQ"] == "WEEKLY" and "COUNT" not in parts


def patterns(rules: Iterable[RecurringWindows]) -> list[Pattern]:
    """The weekly rules as patterns, in order; what no pattern can say is left out."""
    found: dict[tuple[int, date, str], list[set[Window]]] = defaultdict(lambda: [set() for _ in WEEKDAYS])
    for rule in rules:
        if is_weekly(rule.rrule):
            parts = parts_of(rule.rrule)
            days = found[int(parts.get("INTERVAL", "1")), rule.first_date, parts.get("UNTIL", "")]
            # Without BYDAY a weekly rule recurs on the weekday of its first date.
            for code in parts.get("BYDAY", WEEKDAYS[rule.first_date.weekday()]).split(","):
                days[WEEKDAYS.index(code)].update(rule.windows)
    return [
        Pattern(every, first, date.fromisoformat(until) if until else None, tuple(tuple(sorted(day)) for day in days))
        for (every, first, until), days in sorted(found.items())
    ]


def rules(pattern: Pattern) -> list[RecurringWindows]:
    """One rule for each set of windows, so that days with the same hours share it."""
    codes: dict[Windows, list[str]] = defaultdict(list)
    for code, windows in zip(WEEKDAYS, pattern.days, strict=True):
        if windows:
            codes[windows].append(code)
    interval = f";INTERVAL={pattern.every}" if pattern.every > 1 else ""
    until = f";UNTIL={pattern.last:%Y%m%d}" if pattern.last else ""
    return [
        RecurringWindows(f"FREQ=WEEKLY{interval};BYDAY={','.join(days)}{until}", pattern.first, windows)
        for windows, days in codes.items()
    ]


def length(window: Window) -> int:
    """Minutes of the clock face; an end at or before the start is on the next date."""
    start, end = window
    return end - start if end > start else end + DAY_MINUTES - start


def join(windows: Iterable[Window]) -> tuple[Windows, list[Join]]:
    """The windows of one day without overlaps, and which of them became one. Those that touch are one, too.

    Raises TooLong where one window cannot hold what overlaps.
    """
    groups: list[list[Window]] = []
    ends: list[int] = []
    for start, end in sorted(set(windows), key=lambda each: (each[0], length(each))):
        closes = start + length((start, end))
        if groups and start <= ends[-1]:
            groups[-1].append((start, end))
            ends[-1] = max(ends[-1], closes)
        else:
            groups.append([(start, end)])
            ends.append(closes)
    joined, joins = [], []
    for group, closes in zip(groups, ends, strict=True):
        start = group[0][0]
        if closes - start > DAY_MINUTES:
            raise TooLong
        whole = start, closes if closes <= DAY_MINUTES else closes - DAY_MINUTES
        joined.append(whole)
        if len(group) > 1:
            joins.append(Join(tuple(group), whole))
    return tuple(joined), joins


def stretches(overrides: Iterable[Override]) -> list[Stretch]:
    """Exceptions by date, neighbours with the same hours as one stretch."""
    found: list[Stretch] = []
    for override in sorted(overrides):
        before = found[-1] if found else None
        if before and before.windows == override.windows and before.last + ONE_DAY == override.date:
            found[-1] = before._replace(last=override.date)
        else:
            found.append(Stretch(override.date, override.date, override.windows))
    return found
