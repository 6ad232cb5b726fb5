"""Why a theme has no time at all up to the horizon, in the engine's own rules, and what else one can do.

The reasons count experts and name rules. Nobody is named, and why somebody has no time is not told: whether their time
is taken by a meeting, another calendar or a limit of theirs is the same here, and so are a day off and no hours.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cached_property
from typing import NamedTuple

from everwise import timefmt
from everwise.accounts.models import User
from everwise.timefmt import Reader
from everwise.wording import counted, counted_in_words, number_in_words, sentence
from experts.availability import DAY, local_date, midnight
from meetings.slots import engine
from meetings.slots.engine import Calendar, Policy
from meetings.slots.openings import Openings
from paths.models import Path

# In minutes of the day: sessions that start from then on and before then are held at night.
NIGHT_FROM, NIGHT_TO = 22 * 60, 6 * 60
DAY_MINUTES, NOON = 24 * 60, 12 * 60


class Fact(NamedTuple):
    """One sentence or two with an icon before them; `strong` stands between the two other parts."""

    icon: str
    before: str
    strong: str = ""
    after: str = ""

    @property
    def text(self) -> str:
        return f"{self.before}{self.strong}{self.after}"


@dataclass(frozen=True, kw_only=True)
class NothingOffered:
    """The reasons, found from what `openings` has read: experts of a theme, from now to beyond the path's horizon.

    Ask only where `openings.first` finds no time. `other` is the participant where somebody books for them: night is
    theirs then, and so are the meetings that leave no time.
    """

    openings: Openings
    minutes: int
    reader: Reader
    path: Path
    other: User | None = None

    @property
    def facts(self) -> list[Fact]:
        """Who has no time and why, then how far ahead times are offered."""
        if not self.openings.idle:
            return [Fact("people", "No expert takes this theme now.")]
        if closed := self._closed():
            return closed
        return [*self._experts(), self._span()]

    @property
    def now(self) -> datetime:
        return self.openings.now

    @cached_property
    def policy(self) -> Policy:
        return self.openings.policy(self.minutes)

    def _closed(self) -> list[Fact]:
        """Where the path's own dates leave nothing, whoever takes the theme."""
        path = self.path
        if path.closes_at and path.closes_on and path.closes_at <= self.now:
            return [Fact("calendar", "This path closed on ", self._day(path.closes_on), ".")]
        if path.opens_at and path.opens_on and self._today + path.horizon_days * DAY < path.opens_on:
            first = self._day(path.opens_on - path.horizon_days * DAY)
            ahead = f". Times are offered {counted(path.horizon_days, 'day')} ahead, so the first come on {first}."
            return [Fact("calendar", "This path opens on ", self._day(path.opens_on), ahead)]
        return []

    # Who has no time -------------------------------------------------------------------------------------------

    def _experts(self) -> list[Fact]:
        found = self._by_reason()
        told = [
            self._all(len(found["booked"])),
            self._at_night(found["night"]),
            self._without_hours(len(found["no hours"])),
            self._too_soon(len(found["notice"])),
            self._with_you(len(found["participant"])),
        ]
        return [fact for fact in told if fact]

    def _all(self, booked: int) -> Fact:
        total = len(self.openings.idle)
        takes = f"{_experts(total)} {'takes' if total == 1 else 'take'} this theme."
        if not booked:
            return Fact("people", takes)
        return Fact(
            "people", f"{takes} ", f"{_who(booked, total)} fully booked", f" until {self._day(self._last_day)}."
        )

    def _by_reason(self) -> dict[str, list[Calendar]]:
        """Each expert under the first reason that leaves them no time, as if nobody else were there."""
        hidden = self.openings.hidden_by_participant(self.minutes)
        found: dict[str, list[Calendar]] = defaultdict(list)
        for limited in self.openings.idle:
            # A limit of sessions is told as what it comes to: booked out.
            calendar = replace(limited, cap_day=None, cap_week=None)
            first = self._first(calendar, self.policy)
            if first is None:
                at_once = self._first(replace(calendar, notice=0), replace(self.policy, notice=0))
                reason = "no hours" if at_once is None else "notice"
            elif calendar.id in hidden:
                reason = "participant"
            else:
                reason = "night" if self._only_at_night(calendar, first) else "booked"
            found[reason].append(calendar)
        return found

    def _first(self, calendar: Calendar, policy: Policy) -> datetime | None:
        """Their first start if they had nothing else to do."""
        return engine.first([calendar], policy, **self._range)

    @property
    def _range(self) -> dict:
        return {"range_start": self.openings.since, "range_end": self.openings.until, "now": self.now}

    @property
    def _night_reader(self) -> Reader:
        """Whose night it is, and how the reader reads it."""
        return Reader(self.other.time_zone, self.reader.twelve_hour) if self.other else self.reader

    def _only_at_night(self, calendar: Calendar, first: datetime) -> bool:
        # Most experts begin by day, and of them no more than the first start is looked at.
        return self._is_night(first) and all(map(self._is_night, self._starts([calendar])))

    def _is_night(self, start: datetime) -> bool:
        minute = _minute(start, self._night_reader)
        return minute >= NIGHT_FROM or minute < NIGHT_TO

    def _starts(self, calendars: Sequence[Calendar]) -> list[datetime]:
        return engine.times(calendars, self.policy, **self._range)

    def _at_night(self, experts: list[Calendar]) -> Fact | None:
        if not experts:
            return None
        # Counted from noon, a night is one stretch.
        minutes = [(_minute(start, self._night_reader) - NOON) % DAY_MINUTES for start in self._starts(experts)]
        first, last = ((each + NOON) % DAY_MINUTES for each in (min(minutes), max(minutes) + self.minutes))
        clock = " to ".join(timefmt.time_of_day(minute, self.reader.twelve_hour) for minute in (first, last))
        where = f" in {timefmt.city(self.other.time_zone)}" if self.other else ""
        works = f"{_experts(len(experts))} {'works' if len(experts) == 1 else 'work'} only while it is night for "
        return Fact("clock", f"{works}{self._you}, ", f"{clock}{where}", ". Those times are taken, too.")

    def _without_hours(self, count: int) -> Fact | None:
        offers = f"{_experts(count)} {'offers' if count == 1 else 'offer'} "
        return Fact("calendar-x", offers, "no hours", f" until {self._day(self._last_day)}.") if count else None

    def _too_soon(self, count: int) -> Fact | None:
        has = f"{_experts(count)} {'has' if count == 1 else 'have'} hours only sooner than the "
        return Fact("bolt", has, "notice", " that sessions need.") if count else None

    def _with_you(self, count: int) -> Fact | None:
        free = f"{_experts(count)} {'is' if count == 1 else 'are'} free only "
        be = "is" if self.other else "are"
        return Fact("person", free, f"while {self._you} {be} in another meeting", ".") if count else None

    @property
    def _you(self) -> str:
        return str(self.other) if self.other else "you"

    # How far ahead ---------------------------------------------------------------------------------------------

    def _span(self) -> Fact:
        path, ends = self.path, self.path.closes_on
        if ends and ends <= self._today + self._days_ahead * DAY:
            return Fact("calendar", "Sessions take place ", f"until {self._day(ends)}", ".")
        ahead = f"{counted(self._days_ahead, 'day')} ahead"
        since = f" Sessions take place from {self._day(path.opens_on)}." if self._opens_later and path.opens_on else ""
        return Fact("calendar", "Times are offered ", ahead, f".{since}{self._opening()}")

    @property
    def _opens_later(self) -> bool:
        return bool(self.path.opens_at and self.path.opens_at > self.now)

    @property
    def _today(self) -> date:
        return timefmt.local_day(self.now, self.reader)

    @cached_property
    def _days_ahead(self) -> int:
        """As far as any of the experts lets book."""
        return max(self._horizon(calendar) for calendar in self.openings.idle)

    @property
    def _last_day(self) -> date:
        last = self._today + self._days_ahead * DAY
        return min(last, self.path.closes_on) if self.path.closes_on else last

    def _horizon(self, calendar: Calendar) -> int:
        own = calendar.horizon_days
        return self.path.horizon_days if own is None else min(own, self.path.horizon_days)

    def _opening(self) -> str:
        """The next date that comes into reach, with its hours as they are now."""
        found = [each for calendar in self.openings.idle if (each := self._next_date(calendar))]
        if not found:
            return " A new day opens each night."
        opens, start = min(found)
        day, here = timefmt.local_day(start, self.reader), self._day(start)
        what = f"{here} opens" if day > self._last_day else f"More times on {here} open"
        days = (timefmt.local_day(opens, self.reader) - self._today).days
        when = "today" if not days else "tomorrow" if days == 1 else self._day(opens)
        at = "midnight" if _minute(opens, self.reader) == 0 else timefmt.clock(opens, self.reader)
        return f" {what} {when}, shortly after {at}."

    def _next_date(self, calendar: Calendar) -> tuple[datetime, datetime] | None:
        """When the date after the expert's horizon can be booked, and its first start; None where it has no hours."""
        zone, horizon = calendar.hours.zone, self._horizon(calendar) + 1
        today = local_date(int(self.now.timestamp()), zone)
        opens, begin, end = (_midnight(today + days * DAY, zone) for days in (1, horizon, horizon + 1))
        start = engine.first(
            [replace(calendar, notice=0, horizon_days=None)],
            replace(self.policy, notice=0, horizon_days=None),
            range_start=begin,
            range_end=min(end, self.openings.until),
            now=self.now,
        )
        return (opens, start) if start else None

    def _day(self, day: date) -> str:
        return timefmt.short_day(day, self.reader, self.now)


def _midnight(day: date, zone: str) -> datetime:
    return datetime.fromtimestamp(midnight(day, zone), UTC)


def _minute(moment: datetime, reader: Reader) -> int:
    local = moment.astimezone(reader.zone)
    return local.hour * 60 + local.minute


def _experts(count: int) -> str:
    return sentence(counted_in_words(count, "expert"))


def _who(count: int, total: int) -> str:
    """“Four are”, of all “All are”, “Both are”, “They are”."""
    if count == total:
        return {1: "They are", 2: "Both are"}.get(count, "All are")
    return f"{sentence(number_in_words(count))} {'is' if count == 1 else 'are'}"
