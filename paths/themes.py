"""The writers of a path's themes. They take keywords only: the actor as `by`, the moment as `now`.

Each holds the path's row, then the theme's, alone: a booking that is just being made keeps both shared, so it commits
before the change or reads it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from everwise import timefmt
from everwise.accounts.models import User
from everwise.errors import Refused
from everwise.wording import isolated
from experts.models import Expert
from paths import enrolment, history, questions
from paths.enums import Happened, Role, Via
from paths.models import MOST_QUESTIONS, Membership, Path, Theme
from paths.questions import Asking

SHORTEST, LONGEST = 15, 240  # minutes
LONGEST_NAME, LONGEST_TEXT = 120, 300


class ThemeError(Exception):
    """The theme was not changed. Its text says why; `field` is the one it is about, if any."""

    def __init__(self, text: str, field: str | None = None):
        super().__init__(text)
        self.field = field


class ThemeRefused(ThemeError, Refused):
    """Only a live admin of the path changes its themes."""


class ThemeStale(ThemeError):
    """Somebody has changed the theme since the form was opened."""


@dataclass(frozen=True, slots=True)
class ThemePlan:
    """What a theme is to be. `experts` are ids of experts of the path; its questions stand in their order."""

    name: str
    text: str
    minutes: int
    experts: frozenset[int]
    questions: tuple[Asking, ...] = ()

    @property
    def version(self) -> str:
        """Names this very state, for a form to carry."""
        state = (self.name, self.text, self.minutes, sorted(self.experts), *map(tuple, self.questions))
        return sha256(repr(state).encode()).hexdigest()[:32]


class Saved(NamedTuple):
    """`taken_off`: how many booked sessions stay with who no longer takes the theme; `off`: the ids of these users."""

    theme: Theme
    taken_off: int
    off: tuple[UUID, ...] = ()


def experts_on(path: Path) -> QuerySet[Expert]:
    """Everybody who may take a theme of the path, whether they take sessions now or not, by name."""
    live = Membership.objects.live().filter(path=path, role=Role.EXPERT, user=OuterRef("user"))
    found = Expert.objects.filter(Exists(live), user__is_active=True)
    return found.select_related("user").order_by("user__name", "pk")


def plan_of(theme: Theme, experts: Collection[int]) -> ThemePlan:
    """The theme as it stands, of the path's `experts` (ids) those who take it."""
    taking = Theme.experts.through.objects.filter(theme=theme, expert__in=experts).values_list("expert", flat=True)
    asked = tuple(questions.of(theme))
    return ThemePlan(theme.name, theme.description, theme.duration_minutes, frozenset(taking), asked)


def booked(theme: Theme, now: datetime) -> QuerySet[Any]:
    """Its sessions that are still to come."""
    # By the relation's name, because meetings stand above paths.
    return theme.meetings.scheduled().filter(starts_at__gt=now)


@transaction.atomic
def add(*, path: Path, plan: ThemePlan, by: User, now: datetime, token: UUID) -> Theme:
    """Add a theme at the end of the list. The same token again changes nothing and returns the same theme.

    Raises a ThemeError.
    """
    rows = _held(path, by)
    if made := path.events.filter(what=Happened.THEME_ADDED, facts__token=str(token)).first():
        return Theme.objects.get(pk=made.facts["theme"])
    _check(path, plan, rows, own=None)
    last = max((row.position for row in rows), default=-1)
    theme = Theme.objects.create(
        path=path, name=plan.name, description=plan.text, duration_minutes=plan.minutes, position=last + 1
    )
    theme.experts.set(plan.experts)
    questions.put(theme, plan.questions)
    facts = {"token": str(token), "after": numbers(plan)}
    write(theme, Happened.THEME_ADDED, by=by, now=now, facts=facts)
    return theme


@transaction.atomic
def change(*, theme: Theme, plan: ThemePlan, version: str, by: User, now: datetime) -> Saved:
    """Save what the form says, if the theme is as the form has shown it: `version` is that ThemePlan's.

    What is booked stays as it is, also with experts who are taken off. What has been saved already is no error, so
    that a form may be sent twice. Raises a ThemeError, ThemeStale among them.
    """
    rows = _held(theme.path, by)
    current = _locked(theme)
    here = frozenset(experts_on(theme.path).values_list("pk", flat=True))
    before = plan_of(current, here)
    if before == plan:
        return Saved(current, 0)
    if before.version != version:
        raise ThemeStale(_who_changed(current, by))
    _check(theme.path, plan, rows, own=current, here=here)
    current.name, current.description, current.duration_minutes = plan.name, plan.text, plan.minutes
    current.save(update_fields=["name", "description", "duration_minutes"])
    off = before.experts - plan.experts
    current.experts.remove(*off)
    current.experts.add(*(plan.experts - before.experts))
    if plan.questions != before.questions:
        questions.put(current, plan.questions)
    words = words_of_change(before, plan)
    facts = {"before": numbers(before), "after": numbers(plan)}
    write(current, Happened.THEME_CHANGED, by=by, now=now, facts=facts, words=words)
    if not off:
        return Saved(current, 0)
    people = Expert.objects.filter(pk__in=off).values("user")
    kept = booked(current, now).filter(attendees__user__in=people, attendees__removed_at=None)
    holders = tuple(kept.order_by("attendees__user").values_list("attendees__user", flat=True).distinct())
    return Saved(current, kept.distinct().count(), holders)


