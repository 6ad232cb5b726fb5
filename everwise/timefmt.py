"""The one formatter of times, for pages, mails and calendar files; every word about time comes from here.

An instant is an aware datetime; it is always shown in the zone of the person who reads it, and in the language that
Django has active: for that the module is not one of those that know no Django. Patterns, names and units are CLDR's
(`everwise/cldr.py`), sentences are ours.
"""

import re
import unicodedata
from collections import Counter
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from django.utils.translation import get_language, gettext, pgettext

from everwise import cldr
from everwise.intervals import DAY_SECONDS

QUARTER_SECONDS = 15 * 60


class Reader(NamedTuple):
    """How one person reads times."""

    zone: ZoneInfo
    twelve_hour: bool = False


def local_day(moment: date, reader: Reader) -> date:
    """The reader's date at an instant; a plain date is nobody's instant and stands as it is."""
    return _local(moment, reader.zone).date() if isinstance(moment, datetime) else moment


def clock(instant: datetime, reader: Reader) -> str:
    local = _local(instant, reader.zone)
    text = cldr.clock(_language(), local.hour * 60 + local.minute, reader.twelve_hour)
    # An hour that is lived twice shows the same digits twice: only the offset tells the two apart.
    return f"{text} {offset(instant, reader.zone)}" if _comes_twice(local) else text


def clock_range(start: datetime, end: datetime, reader: Reader) -> str:
    """The day is named only where the end falls on another date: "23:30 to 00:15 (Sat)"."""
    first, last = _local(start, reader.zone), _local(end, reader.zone)
    if _comes_twice(first) or _comes_twice(last):
        text = cldr.span(_language(), clock(start, reader), clock(end, reader))
    else:
        faces = (each.hour * 60 + each.minute for each in (first, last))
        text = cldr.clocks(_language(), *faces, reader.twelve_hour)
    return text if first.date() == last.date() else cldr.beside(_language(), text, short_weekday(last))


def time_of_day(minute: int, twelve_hour: bool = False) -> str:
    """A time on the clock face, in minutes of no date in particular; 1440 is the end of the day."""
    return cldr.clock(_language(), minute, twelve_hour)


def hours_of_day(start: int, end: int, twelve_hour: bool = False) -> str:
    """“09:00 to 17:00”, each as in `time_of_day`."""
    return cldr.clocks(_language(), start, end, twelve_hour)


def hour_label(hour: int, twelve_hour: bool = False) -> str:
    """“06”, “6 am”: beside a scale that runs to 24."""
    return cldr.hour(_language(), hour, twelve_hour)


def short_day(moment: date, reader: Reader, now: datetime | None = None) -> str:
    """“Mon 26 October”; with its year where `now` is given and lies in another."""
    return _day(moment, reader, now, "MMMMEd")


def long_day(moment: date, reader: Reader, now: datetime | None = None) -> str:
    """“Monday 26 October”; the year as in `short_day`."""
    return _day(moment, reader, now, "MMMMEEEEd")


def tiny_day(moment: date, reader: Reader, now: datetime | None = None) -> str:
    """“Mon 26 Oct”; the year as in `short_day`."""
    return _day(moment, reader, now, "MMMEd")


def bare_day(moment: date, reader: Reader, now: datetime | None = None) -> str:
    """“26 October”; the year as in `short_day`."""
    return _day(moment, reader, now, "MMMMd")


def long_date(day: date) -> str:
    """“Monday 26 October”."""
    return cldr.day(_language(), "MMMMEEEEd", day)


def tiny_date(day: date) -> str:
    """“Mon 26 Oct”."""
    return cldr.day(_language(), "MMMEd", day)


def bare_date(day: date) -> str:
    """“26 Oct”."""
    return cldr.day(_language(), "MMMd", day)


def full_date(day: date) -> str:
    """“26 October 2026”."""
    return cldr.day(_language(), "yMMMMd", day)


