"""What the Unicode CLDR, by way of Babel, knows of a language: names, patterns, lists, units and cities.

Everything here is asked for by language and kept, since pages format hundreds of times and dates. "en" is British
English, with the few patterns in `ENGLISH` that differ from CLDR's; another language that Babel does not know reads as
English.
"""

from datetime import date
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global


@cache
def locale(language: str) -> Locale:
    """The locale of one of Django's language codes."""
    if language == "en":
        return Locale("en", "GB")
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return locale("en")


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
    return ENGLISH_WORDS.get(text, text) if language == "en" else text


@cache
def twelve_hour(language: str) -> bool:
    """Whether times are usually written on a clock of twelve hours."""
    pattern = locale(language).time_formats["short"].pattern
    return "h" in pattern or "K" in pattern


# Names that CLDR's British English shortens otherwise than we do.
ENGLISH_WORDS = {"Sept": "Sep"}
