"""Hours in words: windows, dates and recurrence rules, in whole messages of the reader's language."""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from everwise import timefmt, wording
from everwise.timefmt import Reader
from experts.availability import WEEKDAYS, RecurringWindows
from experts.hours.patterns import Window, parts_of

# Which weekdays of a month a rule numbers, by its number.
NUMBERED = {
    1: gettext_lazy("the first %(weekday)s"),
    2: gettext_lazy("the second %(weekday)s"),
    3: gettext_lazy("the third %(weekday)s"),
    4: gettext_lazy("the fourth %(weekday)s"),
    5: gettext_lazy("the fifth %(weekday)s"),
    -1: gettext_lazy("the last %(weekday)s"),
    -2: gettext_lazy("the second to last %(weekday)s"),
    -3: gettext_lazy("the third to last %(weekday)s"),
    -4: gettext_lazy("the fourth to last %(weekday)s"),
    -5: gettext_lazy("the fifth to last %(weekday)s"),
}


def window_words(window: Window, twelve_hour: bool = False) -> str:
    """“09:00 to 12:00”."""
    return timefmt.hours_of_day(*window, twelve_hour)


def windows_words(windows: Iterable[Window], twelve_hour: bool = False) -> str:
    """“09:00 to 12:00 and 13:00 to 17:00”."""
    return wording.listed([window_words(window, twelve_hour) for window in windows])


def dates_words(first: date, last: date, reader: Reader, now: datetime | None = None) -> str:
    """“Thu 24 December to Sat 26 December”, or the one day; the year as in `timefmt.short_day`."""
    begins, ends = timefmt.short_day(first, reader, now), timefmt.short_day(last, reader, now)
    return begins if first == last else _("%(first)s to %(last)s") % {"first": begins, "last": ends}


def rule_words(rule: RecurringWindows, twelve_hour: bool = False) -> str:
    """“Every 2 months on the first Monday, 09:00 to 12:00, from 1 May 2026, 10 times”."""
    parts = parts_of(rule.rrule)
    words = {
        "recurs": _recurs(rule, parts),
        "hours": windows_words(rule.windows, twelve_hour),
        "first": timefmt.full_date(rule.first_date),
    }
    if "UNTIL" in parts:
        words["last"] = timefmt.full_date(date.fromisoformat(parts["UNTIL"]))
        return _("%(recurs)s, %(hours)s, from %(first)s until %(last)s") % words
    if "COUNT" not in parts:
        return _("%(recurs)s, %(hours)s, from %(first)s") % words
    number = int(parts["COUNT"])
    if number == 1:
        return _("%(recurs)s, %(hours)s, from %(first)s, once") % words
    text = ngettext(
        "%(recurs)s, %(hours)s, from %(first)s, %(number)s time",
        "%(recurs)s, %(hours)s, from %(first)s, %(number)s times",
        number,
    )
    return text % {**words, "number": number}


def _recurs(rule: RecurringWindows, parts: dict[str, str]) -> str:
    number = int(parts.get("INTERVAL", "1"))
    codes = parts["BYDAY"].split(",") if "BYDAY" in parts else []
    match parts["FREQ"]:
        case "DAILY" if codes:
            words = {
                "days": wording.listed([_weekday(code) for code in codes], "or"),
                "number": number,
            }
            if number == 1:
                return _("Every day, if it is a %(days)s") % words
            text = ngettext(
                "Every %(number)s day, if it is a %(days)s", "Every %(number)s days, if it is a %(days)s", number
            )
            return text % words
        case "DAILY":
            if number == 1:
                return _("Every day")
            return ngettext("Every %(number)s day", "Every %(number)s days", number) % {"number": number}
        case "WEEKLY":
            codes = codes or [WEEKDAYS[rule.first_date.weekday()]]
            words = {"days": wording.listed([_weekday(code) for code in codes]), "number": number}
            if number == 1:
                return _("Every week on %(days)s") % words
            return ngettext("Every %(number)s week on %(days)s", "Every %(number)s weeks on %(days)s", number) % words
        case _month if codes:
            words = {"days": wording.listed([_day_of_month(code) for code in codes]), "number": number}
            if number == 1:
                return _("Every month on %(days)s") % words
            return ngettext("Every %(number)s month on %(days)s", "Every %(number)s months on %(days)s", number) % words
        case _month:
            words = {"day": str(rule.first_date.day), "number": number}
            if number == 1:
                return _("Every month on day %(day)s") % words
            text = ngettext("Every %(number)s month on day %(day)s", "Every %(number)s months on day %(day)s", number)
            return text % words


def _weekday(code: str) -> str:
    return timefmt.weekday(WEEKDAYS.index(code[-2:]))


def _day_of_month(code: str) -> str:
    number = int(code[:-2] or "0")
    return str(NUMBERED[number] if number else _("every %(weekday)s")) % {"weekday": _weekday(code)}
