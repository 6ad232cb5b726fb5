"""The writer of memberships. Takes keywords only: the actor as `by`, the moment as `now`.

The person's row is locked, as the booking writer locks it, since a membership decides what can be booked with them.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from everwise.accounts.locks import hold
from everwise.accounts.models import User
from everwise.errors import Refused
from everwise.wording import isolated
from experts.models import Expert
from paths import added, history
from paths.enums import Happened, Role, Via
from paths.models import Invitation, Membership, Path, ProgramAdmin

# Whoever is one of these on a path can't be the other there.
EITHER = {Role.EXPERT, Role.PARTICIPANT}
ALREADY = {
    Role.ADMIN: gettext_lazy("%(name)s is already an admin on this path."),
    Role.EXPERT: gettext_lazy("%(name)s is already an expert on this path."),
    Role.PARTICIPANT: gettext_lazy("%(name)s is already a participant on this path."),
}
CLASH = {
    Role.EXPERT: gettext_lazy(
        "%(name)s is an expert on this path, and nobody can be both expert and participant on the same path."
    ),
    Role.PARTICIPANT: gettext_lazy(
        "%(name)s is a participant on this path, and nobody can be both expert and participant on the same path."
    ),
}
NO_LONGER = {
    Role.ADMIN: gettext_lazy("%(name)s is no longer an admin on this path."),
    Role.EXPERT: gettext_lazy("%(name)s is no longer an expert on this path."),
    Role.PARTICIPANT: gettext_lazy("%(name)s is no longer a participant on this path."),
}


class EnrolmentError(Exception):
    """The membership was not changed. Its text says why, for the person who asked."""


class AlreadyOnPath(EnrolmentError):
    """The person has this very role on the path."""


class RolesClash(EnrolmentError):
    """The person would be expert and participant of the same path."""


class EnrolmentRefused(EnrolmentError, Refused):
    """Only a live admin of the path adds and removes people."""


class AlreadyEnded(EnrolmentError):
    """The membership is over."""


class HasMeetings(EnrolmentError):
    """Meetings that the person still has on the path would lose them."""


class LastAdmin(EnrolmentError):
    """Nobody else looks after the path."""


class AdminOfProgram(EnrolmentError):
    """They are admin here because they are admin of the path's program, which ends in one place for all its paths."""


def add(
    *,
    path: Path,
    user: User,
    role: Role,
    by: User,
    now: datetime,
    via: Via = Via.WEB,
    facts: dict[str, Any] | None = None,
) -> Membership:
    """Give the person this role, and tell them; a new expert gets a profile in their own time zone.

    `facts` go into the path's history beside the role. Raises an EnrolmentError.
    """
    with transaction.atomic():
        lock([user.pk], by=by.pk)
        check_right(by, path)
        return place(path=path, user=user, role=role, by=by, now=now, via=via, facts=facts)


def place(
    *,
    path: Path,
    user: User,
    role: Role,
    by: User,
    now: datetime,
    via: Via = Via.WEB,
    facts: dict[str, Any] | None = None,
) -> Membership:
    """`add`, for a writer that has locked the person and knows that `by` may. Raises AlreadyOnPath and RolesClash."""
    with transaction.atomic():
        membership = begin(path=path, user=user, role=role, now=now)
        added.tell(membership=membership, by=by, now=now, via=via, facts=facts)
    return membership


def begin(*, path: Path, user: User, role: Role, now: datetime, by_provider: str = "") -> Membership:
    """The row alone, of a person who is locked. Raises AlreadyOnPath and RolesClash."""
    live = Membership.objects.live().filter(path=path, user=user)
    roles = {Role(held) for held in live.values_list("role", flat=True)}
    if role in roles:
        raise AlreadyOnPath(ALREADY[role] % {"name": isolated(user)})
    if role in EITHER and roles & EITHER:
        (other,) = roles & EITHER
        raise RolesClash(CLASH[other] % {"name": isolated(user)})
    if role == Role.EXPERT:
        Expert.objects.get_or_create(user=user, defaults={"time_zone": user.time_zone})
    return Membership.objects.create(path=path, user=user, role=role, started_at=now, by_provider=by_provider)


