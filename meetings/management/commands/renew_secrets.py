"""Encrypts the secrets of second steps and of servers of video rooms anew, after SECRET_KEY was changed."""

from django.core.management.base import BaseCommand

from everwise.accounts.mfa import encryption
from paths import rooms


class Command(BaseCommand):
    help = "Encrypt what is stored encrypted by the present SECRET_KEY. The old key must be in SECRET_KEY_FALLBACKS."

    def handle(self, *args, **options) -> None:
        renewed, lost = encryption.renew()
        self.stdout.write(f"{renewed} secrets encrypted anew")
        if lost:
            self.stderr.write(
                f"{lost} secrets can't be read by any key: whose they are must set up a second step again"
            )
        renewed, lost = rooms.renew()
        self.stdout.write(f"{renewed} secrets of video rooms encrypted anew")
        if lost:
            self.stderr.write(
                f"{lost} secrets of video rooms can't be read by any key: their paths' admins type them again"
            )
