"""A person's calendar address: made, renewed, removed by themselves.

The secret leaves here once, as the answer to the change that made it; what is stored is its digest.
"""

import secrets
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from everwise.accounts.models import User
from everwise.errors import Stale
from meetings.integrity.locks import lock_people
from meetings.models import Subscription, digest_of

SECRET_BYTES = 32


class StaleSubscription(Stale):
    """The address was made, renewed or removed since the form was opened: most often by the same form, sent again."""


@sensitive_variables()
def renew(*, by: User, seen: str, now: datetime) -> str:
    """A new address for the person, in place of any they have: the old one stops at once. Returns its secret.

    `seen` is the mark of the subscription that they were shown, "" for none. Raises Stale.
    """
    secret = secrets.token_urlsafe(SECRET_BYTES)
    with transaction.atomic():
        lock_people([by.pk])
        present = Subscription.objects.filter(user=by).first()
        if (present.mark if present else "") != seen:
            raise StaleSubscription(_("This address was made or removed since you opened the page."))
        Subscription.objects.update_or_create(user=by, defaults={"digest": digest_of(secret), "made_at": now})
    return secret


def remove(*, by: User) -> bool:
    """End the person's address at once; whether they had one."""
    return bool(Subscription.objects.filter(user=by).delete()[0])