def short_date(day: date) -> str:
    """“26 Oct 2026”."""
    return cldr.day(_language(), "yMMMd", day)


def day_in_words(instant: datetime, reader: Reader, now: datetime) -> str:
    """“Today”, “Tomorrow”, “Mon 26 October”: the beginning of a line."""
    days = (local_day(instant, reader) - local_day(now, reader)).days
    if days == 0:
        return gettext("Today")
    return gettext("Tomorrow") if days == 1 else short_day(instant, reader, now)


def when(instant: datetime, reader: Reader, now: datetime) -> str:
    days = (local_day(instant, reader) - local_day(now, reader)).days
    word = cldr.relative_day(_language(), days) if days in (0, 1) else None
    day = word or tiny_day(instant, reader, now)
    return gettext("%(day)s, %(clock)s") % {"day": day, "clock": clock(instant, reader)}


# At 23:50, "in 1 day" would be no help with a meeting at ten past midnight.
NEAR_SECONDS = 6 * 60 * 60


def distance(instant: datetime, now: datetime, reader: Reader) -> str:
    """Hours and minutes within the reader's date and around a near midnight, whole dates beyond."""
    days = (local_day(instant, reader) - local_day(now, reader)).days
    if days and abs(instant.timestamp() - now.timestamp()) >= NEAR_SECONDS:
        return cldr.relative(_language(), days, "day")
    # Timestamps, because subtracting two datetimes of one zone ignores its clock changes. A time ahead
    # rounds up: at 13:10:30 a meeting at 14:30 is 1 hour 20 minutes away, as the clock faces say.
    past = (int(now.timestamp()) - int(instant.timestamp())) // 60
    if past == 0:
        return pgettext("at this minute", "now")
    hours, rest = divmod(abs(past), 60)
    if hours and rest:
        words = {"time": minutes(abs(past))}
        # Translators: %(time)s is hours and minutes: "1 hour 20 minutes".
        return gettext("in %(time)s") % words if past < 0 else gettext("%(time)s ago") % words
    ahead = -1 if past > 0 else 1
    return cldr.relative(_language(), ahead * (hours or rest), "hour" if hours else "minute")


