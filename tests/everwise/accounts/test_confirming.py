"""Before people change what signs them in they show that it is them. What was typed waits for them to send it."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from meetings.models import Subscription
from tests.factories import PASSWORD
from tests.scene import a_person
from tests.second_steps import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

CONFIRM, ADDRESSES = "/accounts/reauthenticate/", "/accounts/email/"


@pytest.fixture(autouse=True)
def nothing_counted():
    cache.clear()


@pytest.fixture
def found():
    """A browser that stands open since long ago."""
    client = Client()
    client.force_login(a_person("Maya", email="maya@example.com"))
    return client


def confirm(client, next_page):
    return client.post(CONFIRM, {"password": PASSWORD, "next": next_page})


def test_typed_address_comes_back_and_is_added_only_by_another_press(found):
    typed = {"action_add": "", "email": "new@example.com"}
    assert found.post(ADDRESSES, typed).url == f"{CONFIRM}?next=%2Faccounts%2Femail%2F"

    back = confirm(found, ADDRESSES)
    assert back.url == ADDRESSES
    assert not EmailAddress.objects.filter(email="new@example.com").exists()

    page = found.get(ADDRESSES)
    assert 'value="new@example.com"' in page.text
    assert "What you typed is still here, and nothing is saved yet." in page.text
    found.post(ADDRESSES, typed)
    assert EmailAddress.objects.filter(email="new@example.com").exists()
    # Once.
    assert "still here" not in found.get(ADDRESSES).text


def test_no_password_and_no_code_is_kept(found):
    secret = {"password": "geheim", "code": "123456", "credential": "{}"}
    found.post(ADDRESSES, {"action_add": "", "email": "new@example.com", **secret})

    kept = dict(found.session["kept_post"]["fields"])
    assert set(kept) == {"action_add", "email"}


def test_script_is_led_to_confirm(found):
    answer = found.post(ADDRESSES, {"action_add": "", "email": "new@example.com"}, headers={"HX-Request": "true"})

    assert (answer.status_code, answer["HX-Redirect"]) == (200, f"{CONFIRM}?next=%2Faccounts%2Femail%2F")


def test_calendar_address_is_made_by_somebody_who_has_shown_that_it_is_them(found):
    page = reverse("calendar-address")
    assert found.get(page).status_code == 200
    assert found.post(page, {"seen": ""}).url.startswith(CONFIRM)
    assert not Subscription.objects.exists()

    confirm(found, page)
    assert "shown only this once" in found.post(page, {"seen": ""}).text
    assert Subscription.objects.exists()


def test_whoever_has_just_signed_in_is_not_asked_again_for_five_minutes(clock):
    client = signed_in(a_person())
    page = reverse("calendar-address")

    clock.shift(timedelta(minutes=4, seconds=59))
    assert client.post(page, {"seen": ""}).status_code == 200
    clock.shift(timedelta(seconds=1))
    assert client.post(page, {"seen": ""}).url.startswith(CONFIRM)
