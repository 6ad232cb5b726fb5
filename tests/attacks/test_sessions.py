"""Sessions that others have planted, and passwords as they are typed."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.urls import reverse

from tests.factories import PASSWORD
from tests.gate_world import a_world, signed_in
from tests.scene import a_person

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"
SCRIPTS = Path(settings.BASE_DIR) / "static" / "js"
SIGNED_IN = ("home", "paths:list", "meetings:list", "profile", "account_email", "account_change_password")


def sign_in(client, user, password=PASSWORD):
    return client.post(LOGIN, {"login": user.email, "password": password})


def key_of(client) -> str:
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def test_sign_in_changes_the_key_of_the_session(client):
    user = a_person()
    session = client.session
    session["kept"] = "before"
    session.save()
    before = key_of(client)

    assert sign_in(client, user).status_code == 302

    assert re.fullmatch("[0-9a-z]{32}", key_of(client))
    assert key_of(client) != before
    assert not Session.objects.filter(session_key=before).exists()
    assert client.session["kept"] == "before"


@pytest.mark.parametrize("planted", ["a" * 32, "../../etc/passwd", "x", "' OR 1=1 --"])
def test_planted_key_is_not_adopted(client, planted):
    user = a_person()
    client.cookies[settings.SESSION_COOKIE_NAME] = planted

    client.get(LOGIN)
    assert sign_in(client, user).status_code == 302

    assert key_of(client) != planted
    assert not Session.objects.filter(session_key=planted).exists()
    assert client.get("/paths/").status_code == 200


def test_session_is_for_the_browser_alone(client):
    answer = sign_in(client, a_person())
    cookie = answer.cookies[settings.SESSION_COOKIE_NAME]

    assert (cookie["httponly"], cookie["samesite"], cookie["domain"]) == (True, "Lax", "")
    page = client.get("/paths/").text
    assert key_of(client) not in page
    assert "Paths" in page


def test_signing_out_ends_the_session_on_the_server(client):
    sign_in(client, a_person())
    key = key_of(client)
    assert Session.objects.filter(session_key=key).exists()

    client.post(reverse("account_logout"))

    assert not Session.objects.filter(session_key=key).exists()
    client.cookies[settings.SESSION_COOKIE_NAME] = key
    assert client.get("/paths/").status_code == 302


@pytest.mark.usefixtures("clock")
def test_every_page_of_somebody_signed_in_can_sign_out():
    world = a_world()
    client = signed_in(world.people["admin"])
    addresses = [*map(reverse, SIGNED_IN), reverse("paths:detail", args=[world.path.pk]), "/nowhere/"]
    leave = reverse("account_logout")

    assert [each for each in addresses if leave not in client.get(each).text] == []
    client.logout()
    assert leave not in client.get(LOGIN).text


def test_password_fields_are_masked_and_known_to_password_managers(client):
    pages = [client.get(LOGIN).text, client.get("/accounts/signup/").text]
    client.force_login(a_person())
    pages += [client.get(reverse(name)).text for name in ("account_change_password", "account_reauthenticate")]
    fields = [tag for page in pages for tag in re.findall("<input[^>]*password[^>]*>", page)]

    assert len(fields) >= 7
    assert [tag for tag in fields if 'type="password"' not in tag] == []
    assert [tag for tag in fields if not re.search('autocomplete="(current|new)-password"', tag)] == []
    scripts = [script.read_text() for script in SCRIPTS.glob("*.js")]
    assert scripts
    assert not any("paste" in script for script in scripts)


def test_password_is_taken_to_the_letter(client):
    password = f"  Größe {'x' * 80} 漢字 \t "
    user = a_person()
    user.set_password(password)
    user.save(update_fields=["password"])

    for wrong in (password.strip(), password[:-1], password.swapcase(), password[:72]):
        assert sign_in(client, user, wrong).status_code == 200
    assert sign_in(client, user, password).status_code == 302
