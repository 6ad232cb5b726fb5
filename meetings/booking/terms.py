"""What a booking is made by: the theme and the path's policy under a shared lock, and what the page showed of them."""

import re
from dataclasses import dataclass
from typing import NamedTuple, Self
from uuid import UUID

from django.db.models import Exists, OuterRef, Subquery, Sum, UUIDField
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from everwise import timefmt
from everwise.accounts.models import User
from everwise.db.prepared import Param, Shared, columns, instance
from meetings.enums import Standing
from paths.enums import Role
from paths.models import ExtraSessions, Membership, Path, Theme

PATH, THEME = columns(Path), columns(Theme, "themes__")
# Forms that were opened before paths had the last three carry the first three alone.
WRITTEN = re.compile(r"([0-9]{1,9})-([0-9]{1,9})-([0-9]{0,9})(?:-([0-9]{0,9})-([0-9]{0,9})-([0-9]{0,9}))?")
ROLES = tuple(Standing(role.value) for role in Role)


class Limits(NamedTuple):
    """How many sessions a participant may have in a month and at once, and how often they may move one.

    None is no limit.
    """

    per_month: int | None
    at_once: int | None
    moves: int | None


class Terms(NamedTuple):
    """What a page says of length and policy, and its form carries."""

    minutes: int
    change_until_minutes: int
    sessions: int | None  # of the participant, with their extra ones; None: no limit
    limits: Limits | None = None  # None: the page has not said

    @classmethod
    def of(cls, path: Path, minutes: int, extra: int) -> Self:
        """The path's terms as they stand, for a session of so many minutes and somebody with so many extra sessions."""
        limits = Limits(path.sessions_per_month, path.sessions_at_once, path.most_moves)
        return cls(minutes, path.change_until_minutes, path.sessions_with(extra), limits)

    def __str__(self) -> str:
        numbers = [self.minutes, self.change_until_minutes, self.sessions, *(self.limits or ())]
        return "-".join("" if each is None else str(each) for each in numbers)

    @classmethod
    def read(cls, text: str) -> Self:
        """The terms that a form has carried. Raises ValueError."""
        if not (found := WRITTEN.fullmatch(text)):
            raise ValueError(text)
        minutes, change_until, sessions, *limits = found.groups()
        said = None if None in limits else Limits(*map(_number, limits))
        return cls(int(minutes), int(change_until), _number(sessions), said)

    def changes_since(self, shown: Self) -> list[str]:
        """What is to be said to whoever was shown other terms, a sentence each."""
        told = []
        if self.minutes != shown.minutes:
            lengths = {"now": timefmt.minutes(self.minutes), "before": timefmt.minutes(shown.minutes)}
            told.append(_("This theme now takes %(now)s instead of %(before)s.") % lengths)
        if self.change_until_minutes != shown.change_until_minutes:
            lengths = {
                "now": timefmt.minutes(self.change_until_minutes),
                "before": timefmt.minutes(shown.change_until_minutes),
            }
            said = _("A session can now be moved, or cancelled and got back, until %(now)s before it, not %(before)s.")
            told.append(said % lengths)
        if self.sessions != shown.sessions:
            told.append(_limits(self.sessions, shown.sessions))
        if self.limits and shown.limits:
            told += _other_limits(self.limits, shown.limits)
        return told


def _limits(now: int | None, before: int | None) -> str:
    if now is None:
        said = _("Sessions in all on this path: now without a limit instead of %(before)s.")
    elif before is None:
        said = _("Sessions in all on this path: now %(now)s instead of no limit.")
    else:
        said = _("Sessions in all on this path: now %(now)s instead of %(before)s.")
    return said % {"now": now, "before": before}


def _other_limits(now: Limits, before: Limits) -> list[str]:
    """A sentence for each that has changed."""
    sentences = {
        "per_month": _("Sessions in one month: now %(now)s instead of %(before)s."),
        "at_once": _("Sessions coming up at the same time: now %(now)s instead of %(before)s."),
        "moves": _("Moves of one session: now %(now)s instead of %(before)s."),
    }
    pairs = {name: (getattr(now, name), getattr(before, name)) for name in sentences}
    return [
        text % {"now": _limit(pairs[name][0]), "before": _limit(pairs[name][1])}
        for name, text in sentences.items()
        if pairs[name][0] != pairs[name][1]
    ]


def _limit(number: int | None) -> str:
    return pgettext("instead of a number", "no limit") if number is None else str(number)


def _number(text: str) -> int | None:
    return int(text) if text else None


@dataclass(frozen=True, slots=True)
class Agreed:
    """Theme and path as they stay until the transaction ends, and what two people are to the path."""

    theme: Theme
    by: frozenset[Standing]
    participates: bool
    extra: int  # sessions that the participant has beyond the path's number

    def terms(self, minutes: int) -> Terms:
        return Terms.of(self.theme.path, minutes, self.extra)


def agree(theme: UUID, *, by: User, participant: User) -> Agreed | None:
    """Read the terms anew and keep them; None if the theme is gone.

    Lock the two people first: what they are to the path is read in the same statement. Deactivated, they are nothing.
    """
    rows = _agreed(theme=theme, by=by.pk, participant=participant.pk)
    if not rows:
        return None
    row = rows[0]
    found = instance(Theme, row[len(PATH) : len(PATH) + len(THEME)])
    found.path = instance(Path, row[: len(PATH)])
    *held, participates, extra = row[len(PATH) + len(THEME) :]
    by_is = frozenset(role for role, has in zip(ROLES, held, strict=True) if has)
    return Agreed(found, by_is, bool(participates), extra)


@Shared
def _agreed():
    # From the path to its theme: locks are taken in this order.
    live = Membership.objects.live().filter(user__is_active=True, path=OuterRef("pk"))
    held = [Exists(live.filter(user=Param("by", UUIDField()), role=role.value)) for role in ROLES]
    participates = Exists(live.filter(user=Param("participant", UUIDField()), role=Role.PARTICIPANT))
    given = ExtraSessions.objects.filter(path=OuterRef("pk"), user=Param("participant", UUIDField()))
    extra = Subquery(given.order_by().values("path").annotate(sum=Sum("number")).values("sum"))
    found = Path.objects.filter(themes=Param("theme", UUIDField())).order_by().select_for_update(no_key=True)
    return found.values_list(*PATH, *THEME, *held, participates, Coalesce(extra, 0))
