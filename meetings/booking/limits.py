"""Whether a participant may have one more session of a path that starts at a certain time: in all, at once, in a month.

One answer for what is listed, what a page says and what a writer does: `Allowance.refusal`. The listing asks it by the
months that it finds full (`shut`). What counts is what `credits` counts: used or booked, and what came back does not.
Extra sessions add to the number in all alone. A session that is moved takes nothing more: only the month that it is
moved into has to have room.

Whoever has missed more sessions than the path allows books after an admin's yes alone (`no_shows`). Such a yes is an
admin's own booking, too: that one, and what gives a lost session back, is `excused`.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from everwise import timefmt
from everwise.accounts.models import User
from everwise.intervals import Interval
from everwise.timefmt import Reader
from everwise.wording import isolated
from experts.availability import to_instant
from meetings.booking import no_shows
from meetings.booking.credits import USED, Credits, credits_of, credits_of_people
from meetings.enums import Kind, Status
from meetings.models import Meeting
from paths.enums import Role
from paths.models import Path

UNCOUNTED = Credits(0, 0, total=None)
# Between the end of a date in the zone that reaches it last, and now in any other.
ANY_ZONE = timedelta(days=2)


class BookingLimit(StrEnum):
    IN_ALL = "in all"
    AT_ONCE = "at once"
    IN_MONTH = "in month"
    NO_SHOWS = "no-shows"


@dataclass(frozen=True, slots=True)
class Refusal:
    """The rule that speaks against a session, and the number it allows.

    `then` is when that ends: for AT_ONCE the moment from which the next one can be booked, for IN_MONTH the first
    instant at which one may start again; None where the path has closed by then, and for what ends by no date: IN_ALL
    and NO_SHOWS. `missed` are the starts of the sessions that count for NO_SHOWS.
    """

    rule: BookingLimit
    most: int
    month: date | None = None
    then: datetime | None = None
    missed: tuple[datetime, ...] = ()

    def words(self, reader: Reader, now: datetime, other: User | None = None) -> str:
        """The rule and when the next session can be booked, to the participant or of an `other`."""
        missed = "" if other else self.missed_words(reader, now)
        return " ".join(filter(None, (self.why(other), self.next_words(reader, now), missed)))

    def why(self, other: User | None = None) -> str:
        """To somebody else no word of what the person has missed."""
        values = {"name": isolated(other), "number": self.most, "month": self.month and timefmt.month(self.month)}
        values |= {"missed": len(self.missed)}
        return self._why(bool(other)) % values

    def missed_words(self, reader: Reader, now: datetime) -> str:
        """Which sessions were missed; empty where that is not the reason."""
        if not self.missed:
            return ""
        text = ngettext("It was on %(days)s.", "They were on %(days)s.", len(self.missed))
        return text % {"days": no_shows.days(self.missed, reader, now)}

    def next_words(self, reader: Reader, now: datetime) -> str:
        """When there is one to be booked again; empty where nobody can say."""
        if self.then is None:
            return ""
        if self.rule is BookingLimit.AT_ONCE:
            text = _("The next one can be booked from %(when)s on.")
        else:
            text = _("The next one can start from %(when)s on.")
        return text % {"when": timefmt.when(self.then, reader, now)}

    def _why(self, of_other: bool) -> str:
        match self.rule, of_other:
            case BookingLimit.NO_SHOWS, False:
                return ngettext(
                    "You missed %(missed)d session, so an admin of the path has to let you book again.",
                    "You missed %(missed)d sessions, so an admin of the path has to let you book again.",
                    len(self.missed),
                )
            case BookingLimit.NO_SHOWS, True:
                return _("Only an admin of this path can book the next session for %(name)s.")
            case BookingLimit.IN_MONTH, False:
                return ngettext(
                    "You’ve used or booked your %(number)d session of %(month)s.",
                    "You’ve used or booked your %(number)d sessions of %(month)s.",
                    self.most,
                )
            case BookingLimit.IN_MONTH, True:
                return ngettext(
                    "%(name)s has used or booked their %(number)d session of %(month)s.",
                    "%(name)s has used or booked their %(number)d sessions of %(month)s.",
                    self.most,
                )
            case BookingLimit.AT_ONCE, False:
                return ngettext(
                    "You can have %(number)d session coming up at a time, and it is booked.",
                    "You can have %(number)d sessions coming up at a time, and they are booked.",
                    self.most,
                )
            case BookingLimit.AT_ONCE, True:
                return ngettext(
                    "%(name)s can have %(number)d session coming up at a time, and it is booked.",
                    "%(name)s can have %(number)d sessions coming up at a time, and they are booked.",
                    self.most,
                )
        if self.most == 1:
            return _("The one session of this path is used or booked.")
        return ngettext(
            "All %(number)d session of this path is used or booked.",
            "All %(number)d sessions of this path are used or booked.",
            self.most,
        )


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a participant has of a path's sessions when one is to be booked, or moved.

    `months`: how many they have by month (its first date, of the path's zone); `coming`: the starts of those that have
    not started yet, the next first; `kept`: the month of the one that is moved, in which it may stay however full;
    `missed`: the starts of those to which they did not come, as far as they count.
    """

    path: Path
    tally: Credits = UNCOUNTED
    coming: tuple[datetime, ...] = ()
    months: Mapping[date, int] | None = None
    kept: date | None = None
    missed: tuple[datetime, ...] = ()
    excused: bool = False

    def refusal(self, start: datetime) -> Refusal | None:
        """Why no session may start then; None if one may."""
        return self.spent or self._month_refusal(month_of(start, self.path))

    @property
    def spent(self) -> Refusal | None:
        """Why there is no session left to book now, whenever it would start."""
        if self.tally.exhausted:
            return Refusal(BookingLimit.IN_ALL, self.tally.total or 0)
        if self.needs_yes and not self.excused:
            return Refusal(BookingLimit.NO_SHOWS, self.path.no_shows_allowed or 0, missed=self.missed)
        most = self.path.sessions_at_once
        if most is not None and len(self.coming) >= most:
            return Refusal(BookingLimit.AT_ONCE, most, then=self._open(self.coming[len(self.coming) - most]))
        return None

    @property
    def needs_yes(self) -> bool:
        """Whether they have missed so many sessions that an admin has to let them book."""
        return no_shows.is_beyond(self.path, len(self.missed))

    @property
    def is_warned(self) -> bool:
        """Whether they have missed so many that one more needs an admin's yes."""
        allowed = self.path.no_shows_allowed
        return allowed is not None and len(self.missed) == allowed

    def warning(self, reader: Reader, now: datetime) -> str:
        """What to say to the participant who is warned: what counts, and what comes of one more; empty otherwise."""
        return no_shows.warning(self.missed, reader, now) if self.is_warned else ""

    def nothing(self, now: datetime) -> Refusal | None:
        """Why nothing at all can be booked now: no session is left, or all months are full as far as can be booked.

        Looked at is a little more than any expert offers, so that whoever can be booked is never refused.
        """
        if self.spent:
            return self.spent
        path = self.path
        since = max(filter(None, (now + timedelta(minutes=path.notice_minutes), path.opens_at)))
        until = now + timedelta(days=path.horizon_days) + ANY_ZONE
        if path.closes_at:
            until = min(until, path.closes_at - timedelta(seconds=1))
        month, last = month_of(since, path), month_of(until, path)
        while month < last and self._is_full(month):
            month = _next(month)
        return self._month_refusal(month_of(since, path)) if month == last and self._is_full(last) else None

    @property
    def shut(self) -> tuple[Interval, ...]:
        """The months (epoch seconds) in which no session may start, for the listing."""
        full = sorted(month for month in self.months or {} if self._month_refusal(month))
        return tuple((_begin(month, self.path), _begin(_next(month), self.path)) for month in full)

    def _month_refusal(self, month: date) -> Refusal | None:
        most = self.path.sessions_per_month
        if most is None or not self._is_full(month):
            return None
        later = _next(month)
        while self._is_full(later):
            later = _next(later)
        return Refusal(
            BookingLimit.IN_MONTH, most, month, self._open(datetime.fromtimestamp(_begin(later, self.path), UTC))
        )

    def _open(self, then: datetime) -> datetime | None:
        """The moment, unless nothing of the path takes place any more from then on."""
        closes = self.path.closes_at
        return None if closes and closes <= then else then

    def _is_full(self, month: date) -> bool:
        most = self.path.sessions_per_month
        return most is not None and month != self.kept and (self.months or {}).get(month, 0) >= most


