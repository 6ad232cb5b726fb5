"""Average ratings of at least five people, and nothing from which those of fewer could be found out.

The ratings of an expert are put into blocks of whole months, each with at least as many people as RATERS; a month with
fewer goes together with those after it. Blocks are cut of all that there is, whatever a page asks for, and a page shows
those that its dates touch, whole. So every number of every page is a sum over blocks: whatever is taken from whatever
else, no less than one block is left. For the same reason ratings are not told by theme, and what is in no block yet
counts nowhere.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Aggregate, Case, Count, DateField, Sum, TextField, Value, When
from django.db.models.functions import TruncMonth

from meetings.enums import Kind
from meetings.insights.scope import InsightScope, period_of
from meetings.models import Rating
from paths.enums import Role

RATERS = 5


class RatedMonth(NamedTuple):
    """An expert's ratings of the sessions of one month; `few` are its people, if they are fewer than RATERS."""

    first: date
    people: int
    number: int
    stars: int
    few: frozenset[str]


@dataclass
class RatingBlock:
    """The ratings of some months in a row, with at least RATERS people; `first` and `last` are first days of months."""

    first: date
    last: date
    number: int
    stars: int


class ShownRating(NamedTuple):
    """Of whole months, the first and last of them named by their first days."""

    number: int
    stars: int
    first: date
    last: date

    @property
    def average(self) -> float:
        return self.stars / self.number


@dataclass
class ShownRatings:
    """By expert; `hidden` are those who were rated, but by too few people to be told."""

    of_experts: dict[UUID, ShownRating]
    hidden: frozenset[UUID]

    @property
    def total(self) -> ShownRating | None:
        return _joined(self.of_experts.values())


def ratings(scope: InsightScope) -> ShownRatings:
    """One query, of all that was ever rated on the path; whatever the scope's theme."""
    first, last = (period_of(day, by_month=True) for day in (scope.first, scope.last))
    shown: dict[UUID, ShownRating] = {}
    hidden = set()
    for expert, theirs in _months(scope).items():
        if scope.expert not in (None, expert):
            continue
        touched = [block for block in blocks(theirs) if block.first <= last and block.last >= first]
        if found := _joined(touched):
            shown[expert] = found
        elif any(first <= month.first <= last for month in theirs):
            hidden.add(expert)
    return ShownRatings(shown, frozenset(hidden))


def blocks(months: list[RatedMonth]) -> list[RatingBlock]:
    """Of one expert's months, in order."""
    found, waiting = [], []
    known: set[str] = set()
    for month in months:
        waiting.append(month)
        known |= month.few
        if month.people >= RATERS or len(known) >= RATERS:
            number, stars = sum(each.number for each in waiting), sum(each.stars for each in waiting)
            found.append(RatingBlock(waiting[0].first, month.first, number, stars))
            waiting, known = [], set()
    return found


def _joined(parts) -> ShownRating | None:
    parts = list(parts)
    if not parts:
        return None
    return ShownRating(
        sum(part.number for part in parts),
        sum(part.stars for part in parts),
        min(part.first for part in parts),
        max(part.last for part in parts),
    )


class PeopleAsText(Aggregate):
    """The keys of a group's people as one text, each once."""

    output_field = TextField()

    def as_postgresql(self, compiler, connection, **context) -> tuple[str, Any]:
        return self.as_sql(
            compiler, connection, template="STRING_AGG(DISTINCT (%(expressions)s)::text, ',')", **context
        )

    def as_sqlite(self, compiler, connection, **context) -> tuple[str, Any]:
        return self.as_sql(compiler, connection, template="GROUP_CONCAT(DISTINCT %(expressions)s)", **context)


def _months(scope: InsightScope) -> dict[UUID, list[RatedMonth]]:
    month = TruncMonth("meeting__starts_at", tzinfo=scope.zone, output_field=DateField())
    # In one call: of one and the same attendee.
    rows = Rating.objects.filter(
        meeting__path=scope.path,
        meeting__kind=Kind.DROP_IN,
        meeting__attendees__role=Role.EXPERT,
        meeting__attendees__removed_at=None,
    )
    grouped = (
        rows.order_by()
        .annotate(month=month)
        .values_list("meeting__attendees__user", "month")
        .annotate(people=Count("user", distinct=True), number=Count("pk"), sum=Sum("stars"))
        .annotate(
            few=Case(When(people__lt=RATERS, then=PeopleAsText("user")), default=Value(""), output_field=TextField())
        )
    )
    found: dict[UUID, list[RatedMonth]] = defaultdict(list)
    for expert, first, people, number, stars, few in grouped:
        found[expert].append(RatedMonth(first, people, number, stars, frozenset(filter(None, few.split(",")))))
    return {expert: sorted(months, key=lambda each: each.first) for expert, months in found.items()}
