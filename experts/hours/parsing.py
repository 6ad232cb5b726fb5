"""What an expert types about hours and dates, and what it means. Pure: no Django, no words for people."""

import re
from datetime import date

from everwise.intervals import DAY_MINUTES

LONGEST = 366
FIRST_YEAR, LAST_YEAR = 2000, 2100
CLOCK = re.compile(r"([0-9]{1,2})(?:[:.h ]?([0-9]{2}))?\s*(am|pm|a\.m\.|p\.m\.)?", re.IGNORECASE)


class NotATime(ValueError):
    """Not a time of the day."""


class NoDate(ValueError):
    """Not a date."""


class FarDate(NoDate):
    """A date before FIRST_YEAR or after LAST_YEAR."""


def parse_time(text: str) -> int:
    """Minutes of the day, 24:00 included, from what a person would type: 9, 9:30, 0930, 9.30, 9 am. Raises NoTime."""
    found = CLOCK.fullmatch(text.strip())
    hour, minute = (int(found[1]), int(found[2] or 0)) if found else (99, 0)
    if found and found[3]:
        # Noon and midnight are the twelfth hour.
        hour = hour % 12 + (12 if found[3][0] in "pP" else 0) if 1 <= hour <= 12 else 99
    if minute > 59 or hour * 60 + minute > DAY_MINUTES:
        raise NotATime
    return hour * 60 + minute


def parse_date(text: str) -> date:
    """Raises NoDate."""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise NoDate from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise FarDate
    return day


def parse_stretch(text: str) -> tuple[date, date] | None:
    """The first and last date of a listed exception, as its buttons write them."""
    first, _, last = text.partition("/")
    try:
        stretch = parse_date(first), parse_date(last)
    except NoDate:
        return None
    return stretch if 0 <= (stretch[1] - stretch[0]).days < 100 * LONGEST else None
