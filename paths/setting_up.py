"""The writer of new paths: empty or as a copy, with themes, experts, admins and participants, all of it or nothing.

A new path is a draft: participants hear of it when it is opened, experts and admins at once. The order of locks is
that of every writer: people by id, then the program, then the path that is copied.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from everwise.accounts.models import User
from everwise.errors import Refused
from paths import copying, enrolment, history, making_rights
from paths.adding import TRIES, PersonLine, newcomer, people_by_address
from paths.enums import Happened, Role, Via
from paths.models import Membership, Path, Program, ProgramAdmin
from paths.program_admins import join_program_admins
from paths.theme_lines import NewTheme


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """Which path is copied, and what of it comes along."""

    source: UUID
    settings: bool = True
    experts: bool = True
    participants: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPath:
    """What somebody wants to make. `program` is an id, None for a new one of the name `new_program`.

    `sessions` None: no limit; of a copy with its settings: as many as there. `time_zone` is not asked for there.
    `admin`: the address of whoever looks after it, for staff; "" for whoever makes it.
    """

    name: str
    program: int | None
    new_program: str = ""
    opens_on: date | None = None
    closes_on: date | None = None
    sessions: int | None = None
    time_zone: ZoneInfo
    themes: tuple[NewTheme, ...] = ()
    experts: tuple[PersonLine, ...] = ()
    admin: str = ""
    copy: Copy | None = None


class SettingUpRefused(enrolment.EnrolmentError, Refused):
    """Only an admin of a path in the program makes one there, and staff who may add paths."""


class NewPathFaults(enrolment.EnrolmentError):
    """Nothing was made. `faults` are pairs: a field of NewPath (`source` for the copy), and a sentence."""

    def __init__(self, faults: list[tuple[str, str]]):
        super().__init__("\n".join(text for _field, text in faults))
        self.faults = faults


def create(*, plan: NewPath, by: User, now: datetime, token: UUID, via: Via = Via.WEB) -> Path:
    """Make the path, a draft. The same token of the same person again is the same path, and changes nothing.

    Raises NewPathFaults with all that is wrong, and SettingUpRefused where `by` may not.
    """
    # By the token, so that its second sending finds the first one's path, and nobody else's token leads to it.
    pk = uuid5(token, str(by.pk))
    left = TRIES
    while True:
        left -= 1
        try:
            return _create(pk, plan, by=by, now=now, via=via)
        except IntegrityError:
            # Two who invite the same new person at once: the second then finds them.
            if not left:
                raise


def name_is_taken(*, program: int, name: str, opens_on: date | None, closes_on: date | None) -> bool:
    """Whether a path of the program has this name and these dates already."""
    same = Path.objects.filter(program=program, opens_on=opens_on, closes_on=closes_on)
    return any(other.casefold() == name.casefold() for other in same.values_list("name", flat=True))


@transaction.atomic
def _create(pk, plan, *, by, now, via):
    known = people_by_address([*(line.address for line in plan.experts), *([plan.admin] if plan.admin else [])])
    coming = _coming(plan)
    # Whoever makes it is held alone: of two sendings of one form, the second waits and finds the path.
    enrolment.lock({by.pk, *(user.pk for user in known.values()), *coming})
    if made := Path.objects.select_related("program").filter(pk=pk).first():
        return made
    may = making_rights.making(by)
    if not may.anything:
        raise SettingUpRefused(_("Only an admin of a path, or staff, can create one."))
    faults: list[tuple[str, str]] = []
    program, source = _program(plan, by, may, faults), _source(plan, by, faults)
    _check_people(plan, by, may, known, program, faults)
    if faults:
        raise NewPathFaults(faults)
    if program.pk is None:
        program.save(force_insert=True)
    path = _path(pk, plan, program, source)
    path.save(force_insert=True)
    _fill(path, plan, source, known, coming, by=by, now=now, via=via)
    return path


def _coming(plan) -> dict[UUID, Role]:
    """Who comes along from the path that is copied, read before they are locked: whoever leaves meanwhile stays out."""
    if plan.copy is None:
        return {}
    roles = [Role.EXPERT] * plan.copy.experts + [Role.PARTICIPANT] * plan.copy.participants
    return copying.people_of(plan.copy.source, roles)


def _program(plan, by, may, faults) -> Program:
    """The program, held: paths of it are made one after the other."""
    if plan.program is None:
        if not may.new_programs:
            raise SettingUpRefused(_("Only staff who may add programs can make a new one."))
        if Program.objects.filter(name__iexact=plan.new_program).exists():
            faults.append(("new_program", _("There is a program of this name. Choose it from the list.")))
        return Program(name=plan.new_program)
    allowed = making_rights.programs_to_choose(by, may)
    program = Program.objects.filter(pk=plan.program).select_for_update(no_key=True).first()
    if program is None or not allowed.filter(pk=program.pk).exists():
        raise SettingUpRefused(_("Only an admin of a path in this program, or staff, can create one there."))
    if name_is_taken(program=program.pk, name=plan.name, opens_on=plan.opens_on, closes_on=plan.closes_on):
        faults.append(("name", _("A path of this program has this name and these dates already.")))
    return program


def _source(plan, by, faults) -> Path | None:
    if plan.copy is None:
        return None
    wanted = making_rights.sources_of(by).filter(pk=plan.copy.source)
    source = wanted.select_for_update(no_key=True).first()
    if source is None:
        faults.append(("source", _("You are not an admin of this path, or no longer. Choose another one.")))
    return source


def _check_people(plan, by, may, known, program, faults):
    # As it stands under the lock.
    active = set(User.objects.filter(pk__in=[user.pk for user in known.values()], is_active=True).values_list("pk"))
    for line in plan.experts:
        user = known.get(line.address)
        if user and (user.pk,) not in active:
            text = _("Line %(line)d of the experts: %(address)s can’t be added. Ask the people who run Everwise.")
            faults.append(("experts", text % {"line": line.number, "address": line.address}))
    if plan.admin:
        if not may.as_staff:
            raise SettingUpRefused(_("Only staff can make somebody else the admin of a new path."))
        user = known.get(plan.admin)
        if user and (user.pk,) not in active:
            faults.append(("admin", _("%(address)s has been deactivated.") % {"address": plan.admin}))
    elif not _becomes_admin(plan, by, program) and not _has_admins(program):
        faults.append(("admin", _("Type the e-mail address of whoever looks after this path.")))


def _becomes_admin(plan, by, program) -> bool:
    """Whoever makes a path where they are an admin is its admin, unless they name somebody; staff get no role."""
    if plan.admin or program.pk is None:
        return False
    return making_rights.programs_of(by).filter(pk=program.pk).exists()


def _has_admins(program) -> bool:
    if program.pk is None:
        return False
    return ProgramAdmin.objects.live().filter(program=program, user__is_active=True).exists()


def _path(pk, plan, program, source) -> Path:
    values: dict[str, Any] = {"time_zone": plan.time_zone}
    if source and plan.copy.settings:
        values = copying.settings_of(source)
    if plan.sessions is not None or "sessions_per_participant" not in values:
        values["sessions_per_participant"] = plan.sessions
    return Path(pk=pk, program=program, name=plan.name, opens_on=plan.opens_on, closes_on=plan.closes_on, **values)


def _fill(path, plan, source, known, coming, *, by, now, via):
    """Everybody and everything on a path that has just been made, and what its history says of it."""
    here = copying.people_of(source.pk, set(coming.values())) if source else {}
    people = {user: role for user, role in here.items() if coming.get(user) == role}
    facts = {"source": str(source.pk)} if source else {}
    text = source.name if source else ""
    history.write(path=path, what=Happened.CREATED, by=by, now=now, via=via, facts=facts, text=text)
    join_program_admins(path=path, by=by, now=now, via=via)
    who: dict[str, Any] = {"path": path, "by": by, "now": now, "via": via}
    admins = _admins(path, plan, known, by)
    live = Membership.objects.live().filter(path=path, role=Role.ADMIN)
    there = set(live.values_list("user", flat=True))
    for user in admins:
        if user.pk not in there:
            enrolment.place(user=user, role=Role.ADMIN, **who)
    experts = {user for user, role in people.items() if role == Role.EXPERT}
    for user in User.objects.filter(pk__in=experts).order_by("pk"):
        enrolment.place(user=user, role=Role.EXPERT, **who)
    # The admin may have been new, and stand among the experts, too.
    by_address = known | {user.email: user for user in admins}
    for line in plan.experts:
        user = by_address.get(line.address) or newcomer(line, path)
        enrolment.place(user=user, role=Role.EXPERT, **who)
    if source and plan.copy.settings:
        copying.copy_themes(source=source, path=path, experts=experts)
    copying.add_themes(path=path, themes=plan.themes)
    participants = [user for user, role in people.items() if role == Role.PARTICIPANT]
    copying.add_participants(path=path, people=participants, by=by, now=now, via=via)


def _admins(path, plan, known, by) -> list[User]:
    if plan.admin:
        return [known.get(plan.admin) or newcomer(PersonLine(1, "", plan.admin), path)]
    return [by] if _becomes_admin(plan, by, path.program) else []