def allowance_of(
    participant: User,
    path: Path,
    *,
    now: datetime,
    moving: Meeting | None = None,
    tally: Credits | None = None,
    excused: bool = False,
) -> Allowance:
    """Of one path: a statement each for the sessions in all, those by their time and those missed, where limited.

    `tally` are the sessions in all where they are known. `moving`, a meeting of the participant, counts nowhere, and is
    moved whatever they have missed. `excused`: the booking of an admin, or of a session that was lost.
    """
    tallies = {} if tally is None else {path.pk: tally}
    return allowances_of(participant, [path], now=now, moving=moving, tallies=tallies, excused=excused)[path.pk]


def allowances_of(
    participant: User,
    paths: list[Path],
    *,
    now: datetime,
    moving: Meeting | None = None,
    tallies: Mapping[Any, Credits] | None = None,
    excused: bool = False,
) -> dict[UUID, Allowance]:
    """The same of many paths by their ids, in as many statements."""
    counted: dict[object, Credits] = dict(tallies or {})
    unknown = [path for path in paths if path.sessions_per_participant is not None and path.pk not in counted]
    if unknown and moving is None:
        counted |= credits_of(participant, unknown, now=now)
    timed = [path for path in paths if _is_timed(path)]
    starts = _starts(participant, timed, but=moving) if timed else {}
    missed = no_shows.missed_on(participant, paths) if moving is None else {}
    found = {
        path.pk: _allowance(path, starts.get(path.pk, []), counted.get(path.pk, UNCOUNTED), moving, now)
        for path in paths
    }
    return {pk: replace(each, missed=missed.get(pk, ()), excused=excused) for pk, each in found.items()}


