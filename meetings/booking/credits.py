"""How many of their sessions on a path a participant has used, booked and left."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, DateTimeField, F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Coalesce

from everwise.accounts.models import User
from everwise.db.prepared import Among, Many, Param, Prepared
from meetings.enums import Kind, Status
from meetings.models import Attendee, Meeting
from paths.enums import Role
from paths.models import ExtraSessions, Path

USED = Q(status__in=[Status.HELD, Status.NO_SHOW_PARTICIPANT]) | Q(status=Status.CANCELLED, counts_as_used=True)

USED_OR_BOOKED = Q(meeting__status__in=[Status.SCHEDULED, Status.HELD, Status.NO_SHOW_PARTICIPANT]) | Q(
    meeting__status=Status.CANCELLED, meeting__counts_as_used=True
)


@dataclass(frozen=True, slots=True)
class Credits:
    used: int
    booked: int
    total: int | None  # None: no limit
    extra: int = 0  # of the total; below zero where some were taken back

    @property
    def left(self) -> int | None:
        return None if self.total is None else max(0, self.total - self.used - self.booked)

    @property
    def exhausted(self) -> bool:
        return self.left == 0


def credits_of(participant, paths: list[Path], *, now: datetime, but: Meeting | None = None) -> dict[object, Credits]:
    """Credits by path id, in one query. Ad-hoc meetings never count, nor does the meeting `but`, being moved."""
    values = {"participant": participant.pk, "paths": [path.pk for path in paths], "now": now}
    counts = _summed(_by_path(moving=but is not None, but=but and but.pk, **values))
    return {path.pk: _credits(path, *counts.get(path.pk, (0, 0, 0))) for path in paths}


def credits_of_people(people: Collection[User], path: Path, *, now: datetime) -> dict[UUID, Credits]:
    """The same of many people on one path, by their ids."""
    theirs = Meeting.objects.filter(
        kind=Kind.DROP_IN, path=path, attendees__role=Role.PARTICIPANT, attendees__user__in=people
    )
    given = ExtraSessions.objects.filter(path=path, user__in=people)
    counts = _summed(_tallied(theirs, "attendees__user", now).union(_given(given, "user"), all=True))
    return {user.pk: _credits(path, *counts.get(user.pk, (0, 0, 0))) for user in people}


def taken_by(people: Collection[User], path: Path, now: datetime) -> dict[UUID, int]:
    """How many sessions each of these people has used or booked on the path, by their ids."""
    return {pk: each.used + each.booked for pk, each in credits_of_people(people, path, now=now).items()}


def taken_on(path: Path) -> CombinedExpression:
    """Of a queryset of people, how many sessions each has used or booked on the path, less their extra ones.

    Whoever reaches the path's number has none left.
    """
    # From the person's own rows: otherwise SQLite would go through all meetings of the path once for each person, by
    # their index, which the Coalesce keeps it from using.
    theirs = Attendee.objects.alias(on=Coalesce("meeting__path", None)).filter(
        USED_OR_BOOKED, user=OuterRef("pk"), role=Role.PARTICIPANT, meeting__kind=Kind.DROP_IN, on=path.pk
    )
    taken = theirs.order_by().values("user").annotate(number=Count("pk")).values("number")
    given = ExtraSessions.objects.filter(path=path, user=OuterRef("pk")).order_by().values("path")
    extra = given.annotate(sum=Sum("number")).values("sum")
    return Coalesce(Subquery(taken), 0) - Coalesce(Subquery(extra), 0)


def extra_of(participant, path: Path) -> int:
    """How many sessions the participant has beyond the path's number. Without a limit there is nothing to ask."""
    if path.sessions_per_participant is None:
        return 0
    return sum(extra for _path, _used, _booked, extra in _given_to(participant=participant.pk, paths=[path.pk]))


def _credits(path: Path, used: int, booked: int, extra: int) -> Credits:
    return Credits(used, booked, total=path.sessions_with(extra), extra=extra)


def _summed(rows: Iterable[tuple]) -> dict[object, tuple[int, int, int]]:
    """Used, booked and extra by path or person: each has one row of its meetings and one of its extra sessions."""
    counts: dict[object, tuple[int, int, int]] = {}
    for key, *numbers in rows:
        used, booked, extra = map(int.__add__, counts.get(key, (0, 0, 0)), numbers)
        counts[key] = used, booked, extra
    return counts


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
    return _tallied(mine, "path", Param("now", DateTimeField())).union(_extra_by_path(), all=True)


@Prepared
def _given_to():
    return _extra_by_path()


def _extra_by_path():
    mine = ExtraSessions.objects.filter(
        Among(F("path"), Many("paths", Path._meta.pk)), user=Param("participant", User._meta.pk)
    )
    return _given(mine, "path")


def _tallied(found, by: str, now):
    """By path or by person, how many drop-ins are used and how many booked."""
    return (
        found.order_by()
        .values(by)
        .annotate(
            used=Count("pk", filter=USED | Q(status=Status.SCHEDULED, ends_at__lte=now)),
            booked=Count("pk", filter=Q(status=Status.SCHEDULED, ends_at__gt=now)),
            extra=Value(0),
        )
        .values_list(by, "used", "booked", "extra")
    )


def _given(found, by: str):
    """By path or by person, how many extra sessions, in the columns of `_tallied`."""
    given = found.order_by().values(by).annotate(used=Value(0), booked=Value(0), extra=Sum("number"))
    return given.values_list(by, "used", "booked", "extra")
