"""How long a sign-in lasts, what ends it before, and what signing out does."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from everwise.accounts.models import SsoSession, User
from everwise.sso import refresh, sessions
from meetings.calendars import subscriptions
from tests.everwise.sso.oidc_provider import sign_in
from tests.everwise.sso.test_oidc import who
from tests.factories import PASSWORD
from tests.scene import NOW, a_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

PROFILE = "/accounts/profile/"


@pytest.fixture
def pia(acme, client):
    """Signed in, by a provider that gives a token to ask again with."""
    sign_in(client, acme.knows())
    return User.objects.get()


def works(client) -> bool:
    return client.get(PROFILE).status_code == 200


def test_sign_in_ends_after_its_hours_whatever_somebody_does(pia, client, clock, settings):
    clock.move_to(NOW + timedelta(hours=11, minutes=59))
    assert works(client)
    clock.move_to(NOW + timedelta(hours=12))
    answer = client.get(PROFILE)
    assert answer.url == f"/accounts/login/?next={PROFILE}"


def test_sign_in_by_a_password_lasts(client, clock):
    client.force_login(a_person())
    clock.move_to(NOW + timedelta(hours=13))
    assert works(client)


def test_session_without_its_row_is_ended_and_others_are_not(acme, pia, client):
    other = Client()
    other.force_login(a_person("Tom"))
    SsoSession.objects.all().delete()
    assert not works(client)
    assert works(other)


def test_provider_that_still_knows_them_changes_nothing(pia, client):
    before = sessions.opened(SsoSession.objects.get().held)
    assert not refresh.ask_next(NOW + timedelta(minutes=14))
    assert refresh.ask_next(NOW + timedelta(minutes=15))
    assert not refresh.ask_next(NOW + timedelta(minutes=29))
    row = SsoSession.objects.get()
    assert works(client)
    assert before["refresh"]
    assert sessions.opened(row.held)["id_token"] == before["id_token"]
    assert row.ask_at == NOW + timedelta(minutes=30)


def test_refusal_ends_all_their_sessions_there_and_pauses_their_calendar(acme, pia, client):
    second = Client()
    sign_in(second, acme.knows())
    stranger = Client()
    sign_in(stranger, acme.knows("max-2", email="max@acme.example"))
    secret = subscriptions.renew(by=pia, seen="", now=NOW)
    assert client.get(f"/calendar/{secret}.ics").status_code == 200

    acme.revoke("pia-1")
    refresh.ask_next(NOW + timedelta(minutes=15))

    assert (works(client), works(second), works(stranger)) == (False, False, True)
    assert client.get(f"/calendar/{secret}.ics").status_code == 404
    # They sign in again: the same address works as before.
    sign_in(client, acme.knows())
    assert works(client)
    assert client.get(f"/calendar/{secret}.ics").status_code == 200


@pytest.mark.parametrize(
    "answers",
    [
        pytest.param({"/oauth2/token": ("503 Away", {})}, id="away"),
        pytest.param({"/oauth2/token": ("400 Bad", {"error": "invalid_client"})}, id="our own fault"),
        pytest.param({"/oauth2/token": ("200 OK", ["nothing"])}, id="nonsense"),
        pytest.param({"/.well-known/openid-configuration": ("500 Broken", {})}, id="broken"),
    ],
)
def test_provider_that_does_not_answer_ends_nothing(acme, pia, client, answers):
    acme.revoke("pia-1")
    acme.answer = answers.get
    assert refresh.ask_next(NOW + timedelta(minutes=15))
    assert works(client)
    assert User.objects.get().disowned_at is None
    # The control.
    acme.reset()
    refresh.ask_next(NOW + timedelta(minutes=30))
    assert not works(client)


def test_worker_asks_and_forgets_what_has_run_out(acme, pia, client, clock):
    acme.revoke("pia-1")
    clock.move_to(NOW + timedelta(minutes=15))
    call_command("worker", once=True)
    assert not works(client)
    sign_in(client, acme.knows())
    clock.move_to(NOW + timedelta(hours=13))
    call_command("worker", once=True)
    assert not SsoSession.objects.exists()


def test_secrets_open_with_an_older_key_and_no_other(settings):
    closed = sessions.closed({"refresh": "r"})
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another-key-of-an-installation-as-long-as-it-has-to-be-1742"
    assert sessions.opened(closed) == {}
    settings.SECRET_KEY_FALLBACKS = [old]
    assert sessions.opened(closed) == {"refresh": "r"}


def test_nobody_is_asked_about_whose_secrets_no_key_opens(pia, client, settings):
    settings.SECRET_KEY_FALLBACKS = []
    SsoSession.objects.update(held="nonsense")
    assert refresh.ask_next(NOW + timedelta(minutes=15))
    assert SsoSession.objects.get().ask_at is None
    assert works(client)


def test_sign_out_goes_on_to_the_provider(acme, pia, client):
    answer = client.post("/accounts/logout/")

    address = urlsplit(answer.context["address"])
    query = parse_qs(address.query)
    assert f"{address.scheme}://{address.netloc}{address.path}" == f"{acme.url}/oauth2/end_session"
    assert query["post_logout_redirect_uri"] == ["http://testserver/accounts/login/"]
    assert query["id_token_hint"][0].count(".") == 2
    assert (who(client), SsoSession.objects.count()) == ("", 0)


def test_sign_out_works_where_the_provider_does_not_answer(acme, pia, client):
    acme.answer = {"/.well-known/openid-configuration": ("500 Broken", {})}.get
    answer = client.post("/accounts/logout/")
    assert (answer.url, who(client)) == ("/accounts/login/", "")


def test_sign_out_of_a_password_session_stays_here(acme, client):
    a_person(email="pia@acme.example")
    client.post("/accounts/login/", {"login": "pia@acme.example", "password": PASSWORD})
    assert who(client) == "pia@acme.example"
    assert client.post("/accounts/logout/").url == "/accounts/login/"


def test_switching_somebody_off_ends_what_they_are_signed_in_by(pia, client):
    assert SsoSession.objects.filter(user=pia, ends_at__gt=timezone.now()).exists()
    User.objects.filter(pk=pia.pk).update(is_active=False)
    assert not works(client)
