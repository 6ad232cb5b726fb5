"""Who wants no more reminders of a path: by the link of an e-mail, which needs no sign-in, and back in the profile.

The link's secret is signed with the installation's key, and stands nowhere in the database.
"""

from datetime import datetime

from django.core import signing
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.views.decorators.debug import sensitive_variables

from everwise.absolute_urls import absolute
from everwise.accounts.models import User
from meetings.models import NudgeOptOut, NudgeRecipient
from paths.enrolment import lock
from paths.enums import Role
from paths.models import Membership, Path


@sensitive_variables()
def link(recipient: NudgeRecipient) -> str:
    return absolute(f"{reverse('stop-reminders')}{_signer().sign(str(recipient.pk))}/")


@sensitive_variables()
def by_secret(secret: str) -> NudgeRecipient | None:
    """Whose e-mail had this secret in its link; nobody who was erased since."""
    try:
        pk = int(_signer().unsign(secret))
    except (signing.BadSignature, ValueError):
        return None
    rows = NudgeRecipient.objects.select_related("user", "nudge__path")
    return rows.filter(pk=pk, user__erased_at__isnull=True).first()


def opt_out(*, recipient: NudgeRecipient, now: datetime) -> None:
    """No more reminders of the path for whoever got this one; once more changes nothing."""
    with transaction.atomic():
        if _end(recipient.nudge.path, recipient.user, now):
            NudgeRecipient.objects.filter(pk=recipient.pk).update(opted_out_at=now)


def opt_out_here(*, path: Path, by: User, now: datetime) -> None:
    """The same in the profile, for oneself."""
    with transaction.atomic():
        _end(path, by, now)


def take_back(*, path: Path, by: User) -> None:
    """Let reminders of the path come again."""
    with transaction.atomic():
        lock([by.pk])
        NudgeOptOut.objects.filter(path=path, user=by).delete()


def _end(path: Path, user: User, now: datetime) -> bool:
    """Whether this is what ended them."""
    # As the writer locks people: one is in line behind the other, and reads what it has done.
    lock([user.pk])
    return NudgeOptOut.objects.get_or_create(path=path, user=user, defaults={"at": now})[1]


def is_off(recipient: NudgeRecipient) -> bool:
    return NudgeOptOut.objects.filter(path=recipient.nudge.path_id, user=recipient.user_id).exists()


def own_paths(user: User) -> QuerySet[Path]:
    """Of which somebody may be reminded: those they are a participant of, with whether they want none (`is_off`)."""
    live = Membership.objects.knowing().filter(user=user, role=Role.PARTICIPANT, path=OuterRef("pk"))
    off = NudgeOptOut.objects.filter(user=user, path=OuterRef("pk"))
    return Path.objects.filter(Exists(live)).annotate(is_off=Exists(off.order_by())).order_by("name", "pk")


def _signer() -> signing.Signer:
    """By the keys as they are now: former ones still open what they have signed."""
    return signing.Signer(salt="meetings.nudge")
