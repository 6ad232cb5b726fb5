"""Staff take the second step off an account: its owner has lost app, passkeys and recovery codes, and asks for it."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction

from everwise.accounts.locks import hold
from everwise.accounts.models import User
from everwise.accounts.sessions import ending
from everwise.changelog import note_change
from everwise.errors import Refused


class NoSecondStep(Exception):
    """There is nothing to take off."""


class OwnSecondStep(Refused):
    """Who is signed in as staff takes off their own only as everybody does, by showing that they have it."""


@transaction.atomic
def take_off(*, user: User, by: User, now: datetime) -> None:
    """Afterwards the password alone signs them in. Whoever is signed in as them is signed out."""
    if user.pk == by.pk:
        raise OwnSecondStep
    hold([user.pk], by.pk)
    rows = list(Authenticator.objects.filter(user=user).order_by("pk"))
    if not rows:
        raise NoSecondStep
    note_change(user, by=by, deleted=rows)
    Authenticator.objects.filter(user=user).delete()
    ending.end_all(user.pk, now)