@transaction.atomic
def retire(*, theme: Theme, by: User, now: datetime) -> Theme:
    """From now on nobody can book it. What is booked takes place, and can still be moved. Twice is once."""
    _held(theme.path, by)
    current = _locked(theme)
    if current.retired_at is None:
        current.retired_at = now
        current.save(update_fields=["retired_at"])
        write(current, Happened.THEME_RETIRED, by=by, now=now, facts={"before": None, "after": now.isoformat()})
    return current


@transaction.atomic
def bring_back(*, theme: Theme, by: User, now: datetime) -> Theme:
    """It can be booked again, in its old place of the list. Twice is once."""
    _held(theme.path, by)
    current = _locked(theme)
    if (before := current.retired_at) is not None:
        current.retired_at = None
        current.save(update_fields=["retired_at"])
        write(current, Happened.THEME_BACK, by=by, now=now, facts={"before": before.isoformat(), "after": None})
    return current


@transaction.atomic
def move(*, theme: Theme, up: bool, by: User, now: datetime) -> bool:
    """Let the theme and its neighbour in the list change places; False at the end of the list, where nothing happens.

    Every theme's position is written anew, retired ones' among them, which keep their places between the others.
    """
    rows = _held(theme.path, by)
    listed = [place for place, row in enumerate(rows) if not row.is_retired]
    own = next((each for each in listed if rows[each].pk == theme.pk), None)
    if own is None:
        return False
    other = listed.index(own) + (-1 if up else 1)
    if not 0 <= other < len(listed):
        return False
    before = listed.index(own) + 1
    rows[own], rows[listed[other]] = rows[listed[other]], rows[own]
    for place, row in enumerate(rows):
        row.position = place
    Theme.objects.bulk_update(rows, ["position"])
    write(theme, Happened.THEME_MOVED, by=by, now=now, facts={"before": before, "after": other + 1})
    return True


def _held(path: Path, by: User) -> list[Theme]:
    """All themes of the path in their order, which nobody else changes until the transaction ends."""
    enrolment.lock([], by=by.pk)
    list(Path.objects.filter(pk=path.pk).select_for_update(no_key=True).values_list("pk"))
    if not Membership.objects.live().filter(path=path, user=by, user__is_active=True, role=Role.ADMIN).exists():
        raise ThemeRefused(_("Only an admin of this path can change its themes."))
    return list(Theme.objects.filter(path=path))


def _locked(theme: Theme) -> Theme:
    current = Theme.objects.select_for_update(no_key=True).get(pk=theme.pk)
    current.path = theme.path
    return current


def _check(
    path: Path, plan: ThemePlan, rows: list[Theme], *, own: Theme | None, here: Collection[int] | None = None
) -> None:
    # In Python, since SQLite knows lower and upper case of ASCII alone.
    same = [row for row in rows if row.name.casefold() == plan.name.casefold() and row != own]
    # Two that were named alike elsewhere may stay so until one is named anew.
    if same and (own is None or own.name != plan.name):
        if all(row.is_retired for row in same):
            raise ThemeError(_("This path has a retired theme of this name. You can bring it back."), "name")
        raise ThemeError(_("This path has a theme of this name."), "name")
    if not SHORTEST <= plan.minutes <= LONGEST and (own is None or own.duration_minutes != plan.minutes):
        words = {"least": SHORTEST, "most": LONGEST}
        raise ThemeError(_("Type a number of minutes from %(least)d to %(most)d.") % words, "minutes")
    if len(plan.questions) > MOST_QUESTIONS:
        raise ThemeError(_("A theme has at most %(most)d questions.") % {"most": MOST_QUESTIONS}, "questions")
    if len({asked.text.casefold() for asked in plan.questions}) < len(plan.questions):
        raise ThemeError(_("Two questions have the same words. Change one of them."), "questions")
    if here is None:
        here = set(experts_on(path).values_list("pk", flat=True))
    if not plan.experts <= set(here):
        raise ThemeError(_("One of the experts is no longer on this path. Look at the list again."), "experts")


def words_of_change(before: ThemePlan, after: ThemePlan) -> str:
    """What history keeps of it as words, a line each: old and new name, text and questions."""
    pairs = [(plan.name, plan.text, questions.written(plan.questions)) for plan in (before, after)]
    return "\n".join(words for pair in zip(*pairs, strict=True) for words in pair)


def numbers(plan: ThemePlan) -> dict[str, Any]:
    """What history keeps of it as facts."""
    return {"minutes": plan.minutes, "experts": sorted(plan.experts)}


def write(
    theme: Theme,
    what: Happened,
    *,
    by: User,
    now: datetime,
    facts: dict[str, Any],
    words: str = "",
    via: Via = Via.WEB,
) -> None:
    """A line of the path's history; without other `words` it has the theme's name."""
    facts = {"theme": str(theme.pk), **facts}
    history.write(path=theme.path, what=what, by=by, now=now, facts=facts, text=words or theme.name, via=via)


def _who_changed(theme: Theme, reader: User) -> str:
    """Whoever did it last; what experts change at their own hours stands in no path's history."""
    last = theme.path.events.filter(what=Happened.THEME_CHANGED, facts__theme=str(theme.pk)).select_related("by").last()
    if last is None or last.by is None:
        return _("This theme was changed since you opened it. Look at what is saved now, then save again.")
    words = {"name": isolated(last.by), "time": timefmt.clock(last.at, reader.reader)}
    return _("%(name)s changed this at %(time)s. Look at what is saved now, then save again.") % words
