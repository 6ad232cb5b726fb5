"""`manage.py hold_mail`: keeps the outbox of a restored backup from being sent a second time."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from meetings.mail import outbox


class Command(BaseCommand):
    help = (
        "Hold back every e-mail that is due: for a database that was restored from a backup, before its worker starts. "
        "What was never sent can be sent again from the outbox in the Django admin."
    )

    def handle(self, **options) -> None:
        held = outbox.hold_back(now=timezone.now())
        self.stdout.write(f"{held} e-mails are held back; the outbox in the Django admin has them as parked.")
