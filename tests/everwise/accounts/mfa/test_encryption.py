"""No column holds a plain secret; SECRET_KEY can be changed; a lost one opens nothing."""

import json

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import call_command

from everwise.accounts.mfa import encryption
from tests.scene import a_person
from tests.second_steps import an_app, code_of, recovery_codes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

OLD, NEW = "the-former-key-" * 5, "the-present-key-" * 5


@pytest.fixture
def maya():
    return a_person("Maya")


def test_columns_hold_no_plain_secret(maya):
    secret = an_app(maya)
    codes = recovery_codes(maya)

    stored = {row.type: json.dumps(row.data) for row in Authenticator.objects.all()}

    assert secret not in "".join(stored.values())
    assert not [code for code in codes if code in "".join(stored.values())]
    seed = json.loads(stored["recovery_codes"])["seed"]
    assert encryption.decrypt(seed) not in stored["recovery_codes"]
    # The control: it is the secret that is encrypted there.
    assert encryption.decrypt(json.loads(stored["totp"])["secret"]) == secret


def test_key_is_changed_without_anybody_noticing(maya, settings, capsys):
    settings.SECRET_KEY = OLD
    secret, codes = an_app(maya), recovery_codes(maya)

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [OLD]
    assert recovery_codes(maya) == codes
    call_command("renew_secrets")
    assert capsys.readouterr().out.startswith("2 secrets encrypted anew\n")

    settings.SECRET_KEY_FALLBACKS = []
    assert recovery_codes(maya) == codes
    assert Authenticator.objects.get(type="totp").wrap().validate_code(code_of(secret))


def test_lost_key_takes_no_code_breaks_no_page_and_is_reported(maya, settings, caplog, capsys):
    settings.SECRET_KEY = OLD
    secret, codes = an_app(maya), recovery_codes(maya)
    app, spare = (Authenticator.objects.get(type=name).wrap() for name in ("totp", "recovery_codes"))
    settings.SECRET_KEY = NEW

    assert not app.validate_code(code_of(secret))
    assert not [code for code in codes if spare.validate_code(code)]
    assert "SECRET_KEY has changed" in caplog.text
    call_command("renew_secrets")
    assert capsys.readouterr().err.startswith("2 secrets can't be read by any key")
    # The control.
    settings.SECRET_KEY = OLD
    assert Authenticator.objects.get(type="totp").wrap().validate_code(code_of(secret))
