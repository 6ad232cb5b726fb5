"""Why nothing is offered on a day: closed, not open yet, too far ahead, fully booked, or nobody works."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from everwise import timefmt, wording
from everwise.timefmt import Reader
from meetings.pages.schedule import timetable
from paths.models import Path

BOOKED = "Fully booked"


@dataclass(frozen=True, kw_only=True)
class EmptyDay:
    """Days of one reader on which a theme has no time to offer.

    `who` is the expert whose times are looked at ("you" for the reader), None for any. `in_hours` lists the starts up
    to the horizon that there would be if nobody had anything else to do; it is called only where a sentence needs it.
    """

    path: Path
    reader: Reader
    now: datetime
    last_day: date
    who: str | None
    in_hours: Callable[[], list[datetime]]

    def why(self, day: date) -> str:
        """The reason on this date of the reader's."""
        begin = timetable.midnight(day, self.reader.zone)
        end = timetable.midnight(day + timedelta(days=1), self.reader.zone)
        if self.path.closes_at and begin >= self.path.closes_at:
            return "The path has closed by then."
        if self.path.opens_at and end <= self.path.opens_at:
            opens = timefmt.when(self.path.opens_at, self.reader, self.now)
            return f"The path is not open yet. It opens {opens}."
        if day > self.last_day:
            return f"Sessions can be booked {wording.counted(self.path.horizon_days, 'day')} ahead."
        today = day == timefmt.local_day(self.now, self.reader)
        if any(begin <= start < end for start in self.in_hours()):
            if end <= self.now + timedelta(minutes=self.path.notice_minutes):
                return f"Too late to book: sessions need {timefmt.minutes(self.path.notice_minutes)} notice."
            return "No times are left today." if today else BOOKED
        return self._nobody(day, today=today)

    def why_all(self, days: Sequence[date]) -> str:
        """The reason for days on end, in one sentence."""
        reasons = {self.why(day) for day in days}
        if len(reasons) == 1 and BOOKED not in reasons:
            return reasons.pop()
        if BOOKED in reasons:
            who = f"{wording.sentence(self.who)} {self._verb('is', 'are')}" if self.who else "All experts are"
            return f"{who} fully booked in these days."
        return f"{self._subject} in these days."

    @property
    def _subject(self) -> str:
        if self.who is None:
            return "No one is available"
        return f"{wording.sentence(self.who)} {self._verb('doesn’t', 'don’t')} work"

    def _verb(self, theirs: str, yours: str) -> str:
        return yours if self.who == "you" else theirs

    def _nobody(self, day: date, *, today: bool) -> str:
        if today:
            return f"{self._subject} today."
        weekday = timefmt.WEEKDAYS[day.weekday()]
        # An exception takes one Saturday; only where each Saturday ahead is empty it is said of all.
        worked = {timefmt.local_day(start, self.reader).weekday() for start in self.in_hours()}
        return f"{self._subject} {f'this {weekday}' if day.weekday() in worked else f'on {weekday}s'}."
