"""How many of their sessions on a path a participant has used, booked and left."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, DateTimeField, F, Q

from everwise.accounts.models import User
from everwise.db.prepared import Among, Many, Param, Prepared
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
    values = {"participant": participant.pk, "paths": [path.pk for path in paths], "now": now}
    rows = _by_path(moving=but is not None, but=but and but.pk, **values)
    counts = {path: (used, booked) for path, used, booked in rows}
    return {path.pk: Credits(*counts.get(path.pk, (0, 0)), total=path.sessions_per_participant) for path in paths}


def credits_of_people(people: Collection[User], path: Path, *, now: datetime) -> dict[UUID, Credits]:
    """The same of many people on one path, by their ids."""
    theirs = Meeting.objects.filter(
        kind=Kind.DROP_IN, path=path, attendees__role=Role.PARTICIPANT, attendees__user__in=people
    )
    rows = _tallied(theirs, "attendees__user", now)
    counts = {user: (used, booked) for user, used, booked in rows}
    return {user.pk: Credits(*counts.get(user.pk, (0, 0)), total=path.sessions_per_participant) for user in people}


@Prepared
def _by_path(moving: bool):
    mine = Meeting.objects.filter(
        Among(F("path"), Many("paths", Path._meta.pk)),
        kind=Kind.DROP_IN,
        attendees__user=Param("participant", User._meta.pk),
        attendees__role=Role.PARTICIPANT,
    )
    if moving:
        mine = mine.exclude(pk=Param("but", Meeting._meta.pk))
    return _tallied(mine, "path", Param("now", DateTimeField()))


def _tallied(found, by: str, now):
    """By path or by person, how many drop-ins are used and how many booked."""
    return (
        found.order_by()
        .values(by)
        .annotate(
            used=Count("pk", filter=USED | Q(status=Status.SCHEDULED, ends_at__lte=now)),
            booked=Count("pk", filter=Q(status=Status.SCHEDULED, ends_at__gt=now)),
        )
        .values_list(by, "used", "booked")
    )
