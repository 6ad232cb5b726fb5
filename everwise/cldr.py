"""What the Unicode CLDR, by way of Babel, knows of a language: names, patterns, lists, units and cities.

Everything is asked for by language and kept, since pages format hundreds of times and dates: no pattern is parsed
twice. "en" is British English, save the few patterns in `ENGLISH`; what Babel does not know reads as English.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, time, timedelta
from functools import cache, lru_cache
from typing import Literal

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.dates import (
    DateTimePattern,
    format_timedelta,
    get_relative_name,
    match_skeleton,
    parse_pattern,
    split_interval_pattern,
    tokenize_pattern,
    untokenize_pattern,
)
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent
from babel.units import format_unit

# Where "en" differs from CLDR's British English, by skeleton; of intervals, by the field that differs, too.
ENGLISH = {
    "yMMMEd": "E d MMM y",
    "yMMMMEd": "E d MMMM y",
    "yMMMMEEEEd": "EEEE d MMMM y",
}
ENGLISH_INTERVALS = {
    "MMMMd": {"d": "d 'to' d MMMM", "M": "d MMMM 'to' d MMMM"},
    "yMMMMd": {"d": "d – d MMMM y"},
    "yMMMd": {"M": "d MMM – d MMM y", "y": "d MMM y – d MMM y"},
    "Hm": {"H": "HH:mm 'to' HH:mm"},
    "hm": {"a": "h:mm a 'to' h:mm a", "h": "h:mm a 'to' h:mm a"},
}
ENGLISH_SPAN = "{0} to {1}"
ENGLISH_MONTHS = {"Sept": "Sep"}

FIRST_NUMBER = re.compile(r"[0-9]+")
END_OF_DAY = 24 * 60
NOON = 12 * 60

Pattern = Callable[[date | time], str]


@cache
def known(language: str) -> str:
    """The language itself, or "en" where Babel has nothing to say in it."""
    try:
        found = Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return "en"
    return "en" if found.months["format"]["wide"][1] == "M01" else language


@cache
def locale(language: str) -> Locale:
    """The locale of one of Django's language codes."""
    language = known(language)
    return Locale("en", "GB") if language == "en" else Locale.parse(language, sep="-")


def _in_english(language: str) -> bool:
    return known(language) == "en"


@cache
def first_weekday(language: str) -> int:
    """The day on which weeks begin, 0 for Monday: of a bare language, where most of its speakers live."""
    found = locale(language)
    likely = get_global("likely_subtags").get(str(found))
    return (Locale.parse(likely) if likely else found).first_week_day


@cache
def weekday(language: str, number: int, width: str = "wide") -> str:
    """The name by itself, 0 for Monday."""
    return locale(language).days["stand-alone"][width][number]


@cache
def month(language: str, number: int, width: str = "wide") -> str:
    """The name by itself, 1 for January."""
    text = locale(language).months["stand-alone"][width][number]
    return ENGLISH_MONTHS.get(text, text) if _in_english(language) else text


@cache
def twelve_hour(language: str) -> bool:
    """Whether times are usually written on a clock of twelve hours."""
    pattern = locale(language).time_formats["short"].pattern
    return "h" in pattern or "K" in pattern


@lru_cache(maxsize=8192)
def day(language: str, skeleton: str, when: date) -> str:
    """A date by a skeleton such as "MMMMEd"."""
    return _pattern(language, skeleton)(when)


@lru_cache(maxsize=2048)
def days(language: str, skeleton: str, first: date, last: date) -> str:
    """Two dates by a skeleton without a weekday; what they share may be said once."""
    if first == last:
        return day(language, skeleton, first)
    field = "y" if first.year != last.year else "M" if first.month != last.month else "d"
    parts = _interval(language, skeleton).get(field)
    if parts is None:
        return span(language, day(language, skeleton, first), day(language, skeleton, last))
    return "".join(part(each) for part, each in zip(parts, (first, last), strict=True))


@cache
def clock(language: str, minute: int, in_twelve: bool) -> str:
    """A time of the day on either clock; the end of the day is 24:00 on the one that has it."""
    return _shown(_pattern(language, "hm" if in_twelve else "Hm"), minute, in_twelve)


@lru_cache(maxsize=8192)
def clocks(language: str, start: int, end: int, in_twelve: bool) -> str:
    """From one time to another; an end that is not later is of another day."""
    parts = _interval(language, "hm" if in_twelve else "Hm")
    wide = end <= start or end == END_OF_DAY or (start < NOON) != (end < NOON)
    found = parts.get(("a" if wide else "h") if in_twelve else "H")
    if found is None:
        return span(language, clock(language, start, in_twelve), clock(language, end, in_twelve))
    return "".join(_shown(part, each, in_twelve) for part, each in zip(found, (start, end), strict=True))


@cache
def hour(language: str, number: int, in_twelve: bool) -> str:
    """A full hour as a label of a scale."""
    return _pattern(language, "h")(time(number % 24)) if in_twelve else f"{number:02}"


def span(language: str, start: str, end: str) -> str:
    """From one to the other, each written in full."""
    pattern = ENGLISH_SPAN if _in_english(language) else locale(language).interval_formats[None]
    return pattern.replace("{0}", start).replace("{1}", end)


@lru_cache(maxsize=4096)
def length(language: str, minutes: int) -> str:
    """So many minutes, as hours and minutes."""
    hours, rest = divmod(minutes, 60)
    found = locale(language)
    words = [
        format_unit(number, unit, "long", locale=found)
        for number, unit in ((hours, "hour"), (rest, "minute"))
        if number or (unit == "minute" and not hours)
    ]
    if len(words) == 1:
        return words[0]
    # Not all of a language's styles say how two are put together, and the narrowest has least between them.
    styles = (found.list_patterns.get(style, {}) for style in ("unit-narrow", "unit-short", "unit", "standard"))
    return next(style["2"] for style in styles if "2" in style).format(*words)


