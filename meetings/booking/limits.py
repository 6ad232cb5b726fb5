"""Whether a participant may have one more session of a path that starts at a certain time: in all, at once, in a month.

One answer for what is listed, what a page says and what a writer does: `Allowance.refusal`. The listing asks it by the
months that it finds full (`shut`). What counts is what `credits` counts: used or booked, and what came back does not.
Extra sessions add to the number in all alone. A session that is moved takes nothing more: only the month that it is
moved into has to have room.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from everwise import timefmt
from everwise.accounts.models import User
from everwise.intervals import Interval
from everwise.timefmt import Reader
from everwise.wording import isolated
from experts.availability import to_instant
from meetings.booking.credits import USED, Credits, credits_of
from meetings.enums import Kind, Status
from meetings.models import Meeting
from paths.enums import Role
from paths.models import Path

UNCOUNTED = Credits(0, 0, total=None)


class Rule(StrEnum):
    IN_ALL = "in all"
    AT_ONCE = "at once"
    IN_MONTH = "in month"


@dataclass(frozen=True, slots=True)
class Refusal:
    """The rule that speaks against a session, and the number it allows.

    `then` is when that ends: for AT_ONCE the moment from which the next one can be booked, for IN_MONTH the first
    instant at which one may start again; None where the path has closed by then, and for IN_ALL, which ends by no date.
    """

    rule: Rule
    most: int
    month: date | None = None
    then: datetime | None = None

    def words(self, reader: Reader, now: datetime, other: User | None = None) -> str:
        """The rule and when the next session can be booked, to the participant or of an `other`."""
        return " ".join(filter(None, (self.why(other), self.next_words(reader, now))))

    def why(self, other: User | None = None) -> str:
        values = {"name": isolated(other), "number": self.most, "month": self.month and timefmt.month(self.month)}
        return self._why(bool(other)) % values

    def next_words(self, reader: Reader, now: datetime) -> str:
        """When there is one to be booked again; empty where nobody can say."""
        if self.then is None:
            return ""
        if self.rule is Rule.AT_ONCE:
            text = _("The next one can be booked from %(when)s on.")
        else:
            text = _("The next one can start from %(when)s on.")
        return text % {"when": timefmt.when(self.then, reader, now)}

    def _why(self, of_other: bool) -> str:
        match self.rule, of_other:
            case Rule.IN_MONTH, False:
                return ngettext(
                    "You’ve used or booked your %(number)d session of %(month)s.",
                    "You’ve used or booked your %(number)d sessions of %(month)s.",
                    self.most,
                )
            case Rule.IN_MONTH, True:
                return ngettext(
                    "%(name)s has used or booked their %(number)d session of %(month)s.",
                    "%(name)s has used or booked their %(number)d sessions of %(month)s.",
                    self.most,
                )
            case Rule.AT_ONCE, False:
                return ngettext(
                    "You can have %(number)d session coming up at a time, and it is booked.",
                    "You can have %(number)d sessions coming up at a time, and they are booked.",
                    self.most,
                )
            case Rule.AT_ONCE, True:
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
    not started yet, the next first; `kept`: the month of the one that is moved, in which it may stay however full.
    """

    path: Path
    tally: Credits = UNCOUNTED
    coming: tuple[datetime, ...] = ()
    months: Mapping[date, int] | None = None
    kept: date | None = None

    def refusal(self, start: datetime) -> Refusal | None:
        """Why no session may start then; None if one may."""
        return self.spent or self._month_refusal(month_of(start, self.path))

    @property
    def spent(self) -> Refusal | None:
        """Why there is no session left to book now, whenever it would start."""
        if self.tally.exhausted:
            return Refusal(Rule.IN_ALL, self.tally.total or 0)
        most = self.path.sessions_at_once
        if most is not None and len(self.coming) >= most:
            return Refusal(Rule.AT_ONCE, most, then=self._open(self.coming[len(self.coming) - most]))
        return None

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
        return Refusal(Rule.IN_MONTH, most, month, self._open(datetime.fromtimestamp(_begin(later, self.path), UTC)))

    def _open(self, then: datetime) -> datetime | None:
        """The moment, unless nothing of the path takes place any more from then on."""
        closes = self.path.closes_at
        return None if closes and closes <= then else then

    def _is_full(self, month: date) -> bool:
        return month != self.kept and (self.months or {}).get(month, 0) >= (self.path.sessions_per_month or 0)


def allowance_of(
    participant: User, path: Path, *, now: datetime, moving: Meeting | None = None, tally: Credits | None = None
) -> Allowance:
    """Of one path: one statement for the sessions in all, one for those by their time, each only where it is limited.

    `tally` are the sessions in all where they are known. `moving`, a meeting of the participant, counts nowhere.
    """
    tallies = {} if tally is None else {path.pk: tally}
    return allowances_of(participant, [path], now=now, moving=moving, tallies=tallies)[path.pk]


def allowances_of(
    participant: User,
    paths: list[Path],
    *,
    now: datetime,
    moving: Meeting | None = None,
    tallies: Mapping[Any, Credits] | None = None,
) -> dict[UUID, Allowance]:
    """The same of many paths by their ids, in as many statements."""
    counted: dict[object, Credits] = dict(tallies or {})
    unknown = [path for path in paths if path.sessions_per_participant is not None and path.pk not in counted]
    if unknown and moving is None:
        counted |= credits_of(participant, unknown, now=now)
    timed = [path for path in paths if path.sessions_per_month is not None or path.sessions_at_once is not None]
    starts = _starts(participant, timed, but=moving) if timed else {}
    return {
        path.pk: _allowance(path, starts.get(path.pk, []), counted.get(path.pk, UNCOUNTED), moving, now)
        for path in paths
    }


def _allowance(path, starts, tally, moving, now):
    months = Counter(month_of(start, path) for start, _ in starts)
    if moving is not None:
        return Allowance(path, months=months, kept=month_of(moving.starts_at, path))
    coming = tuple(start for start, status in starts if status == Status.SCHEDULED and start > now)
    return Allowance(path, tally, coming, months)


def _starts(participant: User, paths: Iterable[Path], *, but: Meeting | None) -> dict[UUID, list[tuple[datetime, str]]]:
    """By path id: the starts of all that is used or booked, in order, and how each stands."""
    counts = USED | Q(status=Status.SCHEDULED)
    mine = Meeting.objects.filter(
        counts, kind=Kind.DROP_IN, path__in=paths, attendees__user=participant, attendees__role=Role.PARTICIPANT
    )
    if but is not None:
        mine = mine.exclude(pk=but.pk)
    found: dict[UUID, list[tuple[datetime, str]]] = defaultdict(list)
    for path, start, status in mine.order_by("starts_at", "pk").values_list("path", "starts_at", "status"):
        found[path].append((start, status))
    return found


def month_of(instant: datetime, path: Path) -> date:
    """The first date of the month in which an instant lies in the path's zone."""
    return instant.astimezone(path.time_zone).date().replace(day=1)


def _next(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _begin(month: date, path: Path) -> int:
    """Epoch seconds of its first midnight in the path's zone."""
    return to_instant(datetime.combine(month, time.min), str(path.time_zone))
