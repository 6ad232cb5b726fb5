"""What allauth.mfa asks us: how secrets are kept, what passkeys are called, and the words for no."""

import logging

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from everwise.accounts.mfa import encryption

logger = logging.getLogger(__name__)

# What an authenticator app and a browser's list of passkeys call us.
SITE = "Everwise"


class MFAAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_generate_recovery_codes": _("Recovery codes stand in for an app or a passkey. Set up one first."),
        "incorrect_code": _("That code is not right, or was used before. Type the newest one."),
    }

    def encrypt(self, text: str) -> str:
        return encryption.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Where the key is lost, a secret that nobody knows: no code is right then, and no page breaks."""
        try:
            return encryption.decrypt(encrypted_text)
        except encryption.UnknownKey:
            logger.error("A second step can't be read: SECRET_KEY has changed, and SECRET_KEY_FALLBACKS has no old one")
            return generate_totp_secret()

    def generate_authenticator_name(self, user, type) -> str:
        return gettext("My passkey")

    def _get_site_name(self) -> str:
        return SITE