def gap(seconds: int) -> str:
    """A length in words, of whole minutes."""
    return minutes(seconds // 60)


def minutes(number: int) -> str:
    """So many minutes in words, as hours and minutes."""
    return cldr.length(_language(), number)


def weekdays() -> list[tuple[int, str]]:
    """The days of the week in the order of the language, as (number, name); 0 is Monday."""
    language = _language()
    first = cldr.first_weekday(language)
    return [(number, cldr.weekday(language, number)) for number in (*range(first, 7), *range(first))]


def weekday(day: date | int) -> str:
    """“Monday”: of a date, or of a number, where 0 is Monday."""
    return cldr.weekday(_language(), _weekday_number(day))


def short_weekday(day: date | int) -> str:
    """“Mon”, as in `weekday`."""
    return cldr.weekday(_language(), _weekday_number(day), "abbreviated")


def month(day: date | int) -> str:
    """“October”, by itself: of a date, or of a number, where 1 is January."""
    return cldr.month(_language(), day.month if isinstance(day, date) else day)


def short_month(day: date | int) -> str:
    """“Oct”, as in `month`."""
    return cldr.month(_language(), day.month if isinstance(day, date) else day, "abbreviated")


def twelve_hour_in(language: str) -> bool:
    """Whether people who read the language usually have a clock of twelve hours."""
    return cldr.twelve_hour(language)


def city(zone: ZoneInfo | str) -> str:
    return cldr.city(_language(), str(zone))


def offset(instant: datetime, zone: ZoneInfo | str) -> str:
    return _offset(_language(), instant, zone)


def zone_label(instant: datetime, zone: ZoneInfo | str) -> str:
    language = _language()
    name = cldr.city(language, str(zone))
    return name if name == "UTC" else cldr.beside(language, name, _offset(language, instant, zone))


def zone_time(zone: ZoneInfo | str, instant: datetime | None = None) -> str:
    """Behind a time: "Stockholm time", at a certain instant "Stockholm (GMT+2) time"."""
    name = city(zone) if instant is None else zone_label(instant, zone)
    # Translators: %(place)s is a city, or a city with its offset: "Stockholm (GMT+2)".
    return name if name == "UTC" else gettext("%(place)s time") % {"place": name}


def week_label(first: date) -> str:
    """Seven days with their year: "3 – 9 December 2026", "28 Nov – 4 Dec 2026"."""
    last = first + timedelta(days=6)
    return cldr.days(_language(), "yMMMMd" if first.month == last.month else "yMMMd", first, last)


def span(first: date, last: date) -> str:
    """Two dates within a sentence: "3 to 9 December"."""
    return cldr.days(_language(), "MMMMd", first, last)


def month_span(first: date, last: date) -> str:
    """Two months by any of their days: "Oct – Nov 2026", or the one."""
    return cldr.days(_language(), "yMMM", first.replace(day=1), last.replace(day=1))


def clock_change(day: date, zone: ZoneInfo | str, twelve_hour: bool = False) -> str | None:
    """What to note in a local date that is not 24 hours long."""
    zone = ZoneInfo(str(zone))
    start, end = (
        int(datetime(each.year, each.month, each.day, tzinfo=zone).timestamp())
        for each in (day, day + timedelta(days=1))
    )
    if start == end:
        return gettext("This date does not exist in %(city)s.") % {"city": city(zone)}
    longer = end - start - DAY_SECONDS
    if longer == 0:
        return None
    change = _transition(start - 1, end, zone)
    # The clock face at which people see it happen is the one from before the change.
    face = _from_epoch(change - 1, zone).replace(tzinfo=None) + timedelta(seconds=1)
    # 00:00 of one date is 24:00 of the date before, which may be the one in hand.
    at_midnight = (face.hour, face.minute) == (0, 0)
    words = {
        "length": gap(abs(longer)),
        "clock": time_of_day(face.hour * 60 + face.minute, twelve_hour),
        "offset": offset(_from_epoch(change, zone), zone),
    }
    if longer > 0 and at_midnight:
        text = gettext("Clocks go back %(length)s at midnight. Times are %(offset)s from here.")
    elif longer > 0:
        text = gettext("Clocks go back %(length)s at %(clock)s. Times are %(offset)s from here.")
    elif at_midnight:
        text = gettext("Clocks go forward %(length)s at midnight. Times are %(offset)s from here.")
    else:
        text = gettext("Clocks go forward %(length)s at %(clock)s. Times are %(offset)s from here.")
    return text % words


def zone_choices(now: datetime) -> list[tuple[str, str]]:
    """Every place with its offset, as (name, label) in the order of the labels."""
    return list(_zone_choices(_language(), int(now.timestamp()) // QUARTER_SECONDS))


# Kept for a quarter of an hour: no clocks change between two quarters.
@lru_cache(maxsize=16)
def _zone_choices(language: str, quarter: int) -> tuple[tuple[str, str], ...]:
    now = datetime.fromtimestamp(quarter * QUARTER_SECONDS, UTC)
    return tuple(sorted(((zone.key, zone_label(now, zone)) for zone in _zones()), key=lambda each: _in_order(each[1])))


def _in_order(text: str) -> tuple[str, str]:
    """Where a label stands in a list: “Århus” among the As."""
    plain = "".join(each for each in unicodedata.normalize("NFKD", text) if not unicodedata.combining(each))
    return plain, text


def find_zone(text: str) -> ZoneInfo | None:
    """The zone that somebody means by its name, its city or its label, in their language or English, in any letters."""
    language = _language()
    typed = " ".join(text.split())
    name = _offset_behind(language).sub("", typed)
    # With its offset it is one of the labels: “Cuba (GMT+2)” is Turkish for Juba, “Cuba” an old name of Havana's zone.
    known = _places(language) if name != typed else {}
    key = known.get(name.casefold()) or _zone_keys(language).get(name.casefold())
    return ZoneInfo(key) if key else None


def zone_name(instant: datetime, zone: ZoneInfo | str) -> str:
    """What `find_zone` understands: the label of a place, else the zone's own name ("US/Eastern")."""
    label = zone_label(instant, zone)
    return label if find_zone(label) == ZoneInfo(str(zone)) else str(zone)


@cache
def _offset_behind(language: str) -> re.Pattern[str]:
    """What a label has behind the city."""
    words = "|".join({"GMT", "UTC", re.escape(cldr.offset(language, 0))})
    return re.compile(rf"\s*[(（][^()（）]*(?:{words})[^()（）]*[)）]$")


@cache
def _places(language: str) -> dict[str, str]:
    """Names of zones by the cities of their labels, in English and in the language."""
    found: dict[str, str] = {}
    for name_in in (cldr.exemplar, cldr.city):
        for each in ("en", language):
            found |= {_plain(name): zone.key for zone in _zones() if (name := name_in(each, zone.key))}
    return found


@cache
def _zone_keys(language: str) -> dict[str, str]:
    """Names of zones by what people call them. A city that several old names share means none of those."""
    known = sorted(available_timezones())
    found: dict[str, str] = {}
    for each in ("en", language):
        names = {key: _plain(cldr.city(each, key)) for key in known}
        once = Counter(names.values())
        found |= {name: key for key, name in names.items() if once[name] == 1}
    return found | _places(language) | {key.casefold(): key for key in known}


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


@cache
def _zones() -> tuple[ZoneInfo, ...]:
    """One zone per place, without aliases; kept, because ZoneInfo itself remembers only a few."""
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    names = [line.split("\t")[2] for line in table.splitlines() if not line.startswith("#")]
    return tuple(ZoneInfo(name) for name in ("UTC", *names))


def _language() -> str:
    return get_language() or "en"


def _local(instant: datetime, zone: ZoneInfo) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("An instant needs a time zone; astimezone() would silently take the server's.")
    return instant.astimezone(zone)


def _comes_twice(local: datetime) -> bool:
    """Whether the clock shows this time twice on its date."""
    # Most dates have no change at all, and clocks are written by the hundred.
    if not _offsets_differ(local.date(), local.tzinfo):
        return False
    return local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset()


@lru_cache(maxsize=4096)
def _offsets_differ(day: date, zone: tzinfo | None) -> bool:
    """Whether clocks change between the first time that shows a date's beginning and the last that shows its end."""
    begin, end = (datetime(each.year, each.month, each.day, tzinfo=zone) for each in (day, day + timedelta(days=1)))
    return begin.utcoffset() != end.replace(fold=1).utcoffset()


def _offset(language: str, instant: datetime, zone: ZoneInfo | str) -> str:
    local = _local(instant, ZoneInfo(str(zone)))
    # The wall clock read as UTC runs ahead of the instant by just the offset.
    return cldr.offset(language, (local.replace(tzinfo=UTC) - local) // timedelta(minutes=1))


def _from_epoch(seconds: int, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(seconds, UTC).astimezone(zone)


def _transition(before: int, after: int, zone: ZoneInfo) -> int:
    """The first second of the new offset, between two epoch seconds whose offsets differ."""
    old = _from_epoch(before, zone).utcoffset()
    while after - before > 1:
        middle = (before + after) // 2
        if _from_epoch(middle, zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after


def _day(moment: date, reader: Reader, now: datetime | None, skeleton: str) -> str:
    day = local_day(moment, reader)
    other_year = now is not None and day.year != local_day(now, reader).year
    return cldr.day(_language(), f"y{skeleton}" if other_year else skeleton, day)


def _weekday_number(day: date | int) -> int:
    return day.weekday() if isinstance(day, date) else day
