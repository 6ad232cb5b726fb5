"""What the time page shows, for booking and for moving alike: one week of starts, in the reader's chosen zone."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

from everwise import timefmt
from everwise.timefmt import Reader
from meetings import timetable
from meetings.forms import ANY, TimeQuery
from meetings.models import Meeting
from meetings.openings import Openings
from paths.models import Path, Theme

NEAR = timedelta(days=4)


def reader_of(query, reader: Reader) -> Reader:
    """The person, reading in the zone that the address names; in her own where it names none that we know."""
    form = TimeQuery(query)
    form.is_valid()
    return Reader(form.cleaned_data.get("zone") or reader.zone, reader.twelve_hour)


def offers(openings: Openings, minutes: int, start: datetime, url: Callable[[datetime, list[int]], str]) -> list[dict]:
    """What to offer in place of a start that is gone: the same time with somebody else first, then the nearest."""
    found = openings.starts(minutes, since=start - NEAR, until=start + NEAR) or openings.starts(minutes)
    return [
        {
            "start": other,
            "end": other + timedelta(minutes=minutes),
            "people": [openings.experts[pk].user for pk in found[other]],
            "url": url(other, found[other]),
            "seconds": int(abs((other - start).total_seconds())),
            "later": other > start,
        }
        for other in timetable.nearest(found, start)
    ]


class TimePage:
    """Times of a theme as one person looks at them. Reads its rows once, when made."""

    def __init__(
        self,
        query,
        *,
        reader: Reader,
        path: Path,
        theme: Theme,
        participant,
        now: datetime,
        minutes: int | None = None,
        moving: Meeting | None = None,
        expert: int | str = ANY,
    ):
        form = TimeQuery(query)
        form.is_valid()
        asked = form.cleaned_data
        self.problems = [error for errors in form.errors.values() for error in errors]
        self.path, self.theme, self.now, self.moving = path, theme, now, moving
        self.minutes = minutes or theme.duration_minutes
        self.reader = Reader(asked.get("zone") or reader.zone, reader.twelve_hour)
        self.openings = Openings(
            path,
            since=now,
            until=now + timedelta(days=path.horizon_days + 2),
            now=now,
            participant=participant,
            theme=theme,
            moving=moving,
        )
        self.expert = self._known_expert(asked.get("expert") or expert)
        self.start = asked.get("start")
        self.monday = self._known_week(asked.get("week"))

    @property
    def status(self) -> int:
        return 400 if self.problems else 200

    @property
    def wanted(self) -> list[int] | None:
        return None if self.expert == ANY else [self.expert]

    @property
    def chosen_expert(self):
        return self.openings.experts.get(self.expert)

    def _known_expert(self, expert):
        if expert == ANY or expert in self.openings.experts:
            return expert
        if self.moving is None:
            self.problems.append("This expert doesn’t take the theme now, so everybody’s times are shown.")
        return ANY

    def _known_week(self, week: date | None) -> date:
        self.today = timefmt.local_day(self.now, self.reader)
        self.last_day = self.today + timedelta(days=self.path.horizon_days)
        if week is None:
            present = self.moving and self.moving.starts_at
            seen = self.start or present or self.openings.first(self.minutes, experts=self.wanted) or self.now
            week = timefmt.local_day(seen, self.reader)
        return timetable.monday_of(min(max(week, self.today), self.last_day))

    def people(self, ids: Iterable[int]) -> list:
        return [self.openings.experts[pk].user for pk in ids]

    def context(self) -> dict:
        zone = self.reader.zone
        begin = timetable.midnight(self.monday, zone)
        end = timetable.midnight(self.monday + timedelta(days=7), zone)
        found = self.openings.starts(self.minutes, since=begin, until=end, experts=self.wanted)
        week = timetable.lay_out(
            {start: self.people(ids) for start, ids in found.items()},
            monday=self.monday,
            span=(self.today, self.last_day),
            length=timedelta(minutes=self.minutes),
            reader=self.reader,
            now=self.now,
            current=(self.moving.starts_at, self.moving.experts) if self.moving else None,
            why_empty=self._why_empty,
        )
        first = self.openings.first(self.minutes, experts=self.wanted)
        return {
            "page": self,
            "week": week,
            "first": first,
            "first_week": first and timetable.monday_of(timefmt.local_day(first, self.reader)),
            "first_day": first and timefmt.local_day(first, self.reader),
            "after_week": None if week.count else self.openings.first(self.minutes, since=end, experts=self.wanted),
            "chosen": week.chip(self.start and self.start.strftime(timetable.VALUE)),
            "reader": self.reader,
            "zones": timefmt.zone_choices(self.now),
            "problems": self.problems,
        }

    def _why_empty(self, day: date) -> tuple[str, datetime | None]:
        """Why nothing is offered on this date of the reader's, and the next free time where that helps."""
        begin = timetable.midnight(day, self.reader.zone)
        end = timetable.midnight(day + timedelta(days=1), self.reader.zone)
        if self.path.closes_at and begin >= self.path.closes_at:
            return "The path has closed by then", None
        if self.path.opens_at and end <= self.path.opens_at:
            return "The path is not open yet", self.path.opens_at
        if day > self.last_day:
            return f"Sessions can be booked {self.path.horizon_days} days ahead", None
        next_free = self.openings.first(self.minutes, since=begin, experts=self.wanted)
        if self.openings.in_hours(self.minutes, since=begin, until=end, experts=self.wanted):
            if end <= self.now + timedelta(minutes=self.path.notice_minutes):
                return f"Too late to book: sessions need {timefmt.minutes(self.path.notice_minutes)} notice", next_free
            return ("No times left today" if day == self.today else "Fully booked"), next_free
        who = self.chosen_expert.user.name if self.chosen_expert else "No one"
        weekday = timefmt.WEEKDAYS[day.weekday()]
        return f"{who} is {'not ' if self.chosen_expert else ''}available on this {weekday}", None
