"""How many of their sessions on a path a participant has used, booked and left."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q

from everwise.accounts.models import User
from meetings.enums import Kind, Status
from meetings.models import Meeting
from paths.enums import Role
from paths.models import Path

USED = Q(status__in=[Status.HELD, Status.NO_SHOW_PARTICIPANT]) | Q(status=Status.CANCELLED, counts_as_used=True)


@dataclass(frozen=True, slots=True)
class Credits:
    used: int
    booked: int
    total: int | None  # None: no limit

    @property
    def left(self) -> int | None:
        return None if self.total is None else max(0, self.total - self.used - self.booked)

    @property
    def exhausted(self) -> bool:
        return self.left == 0


def credits_of(participant, paths: list[Path], *, now: datetime, but: Meeting | None = None) -> dict[object, Credits]:
    """Credits by path id, in one query. Ad-hoc meetings never count, nor does the meeting `but`, being moved."""
    counts = _counts("path", now, but, path__in=paths, attendees__user=participant)
    return {path.pk: Credits(*counts.get(path.pk, (0, 0)), total=path.sessions_per_participant) for path in paths}


def credits_of_people(people: Collection[User], path: Path, *, now: datetime) -> dict[UUID, Credits]:
    """The same of many people on one path, by their ids."""
    counts = _counts("attendees__user", now, None, path=path, attendees__user__in=people)
    return {user.pk: Credits(*counts.get(user.pk, (0, 0)), total=path.sessions_per_participant) for user in people}


def _counts(by: str, now: datetime, but: Meeting | None, **whose) -> dict[UUID, tuple[int, int]]:
    """How many drop-ins are used and how many booked, by path or by person."""
    over = Q(status=Status.SCHEDULED, ends_at__lte=now)
    counted = Meeting.objects.filter(kind=Kind.DROP_IN, attendees__role=Role.PARTICIPANT, **whose)
    if but is not None:
        counted = counted.exclude(pk=but.pk)
    rows = (
        counted.order_by()
        .values(by)
        .annotate(
            used=Count("pk", filter=USED | over),
            booked=Count("pk", filter=Q(status=Status.SCHEDULED, ends_at__gt=now)),
        )
    )
    return {row[by]: (row["used"], row["booked"]) for row in rows}
