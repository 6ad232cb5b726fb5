"""Why a theme has no time at all up to the horizon, in the engine's own rules, and what else one can do.

The reasons count experts and name rules. Nobody is named, and why somebody has no time is not said: whether their time
is taken by a meeting, another calendar or a limit of theirs is the same here, and so are a day off and no hours.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cached_property
from typing import NamedTuple, Self

from django.utils.html import escape, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from everwise import timefmt, wording
from everwise.accounts.models import User
from everwise.timefmt import Reader
from experts.availability import DAY, local_date, midnight
from meetings.booking.limits import Allowance
from meetings.slots import engine
from meetings.slots.engine import Calendar, Policy
from meetings.slots.openings import Openings
from paths.models import Path

# In minutes of the day: sessions that start from then on and before then are held at night.
NIGHT_FROM, NIGHT_TO = 22 * 60, 6 * 60
DAY_MINUTES, NOON = 24 * 60, 12 * 60


class Fact(NamedTuple):
    """A few sentences with an icon before them, marked up."""

    icon: str
    words: SafeString

    @classmethod
    def of(cls, icon: str, *sentences: SafeString) -> Self:
        return cls(icon, format_html_join(" ", "{}", ((each,) for each in sentences)))


@dataclass(frozen=True, kw_only=True)
class NothingOffered:
    """The reasons, found from what `openings` has read: experts of a theme, from now to beyond the path's horizon.

    Ask only where `openings.first` finds no time. `other` is the participant where somebody books for them: night is
    theirs then, and so are the meetings that leave no time, and the `allowance`.
    """

    openings: Openings
    minutes: int
    reader: Reader
    path: Path
    other: User | None = None
    allowance: Allowance | None = None

    @property
    def facts(self) -> list[Fact]:
        """Who has no time and why, then how far ahead times are offered."""
        if not self.openings.idle:
            return [Fact.of("people", _marked_up(_("No expert takes this theme now.")))]
        if closed := self._closed():
            return closed
        if used_up := self._months():
            return [used_up, self._span()]
        return [*self._experts(), self._span()]

    @property
    def now(self) -> datetime:
        return self.openings.now

    @cached_property
    def policy(self) -> Policy:
        """Of the path alone: which months the participant has used up is said by itself."""
        return replace(self.openings.policy(self.minutes), shut=())

    def _months(self) -> Fact | None:
        """That all times lie in months for which the participant has no session left."""
        if self.allowance is None:
            return None
        for begin, over in self.allowance.shut:
            first = engine.first(
                self.openings.idle,
                self.policy,
                range_start=max(datetime.fromtimestamp(begin, UTC), self.openings.since),
                range_end=min(datetime.fromtimestamp(over, UTC), self.openings.until),
                now=self.now,
            )
            if first and (refusal := self.allowance.refusal(first)):
                return Fact.of("ticket", escape(refusal.words(self.reader, self.now, self.other)))
        return None

    def _closed(self) -> list[Fact]:
        """Where the path's own dates leave nothing, whoever takes the theme."""
        path = self.path
        if path.closed_at:
            day = self._day(timefmt.local_day(path.closed_at, self.reader))
            return [Fact.of("calendar", _marked_up(_("This path was closed on <strong>%(day)s</strong>."), day=day))]
        if path.closes_at and path.closes_on and path.closes_at <= self.now:
            closed = _marked_up(_("This path closed on <strong>%(day)s</strong>."), day=self._day(path.closes_on))
            return [Fact.of("calendar", closed)]
        if path.opens_at and path.opens_on and self._today + path.horizon_days * DAY < path.opens_on:
            opens = _marked_up(_("This path opens on <strong>%(day)s</strong>."), day=self._day(path.opens_on))
            ahead = _marked_up(
                ngettext(
                    "Times are offered %(days)s day ahead, so the first come on %(day)s.",
                    "Times are offered %(days)s days ahead, so the first come on %(day)s.",
                    path.horizon_days,
                ),
                days=path.horizon_days,
                day=self._day(path.opens_on - path.horizon_days * DAY),
            )
            return [Fact.of("calendar", opens, ahead)]
        return []

    # Who has no time -------------------------------------------------------------------------------------------

    def _experts(self) -> list[Fact]:
        found = self._by_reason()
        facts = [
            self._all(len(found["booked"])),
            self._at_night(found["night"]),
            self._without_hours(len(found["no hours"])),
            self._too_soon(len(found["notice"])),
            self._with_participant(len(found["participant"])),
        ]
        return [fact for fact in facts if fact]

    def _all(self, booked: int) -> Fact:
        total, last = len(self.openings.idle), self._day(self._last_day)
        if booked == total:
            return Fact.of("people", _marked_up(_all_booked(total), count=total, day=last))
        takes = ngettext("%(count)s expert takes this theme.", "%(count)s experts take this theme.", total)
        sentences = [_marked_up(takes, count=total)]
        if booked:
            full = ngettext(
                "<strong>%(count)s is fully booked</strong> until %(day)s.",
                "<strong>%(count)s are fully booked</strong> until %(day)s.",
                booked,
            )
            sentences.append(_marked_up(full, count=booked, day=last))
        return Fact.of("people", *sentences)

    def _by_reason(self) -> dict[str, list[Calendar]]:
        """Each expert under the first reason that leaves them no time, as if nobody else were there."""
        hidden = self.openings.hidden_by_participant(self.minutes)
        found: dict[str, list[Calendar]] = defaultdict(list)
        for limited in self.openings.idle:
            # A limit on sessions is shown as what it comes to: fully booked.
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
        begin, end = (timefmt.time_of_day(minute, self.reader.twelve_hour) for minute in (first, last))
        values: dict[str, object] = {"count": len(experts), "begin": begin, "end": end}
        if self.other:
            values |= {"name": wording.isolated(self.other), "city": timefmt.city(self.other.time_zone)}
            works = ngettext(
                "%(count)s expert works only while it is night for %(name)s, "
                "<strong>%(begin)s to %(end)s in %(city)s</strong>. Those times are taken, too.",
                "%(count)s experts work only while it is night for %(name)s, "
                "<strong>%(begin)s to %(end)s in %(city)s</strong>. Those times are taken, too.",
                len(experts),
            )
        else:
            works = ngettext(
                "%(count)s expert works only while it is night for you, "
                "<strong>%(begin)s to %(end)s</strong>. Those times are taken, too.",
                "%(count)s experts work only while it is night for you, "
                "<strong>%(begin)s to %(end)s</strong>. Those times are taken, too.",
                len(experts),
            )
        return Fact.of("clock", _marked_up(works, **values))

    def _without_hours(self, count: int) -> Fact | None:
        if not count:
            return None
        offers = ngettext(
            "%(count)s expert offers <strong>no hours</strong> until %(day)s.",
            "%(count)s experts offer <strong>no hours</strong> until %(day)s.",
            count,
        )
        return Fact.of("calendar-x", _marked_up(offers, count=count, day=self._day(self._last_day)))

    def _too_soon(self, count: int) -> Fact | None:
        if not count:
            return None
        has = ngettext(
            "%(count)s expert has hours only within the <strong>notice</strong> that sessions need.",
            "%(count)s experts have hours only within the <strong>notice</strong> that sessions need.",
            count,
        )
        return Fact.of("bolt", _marked_up(has, count=count))

    def _with_participant(self, count: int) -> Fact | None:
        if not count:
            return None
        if self.other:
            free = ngettext(
                "%(count)s expert is free only <strong>while %(name)s is in another meeting</strong>.",
                "%(count)s experts are free only <strong>while %(name)s is in another meeting</strong>.",
                count,
            )
        else:
            free = ngettext(
                "%(count)s expert is free only <strong>while you are in another meeting</strong>.",
                "%(count)s experts are free only <strong>while you are in another meeting</strong>.",
                count,
            )
        return Fact.of("person", _marked_up(free, count=count, name=wording.isolated(self.other)))

    # How far ahead ---------------------------------------------------------------------------------------------

    def _span(self) -> Fact:
        path, ends = self.path, self.path.closes_on
        if ends and ends <= self._today + self._days_ahead * DAY:
            until = _("Sessions take place <strong>until %(day)s</strong>.")
            return Fact.of("calendar", _marked_up(until, day=self._day(ends)))
        ahead = ngettext(
            "Times are offered <strong>%(days)s day ahead</strong>.",
            "Times are offered <strong>%(days)s days ahead</strong>.",
            self._days_ahead,
        )
        sentences = [_marked_up(ahead, days=self._days_ahead)]
        if self._opens_later and path.opens_on:
            sentences.append(_marked_up(_("Sessions take place from %(day)s."), day=self._day(path.opens_on)))
        return Fact.of("calendar", *sentences, self._opening())

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

    def _opening(self) -> SafeString:
        """The next date that comes into reach, with its hours as they are now."""
        found = [each for calendar in self.openings.idle if (each := self._next_date(calendar))]
        if not found:
            return _marked_up(_("A new day opens each night."))
        opens, start = min(found)
        is_new = timefmt.local_day(start, self.reader) > self._last_day
        days = (timefmt.local_day(opens, self.reader) - self._today).days
        if (days, _minute(opens, self.reader)) == (1, 0):
            message = (
                _("%(day)s opens tomorrow, shortly after midnight.")
                if is_new
                else _("More times on %(day)s open tomorrow, shortly after midnight.")
            )
        else:
            message = _("%(day)s opens %(when)s.") if is_new else _("More times on %(day)s open %(when)s.")
        return _marked_up(message, day=self._day(start), when=timefmt.when(opens, self.reader, self.now))

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


def _all_booked(total: int) -> str:
    if total == 2:
        return _("%(count)s experts take this theme. <strong>Both are fully booked</strong> until %(day)s.")
    return ngettext(
        "%(count)s expert takes this theme. <strong>They are fully booked</strong> until %(day)s.",
        "%(count)s experts take this theme. <strong>All are fully booked</strong> until %(day)s.",
        total,
    )


def _marked_up(message: str, **values: object) -> SafeString:
    """A message with markup of its own, around values that have none."""
    return mark_safe(message % {name: escape(value) for name, value in values.items()})
