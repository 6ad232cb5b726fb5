"""What the time page shows, for booking and for moving alike: seven days of starts, in the reader's chosen zone."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from everwise import timefmt
from everwise.accounts.device_zone import session_zone
from everwise.accounts.models import User
from everwise.timefmt import Reader
from everwise.wording import isolated
from meetings.booking.limits import UNCOUNTED, Allowance, allowance_of
from meetings.models import Meeting
from meetings.pages.fields import ANY
from meetings.pages.schedule import timetable
from meetings.pages.schedule.days import DAY, PAGE
from meetings.pages.schedule.empty_day import EmptyDay
from meetings.pages.schedule.forms import TimeQuery
from meetings.pages.schedule.nothing_offered import NothingOffered
from meetings.pages.schedule.timetable import UsualHours, WhoIsFree
from meetings.pages.schedule.ways_on import WaysOn
from meetings.pages.zone_lines import offset_in
from meetings.slots.openings import Openings
from paths.models import Path, Theme

# More experts than this are a list to choose from instead of a row of pills.
MOST_PILLS = 12
# A path whose starts are farther apart has one per half hour anyway, unless its experts' hours begin at odd minutes.
HALF_HOUR_MINUTES = 30


def reader_of(request) -> Reader:
    """The person in the zone that the address names, else in their device's if they asked for it, else in their own."""
    form = TimeQuery(request.GET)
    form.is_valid()
    own = request.user.reader
    return Reader(form.cleaned_data.get("zone") or session_zone(request) or own.zone, own.twelve_hour)


@dataclass(frozen=True)
class EmptyWeek:
    """What stands in place of seven days without times: why, and the way to where there are some."""

    title: str
    why: str
    go_to: datetime | None
    note: str
    others: int  # times of any expert in these days, where one was chosen


