"""Which times would suit somebody in line: dates, weekdays and a part of the day, in their own zone."""

from datetime import UTC, date, datetime
from typing import NamedTuple, Self
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from everwise import timefmt
from everwise.timefmt import Reader
from everwise.wording import names
from experts.availability import DAY, midnight
from meetings.models import ANY_WEEKDAY, WEEKDAYS, WEEKEND, DayPart, WaitlistEntry


class Window(NamedTuple):
    first: date
    last: date
    weekdays: int
    part: str
    zone: str

    @classmethod
    def of(cls, entry: WaitlistEntry) -> Self:
        return cls(entry.first_date, entry.last_date, entry.weekdays, entry.part, str(entry.user.time_zone))

    @property
    def begins(self) -> datetime:
        return datetime.fromtimestamp(midnight(self.first, self.zone), UTC)

    @property
    def ends(self) -> datetime:
        return datetime.fromtimestamp(midnight(self.last + DAY, self.zone), UTC)

    def suits(self, local: datetime) -> bool:
        """Whether a start does, as the clocks of the zone show it."""
        if not self.first <= local.date() <= self.last or not self.weekdays >> local.weekday() & 1:
            return False
        return self.part == DayPart.ANY or self.part == DayPart.of(local.hour)

    def words(self, reader: Reader, now: datetime) -> str:
        """“Weekday mornings until 4 December”; with the first day where it is still to come."""
        said = {
            "times": self._times(),
            "first": timefmt.bare_day(self.first, reader, now),
            "last": timefmt.bare_day(self.last, reader, now),
        }
        if self.first == self.last:
            return _("%(times)s on %(last)s") % said
        if self.first > now.astimezone(ZoneInfo(self.zone)).date():
            return _("%(times)s from %(first)s until %(last)s") % said
        return _("%(times)s until %(last)s") % said

    def _times(self) -> str:
        if known := _usual_times().get((self.weekdays, self.part)):
            return known
        days = names([timefmt.weekday(number) for number in range(7) if self.weekdays >> number & 1])
        return {
            DayPart.ANY: _("%(days)s, any time of day"),
            DayPart.MORNING: _("%(days)s, mornings"),
            DayPart.AFTERNOON: _("%(days)s, afternoons"),
            DayPart.EVENING: _("%(days)s, evenings"),
        }[DayPart(self.part)] % {"days": days}


def _usual_times() -> dict[tuple[int, str], str]:
    return {
        (ANY_WEEKDAY, DayPart.ANY): _("Any time"),
        (ANY_WEEKDAY, DayPart.MORNING): _("Mornings"),
        (ANY_WEEKDAY, DayPart.AFTERNOON): _("Afternoons"),
        (ANY_WEEKDAY, DayPart.EVENING): _("Evenings"),
        (WEEKDAYS, DayPart.ANY): _("Weekdays"),
        (WEEKDAYS, DayPart.MORNING): _("Weekday mornings"),
        (WEEKDAYS, DayPart.AFTERNOON): _("Weekday afternoons"),
        (WEEKDAYS, DayPart.EVENING): _("Weekday evenings"),
        (WEEKEND, DayPart.ANY): _("Weekends"),
        (WEEKEND, DayPart.MORNING): _("Weekend mornings"),
        (WEEKEND, DayPart.AFTERNOON): _("Weekend afternoons"),
        (WEEKEND, DayPart.EVENING): _("Weekend evenings"),
    }


def until_words(until: datetime, reader: Reader, now: datetime) -> str:
    """“14:30”, or “tomorrow, 07:20”: until when something is held."""
    if timefmt.local_day(until, reader) == timefmt.local_day(now, reader):
        return timefmt.clock(until, reader)
    return timefmt.when(until, reader, now)
