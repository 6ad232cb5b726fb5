"""A path and a theme of it as every step of a booking looks them up."""

from uuid import UUID

from everwise.accounts.models import User
from everwise.db.prepared import Param, Prepared, columns, instance
from paths.enums import Role
from paths.models import Membership, Path, Program, Theme

PATH, PROGRAM = columns(Path, "path__"), columns(Program, "path__program__")


@Prepared
def _memberships():
    live = Membership.objects.live().filter(user=Param("user", User._meta.pk), path=Param("path", Path._meta.pk))
    return live.order_by().values_list("role", *PATH, *PROGRAM)


def path_of_member(user: UUID, path: UUID) -> tuple[Path | None, frozenset[Role]]:
    """The path, if the person is live on it, and their roles there: one query, as their memberships bring the path.

    A draft does not exist for whoever is no more than its participant.
    """
    rows = _memberships(user=user, path=path)
    if not rows:
        return None, frozenset()
    stored = rows[0][1:]
    found = instance(Path, stored[: len(PATH)])
    found.program = instance(Program, stored[len(PATH) :])
    roles = frozenset(Role(row[0]) for row in rows)
    if found.is_draft and roles == {Role.PARTICIPANT}:
        return None, frozenset()
    return found, roles


def path_of_reader(user: User, path: UUID) -> tuple[Path | None, frozenset[Role]]:
    """The same for who reads a page, who may be an admin that looks at one path as somebody else."""
    seen = user.seen_as
    if seen is None:
        return path_of_member(user.pk, path)
    if path != seen.path:
        return None, frozenset()
    if seen.is_nobody:
        return Path.objects.select_related("program").get(pk=path), frozenset({Role(seen.role)})
    return path_of_member(user.pk, path)


@Prepared
def _roles_anywhere():
    live = Membership.objects.live().filter(user=Param("user", User._meta.pk))
    return live.order_by().values_list("role").distinct()


def roles_anywhere(user: UUID) -> frozenset[Role]:
    """What the person is on any path now."""
    return frozenset(Role(role) for (role,) in _roles_anywhere(user=user))


def theme_of(path: Path, pk: UUID) -> Theme | None:
    """The theme, if it is the path's and can be booked."""
    theme = Theme.objects.bookable().filter(pk=pk, path=path).first()
    if theme:
        theme.path = path
    return theme