@lru_cache(maxsize=4096)
def relative(language: str, number: int, unit: Literal["day", "hour", "minute"]) -> str:
    """So many days, hours or minutes ahead, or, below nought, ago."""
    ahead = timedelta(**{f"{unit}s": number})
    # A threshold that nothing reaches keeps to the unit.
    return format_timedelta(ahead, unit, threshold=float("inf"), add_direction=True, locale=locale(language))


@cache
def relative_day(language: str, number: int) -> str | None:
    """A word as it stands within a sentence: “today”, “tomorrow”; None where the language has none."""
    return get_relative_name("day", number, locale=locale(language))


def listed(language: str, words: Sequence[str], style: Literal["standard", "or"] = "standard") -> str:
    """“Ann, Bo and Cy”; with the style "or", “Ann, Bo or Cy”."""
    return format_list(words, style, locale(language)) if len(words) > 1 else "".join(words)


@lru_cache(maxsize=1024)
def number(language: str, value: float) -> str:
    return format_decimal(value, locale=locale(language))


@lru_cache(maxsize=1024)
def percent(language: str, share: float) -> str:
    """A share of one in whole hundredths."""
    return format_percent(share, locale=locale(language))


@lru_cache(maxsize=2048)
def offset(language: str, minutes: int) -> str:
    """How far a clock is ahead of Greenwich: “GMT+2”."""
    hours, rest = divmod(abs(minutes), 60)
    ahead = f"{'+' if minutes > 0 else '-'}{hours}" + (f":{rest:02}" if rest else "") if minutes else ""
    return (locale(language).zone_formats["gmt"] % ahead).strip()


@lru_cache(maxsize=4096)
def beside(language: str, words: str, note: str) -> str:
    """Words with a note behind them: “Stockholm (GMT+2)”."""
    # CLDR's own pattern is for a zone of a country, and some languages turn it around.
    wide = "（" in locale(language).zone_formats["fallback"]
    return f"{words}（{note}）" if wide else f"{words} ({note})"


@cache
def city(language: str, zone: str) -> str:
    """The place that a zone is named for. English keeps the spelling of the zone's own name."""
    own = zone.rpartition("/")[2].replace("_", " ")
    return own if own == "UTC" or _in_english(language) else exemplar(language, zone) or own


@cache
def exemplar(language: str, zone: str) -> str | None:
    """The place that CLDR names a zone for, if it has to say anything about it."""
    return locale(language).time_zones.get(zone, {}).get("city")


def _shown(pattern: Pattern, minute: int, in_twelve: bool) -> str:
    text = pattern(time(minute // 60 % 24, minute % 60))
    return FIRST_NUMBER.sub("24", text, count=1) if minute == END_OF_DAY and not in_twelve else text


@cache
def _pattern(language: str, skeleton: str) -> Pattern:
    return _applied(language, _text(language, skeleton))


@cache
def _text(language: str, skeleton: str) -> str:
    if _in_english(language) and skeleton in ENGLISH:
        return ENGLISH[skeleton]
    found = locale(language)
    near = match_skeleton(skeleton, found.datetime_skeletons)
    text = found.datetime_skeletons[near].pattern if near else found.date_formats["long"].pattern
    return text if near == skeleton else _fitted(text, skeleton)


@cache
def _interval(language: str, skeleton: str) -> Mapping[str, list[Pattern]]:
    """The two parts of an interval, by the field from which on its ends differ."""
    if _in_english(language) and skeleton in ENGLISH_INTERVALS:
        parts = {field: split_interval_pattern(text) for field, text in ENGLISH_INTERVALS[skeleton].items()}
    else:
        found = locale(language).interval_formats
        near = match_skeleton(skeleton, found)
        parts = dict(found[near]) if near else {}
        # Where dates have their month as a number, an interval would be the only one to spell it.
        if near != skeleton and "MMM" in _text(language, skeleton):
            parts = {field: [_fitted(part, skeleton) for part in pair] for field, pair in parts.items()}
    return {
        field: [_applied(language, part) for part in pair]
        for field, pair in parts.items()
        if len(pair) == 2 and (skeleton != "hm" or _says_half(pair, both=field == "a"))
    }


def _says_half(pair: list[str], both: bool) -> bool:
    """Whether an interval on a clock of twelve hours says which half of the day it means; not all of CLDR's do."""
    halves = ["a" in part or "B" in part or "b" in part for part in pair]
    return all(halves) if both else any(halves)


def _applied(language: str, text: str) -> Pattern:
    pattern: DateTimePattern = parse_pattern(text)
    found = locale(language)
    if not _in_english(language) or "MMM" not in text or "MMMM" in text:
        return lambda value: pattern.apply(value, found)

    def in_english(value: date | time) -> str:
        words = pattern.apply(value, found)
        for theirs, ours in ENGLISH_MONTHS.items():
            words = words.replace(theirs, ours)
        return words

    return in_english


def _fitted(pattern: str, skeleton: str) -> str:
    """The pattern of a near skeleton, with names of days and months as long as was asked for."""
    wanted = {"E": 4 if "EEEE" in skeleton else 3, "M": 4 if "MMMM" in skeleton else 3}
    tokens = []
    for kind, value in tokenize_pattern(pattern):
        if isinstance(value, tuple):
            char, width = value
            name = {"c": "E", "L": "M"}.get(char, char)
            # Two signs or fewer are a month's number.
            if name == "E" or (name == "M" and width > 2):
                value = char, wanted[name]
        tokens.append((kind, value))
    return untokenize_pattern(tokens)
