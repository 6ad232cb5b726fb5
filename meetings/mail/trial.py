"""A test e-mail to whoever runs the installation, by the way that all others take."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from everwise.accounts.locks import hold
from everwise.accounts.models import User
from everwise.errors import Refused
from meetings.enums import AccountMail
from meetings.mail import outbox
from meetings.models import Notice


class TrialRefused(Refused):
    """Only staff send themselves a test."""


def send(*, by: User, now: datetime) -> bool:
    """Queue a test to the person's own address; False where one still waits to be sent. Raises TrialRefused."""
    with transaction.atomic():
        hold([by.pk])
        staff = User.objects.filter(pk=by.pk, is_active=True, is_staff=True).first()
        if staff is None:
            raise TrialRefused(_("Only staff can do this."))
        if Notice.objects.waiting().filter(kind=AccountMail.TEST, user=staff).exists():
            return False
        outbox.post(kind=AccountMail.TEST, user_id=staff.pk, address=staff.email, facts={}, now=now)
    return True
