"""Why nothing is offered on a day: closed, not open yet, too far ahead, fully booked, or nobody works."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from everwise import timefmt
from everwise.accounts.models import User
from everwise.intervals import merge
from everwise.timefmt import Reader
from meetings.booking.limits import Allowance
from meetings.pages.schedule import timetable
from paths.models import Path


@dataclass(frozen=True, kw_only=True)
class EmptyDay:
    """Days of one reader on which a theme has no time to offer.

    `who` is the expert whose times are looked at ("you" for the reader), None for any. `in_hours` lists the starts up
    to the horizon that there would be if nobody had anything else to do; it is called only where a sentence needs it.
    `allowance` is what the participant may book, who is the `other` where that is not the reader.
    """

    path: Path
    reader: Reader
    now: datetime
    last_day: date
    who: str | None
    in_hours: Callable[[], list[datetime]]
    allowance: Allowance | None = None
    other: User | None = None

    def why(self, day: date) -> str:
        """The reason on this date of the reader's."""
        begin = timetable.midnight(day, self.reader.zone)
        end = timetable.midnight(day + timedelta(days=1), self.reader.zone)
        if self.path.closes_at and begin >= self.path.closes_at:
            return _("The path has closed by then.")
        if self.path.opens_at and end <= self.path.opens_at:
            opens = timefmt.when(self.path.opens_at, self.reader, self.now)
            return _("The path is not open yet. It opens %(when)s.") % {"when": opens}
        if day > self.last_day:
            days = self.path.horizon_days
            return ngettext(
                "Sessions can be booked %(days)s day ahead.", "Sessions can be booked %(days)s days ahead.", days
            ) % {"days": days}
        if shut := self._shut(begin, end):
            return shut
        today = day == timefmt.local_day(self.now, self.reader)
        if any(begin <= start < end for start in self.in_hours()):
            if end <= self.now + timedelta(minutes=self.path.notice_minutes):
                notice = timefmt.minutes(self.path.notice_minutes)
                return _("Too late to book: sessions have to be booked at least %(notice)s ahead.") % {"notice": notice}
            return _("No times are left today.") if today else _booked()
        return self._nobody(day, today=today)

    def _shut(self, begin: datetime, end: datetime) -> str:
        """That the whole day lies in months for which the participant has no session left; empty where it doesn't."""
        if self.allowance is None:
            return ""
        for since, until in merge(self.allowance.shut):
            if since <= begin.timestamp() and end.timestamp() <= until:
                refusal = self.allowance.refusal(begin)
                return refusal.words(self.reader, self.now, self.other) if refusal else ""
        return ""

    def why_all(self, days: Sequence[date]) -> str:
        """The reason for days on end, in one sentence."""
        reasons = {self.why(day) for day in days}
        if _booked() in reasons:
            return self._all_booked()
        return reasons.pop() if len(reasons) == 1 else self._nobody_in_these_days()

    def _all_booked(self) -> str:
        match self.who:
            case None:
                return _("All experts are fully booked in these days.")
            case "you":
                return _("You are fully booked in these days.")
            case name:
                return _("%(name)s is fully booked in these days.") % {"name": name}

    def _nobody_in_these_days(self) -> str:
        match self.who:
            case None:
                return _("No one is available in these days.")
            case "you":
                return _("You don’t work in these days.")
            case name:
                return _("%(name)s doesn’t work in these days.") % {"name": name}

    def _nobody(self, day: date, *, today: bool) -> str:
        if today:
            return self._nobody_today()
        # An exception takes one Saturday; only where each Saturday ahead is empty it is said of all.
        worked = {timefmt.local_day(start, self.reader).weekday() for start in self.in_hours()}
        weekday = timefmt.weekday(day)
        return self._nobody_this(weekday) if day.weekday() in worked else self._nobody_on_any(weekday)

    def _nobody_today(self) -> str:
        match self.who:
            case None:
                return _("No one is available today.")
            case "you":
                return _("You don’t work today.")
            case name:
                return _("%(name)s doesn’t work today.") % {"name": name}

    def _nobody_this(self, weekday: str) -> str:
        match self.who:
            case None:
                return _("No one is available this %(weekday)s.") % {"weekday": weekday}
            case "you":
                return _("You don’t work this %(weekday)s.") % {"weekday": weekday}
            case name:
                return _("%(name)s doesn’t work this %(weekday)s.") % {"name": name, "weekday": weekday}

    def _nobody_on_any(self, weekday: str) -> str:
        match self.who:
            case None:
                return _("No one is ever available on a %(weekday)s.") % {"weekday": weekday}
            case "you":
                return _("You never work on a %(weekday)s.") % {"weekday": weekday}
            case name:
                return _("%(name)s never works on a %(weekday)s.") % {"name": name, "weekday": weekday}


def _booked() -> str:
    return _("Fully booked")
