"""Lays the start times of two weeks out for one reader: which are shown, on which date, folded away or not.

The only place that groups instants by local date. Knows no request and no row; openings come in as a mapping.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.utils.translation import get_language, gettext, ngettext

from everwise import timefmt
from everwise.timefmt import Reader
from meetings.pages.fields import VALUE
from meetings.pages.schedule.days import DAY, PAGE, Day, Days
from meetings.pages.schedule.slot_rows import Slot

# How many days the strip of a phone shows, and so for how many times are read.
STRIP = 14


class WhoIsFree(NamedTuple):
    """Who is free at a start: how many they are, and what one of them is called; None for the reader."""

    many: int
    name: str | None


class LocalStart(NamedTuple):
    """A start on the clock of one reader."""

    value: str
    day: date
    time: time
    half_hour: tuple  # the same for the starts of one half hour; one that is lived twice is two
    clock: str
    half: str  # "am" or "pm" behind the clock


class UsualHours(NamedTuple):
    """The hours in which somebody mostly has time.

    `reader` has their zone in the clock style of whoever reads the page; `of` is their name, where that is somebody
    else; `shown_too` puts their times below the reader's.
    """

    begin: time
    until: time
    reader: Reader
    of: str = ""
    shown_too: bool = False

    @property
    def zone(self) -> ZoneInfo:
        return self.reader.zone

    def hold(self, there: LocalStart) -> bool:
        """At a start on the clock of whoever has these hours."""
        return self.begin <= there.time < self.until

    def opening(self, midnight: datetime) -> datetime:
        """From when on they hold within the 24 hours after an instant."""
        local = midnight.astimezone(self.zone)
        if self.begin <= local.time() < self.until:
            return midnight
        wait = timedelta(hours=self.begin.hour - local.hour, minutes=self.begin.minute - local.minute)
        return midnight + wait % DAY


def midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def first_day(day: date, today: date) -> date:
    """The first of the seven days that hold this one, counted from today."""
    return today + (max(day - today, timedelta()) // DAY // PAGE) * PAGE * DAY


def value_of(start: datetime) -> str:
    """A start (UTC) as VALUE writes it."""
    return start.strftime(VALUE)


def lay_out(
    starts: Mapping[int, WhoIsFree],
    *,
    first: date,
    last: date,
    chosen: date | None,
    every: bool,
    reader: Reader,
    usual: UsualHours,
    now: datetime,
    current: datetime | None = None,
    marked: datetime | None = None,
    why_empty: Callable[[date], str],
    link: str = "",
) -> Days:
    """Group starts (epoch seconds) with who is free at each into the days from `first` on of the reader's zone.

    `last` is the last date that can be booked; `chosen` the day that a phone shows, None for the first with times;
    `every` shows each start instead of the first of each half hour; `current` is the time of the meeting being moved
    and `marked` one that was chosen before, which both are shown always; `why_empty` tells of a date without times
    the reason; `link` is the address that a time leads to, but for its value at the end.
    """
    today = timefmt.local_day(now, reader)
    language = get_language()
    strip = [Day(day, day == today) for day in (first + number * DAY for number in range(STRIP))]
    days = {day.date: day for day in strip}
    opening = cache(lambda day: usual.opening(midnight(day, reader.zone)).timestamp())
    moved, chosen_before = (each and int(each.timestamp()) for each in (current, marked))
    present = {moved: None} if moved else {}
    halves: set[tuple] = set()
    counted = 0
    for start, company in sorted({**starts, **present}.items()):
        here = _local(start, reader, language)
        day = days.get(here.day)
        if day is None:
            continue
        on_page = day.date < first + PAGE * DAY
        if company:
            counted += on_page
            if not every and here.half_hour in halves and start not in (moved, chosen_before):
                continue
            halves.add(here.half_hour)
            day.count += 1
        if on_page:
            there = here if usual.reader == reader else _local(start, usual.reader, language)
            if usual.hold(there):
                part = day.slots
            else:
                part = day.before if start < opening(day.date) else day.after
            part.append(_slot(here, there, day, company, usual, link=link, is_marked=start == chosen_before))
    for day in strip[:PAGE]:
        day.clock_change = timefmt.clock_change(day.date, reader.zone, reader.twelve_hour)
        if not day.before and not day.slots and not day.after:
            day.why = why_empty(day.date)
    wanted = days.get(chosen) if chosen else next((day for day in strip[:PAGE] if day.count), None)
    (wanted or strip[0]).is_chosen = True
    return Days(strip, last, counted, sum(half_hour[0] < first + PAGE * DAY for half_hour in halves))


# The same starts are looked at again and again, by everybody of a path who lives in one zone.
@lru_cache(maxsize=16_384)
def _local(start: int, reader: Reader, language: str | None) -> LocalStart:
    """`language` is the active one, in which the clock is written."""
    instant = datetime.fromtimestamp(start, UTC)
    local = instant.astimezone(reader.zone)
    clock, half = _parts(timefmt.clock(instant, reader))
    half_hour = local.date(), local.utcoffset(), local.hour, local.minute // 30
    return LocalStart(value_of(instant), local.date(), local.time(), half_hour, clock, half)


def _parts(clock: str) -> tuple[str, str]:
    """A time and what stands behind it: "am", "p. m."; nothing where the language puts it in front."""
    time, *half = clock.split(maxsplit=1)
    return (time, "".join(half)) if time[0].isdigit() else (clock, "")


def _slot(
    here: LocalStart,
    there: LocalStart,
    day: Day,
    company: WhoIsFree | None,
    usual: UsualHours,
    *,
    link: str,
    is_marked: bool,
) -> Slot:
    theirs = _shown(there) if usual.shown_too else ""
    apart = (there.day - here.day).days
    hour, minute = here.time.hour, here.time.minute
    return Slot(
        url=f"{link}{here.value}",
        hour=hour,
        minutes=str(hour * 60 + minute),
        late=minute >= 30,
        clock=here.clock,
        half=here.half,
        theirs=f"{theirs} {apart:+d}" if theirs and apart else theirs,
        name=_name(day.words, _shown(here), theirs, usual.of, company) if company else "",
        marked=is_marked,
    )


def _shown(start: LocalStart) -> str:
    return f"{start.clock} {start.half}".rstrip()


def _name(day: str, time: str, theirs: str, of: str, company: WhoIsFree) -> str:
    """What a screen reader says of a time: the day first, so that a list of links is in order."""
    words = {"day": day, "time": time, "theirs": theirs, "person": of, "count": company.many, "expert": company.name}
    return _sentence(get_language(), company.many, company.name is None, bool(theirs)) % words


# Kept, since a page says few sentences hundreds of times.
@lru_cache(maxsize=1024)
def _sentence(language: str | None, many: int, is_reader: bool, has_theirs: bool) -> str:
    """Of a time with so many experts, or with the reader as its one; `language` is the active one."""
    if many > 1 and has_theirs:
        return ngettext(
            "%(day)s, %(time)s, %(theirs)s for %(person)s, with %(count)s expert",
            "%(day)s, %(time)s, %(theirs)s for %(person)s, with %(count)s experts",
            many,
        )
    if many > 1:
        return ngettext("%(day)s, %(time)s, with %(count)s expert", "%(day)s, %(time)s, with %(count)s experts", many)
    if is_reader and has_theirs:
        return gettext("%(day)s, %(time)s, %(theirs)s for %(person)s, with you")
    if is_reader:
        return gettext("%(day)s, %(time)s, with you")
    if has_theirs:
        return gettext("%(day)s, %(time)s, %(theirs)s for %(person)s, with %(expert)s")
    return gettext("%(day)s, %(time)s, with %(expert)s")
