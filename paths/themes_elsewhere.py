"""What Django's admin saves of themes, by forms of its own, for the path's history: the same lines as of the site."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import NamedTuple
from uuid import UUID

from everwise.accounts.models import User
from paths.enums import Happened, Via
from paths.models import Path, Theme
from paths.themes import ThemePlan, numbers, words_of_change, write


class ThemeStanding(NamedTuple):
    """A theme as it is saved. `place`: in the list of those that can be booked, from 1; None where it is retired."""

    plan: ThemePlan
    position: int
    place: int | None


def standings_of(path: Path) -> dict[UUID, ThemeStanding]:
    """Of all the path's themes, which nobody else changes until the transaction ends. In three queries."""
    list(Path.objects.filter(pk=path.pk).select_for_update(no_key=True).values_list("pk"))
    takers: dict[UUID, set[int]] = defaultdict(set)
    for theme, expert in Theme.experts.through.objects.filter(theme__path=path).values_list("theme", "expert"):
        takers[theme].add(expert)
    rows = list(Theme.objects.filter(path=path).order_by("position", "name", "pk").select_for_update(no_key=True))
    places = {row.pk: place for place, row in enumerate((row for row in rows if not row.is_retired), 1)}
    return {
        row.pk: ThemeStanding(
            ThemePlan(row.name, row.description, row.duration_minutes, frozenset(takers[row.pk])),
            row.position,
            places.get(row.pk),
        )
        for row in rows
    }


def write_changes(*, path: Path, before: Mapping[UUID, ThemeStanding], by: User, now: datetime) -> None:
    """A line for each theme that is new, changed or moved since `before`, in the same transaction."""
    after = standings_of(path)
    for theme in Theme.objects.filter(pk__in=after).select_related("path"):
        was, stands = before.get(theme.pk), after[theme.pk]
        line = partial(write, theme, by=by, now=now, via=Via.ADMIN)
        if was is None:
            line(Happened.THEME_ADDED, facts={"after": numbers(stands.plan)})
            continue
        if was.plan != stands.plan:
            facts = {"before": numbers(was.plan), "after": numbers(stands.plan)}
            line(Happened.THEME_CHANGED, facts=facts, words=words_of_change(was.plan, stands.plan))
        if was.position != stands.position and was.place != stands.place:
            line(Happened.THEME_MOVED, facts={"before": was.place, "after": stands.place})
