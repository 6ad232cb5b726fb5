"""The fair choice among experts who are free at the same time."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Case, CharField, Count, DateTimeField, OuterRef, Subquery, UUIDField, When
from django.db.models.functions import MD5, Cast, Coalesce, Concat

from everwise.accounts.models import User
from everwise.db.prepared import Param, Prepared, params
from meetings.models import Attendee
from paths.enums import Role

AROUND = timedelta(days=14)
NOBODY = UUID(int=0)


def foreseen(experts: Iterable[UUID], start: datetime, *, seed: str, beside: UUID) -> UUID:
    """Whom `fairest` would choose as things stand: to be named before anybody is booked or locked."""
    people = [beside, *experts]
    values = {"since": start - AROUND, "until": start + AROUND, "seed": seed}
    found = [row[0] for row in _fairest(many=len(people), locking=False, people=people, beside=beside, **values)]
    return found[1]


def ranked(experts: Iterable[UUID], start: datetime, *, seed: str) -> list[UUID]:
    """All of them as things stand, whom `fairest` would choose first; nobody is locked."""
    people = list(experts)
    if not people:
        return []
    values = {"since": start - AROUND, "until": start + AROUND, "seed": seed}
    # Nobody stands beside them: the first of them is ranked like the others.
    return [row[0] for row in _ranked(many=len(people), people=people, beside=NOBODY, **values)]


def fairest(experts: Iterable[UUID], start: datetime, *, seed: str, beside: UUID) -> UUID | None:
    """The expert (id of the user) with the fewest live sessions in the 28 days around, then the one least recently
    assigned. That expert and the person `beside` them are locked until the transaction ends.

    Nobody is waited for: an expert whom another writer holds is passed over, since they are just being booked. None if
    that is so of all of them, or of the person. `seed` breaks the remaining ties: the same seed chooses the same
    expert, different seeds spread.
    """
    people = [beside, *experts]
    values = {"since": start - AROUND, "until": start + AROUND, "seed": seed}
    found = [row[0] for row in _fairest(many=len(people), locking=True, people=people, beside=beside, **values)]
    return found[1] if beside in found[:-1] else None


@Prepared
def _fairest(many: int, locking: bool):
    # One statement ranks and locks, so that between the two nobody can be booked unseen for longer than it takes.
    found = _in_order(many)
    return (found.select_for_update(no_key=True, skip_locked=True) if locking else found)[:2]


@Prepared
def _ranked(many: int):
    return _in_order(many)


def _in_order(many: int):
    gives = Attendee.objects.filter(user=OuterRef("pk"), role=Role.EXPERT).order_by()
    since, until = Param("since", DateTimeField()), Param("until", DateTimeField())
    # What starts then also ends then; said for the index.
    near = gives.filter(live=True, starts_at__gte=since, starts_at__lt=until, ends_at__gt=since)
    sessions = near.values("user").annotate(number=Count("pk")).values("number")
    assigned = gives.order_by("-added_at").values("added_at")[:1]
    tie = MD5(Concat(Param("seed", CharField()), Cast("pk", CharField())))
    return (
        User.objects.filter(pk__in=params("people", UUIDField(), many))
        .order_by(
            Case(When(pk=Param("beside", UUIDField()), then=0), default=1),
            Coalesce(Subquery(sessions), 0),
            Subquery(assigned).asc(nulls_first=True),
            tie,
        )
        .values_list("pk")
    )
