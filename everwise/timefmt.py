"""The one formatter of times, for pages, mails and calendar files; every English word about time stands here.

An instant is an aware datetime; it is always shown in the zone of the person who reads it.
"""

import re
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from django.utils.translation import get_language

from everwise import cldr
from everwise.intervals import DAY_SECONDS

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
QUARTER_SECONDS = 15 * 60
# What a label has behind the city.
OFFSET_BEHIND = re.compile(r" ?\(GMT[^)]*\)$")


class Reader(NamedTuple):
    """How one person reads times."""

    zone: ZoneInfo
    twelve_hour: bool = False


def local_day(moment: date, reader: Reader) -> date:
    """The reader's date at an instant; a plain date is nobody's instant and stands as it is."""
    return _local(moment, reader.zone).date() if isinstance(moment, datetime) else moment


def clock(instant: datetime, reader: Reader) -> str:
    local = _local(instant, reader.zone)
    text = _wall_clock(local, reader.twelve_hour)
    # An hour that is lived twice shows the same digits twice: only the offset tells the two apart.
    if local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset():
        return f"{text} {offset(instant, reader.zone)}"
    return text


def clock_range(start: datetime, end: datetime, reader: Reader) -> str:
    """The day is named only where the end falls on another date: "23:30 to 00:15 (Sat)"."""
    text = f"{clock(start, reader)} to {clock(end, reader)}"
    last = local_day(end, reader)
    return text if last == local_day(start, reader) else f"{text} ({_weekday(last)[:3]})"


