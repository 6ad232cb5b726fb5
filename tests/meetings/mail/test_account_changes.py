"""Each change of how a person signs in is told to them at the address they had before it."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.urls import reverse

from everwise.accounts.models import User
from meetings.models import Notice
from tests.factories import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_counted", "clock")]


@pytest.fixture
def signed_in(client, maya):
    """Whoever changes how they sign in has just typed their password."""
    client.force_login(maya)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def change(client, action, email):
    return client.post(reverse("account_email"), {f"action_{action}": "", "email": email})


def told():
    mail.outbox.clear()
    call_command("worker", once=True)
    return sorted((letter.to[0], letter.subject) for letter in mail.outbox)


def confirm(client, maya):
    """By the link that the worker has just sent."""
    link = next(
        re.search(r"/accounts/confirm-email/\S+/", letter.body) for letter in mail.outbox if "Confirm" in letter.subject
    )
    client.post(link[0])


def test_new_address_is_told_to_the_old_one_at_each_step(signed_in, maya):
    change(signed_in, "add", "new@example.com")
    assert told() == [
        ("maya@example.com", "An e-mail address was added"),
        ("new@example.com", "Confirm your e-mail address"),
    ]
    assert "The address new@example.com was added" in next(each.body for each in mail.outbox if each.to[0][0] == "m")

    confirm(signed_in, maya)
    assert told() == [("maya@example.com", "An e-mail address was confirmed")]

    change(signed_in, "primary", "new@example.com")
    assert told() == [("maya@example.com", "Your e-mail address was changed")]
    assert "from maya@example.com to new@example.com" in mail.outbox[0].body
    assert User.objects.get().email == "new@example.com"

    change(signed_in, "remove", "maya@example.com")
    assert told() == [("new@example.com", "An e-mail address was removed")]


def test_asking_for_the_link_again_tells_nothing_new(signed_in, maya):
    change(signed_in, "add", "new@example.com")
    told()
    cache.clear()
    change(signed_in, "send", "new@example.com")

    assert told() == [("new@example.com", "Confirm your e-mail address")]


def test_first_address_is_told_of_itself_by_its_link_alone(client):
    typed = {
        "name": "Omar",
        "email": "omar@example.com",
        "password1": "a long pass phrase",
        "password2": "a long pass phrase",
        "time_zone": "Cairo",
    }
    client.post(reverse("account_signup"), typed)
    assert told() == [("omar@example.com", "Confirm your e-mail address")]

    confirm(client, None)

    assert told() == []
    assert EmailAddress.objects.get().verified


def test_password_is_told(signed_in, maya):
    new = dict.fromkeys(("password1", "password2"), "another long phrase")
    signed_in.post(reverse("account_change_password"), {"oldpassword": PASSWORD, **new})

    assert told() == [("maya@example.com", "Your password was changed")]
    assert Notice.objects.get().facts["ip"] == "127.0.0.1"
