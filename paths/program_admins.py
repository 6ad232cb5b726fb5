"""The writers of program admins: admins of every path of a program, now and later (docs/decisions/0007).

Their right on a path is an ordinary membership, so that nothing else has to know of programs.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from everwise.accounts.models import User
from everwise.errors import Refused
from everwise.wording import isolated
from paths import added, history
from paths.enrolment import EnrolmentError, check_meetings, lock
from paths.enums import Happened, Role, Via
from paths.models import Membership, Path, Program, ProgramAdmin


class ProgramAdminRefused(EnrolmentError, Refused):
    """Only staff who may change programs name their admins."""


class AlreadyProgramAdmin(EnrolmentError):
    """The person is an admin of this program."""


class NoProgramAdmin(EnrolmentError):
    """The person is not an admin of this program, or no longer."""


class WithoutAdmin(EnrolmentError):
    """A path of the program would be left without any admin."""


def appoint(*, program: Program, user: User, by: User, now: datetime, via: Via = Via.ADMIN) -> ProgramAdmin:
    """Make the person an admin of every path of the program, and tell them once. Raises an EnrolmentError."""
    with transaction.atomic():
        lock([user.pk], by=by.pk)
        _check_right(by)
        held = _hold(program)
        person = User.objects.get(pk=user.pk)
        if not person.is_active:
            raise NoProgramAdmin(_("%(name)s has been deactivated.") % {"name": isolated(person)})
        if ProgramAdmin.objects.live().filter(program=held, user=person).exists():
            words = {"name": isolated(person), "program": isolated(held)}
            raise AlreadyProgramAdmin(_("%(name)s is an admin of the program “%(program)s” already.") % words)
        admin = ProgramAdmin.objects.create(program=held, user=person, started_at=now)
        for path in Path.objects.filter(program=held).order_by("pk"):
            _join(path, admin, by=by, now=now, via=via)
        added.tell_program_admin(program=held, user=person, by=by, now=now)
    return admin


def dismiss(*, program: Program, user: User, by: User, now: datetime, via: Via = Via.ADMIN) -> ProgramAdmin:
    """End what came with the program; what the person is on a path of their own stays. They are told once.

    Raises an EnrolmentError.
    """
    with transaction.atomic():
        lock([user.pk], by=by.pk)
        _check_right(by)
        held = _hold(program)
        admin = ProgramAdmin.objects.live().select_related("user").filter(program=held, user=user).first()
        if admin is None:
            words = {"name": isolated(user), "program": isolated(held)}
            raise NoProgramAdmin(_("%(name)s is not an admin of the program “%(program)s” any more.") % words)
        for membership in admin.memberships.live().select_related("path", "user").order_by("path"):
            _check_admin_is_left(membership)
            check_meetings(membership, now)
            membership.ended_at = now
            membership.save(update_fields=["ended_at"])
            _write(Happened.ENDED, membership, by=by, now=now, via=via)
        admin.ended_at = now
        admin.save(update_fields=["ended_at"])
        added.tell_dismissed(program=held, user=admin.user, by=by, now=now)
    return admin


def join_program_admins(*, path: Path, by: User | None, now: datetime, via: Via = Via.WEB) -> None:
    """Make the program's admins admins of a path that has just been made, in the transaction that makes it."""
    program = _hold(path.program)
    for admin in ProgramAdmin.objects.live().filter(program=program).select_related("user").order_by("user"):
        _join(path, admin, by=by, now=now, via=via)


def without_membership() -> QuerySet[ProgramAdmin]:
    """Live program admins who are not an admin of each path of their program: there must be none."""
    theirs = Membership.objects.live().filter(path=OuterRef("pk"), user=OuterRef(OuterRef("user")), role=Role.ADMIN)
    lacking = Path.objects.filter(~Exists(theirs), program=OuterRef("program"))
    return ProgramAdmin.objects.live().filter(Exists(lacking))


def _hold(program: Program) -> Program:
    """Whoever makes a path of the program, or names an admin of it, waits here for the other."""
    return Program.objects.select_for_update(no_key=True).get(pk=program.pk)


def _join(path, admin, *, by, now, via):
    """Whoever is an admin of the path of their own stays that."""
    if Membership.objects.live().filter(path=path, user=admin.user, role=Role.ADMIN).exists():
        return
    membership = Membership.objects.create(path=path, user=admin.user, role=Role.ADMIN, started_at=now, through=admin)
    _write(Happened.ADDED, membership, by=by, now=now, via=via)


def _write(what, membership, *, by, now, via):
    facts = {"role": Role.ADMIN.value, "program": membership.through.program_id}
    history.write(path=membership.path, what=what, by=by, about=membership.user, now=now, via=via, facts=facts)


def _check_admin_is_left(membership):
    # Under the path's lock: two who are dismissed at once can't each count on the other.
    Path.objects.select_for_update(no_key=True).get(pk=membership.path_id)
    others = Membership.objects.live().filter(path=membership.path, role=Role.ADMIN, user__is_active=True)
    if not others.exclude(user=membership.user_id).exists():
        text = _("“%(path)s” would have no admin any more. Add another one first.")
        raise WithoutAdmin(text % {"path": isolated(membership.path)})


def _check_right(by):
    """As it stands now: `by` may have been read before they lost it."""
    staff = User.objects.filter(pk=by.pk, is_active=True, is_staff=True).first()
    if staff is None or not staff.has_perm("paths.change_program"):
        raise ProgramAdminRefused(_("Only staff who may change programs can name their admins."))