def allowances_of_people(
    people: Collection[User], path: Path, *, now: datetime, excused: bool = False
) -> dict[UUID, Allowance]:
    """The same of many people on one path by their ids, in three statements at most."""
    limited = path.sessions_per_participant is not None
    counted = credits_of_people(people, path, now=now) if limited else {}
    starts: dict[UUID, list[tuple[datetime, str]]] = {}
    if _is_timed(path):
        theirs = _counting([path]).filter(attendees__user__in=people, attendees__role=Role.PARTICIPANT)
        starts = _grouped(theirs, "attendees__user")
    missed = no_shows.missed_by(people, path)
    found = {
        user.pk: _allowance(path, starts.get(user.pk, []), counted.get(user.pk, UNCOUNTED), None, now)
        for user in people
    }
    return {pk: replace(each, missed=missed.get(pk, ()), excused=excused) for pk, each in found.items()}


def _is_timed(path: Path) -> bool:
    return path.sessions_per_month is not None or path.sessions_at_once is not None


def _allowance(path, starts, tally, moving, now):
    months = Counter(month_of(start, path) for start, _ in starts)
    if moving is not None:
        return Allowance(path, months=months, kept=month_of(moving.starts_at, path))
    coming = tuple(start for start, status in starts if status == Status.SCHEDULED and start > now)
    return Allowance(path, tally, coming, months)


def _starts(participant: User, paths: Iterable[Path], *, but: Meeting | None) -> dict[UUID, list[tuple[datetime, str]]]:
    """By path id: the starts of all that is used or booked, in order, and how each stands."""
    mine = _counting(paths).filter(attendees__user=participant, attendees__role=Role.PARTICIPANT)
    if but is not None:
        mine = mine.exclude(pk=but.pk)
    return _grouped(mine, "path")


def _counting(paths: Iterable[Path]) -> QuerySet[Meeting]:
    return Meeting.objects.filter(USED | Q(status=Status.SCHEDULED), kind=Kind.DROP_IN, path__in=paths)


def _grouped(meetings: QuerySet[Meeting], by: str) -> dict[UUID, list[tuple[datetime, str]]]:
    found: dict[UUID, list[tuple[datetime, str]]] = defaultdict(list)
    for key, start, status in meetings.order_by("starts_at", "pk").values_list(by, "starts_at", "status"):
        found[key].append((start, status))
    return found


def month_of(instant: datetime, path: Path) -> date:
    """The first date of the month in which an instant lies in the path's zone."""
    return instant.astimezone(path.time_zone).date().replace(day=1)


def _next(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _begin(month: date, path: Path) -> int:
    """Epoch seconds of its first midnight in the path's zone."""
    return to_instant(datetime.combine(month, time.min), str(path.time_zone))
