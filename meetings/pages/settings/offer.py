"""What a path offers by its settings, as they stand or as somebody would have them."""

from collections import defaultdict
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from datetime import datetime, timedelta

from meetings.slots.openings import Openings
from paths import policy
from paths.models import Path, Theme

LOOK_AHEAD = timedelta(days=14)

# By theme: its length in minutes, and its experts (ids).
Takers = list[tuple[int, frozenset[int]]]


@dataclass(frozen=True, slots=True)
class PolicyOffer:
    """How many starts there are in the next two weeks, of any theme, and the first of all."""

    number: int
    first: datetime | None


def takers(path: Path) -> Takers:
    """Of the themes that can be booked, in two queries."""
    themes = Theme.objects.filter(path=path, retired_at=None).prefetch_related("experts")
    return [(theme.duration_minutes, frozenset(expert.pk for expert in theme.experts.all())) for theme in themes]


def with_values(path: Path, values: policy.Values) -> Path:
    """The path as it would be. It is not to be saved."""
    other = copy(path)
    for name, value in values.items():
        setattr(other, name, value)
    return other


def offer(path: Path, themes: Takers, now: datetime) -> PolicyOffer:
    """Read who is busy once for all themes; in a number of queries that does not depend on how many there are."""
    openings = Openings(path, since=now, until=now + timedelta(days=path.horizon_days + 2), now=now)
    by_length: dict[int, set[int]] = defaultdict(set)
    for minutes, takes in themes:
        by_length[minutes] |= takes
    if not any(by_length.values()):
        return PolicyOffer(0, None)
    openings.expect(max(by_length), [(now, openings.until)])
    found: set[datetime] = set()
    firsts: list[datetime] = []
    for minutes, experts in by_length.items():
        found.update(openings.starts(minutes, until=now + LOOK_AHEAD, experts=experts))
        if first := openings.first(minutes, experts=experts):
            firsts.append(first)
    return PolicyOffer(len(found), min(firsts, default=None))


def shortest(themes: Iterable[tuple[int, frozenset[int]]]) -> int | None:
    return min((minutes for minutes, _ in themes), default=None)
