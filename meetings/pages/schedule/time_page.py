"""What the time page shows, for booking and for moving alike: one week of starts, in the reader's chosen zone."""

from datetime import UTC, date, datetime, timedelta
from functools import cached_property

from everwise import timefmt
from everwise.timefmt import Reader
from experts.models import Expert
from meetings.models import Meeting
from meetings.pages.fields import ANY
from meetings.pages.schedule import timetable
from meetings.pages.schedule.empty_day import EmptyDay
from meetings.pages.schedule.forms import TimeQuery
from meetings.pages.schedule.timetable import MOST_NAMES, Company
from meetings.slots.openings import Openings
from paths.models import Path, Theme

# More experts than this are a list to choose from instead of a row of pills.
MOST_PILLS = 12


def reader_of(query, reader: Reader) -> Reader:
    """The person, reading in the zone that the address names; in her own where it names none that we know."""
    form = TimeQuery(query)
    form.is_valid()
    return Reader(form.cleaned_data.get("zone") or reader.zone, reader.twelve_hour)


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
        self.faces = self.openings.experts.faces
        self.monday = self._known_week(asked.get("week"))

    @property
    def status(self) -> int:
        return 400 if self.problems else 200

    @property
    def wanted(self) -> list[int] | None:
        return None if self.expert == ANY else [self.expert]

    @property
    def many_experts(self) -> bool:
        return len(self.faces) > MOST_PILLS

    @property
    def chosen_expert(self) -> Expert | None:
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
        present = self.moving and self.moving.starts_at
        known = week or self.start or present
        # Where the week is not known yet, what is read to find it mostly holds the week too.
        week = timefmt.local_day(known or self.first or self.now, self.reader)
        monday = timetable.monday_of(min(max(week, self.today), self.last_day))
        if known:
            begin, end = (timetable.midnight(monday + timedelta(days=day), self.reader.zone) for day in (0, 7))
            self.openings.expect(self.minutes, [self.openings.soon, (begin, end)])
        return monday

    @cached_property
    def first(self) -> datetime | None:
        """The next free time of all."""
        return self.openings.first(self.minutes, experts=self.wanted)

    @cached_property
    def _after_week(self) -> datetime | None:
        return self.openings.first(self.minutes, since=self._midnight(7), experts=self.wanted)

    @cached_property
    def _starts(self) -> dict[int, Company]:
        """The starts of the week (epoch seconds), in order, with the first of those who are free."""
        since, until = self._midnight(0), self._midnight(7)
        found = self.openings.free(self.minutes, most=MOST_NAMES, since=since, until=until, experts=self.wanted)
        return {start: Company(tuple([self.faces[pk] for pk in ids]), many) for start, (ids, many) in found.items()}

    @cached_property
    def _in_hours(self) -> list[datetime]:
        """The starts that there would be from today to the end of the week if nobody had anything else to do."""
        since = timetable.midnight(max(self.monday, self.today), self.reader.zone)
        return self.openings.in_hours(self.minutes, since=since, until=self._midnight(7), experts=self.wanted)

    def _midnight(self, number: int) -> datetime:
        """The beginning of a day of the week; 7 is the end of the last."""
        return timetable.midnight(self.monday + timedelta(days=number), self.reader.zone)

    def context(self) -> dict:
        week = timetable.lay_out(
            self._starts,
            monday=self.monday,
            span=(self.today, self.last_day),
            length=timedelta(minutes=self.minutes),
            reader=self.reader,
            now=self.now,
            current=self.moving.starts_at if self.moving else None,
            why_empty=EmptyDay(
                path=self.path,
                reader=self.reader,
                now=self.now,
                last_day=self.last_day,
                expert=self.chosen_expert,
                in_hours=lambda: self._in_hours,
                next_free=self._next_free,
            ).why,
        )
        return {
            "page": self,
            "week": week,
            "first": self.first,
            "first_value": self.first and timetable.value_of(self.first),
            "first_week": self.first and timetable.monday_of(timefmt.local_day(self.first, self.reader)),
            "first_day": self.first and timefmt.local_day(self.first, self.reader),
            "after_week": None if week.count else self._after_week,
            "chosen": week.choice(self.start and timetable.value_of(self.start)),
            "reader": self.reader,
            "problems": self.problems,
        }

    def _next_free(self, since: datetime) -> datetime | None:
        """The first free time from then on, in this week or after it."""
        later = next((start for start in self._starts if start >= since.timestamp()), None)
        return datetime.fromtimestamp(later, UTC) if later else self._after_week
