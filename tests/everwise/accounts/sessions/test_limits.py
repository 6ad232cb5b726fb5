"""Nobody stays signed in for longer than the settings say; what was typed survives; the last use is written rarely."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from everwise.accounts.models import User
from everwise.accounts.sessions import cleaning
from tests.factories import PASSWORD
from tests.scene import PROFILE, a_person
from tests.second_steps import is_signed_in, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def limits(settings):
    settings.SESSION_IDLE_HOURS, settings.SESSION_ABSOLUTE_HOURS = 3, 10


def test_unused_session_ends(clock):
    client = signed_in(a_person())

    clock.shift(3 * HOUR - timedelta(seconds=1))
    assert is_signed_in(client)
    clock.shift(3 * HOUR)
    answer = client.get("/paths/", follow=True)

    assert answer.redirect_chain[0][0].startswith(reverse("account_login"))
    assert "You have been signed out, since you signed in or last used Everwise long ago." in answer.text
    assert not is_signed_in(client)


def test_session_in_use_ends_all_the_same_in_the_end(clock):
    client = signed_in(a_person())
    for _hour in range(9):
        clock.shift(HOUR)
        assert is_signed_in(client)

    clock.shift(HOUR)
    assert not is_signed_in(client)


def test_what_was_typed_survives_signing_in_again(clock):
    client = signed_in(maya := a_person("Maya"))
    clock.shift(4 * HOUR)

    asked = client.post(reverse("profile"), {**PROFILE, "name": "Maya Typed"})
    assert asked.url.startswith(reverse("account_login"))
    client.post(asked.url, {"login": maya.email, "password": PASSWORD, "next": reverse("profile")})
    page = client.get(reverse("profile"))

    assert "Maya Typed" in page.text
    assert "nothing is saved yet" in page.text
    assert User.objects.get().name == "Maya"


def test_last_use_is_written_once_in_five_minutes(clock):
    client = signed_in(a_person())
    seen = UserSession.objects.get().last_seen_at

    clock.shift(timedelta(minutes=4, seconds=59))
    with CaptureQueriesContext(connection) as queries:
        client.get("/paths/")
    assert not [each["sql"] for each in queries if not each["sql"].startswith("SELECT")]
    assert UserSession.objects.get().last_seen_at == seen

    clock.shift(timedelta(seconds=1))
    client.get("/paths/", REMOTE_ADDR="192.0.2.9", HTTP_USER_AGENT="Firefox/1")
    row = UserSession.objects.get()
    assert (row.last_seen_at, row.ip, row.user_agent) == (timezone.now(), "192.0.2.9", "Firefox/1")


def test_session_from_before_begins_now_and_is_listed(clock):
    client = Client()
    client.force_login(a_person())
    session = client.session
    del session["began_at"], session["seen_at"]
    session.save()

    assert is_signed_in(client)
    assert UserSession.objects.get().session_key == client.session.session_key
    clock.shift(4 * HOUR)
    assert not is_signed_in(client)


def test_worker_deletes_what_is_over_and_nothing_else(clock):
    old, _gone, young = (signed_in(a_person(name)) for name in ("Old", "Gone", "Young"))
    Session.objects.filter(session_key=_gone.session.session_key).delete()
    clock.shift(2 * HOUR)
    young.get("/paths/")
    clock.shift(timedelta(hours=1, minutes=11))

    cleaning.sweep(timezone.now())

    assert list(UserSession.objects.values_list("user__name", flat=True)) == ["Young"]
    assert list(Session.objects.values_list("session_key", flat=True)) == [young.session.session_key]
    clock.shift(timedelta(days=400))
    cleaning.sweep(timezone.now())
    assert (UserSession.objects.count(), Session.objects.count()) == (0, 0)
    assert not is_signed_in(old)
