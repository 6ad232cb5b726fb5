"""An admin of a path looks at it as a role or a person of that path would: who may, as whom, and until when.

Nothing of it is stored but a line of the path's history; that it goes on stands in the admin's session, and each
request asks anew whether it still may (`look`). What the pages leave out asks the reader for `seen_as`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from everwise.accounts.locks import hold
from everwise.accounts.models import User
from everwise.accounts.seen_as import SeenAs
from everwise.errors import Refused
from paths import history
from paths.enums import Happened, Role
from paths.models import Invitation, Membership, Path

LASTS = timedelta(minutes=30)
# As whom one can look: an admin sees nothing that another admin does not.
ROLES = (Role.PARTICIPANT, Role.EXPERT)


class SeeingRefused(Refused):
    """Its text says why the path can't be looked at so. Nothing was written."""


@dataclass(frozen=True, slots=True)
class Look:
    """A path, and the reader as whom it is looked at: a person of it, or somebody made up for a role."""

    path: Path
    reader: User
    role: Role

    @property
    def is_nobody(self) -> bool:
        return self.reader.seen_as is not None and self.reader.seen_as.is_nobody


def people(path: UUID, role: Role | None = None) -> QuerySet[User]:
    """As whom the path can be looked at: its participants and experts, never an admin of it, never staff.

    Nobody either who has not accepted an invitation: until then their name may be theirs alone.
    """
    here = Membership.objects.live().filter(path=path, user=OuterRef("pk")).order_by()
    asked = Invitation.objects.filter(path=path, user=OuterRef("pk")).order_by()
    return User.objects.filter(
        Exists(here.filter(role__in=[role] if role else ROLES)),
        ~Exists(here.filter(role=Role.ADMIN)),
        ~Exists(asked) | Q(Exists(asked.filter(accepted_at__isnull=False))),
        is_active=True,
        is_staff=False,
        is_superuser=False,
    )


def start(*, path: Path, by: User, role: Role | None, person: UUID | None, now: datetime) -> Look:
    """Write into the history that `by` looks at the path as that person or, without one, as that role.

    Raises SeeingRefused.
    """
    with transaction.atomic():
        hold([] if person is None else [person], by=by.pk)
        current = _path_of_admin(path.pk, by)
        if current is None:
            raise SeeingRefused(_("Only an admin of this path can look at it as somebody else."))
        if current.is_draft:
            raise SeeingRefused(_("This path is a draft, which participants don’t see yet. Open it first."))
        found = _reader(current, by, role, person)
        if found is None:
            raise SeeingRefused(
                _("Choose a participant or an expert of this path who isn’t an admin of it and has accepted.")
            )
        about = None if found.is_nobody else found.reader
        facts = {"role": found.role.value, "until": (now + LASTS).isoformat()}
        history.write(path=current, what=Happened.SEEN_AS, by=by, now=now, about=about, facts=facts)
    return found


def look(*, path: UUID, by: User, role: Role, person: UUID | None) -> Look | None:
    """What was begun, if `by` is still an admin of the path and the person what they were. Two queries at most."""
    current = _path_of_admin(path, by)
    return None if current is None or current.is_draft else _reader(current, by, role, person)


def _path_of_admin(path: UUID, by: User) -> Path | None:
    runs = Membership.objects.live().filter(path=path, user=by, user__is_active=True, role=Role.ADMIN)
    found = runs.select_related("path__program").first()
    return found.path if found else None


def _reader(path: Path, by: User, role: Role | None, person: UUID | None) -> Look | None:
    if person is None:
        return Look(path, _nobody(path, by, role), role) if role in ROLES else None
    for each in [role] if role else ROLES:
        if found := people(path.pk, each).filter(pk=person).exclude(pk=by.pk).first():
            found.seen_as = SeenAs(path.pk, each.value)
            # The times are the person's; the colours stay those in which the admin reads.
            found.appearance = by.appearance
            return Look(path, found, each)
    return None


def _nobody(path: Path, by: User, role: Role) -> User:
    """Somebody of the role who has no row anywhere, and the admin's zone and hours."""
    reader = User(
        name=_("A participant") if role is Role.PARTICIPANT else _("An expert"),
        language=by.language,
        time_zone=by.time_zone,
        twelve_hour=by.twelve_hour,
        usual_from=by.usual_from,
        usual_until=by.usual_until,
        appearance=by.appearance,
    )
    reader.seen_as = SeenAs(path.pk, role.value, is_nobody=True)
    return reader
