"""The writer of memberships. Takes keywords only: the actor as `by`, the moment as `now`.

The person's row is locked, as the booking writer locks it, since a membership decides what can be booked with her.
What an ending means for her live meetings is settled above, in meetings/departures.py.
"""

from datetime import datetime

from django.db import transaction

from everwise.accounts.models import User
from experts.models import Expert
from paths.enums import Role
from paths.models import Membership, Path

# Whoever is one of these on a path can't be the other there.
EITHER = {Role.EXPERT, Role.PARTICIPANT}


class EnrolmentError(Exception):
    """The membership was not changed. Its text says why, for the person who asked."""


class AlreadyOnPath(EnrolmentError):
    """The person has this very role on the path."""


class RolesClash(EnrolmentError):
    """The person would be expert and participant of the same path."""


class NotAllowed(EnrolmentError):
    """Only a live admin of the path adds and removes people."""


class AlreadyEnded(EnrolmentError):
    """The membership is over."""


def add(*, path: Path, user: User, role: Role, by: User, now: datetime) -> Membership:
    """Give the person this role on the path; a new expert gets a profile in her own zone. Raises an EnrolmentError."""
    with transaction.atomic():
        _lock(user)
        _check_right(by, path)
        roles = set(Membership.objects.live().filter(path=path, user=user).values_list("role", flat=True))
        if role in roles:
            raise AlreadyOnPath(f"{user} is already {_a(role)} on this path.")
        if role in EITHER and roles & EITHER:
            (other,) = roles & EITHER
            raise RolesClash(f"{user} is {_a(other)} on this path, and nobody is expert and participant of one path.")
        if role == Role.EXPERT:
            Expert.objects.get_or_create(user=user, defaults={"time_zone": user.time_zone})
        return Membership.objects.create(path=path, user=user, role=role, started_at=now)


def end(*, membership: Membership, by: User, now: datetime) -> Membership:
    """End the membership; its row stays. Raises an EnrolmentError."""
    with transaction.atomic():
        _lock(membership.user)
        _check_right(by, membership.path)
        current = Membership.objects.select_related("user", "path").get(pk=membership.pk)
        if current.ended_at is not None:
            raise AlreadyEnded(f"{current.user} is no longer {_a(current.role)} on this path.")
        current.ended_at = now
        current.save(update_fields=["ended_at"])
    return current


def _lock(user: User) -> None:
    # NO KEY: plain FOR UPDATE deadlocks with rows that reference the person.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)


def _check_right(by: User, path: Path) -> None:
    if not Membership.objects.live().filter(path=path, user=by, role=Role.ADMIN).exists():
        raise NotAllowed("Only an admin of this path can add or remove people.")


def _a(role: str) -> str:
    return {Role.ADMIN: "an admin", Role.EXPERT: "an expert", Role.PARTICIPANT: "a participant"}[Role(role)]