def end(*, membership: Membership, by: User, now: datetime) -> Membership:
    """End the membership; its row stays. Raises an EnrolmentError, HasMeetings while its meetings are not settled.

    Those are settled by meetings/booking/leaving, which ends memberships on the site and for staff.
    """
    with transaction.atomic():
        lock([membership.user_id], by=by.pk)
        check_right(by, membership.path)
        current = close(membership=membership, now=now)
        facts = {"role": current.role}
        history.write(path=current.path, what=Happened.ENDED, by=by, about=current.user, now=now, facts=facts)
    return current


def close(*, membership: Membership, now: datetime) -> Membership:
    """`end`, for a writer that has locked the person, knows that it may, and writes the history."""
    with transaction.atomic():
        current = Membership.objects.select_related("user", "path").get(pk=membership.pk)
        if current.ended_at is not None:
            raise AlreadyEnded(NO_LONGER[Role(current.role)] % {"name": isolated(current.user)})
        check_program(current)
        check_meetings(current, now)
        _check_admins(current)
        current.ended_at = now
        current.save(update_fields=["ended_at"])
        close_invitations(user=current.user, path=current.path, now=now)
    return current


def lock(people: Iterable[UUID], by: UUID | None = None) -> None:
    """Hold what can be booked with these people (ids of users), and what `by` is here, until the transaction ends.

    The order of locks stands in meetings/integrity/locks.py: people come before a path and its themes.
    """
    hold(people, by)


def check_program(membership: Membership) -> None:
    """Raise AdminOfProgram if this is an admin's place that comes with the program."""
    path = membership.path
    if membership.role != Role.ADMIN:
        return
    if ProgramAdmin.objects.live().filter(program=path.program_id, user=membership.user_id).exists():
        text = _("%(name)s is an admin of the program “%(program)s”, and so of each of its paths.")
        raise AdminOfProgram(text % {"name": isolated(membership.user), "program": isolated(path.program)})


def close_invitations(*, user: User, path: Path, now: datetime) -> None:
    """Once somebody is in no role on the path any more, no invitation leads there. Their row is locked."""
    if not Membership.objects.live().filter(path=path, user=user).exists():
        Invitation.objects.open().filter(path=path, user=user).update(withdrawn_at=now)


def check_meetings(membership: Membership, now: datetime) -> None:
    """Raise HasMeetings if the person is still to attend meetings by this membership, or is to organize some and has no
    other role there. Lock them first.
    """
    # By the relations' names, because meetings stand above paths.
    attends = membership.user.attendances.filter(
        live=True, role=membership.role, kept_at=None, meeting__path=membership.path_id, starts_at__gt=now
    )
    coming = set(attends.values_list("meeting", flat=True))
    held = Membership.objects.live().filter(path=membership.path_id, user=membership.user)
    if not held.exclude(pk=membership.pk).exists():
        organized = membership.user.organized_meetings.scheduled().filter(path=membership.path_id, starts_at__gt=now)
        coming |= set(organized.values_list("pk", flat=True))
    if coming:
        text = ngettext(
            "%(name)s has %(number)d upcoming meeting on this path. Cancel or move it first.",
            "%(name)s has %(number)d upcoming meetings on this path. Cancel or move them first.",
            len(coming),
        )
        raise HasMeetings(text % {"name": isolated(membership.user), "number": len(coming)})


def _check_admins(membership: Membership) -> None:
    """Of two admins who end each other at once, the second finds the path held, and is told."""
    list(Path.objects.filter(pk=membership.path_id).select_for_update(no_key=True).values_list("pk"))
    others = Membership.objects.live().filter(path=membership.path_id, role=Role.ADMIN, user__is_active=True)
    if membership.role == Role.ADMIN and not others.exclude(user=membership.user_id).exists():
        raise LastAdmin(_("%(name)s is the only admin of this path.") % {"name": isolated(membership.user)})


def check_right(by: User, path: Path) -> None:
    """Raise EnrolmentRefused unless the person is an admin of the path now. Lock them first."""
    if not Membership.objects.live().filter(path=path, user=by, user__is_active=True, role=Role.ADMIN).exists():
        raise EnrolmentRefused(_("Only an admin of this path can add or remove people."))