class TimePage:
    """Times of a theme as one person looks at them. Reads its rows once, when made."""

    def __init__(
        self,
        query,
        *,
        user: User,
        reader: Reader,
        path: Path,
        theme: Theme,
        participant: User,
        now: datetime,
        minutes: int | None = None,
        moving: Meeting | None = None,
        expert: int | str = ANY,
        allowance: Allowance | None = None,
    ):
        form = TimeQuery(query)
        form.is_valid()
        asked = form.cleaned_data
        self.problems = [error for errors in form.errors.values() for error in errors]
        self.user, self.participant, self.reader = user, participant, reader
        self.path, self.theme, self.now, self.moving = path, theme, now, moving
        self.minutes = minutes or theme.duration_minutes
        self.every = asked.get("every", False)
        self.allowance = allowance or allowance_of(participant, path, now=now, moving=moving, tally=UNCOUNTED)
        self.openings = Openings(
            path,
            since=now,
            until=now + timedelta(days=path.horizon_days + 2),
            now=now,
            participant=participant,
            theme=theme,
            moving=moving,
            shut=self.allowance.shut,
        )
        self.faces = self.openings.experts.faces
        self.expert = self._known_expert(asked.get("expert") or expert)
        self.at = asked.get("at")
        self.today = timefmt.local_day(now, self.reader)
        self.last_day = self.today + timedelta(days=path.horizon_days)
        self.day = self._known_day(asked.get("day"))
        self.first_day = timetable.first_day(self.day or self.today, self.today)
        self._read()

    def _read(self):
        """Who is busy on the days of the strip and, where it begins later, in the next days, at once."""
        shown = self._midnight(0), self._midnight(timetable.STRIP)
        self.openings.expect(self.minutes, [shown] if self.first_day == self.today else [self.openings.soon, shown])

    @property
    def status(self) -> int:
        return 400 if self.problems else 200

    @property
    def wanted(self) -> list[int] | None:
        return None if self.expert == ANY else [self.expert]

    @property
    def many_experts(self) -> bool:
        return len(self.faces) > MOST_PILLS

    @cached_property
    def own(self) -> int | None:
        """The reader's own id as an expert of the theme: to themselves they are "you"."""
        return next((pk for pk, row in self.openings.experts.rows.items() if row.person == self.user.pk), None)

    @property
    def for_other(self) -> User | None:
        return None if self.participant == self.user else self.participant

    @cached_property
    def usual(self) -> UsualHours:
        """Of whoever has to be there: the participant. They take them along to where the times are shown."""
        person = self.participant
        other = self.for_other
        if other is None:
            return UsualHours(person.usual_from, person.usual_until, self.reader)
        apart = offset_in(other.time_zone, self.now) != offset_in(self.reader.zone, self.now)
        there = Reader(other.time_zone, self.reader.twelve_hour)
        return UsualHours(person.usual_from, person.usual_until, there, other.first_name, apart)

    def _known_expert(self, expert):
        if expert == ANY or expert in self.openings.experts:
            return expert
        if self.moving is None:
            self.problems.append(gettext("This expert doesn’t take the theme now, so everybody’s times are shown."))
        return ANY

    def _known_day(self, day: date | None) -> date | None:
        """The day that is asked for, or that of the time in hand; what cannot be booked is nobody's choice."""
        if day is None and (time := self.at or (self.moving and self.moving.starts_at)):
            day = timefmt.local_day(time, self.reader)
        return day if day and self.today <= day <= self.last_day else None

    @cached_property
    def first(self) -> datetime | None:
        """The next free time of all."""
        return self.openings.first(self.minutes, experts=self.wanted)

    @cached_property
    def _after_page(self) -> datetime | None:
        return self.openings.first(self.minutes, since=self._midnight(PAGE), experts=self.wanted)

    @cached_property
    def _starts(self) -> dict[int, WhoIsFree]:
        """The starts of the strip (epoch seconds), in order, with who is free."""
        since, until = self._midnight(0), self._midnight(timetable.STRIP)
        found = self.openings.free(self.minutes, most=1, since=since, until=until, experts=self.wanted)
        names = {pk: None if pk == self.own else face.name for pk, face in self.faces.items()}
        return {start: WhoIsFree(many, names[ids[0]]) for start, (ids, many) in found.items()}

    @cached_property
    def _in_hours(self) -> list[datetime]:
        """The starts that there would be up to the horizon if nobody had anything else to do."""
        since = timetable.midnight(self.today, self.reader.zone)
        return self.openings.in_hours(self.minutes, since=since, until=self.openings.until, experts=self.wanted)

    def _midnight(self, number: int) -> datetime:
        """The beginning of a day, counted from the first that is shown."""
        return timetable.midnight(self.first_day + number * DAY, self.reader.zone)

    @property
    def _who(self) -> str | None:
        if self.expert == ANY:
            return None
        return "you" if self.expert == self.own else isolated(self.faces[int(self.expert)].first_name)

    def _empty_day(self) -> EmptyDay:
        return EmptyDay(
            path=self.path,
            reader=self.reader,
            now=self.now,
            last_day=self.last_day,
            who=self._who,
            in_hours=lambda: self._in_hours,
            allowance=self.allowance,
            other=self.for_other,
        )

    def _empty_week(self, days, reasons: EmptyDay) -> EmptyWeek:
        dates = [day.date for day in days.page]
        who = reasons.who
        others = len(self.openings.times(self.minutes, self._midnight(0), self._midnight(PAGE))) if who else 0
        return EmptyWeek(
            title=_no_times(days.span, who),
            why=reasons.why_all(dates),
            go_to=self._after_page or self.first,
            note=_next_free(who),
            others=others,
        )

    @property
    def nothing(self) -> dict | None:
        """Why the theme has no time at all, and what else one can do; None where it has one, whoever gives it."""
        if self.first or self.openings.first(self.minutes):
            return None
        return {
            "nothing": NothingOffered(
                openings=self.openings,
                path=self.path,
                reader=self.reader,
                minutes=self.minutes,
                other=self.for_other,
                allowance=self.allowance,
            ),
            "ways": WaysOn(self.openings, path=self.path, theme=self.theme, by=self.user),
        }

    def context(self, link: str) -> dict:
        """`link` is the address that a time leads to, but for its value at the end."""
        reader = {"page": self, "reader": self.reader, "problems": self.problems, "why_url": self.why_url}
        return reader | (self.nothing or self._times(link))

    @property
    def why_url(self) -> str:
        """Where to ask about a certain time of the theme."""
        query = {"theme": self.theme.pk, "day": self.day or self.today, "zone": self.reader.zone.key}
        return f"{reverse('why', args=[self.path.pk])}?{urlencode(query)}"

    def _times(self, link: str) -> dict:
        reasons = self._empty_day()
        days = timetable.lay_out(
            self._starts,
            first=self.first_day,
            last=self.last_day,
            chosen=self.day,
            every=self.every,
            reader=self.reader,
            usual=self.usual,
            now=self.now,
            current=self.moving.starts_at if self.moving else None,
            marked=self.at,
            why_empty=reasons.why,
            link=link,
        )
        interval = self.path.start_interval_minutes
        empty = None if any(day.count or day.slots for day in days.page) else self._empty_week(days, reasons)
        return {
            "days": days,
            "empty": empty,
            "show_every": _show_every(interval, days.every),
            "previous_days": max(days.first - PAGE * DAY, self.today) if days.first > self.today else None,
            "first": self.first,
            "first_url": self.first and f"{link}{timetable.value_of(self.first)}",
            "go_to_value": empty and empty.go_to and timetable.value_of(empty.go_to),
            "usual": self.usual,
            "legend": timetable.midnight(self.today, self.reader.zone) + timedelta(hours=9),
        }


def _no_times(days: str, who: str | None) -> str:
    words = {"days": days, "expert": who}
    match who:
        case None:
            text = gettext("No times from %(days)s")
        case "you":
            text = gettext("No times with you from %(days)s")
        case _:
            text = gettext("No times with %(expert)s from %(days)s")
    return text % words


def _next_free(who: str | None) -> str:
    match who:
        case None:
            return gettext("The next free time.")
        case "you":
            return gettext("Your next free time.")
        case name:
            return gettext("%(expert)s’s next free time.") % {"expert": name}


def _show_every(interval: int, count: int) -> str:
    """The way to each start instead of one per half hour, with how many they are."""
    words = {"minutes": interval, "count": count}
    if interval < HALF_HOUR_MINUTES:
        text = ngettext(
            "Show every %(minutes)s minutes (%(count)s time)", "Show every %(minutes)s minutes (%(count)s times)", count
        )
    else:
        text = ngettext("Show every start (%(count)s time)", "Show every start (%(count)s times)", count)
    return text % words
