"""For whom a reminder of sessions left is: the same question for the page, the writer, and the worker that sends it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import cast

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from everwise.accounts.models import User
from experts.availability import to_instant
from meetings.booking.credits import taken_on
from meetings.booking.no_shows import needing_yes
from meetings.constants import NUDGED_ONCE_IN
from meetings.enums import Kind, NudgeKind, Status
from meetings.models import Attendee, NudgeOptOut, NudgeRecipient
from paths.enums import Role
from paths.models import Invitation, Membership, Path

OFF = (Status.CANCELLED, Status.DELETED)


@dataclass(frozen=True, slots=True)
class Audience:
    """People of a path in numbers: `number` get the reminder, the others are left out, each for one reason."""

    kind: NudgeKind
    number: int
    waiting: int  # have not answered their invitation
    opted_out: int
    lately: int  # had a reminder within 14 days

    @property
    def all(self) -> int:
        return self.number + self.waiting + self.opted_out + self.lately


def concerned(path: Path, kind: NudgeKind, since: date | None, now: datetime) -> QuerySet[User]:
    """All participants whom a reminder of this kind speaks of: with a session left, and none booked.

    `since` is of those with sessions left: a date of the path's zone.
    """
    live = Membership.objects.live().filter(path=path, user=OuterRef("pk"), role=Role.PARTICIPANT)
    people = User.objects.filter(Exists(live.order_by()), is_active=True)
    sessions = Attendee.objects.present().filter(
        user=OuterRef("pk"), role=Role.PARTICIPANT, meeting__path=path, meeting__kind=Kind.DROP_IN
    )
    if kind == NudgeKind.NEVER_BOOKED:
        booked = sessions
    elif kind == NudgeKind.SESSIONS_LEFT:
        begin = _midnight(path, cast("date", since))
        booked = sessions.filter(Q(meeting__created_at__gte=begin) | Q(starts_at__gte=begin))
        booked = booked.exclude(meeting__status__in=OFF)
    else:
        booked = sessions.filter(starts_at__gt=now).exclude(meeting__status__in=OFF)
    people = people.exclude(Exists(booked.order_by()))
    if path.sessions_per_participant is not None:
        people = people.alias(taken=taken_on(path)).filter(taken__lt=path.sessions_per_participant)
    if path.no_shows_allowed is not None:
        # Who can't book is not asked to.
        people = people.exclude(pk__in=needing_yes(path).order_by().values("pk"))
    return people


def counted(path: Path, kind: NudgeKind, since: date | None, now: datetime) -> Audience:
    """One query."""
    waiting, quiet, lately = _reasons(path, now)
    people = concerned(path, kind, since, now).alias(is_waiting=waiting, is_quiet=quiet, was_lately=lately)
    numbers = people.order_by().aggregate(
        number=Count("pk", filter=Q(is_waiting=False, is_quiet=False, was_lately=False)),
        waiting=Count("pk", filter=Q(is_waiting=True)),
        opted_out=Count("pk", filter=Q(is_waiting=False, is_quiet=True)),
        lately=Count("pk", filter=Q(is_waiting=False, is_quiet=False, was_lately=True)),
    )
    return Audience(kind, **numbers)


def recipients(path: Path, kind: NudgeKind, since: date | None, now: datetime) -> QuerySet[User]:
    """Who of them gets it: arrived on the path, has not asked for none, and had none within 14 days."""
    waiting, quiet, lately = _reasons(path, now)
    return concerned(path, kind, since, now).exclude(waiting | quiet | lately).order_by("name", "pk")


def still_wanted(recipient: NudgeRecipient, now: datetime) -> bool:
    """Whether what the e-mail says is still so when it is sent, to somebody who still wants it."""
    nudge, path = recipient.nudge, recipient.nudge.path
    if not is_open(path, now) or NudgeOptOut.objects.filter(path=path, user=recipient.user_id).exists():
        return False
    kind = NudgeKind(nudge.kind)
    return concerned(path, kind, nudge.since, now).filter(pk=recipient.user_id).exists()


def is_open(path: Path, now: datetime) -> bool:
    """Whether its participants know of the path, and something can still be booked by its dates."""
    return not path.is_draft and (path.closes_at is None or now < path.closes_at)


def _reasons(path: Path, now: datetime) -> tuple[Exists, Exists, Exists]:
    person = OuterRef("pk")
    return (
        Exists(Invitation.objects.open().filter(path=path, user=person).order_by()),
        Exists(NudgeOptOut.objects.filter(path=path, user=person).order_by()),
        # Of any path, and also of a clock that was ahead.
        Exists(NudgeRecipient.objects.filter(user=person, at__gt=now - NUDGED_ONCE_IN).order_by()),
    )


def _midnight(path: Path, day: date) -> datetime:
    return datetime.fromtimestamp(to_instant(datetime.combine(day, time.min), str(path.time_zone)), tz=UTC)
