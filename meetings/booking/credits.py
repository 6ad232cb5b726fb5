"""How many of her sessions on a path a participant has used, booked and left."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

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
    over = Q(status=Status.SCHEDULED, ends_at__lte=now)
    mine = Meeting.objects.filter(
        kind=Kind.DROP_IN,
        path__in=paths,
        attendees__user=participant,
        attendees__role=Role.PARTICIPANT,
    )
    if but is not None:
        mine = mine.exclude(pk=but.pk)
    rows = (
        mine.order_by()
        .values("path")
        .annotate(
            used=Count("pk", filter=USED | over),
            booked=Count("pk", filter=Q(status=Status.SCHEDULED, ends_at__gt=now)),
        )
    )
    counts = {row["path"]: (row["used"], row["booked"]) for row in rows}
    return {path.pk: Credits(*counts.get(path.pk, (0, 0)), total=path.sessions_per_participant) for path in paths}
