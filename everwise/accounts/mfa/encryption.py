"""Encrypts the secrets of second steps, and encrypts them anew when SECRET_KEY has changed."""

from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.db import transaction

from everwise.encryption import box

PURPOSE = b"everwise.accounts.mfa"
# Where a second step keeps its secret, by the name in its data.
SECRETS = {Authenticator.Type.TOTP: "secret", Authenticator.Type.RECOVERY_CODES: "seed"}


class UnknownKey(ValueError):
    """Neither SECRET_KEY nor one of SECRET_KEY_FALLBACKS has encrypted this."""


def encrypt(text: str) -> str:
    return box(PURPOSE).encrypt(text.encode()).decode()


def decrypt(encrypted: str) -> str:
    try:
        return box(PURPOSE).decrypt(encrypted.encode()).decode()
    except InvalidToken as error:
        raise UnknownKey from error


def renew() -> tuple[int, int]:
    """Encrypt every secret anew, by SECRET_KEY; how many were, and how many can't be read any more."""
    renewed = lost = 0
    for pk in Authenticator.objects.filter(type__in=SECRETS).order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            for row in Authenticator.objects.select_for_update().filter(pk=pk):
                name = SECRETS[Authenticator.Type(row.type)]
                try:
                    row.data[name] = box(PURPOSE).rotate(row.data[name].encode()).decode()
                except InvalidToken:
                    lost += 1
                    continue
                row.save(update_fields=["data"])
                renewed += 1
    return renewed, lost
