"""Why nothing is offered on a day: closed, not open yet, too far ahead, fully booked, or nobody works."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from everwise import timefmt
from everwise.timefmt import Reader
from experts.models import Expert
from meetings.pages.schedule import timetable
from paths.models import Path


@dataclass(frozen=True, kw_only=True)
class EmptyDay:
    """Days of one reader on which a theme has no time to offer.

    `in_hours` lists the starts that there would be if nobody had anything else to do; `next_free` finds the first free
    time from an instant on. Both read much and are called only where the sentence needs them.
    """

    path: Path
    reader: Reader
    now: datetime
    last_day: date
    expert: Expert | None  # None: any
    in_hours: Callable[[], list[datetime]]
    next_free: Callable[[datetime], datetime | None]

    def why(self, day: date) -> tuple[str, datetime | None]:
        """The reason on this date of the reader's, and the next free time where that helps."""
        begin = timetable.midnight(day, self.reader.zone)
        end = timetable.midnight(day + timedelta(days=1), self.reader.zone)
        if self.path.closes_at and begin >= self.path.closes_at:
            return "The path has closed by then", None
        if self.path.opens_at and end <= self.path.opens_at:
            return "The path is not open yet", self.path.opens_at
        if day > self.last_day:
            return f"Sessions can be booked {self.path.horizon_days} days ahead", None
        if any(begin <= start < end for start in self.in_hours()):
            next_free = self.next_free(end)
            if end <= self.now + timedelta(minutes=self.path.notice_minutes):
                return f"Too late to book: sessions need {timefmt.minutes(self.path.notice_minutes)} notice", next_free
            today = day == timefmt.local_day(self.now, self.reader)
            return ("No times left today" if today else "Fully booked"), next_free
        who = self.expert.user.name if self.expert else "No one"
        weekday = timefmt.WEEKDAYS[day.weekday()]
        return f"{who} is {'not ' if self.expert else ''}available on this {weekday}", None
