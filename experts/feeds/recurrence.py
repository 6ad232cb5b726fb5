"""Recurrence rules of foreign calendars (RFC 5545, section 3.3.10) on naive local times. Pure: no Django, no clock.

dateutil does the counting. What it is given never reaches beyond the range that is asked for, and a rule without a
COUNT begins near it, so that a series from year 1 costs no more than one from last week.
"""

import re
from collections.abc import Iterator
from datetime import datetime, time
from typing import Any

from dateutil import rrule

from experts.feeds.ics import UnreadableCalendar

FREQUENCIES: dict[str, Any] = {
    "YEARLY": rrule.YEARLY,
    "MONTHLY": rrule.MONTHLY,
    "WEEKLY": rrule.WEEKLY,
    "DAILY": rrule.DAILY,
}
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
# The numbers that each part may list.
_LISTS = {
    "BYMONTH": ("bymonth", 1, 12),
    "BYMONTHDAY": ("bymonthday", -31, 31),
    "BYYEARDAY": ("byyearday", -366, 366),
    "BYWEEKNO": ("byweekno", -53, 53),
    "BYSETPOS": ("bysetpos", -366, 366),
    "BYHOUR": ("byhour", 0, 23),
    "BYMINUTE": ("byminute", 0, 59),
    "BYSECOND": ("bysecond", 0, 59),
}
_DAY_PARTS = ("bymonthday", "byyearday", "byweekday")
_DATE_PARTS = (*_DAY_PARTS, "byweekno")
_BYDAY = re.compile(rf"([+-]?\d{{1,2}})?({'|'.join(WEEKDAYS)})")
DAMAGED = "recurrence"
TOO_FINE = "too-fine"


class RecurrenceRule:
    """A rule and where it begins. `until` is a naive local time, included. Raises Unreadable."""

    def __init__(self, text: str, start: datetime, until: datetime | None):
        self.start, self.until = start, until
        parts = _parts(text)
        self.frequency = FREQUENCIES[parts["FREQ"]]
        self.interval = _number(parts.get("INTERVAL", "1"), 1, 10_000)
        self.count = _number(parts["COUNT"], 1, 10**12) if "COUNT" in parts else None
        self.week_start = _weekday(parts.get("WKST", "MO"))
        self.parts: dict[str, Any] = {
            name: [_number(each, low, high) for each in parts[key].split(",")]
            for key, (name, low, high) in _LISTS.items()
            if key in parts
        }
        if "BYDAY" in parts:
            self.parts["byweekday"] = _weekdays(parts["BYDAY"], self.frequency)
        if any(len(set(self.parts.get(name, ()))) > 1 for name in ("byhour", "byminute", "bysecond")):
            raise UnreadableCalendar(TOO_FINE)
        self._spell_out()

    def _spell_out(self) -> None:
        """What a rule takes from its start, said in the rule, so that it may begin elsewhere."""
        if not any(name in self.parts for name in _DATE_PARTS):
            if self.frequency == rrule.YEARLY:
                self.parts.setdefault("bymonth", [self.start.month])
            if self.frequency in {rrule.YEARLY, rrule.MONTHLY}:
                self.parts["bymonthday"] = [self.start.day]
            elif self.frequency == rrule.WEEKLY:
                self.parts["byweekday"] = [rrule.weekdays[self.start.weekday()]]
        elif self.frequency == rrule.YEARLY and not any(name in self.parts for name in _DAY_PARTS):
            # A week of the year alone.
            self.parts["byweekday"] = [rrule.weekdays[self.start.weekday()]]
        for name in ("hour", "minute", "second"):
            self.parts.setdefault(f"by{name}", [getattr(self.start, name)])

    def between(self, first: datetime, last: datetime) -> Iterator[datetime | None]:
        """Each occurrence from `first` to `last`, both included, in order; None for a step on the way there.

        The start itself is always the first occurrence, whether or not it fits the rule.
        """
        last = min(last, self.until) if self.until is not None else last
        begins = self.start if self.count is not None else max(self.start, self._aligned(first))
        yield self.start if first <= self.start <= last else None
        left = (self.count or 0) - 1
        try:
            moments = rrule.rrule(
                self.frequency,
                dtstart=begins,
                interval=self.interval,
                wkst=self.week_start,
                until=last,
                **self.parts,
            )
        except ValueError:
            raise UnreadableCalendar(DAMAGED) from None
        for moment in moments:
            if moment == self.start:
                continue
            if self.count is not None and left <= 0:
                return
            left -= 1
            yield moment if moment >= first else None

    def _aligned(self, first: datetime) -> datetime:
        """The beginning of a year, month, week or day that counts, at or before `first`."""
        start, every = self.start, self.interval
        if first <= start:
            return start
        match self.frequency:
            case rrule.YEARLY:
                return datetime(first.year - (first.year - start.year) % every, 1, 1)
            case rrule.MONTHLY:
                months = (first.year - start.year) * 12 + first.month - start.month
                month = first.year * 12 + first.month - 1 - months % every
                return datetime(month // 12, month % 12 + 1, 1)
            case _:
                days = 7 if self.frequency == rrule.WEEKLY else 1
                behind = (start.weekday() - self.week_start.weekday) % 7 if days == 7 else 0
                origin = start.toordinal() - behind
                steps = (first.toordinal() - origin) // (days * every)
                return datetime.combine(datetime.fromordinal(max(origin + steps * days * every, 1)), time.min)


def until_of(text: str) -> str:
    """The UNTIL of a rule as it is written; "" where there is none. Raises Unreadable."""
    return _parts(text).get("UNTIL", "")


def _parts(text: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    for part in text.strip().upper().rstrip(";").split(";"):
        name, _, value = part.partition("=")
        if value.strip():
            parts[name.strip()] = value.strip()
    frequency = parts.get("FREQ")
    if frequency in {"SECONDLY", "MINUTELY", "HOURLY"}:
        raise UnreadableCalendar(TOO_FINE)
    if frequency not in FREQUENCIES:
        raise UnreadableCalendar(DAMAGED)
    return parts


def _number(text: str, low: int, high: int) -> int:
    if not re.fullmatch(r"[+-]?\d{1,12}", text) or not low <= int(text) <= high or (low < 0 and int(text) == 0):
        raise UnreadableCalendar(DAMAGED)
    return int(text)


def _weekday(text: str):
    if text not in WEEKDAYS:
        raise UnreadableCalendar(DAMAGED)
    return rrule.weekdays[WEEKDAYS.index(text)]


def _weekdays(text: str, frequency: Any) -> list:
    found = []
    for part in text.split(","):
        match = _BYDAY.fullmatch(part.strip())
        if not match or (match[1] and int(match[1]) == 0):
            raise UnreadableCalendar(DAMAGED)
        # A number before a weekday means something in months and years only.
        number = int(match[1]) if match[1] and frequency in {rrule.MONTHLY, rrule.YEARLY} else None
        found.append((number, _weekday(match[2])))
    if any(number for number, _ in found) and not all(number for number, _ in found):
        # dateutil takes "MO,1TU" for days that are both; spelt out, it is either, as in the RFC.
        most = 5 if frequency == rrule.MONTHLY else 53
        found = [(n, day) for number, day in found for n in ([number] if number else range(1, most + 1))]
    return [day(number) if number else day for number, day in found]
