"""Who may make a path, and in which programs: staff in any, an admin in the programs of their own paths."""

from typing import NamedTuple

from django.db.models import Exists, OuterRef, QuerySet

from everwise.accounts.models import User
from paths.enums import Role
from paths.models import Membership, Path, Program, ProgramAdmin


class Making(NamedTuple):
    """What somebody may do about new paths. `as_staff`: in any program, for somebody else."""

    as_staff: bool
    new_programs: bool
    as_admin: bool

    @property
    def anything(self) -> bool:
        return self.as_staff or self.as_admin


def making(user: User) -> Making:
    """What the person may do, as it stands in the database now."""
    current = User.objects.filter(pk=user.pk, is_active=True).first()
    if current is None:
        return Making(as_staff=False, new_programs=False, as_admin=False)
    as_staff = current.is_staff and current.has_perm("paths.add_path")
    return Making(
        as_staff=as_staff,
        new_programs=as_staff and current.has_perm("paths.add_program"),
        as_admin=programs_of(current).exists(),
    )


def programs_of(user: User) -> QuerySet[Program]:
    """The programs in which the person is an admin: of all paths, or of at least one."""
    on_a_path = Membership.objects.live().filter(user=user, role=Role.ADMIN, path__program=OuterRef("pk"))
    of_all = ProgramAdmin.objects.live().filter(user=user, program=OuterRef("pk"))
    return Program.objects.filter(Exists(on_a_path) | Exists(of_all))


def programs_to_choose(user: User, may: Making) -> QuerySet[Program]:
    return Program.objects.all() if may.as_staff else programs_of(user)


def sources_of(user: User) -> QuerySet[Path]:
    """The paths that the person may copy: those of which they are an admin."""
    theirs = Membership.objects.live().filter(user=user, role=Role.ADMIN, path=OuterRef("pk"))
    return Path.objects.filter(Exists(theirs))
