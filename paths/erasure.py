"""Asking to be erased, and who may carry it out: staff who may change people, or an admin of the person's program.

A program's admin may only where somebody has asked for it, who belongs to that program alone, has no staff rights and
runs no program: of everybody else more hangs on it than that admin can see, and staff are needed. Carrying it out is
meetings/booking/leaving. E-mails leave by allauth's adapter, as those of paths/added.py do.
"""

from datetime import datetime

from allauth.account.adapter import get_adapter
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from everwise.accounts.models import User
from paths.enrolment import lock
from paths.models import ErasureRequest, Membership, ProgramAdmin

# A kind of e-mails, as meetings.enums.AccountMail has them.
ASKED = "erasure-asked"
RIGHT = "accounts.change_user"
NOT_ASKED = gettext_lazy("This person has not asked to be erased, or has withdrawn it.")
STAFF_NEEDED = gettext_lazy(
    "This person belongs to more than your program, or runs a part of it. Staff of this installation can erase them."
)


class ErasureError(Exception):
    """Nothing was changed. Its text says why, for the person who asked."""


class ErasureAskedAlready(ErasureError):
    """There is an open request."""


class NothingToWithdraw(ErasureError):
    """It was withdrawn already, or is carried out."""


def ask(*, by: User, words: str, now: datetime) -> ErasureRequest:
    """Write down the wish, and tell whoever may carry it out. Raises an ErasureError."""
    with transaction.atomic():
        lock([by.pk], by=by.pk)
        if open_request(by):
            raise ErasureAskedAlready(_("You have asked for this already."))
        request = ErasureRequest.objects.create(user=by, asked_at=now, words=words)
        facts = {"request": str(request.pk)}
        get_adapter().post_all([(ASKED, person, facts) for person in who_may_erase(by)], now)
    return request


def withdraw(*, by: User, now: datetime) -> None:
    with transaction.atomic():
        lock([by.pk], by=by.pk)
        if not ErasureRequest.objects.open().filter(user=by).update(withdrawn_at=now, words=""):
            raise NothingToWithdraw(_("There is no request to withdraw any more."))


def open_request(user: User) -> ErasureRequest | None:
    return ErasureRequest.objects.open().filter(user=user).first()


def who_may_erase(person: User) -> list[User]:
    """Everybody who may carry it out: staff, and the admins of the one program that the person belongs to."""
    staff = User.objects.filter(is_active=True, is_staff=True).exclude(pk=person.pk).order_by("pk")
    protected = person.is_staff or person.is_superuser
    found = [each for each in staff if each.is_superuser or (each.has_perm(RIGHT) and not protected)]
    if (program := only_program(person)) is not None:
        live = ProgramAdmin.objects.live().filter(program=program, user__is_active=True)
        found += [row.user for row in live.select_related("user").order_by("pk") if row.user not in found]
    return found


def only_program(person: User) -> int | None:
    """The program whose admins may erase the person; None where staff are needed."""
    if person.is_staff or person.is_superuser or ProgramAdmin.objects.live().filter(user=person).exists():
        return None
    programs = set(Membership.objects.filter(user=person).order_by().values_list("path__program", flat=True))
    return programs.pop() if len(programs) == 1 else None


def runs_a_program_of(by: User, person: User) -> bool:
    """Whether the person is, or was, on a path of a program that this person is an admin of."""
    run = ProgramAdmin.objects.live().filter(user=by, user__is_active=True).order_by().values("program")
    return Membership.objects.filter(user=person, path__program__in=run).exists()


def refusal(by: User, person: User) -> str | Promise:
    """Why an admin of the person's program can't erase them, in words; empty when they can."""
    program = only_program(person)
    if program is None or not ProgramAdmin.objects.live().filter(program=program, user=by).exists():
        return STAFF_NEEDED
    return "" if open_request(person) else NOT_ASKED
