"""Whom MFA_REQUIRED names opens nothing else until they have a second step; nobody else is asked anything."""

from datetime import timedelta

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from meetings.calendars import subscriptions
from paths.enums import Role
from paths.models import ProgramAdmin
from tests.scene import NOW, a_participant, a_path, a_person, an_admin, join
from tests.second_steps import an_app, code_of, signed_in, with_password

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

SET_UP = "/accounts/2fa/"


@pytest.fixture(autouse=True)
def nothing_counted():
    cache.clear()


def opened(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def is_led_away(client, page="/paths/") -> bool:
    answer = client.get(page)
    return answer.status_code == 302 and answer.url == SET_UP


@pytest.mark.parametrize(
    ("setting", "led"),
    [
        ("", set()),
        ("staff", {"staff"}),
        ("admins", {"admin", "program admin"}),
        ("staff,admins", {"staff", "admin", "program admin"}),
        ("everybody", {"staff", "admin", "program admin", "participant", "former admin"}),
    ],
)
def test_those_named_are_led_to_set_it_up(settings, setting, led):
    settings.MFA_REQUIRED = frozenset(filter(None, setting.split(",")))
    path = a_path()
    people = {
        "staff": a_person("Sue", is_staff=True),
        "admin": an_admin(path),
        "program admin": a_person("Pam"),
        "participant": a_participant(path),
        "former admin": an_admin(path, "Fay"),
    }
    ProgramAdmin.objects.create(program=path.program, user=people["program admin"], started_at=NOW)
    people["former admin"].memberships.update(ended_at=NOW)

    assert {name for name, person in people.items() if is_led_away(opened(person))} == led


@pytest.mark.parametrize("page", ["/", "/meetings/", "/accounts/profile/", "/accounts/email/", "/accounts/sessions/"])
def test_everything_else_is_closed_until_then_in_words(settings, page):
    settings.MFA_REQUIRED = frozenset({"staff"})
    client = opened(a_person("Sue", is_staff=True, is_superuser=True))

    assert is_led_away(client, page)
    assert is_led_away(client, "/admin/")
    assert client.post(page).url == SET_UP
    told = client.get(SET_UP)
    assert "Your role here asks for two-step sign-in" in told.text
    assert 'href="/meetings/"' not in told.text
    assert client.post("/i18n/setlang/", {"language": "de", "next": SET_UP}).url == SET_UP
    assert client.post(reverse("account_logout")).url == reverse("account_login")


def test_script_is_led_there_and_its_form_is_refused_in_words(settings):
    settings.MFA_REQUIRED = frozenset({"everybody"})
    client = opened(a_person())

    page = client.get("/paths/", headers={"HX-Request": "true"})
    form = client.post("/accounts/profile/", {"name": "New"}, headers={"HX-Request": "true"})

    assert (page.status_code, page["HX-Redirect"]) == (200, SET_UP)
    assert form.status_code == 403
    assert form.text.startswith("Nothing was saved. Set up two-step sign-in first")


def test_everything_opens_right_after_it_is_set_up(settings):
    settings.MFA_REQUIRED = frozenset({"staff"})
    client = signed_in(a_person("Sue", is_staff=True, is_superuser=True))
    assert is_led_away(client, "/admin/")

    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})

    assert client.get("/admin/").status_code == 200
    assert "Your role here" not in client.get(SET_UP).text
    # And closes with it.
    client.post(reverse("mfa_deactivate_totp"))
    assert is_led_away(client, "/admin/")


def test_new_admin_is_asked_within_five_minutes(settings, clock):
    settings.MFA_REQUIRED = frozenset({"admins"})
    path = a_path()
    client = opened(pia := a_participant(path))
    assert not is_led_away(client)
    join(pia, path, Role.ADMIN)

    assert not is_led_away(client)
    clock.shift(timedelta(minutes=5, seconds=1))
    assert is_led_away(client)


def test_no_page_asks_the_database_for_it(settings):
    sue = a_person("Sue", is_staff=True)
    an_app(sue)
    clients = [opened(a_person()), opened(sue)]
    counts = []
    for named in (frozenset(), frozenset({"staff", "admins"})):
        settings.MFA_REQUIRED = named
        for client in clients:
            client.get("/paths/")
            with CaptureQueriesContext(connection) as queries:
                assert client.get("/paths/").status_code == 200
            counts.append(len(queries))

    assert counts[:2] == counts[2:]


def test_calendar_address_goes_on(settings):
    settings.MFA_REQUIRED = frozenset({"everybody"})
    pia = a_participant(a_path())
    secret = subscriptions.renew(by=pia, seen="", now=NOW)

    assert opened(pia).get(f"/calendar/{secret}.ics").status_code == 200


def test_second_step_of_single_sign_on_counts_unless_it_shall_not(settings):
    settings.MFA_REQUIRED = frozenset({"everybody"})
    pia = a_person()
    client = opened(pia)
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "socialaccount", "at": NOW.timestamp(), "provider": "x"}]
    session["account_authentication_methods_user"] = str(pia.pk)
    session.save()

    settings.MFA_SSO_COUNTS = False
    assert is_led_away(client)
    settings.MFA_SSO_COUNTS = True
    assert not is_led_away(client)
    # Who has signed in by password is no such person.
    assert is_led_away(signed_in(pia))


def test_sign_in_leads_there(settings):
    settings.MFA_REQUIRED = frozenset({"everybody"})
    client, answer = with_password(a_person())

    assert client.get(answer.url).url == SET_UP
