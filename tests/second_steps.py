"""People with a second step, and the codes that their app shows."""

import time

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client
from django.urls import reverse

from tests.factories import PASSWORD


def code_of(secret: str, periods: int = 0) -> str:
    """What an app shows now, or so many half minutes later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + periods))


def an_app(user) -> str:
    """Give them an authenticator app and recovery codes; its secret."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return secret


def recovery_codes(user) -> list[str]:
    return user.authenticator_set.get(type="recovery_codes").wrap().get_unused_codes()


def with_password(user, client=None):
    """A browser in which their password was just typed, and the answer to that."""
    client = client or Client()
    return client, client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})


def signed_in(user, **options) -> Client:
    """Just now, by the form: nobody asks them once more who they are."""
    client, _answer = with_password(user, Client(**options))
    return client


def is_signed_in(client) -> bool:
    return client.get(reverse("sessions")).status_code == 200


def lately(client) -> Client:
    """Whoever is signed in here has typed their password a moment ago."""
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session["account_authentication_methods_user"] = session["_auth_user_id"]
    session.save()
    return client