def time_of_day(minute: int, twelve_hour: bool = False) -> str:
    """A time on the clock face, in minutes of no date in particular; 1440 is the end of the day."""
    if minute == 24 * 60 and not twelve_hour:
        return "24:00"
    return _wall_clock(time(minute // 60 % 24, minute % 60), twelve_hour)


def short_day(moment: date, reader: Reader, now: datetime | None = None) -> str:
    """“Mon 26 October”; with its year where `now` is given and lies in another."""
    day = local_day(moment, reader)
    return f"{_weekday(day)[:3]} {day.day} {_month(day)}{_other_year(day, reader, now)}"


def long_day(moment: date, reader: Reader, now: datetime | None = None) -> str:
    """“Monday 26 October”; the year as in `short_day`."""
    day = local_day(moment, reader)
    return f"{_weekday(day)} {day.day} {_month(day)}{_other_year(day, reader, now)}"


def tiny_day(moment: date, reader: Reader, now: datetime | None = None) -> str:
    """“Mon 26 Oct”; the year as in `short_day`."""
    day = local_day(moment, reader)
    return f"{_weekday(day)[:3]} {day.day} {_month(day)[:3]}{_other_year(day, reader, now)}"


def day_in_words(instant: datetime, reader: Reader, now: datetime) -> str:
    """“Today”, “Tomorrow”, “Mon 26 October”: the beginning of a line."""
    days = (local_day(instant, reader) - local_day(now, reader)).days
    return {0: "Today", 1: "Tomorrow"}.get(days) or short_day(instant, reader, now)


def when(instant: datetime, reader: Reader, now: datetime) -> str:
    days = (local_day(instant, reader) - local_day(now, reader)).days
    day = {0: "today", 1: "tomorrow"}.get(days) or tiny_day(instant, reader, now)
    return f"{day}, {clock(instant, reader)}"


# At 23:50, "in 1 day" would be no help with a meeting at ten past midnight.
NEAR_SECONDS = 6 * 60 * 60


def distance(instant: datetime, now: datetime, reader: Reader) -> str:
    """Hours and minutes within the reader's date and around a near midnight, whole dates beyond."""
    days = (local_day(instant, reader) - local_day(now, reader)).days
    if days and abs(instant.timestamp() - now.timestamp()) >= NEAR_SECONDS:
        amount, ahead = _count(abs(days), "day"), days > 0
    else:
        # Timestamps, because subtracting two datetimes of one zone ignores its clock changes. A time ahead
        # rounds up: at 13:10:30 a meeting at 14:30 is 1 hour 20 minutes away, as the clock faces say.
        past_minutes = (int(now.timestamp()) - int(instant.timestamp())) // 60
        if past_minutes == 0:
            return "now"
        amount, ahead = minutes(abs(past_minutes)), past_minutes < 0
    return f"in {amount}" if ahead else f"{amount} ago"


def gap(seconds: int) -> str:
    """A length in words, of whole minutes."""
    return minutes(seconds // 60)


def minutes(number: int) -> str:
    """So many minutes in words, as hours and minutes."""
    hours, rest = divmod(number, 60)
    if hours and rest:
        return f"{_count(hours, 'hour')} {_count(rest, 'minute')}"
    return _count(hours, "hour") if hours else _count(rest, "minute")


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
    return str(zone).rpartition("/")[2].replace("_", " ")


def offset(instant: datetime, zone: ZoneInfo | str) -> str:
    local = _local(instant, ZoneInfo(str(zone)))
    # The wall clock read as UTC runs ahead of the instant by just the offset.
    total = (local.replace(tzinfo=UTC) - local) // timedelta(minutes=1)
    if total == 0:
        return "GMT"
    hours, rest = divmod(abs(total), 60)
    return f"GMT{'+' if total > 0 else '-'}{hours}" + (f":{rest:02}" if rest else "")


def zone_label(instant: datetime, zone: ZoneInfo | str) -> str:
    name = city(zone)
    return name if name == "UTC" else f"{name} ({offset(instant, zone)})"


def zone_time(zone: ZoneInfo | str, instant: datetime | None = None) -> str:
    """Behind a time: "Stockholm time", at a certain instant "Stockholm (GMT+2) time"."""
    name = city(zone) if instant is None else zone_label(instant, zone)
    return name if name == "UTC" else f"{name} time"


def week_label(first: date) -> str:
    """Seven days with their year: "3 – 9 December 2026", "28 Nov – 4 Dec 2026"."""
    last = first + timedelta(days=6)
    if first.month == last.month:
        return f"{first.day} – {last.day} {_month(last)} {last.year}"
    year = f" {first.year}" if first.year != last.year else ""
    return f"{first.day} {_month(first)[:3]}{year} – {last.day} {_month(last)[:3]} {last.year}"


def span(first: date, last: date) -> str:
    """Two dates within a sentence: "3 to 9 December"."""
    begin = f"{first.day}" if first.month == last.month else f"{first.day} {_month(first)}"
    return f"{begin} to {last.day} {_month(last)}"


def clock_change(day: date, zone: ZoneInfo | str, twelve_hour: bool = False) -> str | None:
    """What to note in a local date that is not 24 hours long."""
    zone = ZoneInfo(str(zone))
    start, end = (
        int(datetime(each.year, each.month, each.day, tzinfo=zone).timestamp())
        for each in (day, day + timedelta(days=1))
    )
    if start == end:
        return f"This date does not exist in {city(zone)}."
    longer = end - start - DAY_SECONDS
    if longer == 0:
        return None
    change = _transition(start - 1, end, zone)
    # The clock face at which people see it happen is the one from before the change.
    face = _from_epoch(change - 1, zone).replace(tzinfo=None) + timedelta(seconds=1)
    # 00:00 of one date is 24:00 of the date before, which may be the one in hand.
    at = "midnight" if (face.hour, face.minute) == (0, 0) else _wall_clock(face, twelve_hour)
    direction = "back" if longer > 0 else "forward"
    after = offset(_from_epoch(change, zone), zone)
    return f"Clocks go {direction} {gap(abs(longer))} at {at}. Times are {after} from here."


def zone_choices(now: datetime) -> list[tuple[str, str]]:
    """Every place with its offset, as (name, label) in the order of the labels."""
    return list(_zone_choices(int(now.timestamp()) // QUARTER_SECONDS))


# Kept for a quarter of an hour: no clocks change between two quarters.
@lru_cache(maxsize=4)
def _zone_choices(quarter: int) -> tuple[tuple[str, str], ...]:
    now = datetime.fromtimestamp(quarter * QUARTER_SECONDS, UTC)
    return tuple(sorted(((zone.key, zone_label(now, zone)) for zone in _zones()), key=lambda choice: choice[1]))


def find_zone(text: str) -> ZoneInfo | None:
    """The zone that somebody means by its name, its city, or its label, in any letters."""
    wanted = OFFSET_BEHIND.sub("", " ".join(text.split())).casefold()
    key = _zone_keys().get(wanted)
    return ZoneInfo(key) if key else None


def zone_name(instant: datetime, zone: ZoneInfo | str) -> str:
    """What `find_zone` understands: the label of a place, else the zone's own name ("US/Eastern")."""
    label = zone_label(instant, zone)
    return label if find_zone(label) == ZoneInfo(str(zone)) else str(zone)


@cache
def _zone_keys() -> Mapping[str, str]:
    """Names of zones by what people call them. A city that several old names share means none of those."""
    known = sorted(available_timezones())
    cities = Counter(city(key).casefold() for key in known)
    found = {city(key).casefold(): key for key in known if cities[city(key).casefold()] == 1}
    found |= {city(zone).casefold(): zone.key for zone in _zones()}
    return found | {key.casefold(): key for key in known}


@cache
def _zones() -> tuple[ZoneInfo, ...]:
    """One zone per place, without aliases; kept, because ZoneInfo itself remembers only a few."""
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    names = [line.split("\t")[2] for line in table.splitlines() if not line.startswith("#")]
    return tuple(ZoneInfo(name) for name in ("UTC", *names))


def _language() -> str:
    return get_language() or "en"


def _weekday_number(day: date | int) -> int:
    return day.weekday() if isinstance(day, date) else day


def _local(instant: datetime, zone: ZoneInfo) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("An instant needs a time zone; astimezone() would silently take the server's.")
    return instant.astimezone(zone)


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


def _wall_clock(wall: datetime | time, twelve_hour: bool) -> str:
    if not twelve_hour:
        return f"{wall.hour:02}:{wall.minute:02}"
    return f"{wall.hour % 12 or 12}:{wall.minute:02} {'am' if wall.hour < 12 else 'pm'}"


def _weekday(day: date) -> str:
    return WEEKDAYS[day.weekday()]


def _month(day: date) -> str:
    return MONTHS[day.month - 1]


def _other_year(day: date, reader: Reader, now: datetime | None) -> str:
    return f" {day.year}" if now is not None and day.year != local_day(now, reader).year else ""


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
