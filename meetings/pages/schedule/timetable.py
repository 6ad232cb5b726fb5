"""Lays the start times of two weeks out for one reader: which are shown, on which date, folded away or not.

The only place that groups instants by local date. Knows no request and no row; openings come in as a mapping.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from everwise import timefmt
from everwise.timefmt import Reader
from meetings.pages.fields import VALUE
from meetings.pages.schedule.days import DAY, PAGE, Day, Days, Slot

# How many days the strip of a phone shows, and so for how many times are read.
STRIP = 14


class Company(NamedTuple):
    """Who is free at a start: how many they are, and what one of them is called."""

    many: int
    name: str

    @property
    def words(self) -> str:
        return f"with {self.name}" if self.many == 1 else f"with {self.many} experts"


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

    def hold(self, instant: datetime) -> bool:
        return self.begin <= instant.astimezone(self.zone).time() < self.until

    def opening(self, midnight: datetime) -> datetime:
        """From when on they hold within the 24 hours after an instant."""
        if self.hold(midnight):
            return midnight
        local = midnight.astimezone(self.zone)
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
    starts: Mapping[int, Company],
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
) -> Days:
    """Group starts (epoch seconds) with who is free at each into the days from `first` on of the reader's zone.

    `last` is the last date that can be booked; `chosen` the day that a phone shows, None for the first with times;
    `every` shows each start instead of the first of each half hour; `current` is the time of the meeting being moved
    and `marked` one that was chosen before, which both are shown always; `why_empty` tells of a date without times
    the reason.
    """
    today = timefmt.local_day(now, reader)
    strip = [Day(day, day == today) for day in (first + number * DAY for number in range(STRIP))]
    days = {day.date: day for day in strip}
    kept = {int(each.timestamp()) for each in (current, marked) if each}
    present = {int(current.timestamp()): None} if current else {}
    halves: set[tuple] = set()
    counted = 0
    for start, company in sorted({**starts, **present}.items()):
        instant = datetime.fromtimestamp(start, UTC)
        local = instant.astimezone(reader.zone)
        day = days.get(local.date())
        if day is None:
            continue
        on_page = day.date < first + PAGE * DAY
        if company:
            half = (local.date(), local.utcoffset(), local.hour, local.minute // 30)
            counted += on_page
            if not every and half in halves and start not in kept:
                continue
            halves.add(half)
            day.count += 1
        if on_page:
            slot = _slot(instant, local, day, company, reader, usual, is_marked=instant == marked)
            _part_of(day, instant, reader, usual).append(slot)
    for day in strip[:PAGE]:
        day.clock_change = timefmt.clock_change(day.date, reader.zone, reader.twelve_hour)
        if not day.before and not day.slots and not day.after:
            day.why = why_empty(day.date)
    wanted = days.get(chosen) if chosen else next((day for day in strip[:PAGE] if day.count), None)
    (wanted or strip[0]).is_chosen = True
    return Days(strip, last, counted, sum(day < first + PAGE * DAY for day, *_ in halves))


def _part_of(day: Day, instant: datetime, reader: Reader, usual: UsualHours) -> list[Slot]:
    if usual.hold(instant):
        return day.slots
    return day.before if instant < usual.opening(midnight(day.date, reader.zone)) else day.after


def _slot(
    instant: datetime,
    local: datetime,
    day: Day,
    company: Company | None,
    reader: Reader,
    usual: UsualHours,
    *,
    is_marked: bool,
) -> Slot:
    shown = timefmt.clock(instant, reader)
    clock, _, half = shown.partition(" ")
    theirs = for_them = ""
    if usual.shown_too:
        theirs = timefmt.clock(instant, usual.reader)
        for_them = f", {theirs} for {usual.of}"
        apart = (instant.astimezone(usual.zone).date() - local.date()).days
        theirs += f" {apart:+d}" if apart else ""
    name = f"{day.words}, {shown}{for_them}, {company.words}" if company else ""
    return Slot(value_of(instant), local.hour, local.hour * 60 + local.minute, clock, half, theirs, name, is_marked)
