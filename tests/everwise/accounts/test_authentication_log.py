"""The log of sign-ins: what allauth reports, what staff do, what is tried too often; rows that nothing changes."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.test import RequestFactory
from django.urls import reverse

from everwise.accounts import authentication_log
from everwise.accounts.authentication_event import AuthenticationEvent, AuthenticationKind
from tests import scene
from tests.admin_site import address, as_sent, staff_on

pytestmark = pytest.mark.django_db
DEVICE = "Mozilla/5.0 (X11; Linux x86_64)"
PASSWORD = "everwise-demo"


def noted():
    return [(row.what, row.person) for row in AuthenticationEvent.objects.order_by("id")]


def sign_in(client, email, password=PASSWORD, **headers):
    form = {"login": email, "password": password}
    return client.post(reverse("account_login"), form, headers={"user-agent": DEVICE, **headers})


def test_signing_in_and_out_is_a_row_and_a_line(client, lines):
    maya = scene.a_person("Maya")

    answer = sign_in(client, maya.email)
    client.post(reverse("account_logout"))

    assert noted() == [("signed-in", maya), ("signed-out", maya)]
    row = AuthenticationEvent.objects.get(what="signed-in")
    assert (row.address, row.device, row.request) == ("127.0.0.1", DEVICE, answer["X-Request-ID"])
    told = [line for line in lines() if line["logger"] == "everwise.authentication"]
    assert [(line["event"], line["person"]) for line in told] == [
        ("signed-in", str(maya.pk)),
        ("signed-out", str(maya.pk)),
    ]
    assert told[0]["request_id"] == row.request
    assert told[0]["device"] == DEVICE
    assert maya.email not in str(lines())


def test_failed_sign_in_names_the_account_or_a_hash_of_what_was_typed(client, lines):
    maya = scene.a_person("Maya")

    sign_in(client, maya.email.upper(), "wrong-one")
    for typed in ("Nobody@example.com", "nobody@example.com ", "else@example.com"):
        sign_in(client, typed, "wrong-one")

    known, *others = AuthenticationEvent.objects.order_by("id")
    assert (known.what, known.person, known.typed) == ("sign-in-failed", maya, "")
    assert {(row.what, row.person) for row in others} == {("sign-in-failed", None)}
    hashes = [row.typed for row in others]
    assert len(hashes[0]) == 32
    assert hashes[0] == hashes[1] != hashes[2]
    assert "nobody" not in str(lines()).lower()
    assert "wrong-one" not in str(lines())
    assert hashes[0] in str(lines())


def test_a_failed_sign_in_costs_the_same_with_and_without_an_account(client, django_assert_num_queries):
    maya = scene.a_person("Maya")
    request = RequestFactory().post("/")

    for email in (maya.email, "nobody@example.com"):
        with django_assert_num_queries(2):
            authentication_log._failed(None, {"email": email}, request=request)


def test_new_password_is_noted(client):
    maya = scene.a_person("Maya")
    client.force_login(maya)
    new = "a-better-one-than-before"
    sign_in(client, maya.email)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})

    client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new})

    assert ("password-changed", maya) in noted()


def test_staff_who_change_a_password_or_address_are_named(client):
    maya = scene.a_person("Maya")
    staff_on(client)
    page = address(type(maya), "change", maya.pk)

    client.post(page, as_sent(client.get(page), email="new@example.com"))

    row = AuthenticationEvent.objects.get(what="email-changed")
    assert row.person == maya
    assert row.detail == f"by {client.session['_auth_user_id']}"


def test_too_many_tries_are_a_row_a_minute_and_a_line_each(client, settings, lines):
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip", "login_failed": "1/m/ip"}

    answers = [sign_in(client, "nobody@example.com", "wrong-one").status_code for _ in range(4)]

    assert answers.count(429) >= 2
    assert [what for what, _ in noted()].count("limited") == 1
    assert [line["event"] for line in lines()].count("limited") == answers.count(429)


def test_factors_sessions_and_organisations_are_noted_as_they_come_and_go():
    maya = scene.a_person("Maya")
    request = RequestFactory().post("/", headers={"user-agent": DEVICE})
    request.session = {}

    for signal, _kind in authentication_log.OF_FACTORS:
        signal.send(Authenticator, request=request, user=maya, authenticator=Authenticator(user=maya, type="totp"))
    link = SocialAccount.objects.create(user=maya, provider="acme", uid="maya-there")
    link.save()
    link.delete()
    UserSession.objects.create(user=maya, ip="192.0.2.1", session_key="x", user_agent=DEVICE).delete()

    assert list(AuthenticationEvent.objects.order_by("id").values_list("what", "detail")) == [
        *((kind.value, "totp") for _signal, kind in authentication_log.OF_FACTORS),
        ("provider-added", "acme"),
        ("provider-removed", "acme"),
        ("session-ended", ""),
    ]


def test_rows_are_changed_by_nothing():
    authentication_log.note(AuthenticationKind.SIGNED_IN, None, person=scene.a_person("Maya"))

    with pytest.raises(DatabaseError, match="log_of_sign_ins_is_only_added_to"), transaction.atomic():
        AuthenticationEvent.objects.update(what=AuthenticationKind.SIGNED_OUT)

    assert AuthenticationEvent.objects.get().what == AuthenticationKind.SIGNED_IN


def test_worker_deletes_what_is_too_old(clock, settings):
    settings.AUTH_LOG_KEPT_DAYS = 30
    maya = scene.a_person("Maya")
    authentication_log.note(AuthenticationKind.SIGNED_IN, None, person=maya)
    clock.shift(timedelta(days=1))
    authentication_log.note(AuthenticationKind.SIGNED_OUT, None, person=maya)
    clock.shift(timedelta(days=29, seconds=1))

    call_command("worker", once=True)

    assert noted() == [("signed-out", maya)]


@pytest.mark.parametrize("many", [1, 30])
def test_list_of_staff_costs_the_same_whatever_it_has(client, django_assert_max_num_queries, many):
    staff_on(client)
    for number in range(many):
        authentication_log.note(AuthenticationKind.SIGNED_IN, None, person=scene.a_person(f"Maya {number}"))

    with django_assert_max_num_queries(8):
        page = client.get(address(AuthenticationEvent, "changelist"))

    assert page.status_code == 200


def test_staff_find_by_what_was_typed_and_by_where_it_came_from(client):
    staff_on(client)
    request = RequestFactory().post("/", REMOTE_ADDR="2001:db8::7")
    authentication_log.note(AuthenticationKind.SIGN_IN_FAILED, request, typed="nobody@example.com")
    page = address(AuthenticationEvent, "changelist")
    row = AuthenticationEvent.objects.get()

    for word in ("Nobody@example.com", row.typed, "2001:DB8::7"):
        assert "2001:db8::7" in client.get(page, {"q": word}).text.partition('id="result_list"')[2]
    for word in ("else@example.com", "192.0.2.1", "e", "999.1.1.1"):
        assert 'id="result_list"' not in client.get(page, {"q": word}).text
