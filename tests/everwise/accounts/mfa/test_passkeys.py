"""Passkeys without a browser: hostile answers, keys of others. tests/browser/test_second_step.py has real ones."""

import json

import pytest
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from fido2.utils import websafe_encode

from tests.scene import a_person
from tests.second_steps import an_app, is_signed_in, signed_in, with_password

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

SIGN_IN = "/accounts/2fa/webauthn/login/"


@pytest.fixture(autouse=True)
def nothing_counted():
    cache.clear()


def asserted(user, **changes) -> dict:
    """An answer of the right shape that nobody has signed."""
    client_data = json.dumps({"type": "webauthn.get", "challenge": "x", "origin": "http://testserver"})
    handle = user_pk_to_url_str(user) if user else "nobody"
    return {
        "id": "AAAA",
        "rawId": "AAAA",
        "type": "public-key",
        "response": {
            "clientDataJSON": websafe_encode(client_data.encode()),
            # 37 bytes: the site's hash, flags that claim a person was seen and known, a counter.
            "authenticatorData": websafe_encode(b"\0" * 32 + b"\x05" + b"\0" * 4),
            "signature": "AAAA",
            "userHandle": websafe_encode(handle.encode()),
        },
        "clientExtensionResults": {},
        **changes,
    }


HOSTILE = {
    "nothing": "",
    "no JSON": "{",
    "null": "null",
    "a number": "7",
    "a list": "[1]",
    "empty": "{}",
    "odd": json.dumps({"id": 1, "rawId": None, "response": [], "type": {}}),
    "deep": "[" * 5000 + "]" * 5000,
    "cut off": json.dumps(
        asserted(None, response={"clientDataJSON": "e30", "authenticatorData": "AA", "signature": ""})
    ),
    "no response": json.dumps(asserted(None, response=None)),
    "odd handle": json.dumps(asserted(None, response={**asserted(None)["response"], "userHandle": "AAAA"})),
    "NUL": json.dumps(asserted(None, id="\x00", rawId="\x00")),
}


@pytest.mark.parametrize("sent", HOSTILE.values(), ids=HOSTILE)
def test_hostile_answer_is_refused_everywhere_and_signs_nobody_in(sent):
    maya = a_person("Maya")
    an_app(maya)
    stranger = Client()
    stranger.get(SIGN_IN, headers={"Accept": "application/json"})
    half, _answer = with_password(maya)
    half.get(reverse("mfa_authenticate"))
    omar = signed_in(a_person("Omar"))
    omar.get(reverse("mfa_add_webauthn"))

    assert stranger.post(SIGN_IN, {"credential": sent}).url == reverse("account_login")
    assert half.post(reverse("mfa_authenticate"), {"credential": sent}).status_code == 200
    assert omar.post(reverse("mfa_add_webauthn"), {"credential": sent, "name": "x"}).status_code == 200

    assert not is_signed_in(stranger)
    assert not is_signed_in(half)
    assert not Authenticator.objects.filter(type="webauthn").exists()


def test_unsigned_answer_in_somebodys_name_signs_nobody_in():
    maya = a_person("Maya")
    client = Client()
    client.get(SIGN_IN, headers={"Accept": "application/json"})

    client.post(SIGN_IN, {"credential": json.dumps(asserted(maya))})

    assert not is_signed_in(client)


@pytest.mark.parametrize("what", ["remove", "edit"])
def test_passkey_of_another_person_does_not_exist(what):
    maya, omar = a_person("Maya"), signed_in(a_person("Omar"))
    key = Authenticator.objects.create(user=maya, type="webauthn", data={"name": "Laptop"})
    address = reverse(f"mfa_{what}_webauthn", args=[key.pk])

    assert omar.get(address).status_code == 404
    assert omar.post(address, {"name": "Mine"}).status_code == 404
    key.refresh_from_db()
    assert key.data == {"name": "Laptop"}


def test_passkeys_are_asked_for_to_everybody_alike():
    """What a stranger is asked names nobody's keys."""
    Authenticator.objects.create(user=a_person("Maya"), type="webauthn", data={"name": "Laptop"})

    asked = Client().get(SIGN_IN, headers={"Accept": "application/json"}).json()["request_options"]["publicKey"]

    assert asked["allowCredentials"] == []
    assert asked["userVerification"] == "required"
    assert asked["rpId"] == "testserver"
