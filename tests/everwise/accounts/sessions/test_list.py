"""The list of one's sessions: this one marked, others ended at once, nobody else's touched."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from everwise.accounts.sessions.devices import in_words
from tests.factories import PASSWORD
from tests.scene import a_person
from tests.second_steps import is_signed_in, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

PAGE = "/accounts/sessions/"
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
)
EDGE = f"{CHROME} Edg/140.0.0.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0"
    " Mobile/15E148 Safari/604.1"
)


@pytest.fixture(autouse=True)
def nothing_counted():
    cache.clear()


@pytest.fixture
def maya():
    return a_person("Maya")


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (CHROME, "Chrome on Windows"),
        (EDGE, "Edge on Windows"),
        (IPHONE, "Safari on iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0", "Firefox on Linux"),
        (
            "Mozilla/5.0 (Linux; Android 15; K) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36",
            "Chrome on Android",
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 15_6) AppleWebKit/605 Version/19.0 Safari/605.1", "Safari on Mac"),
        ("Firefox/1", "Firefox"),
        ("curl/8.5", "Unknown device"),
        ("", "Unknown device"),
        ("<script>\x00" * 50, "Unknown device"),
    ],
)
def test_device_in_words(user_agent, words):
    assert in_words(user_agent) == words


def test_sessions_are_listed_by_device_address_and_use_with_this_one_marked(maya):
    here = signed_in(maya, HTTP_USER_AGENT=CHROME)
    signed_in(maya, HTTP_USER_AGENT=IPHONE, REMOTE_ADDR="192.0.2.7")
    signed_in(a_person("Omar"), HTTP_USER_AGENT=EDGE)

    page = here.get(PAGE)

    assert [(line.device, line.row.ip, line.here) for line in page.context["lines"]] == [
        ("Chrome on Windows", "127.0.0.1", True),
        ("Safari on iPhone", "192.0.2.7", False),
    ]
    assert page.text.count("Here</span>") == 1
    assert "Network address 192.0.2.7" in page.text
    assert "Signed in today" in page.text


def test_one_is_ended_at_once_and_the_others_go_on(maya):
    here, there, elsewhere = (signed_in(maya) for _ in range(3))
    row = UserSession.objects.get(session_key=there.session.session_key)

    here.post(PAGE, {"end": row.pk})

    assert [is_signed_in(each) for each in (here, there, elsewhere)] == [True, False, True]


def test_all_others_are_ended_those_unlisted_too(maya):
    here, there = signed_in(maya), signed_in(maya)
    unlisted, omar = Client(), signed_in(a_person("Omar"))
    unlisted.force_login(maya)

    said = here.post(PAGE, {"end": "others"}, follow=True)

    assert [is_signed_in(each) for each in (here, there, unlisted, omar)] == [True, False, False, True]
    assert "2 other sessions are ended." in said.text
    assert UserSession.objects.filter(user=maya).count() == 1


@pytest.mark.parametrize("end", ["", "x", "0", "99999999999999999999", "\x00", "-1"])
def test_what_is_no_session_ends_none(maya, end):
    here, there = signed_in(maya), signed_in(maya)

    assert "over already" in here.post(PAGE, {"end": end}, follow=True).text

    assert is_signed_in(here)
    assert is_signed_in(there)


def test_session_of_another_person_and_this_very_one_are_not_ended(maya):
    here, omar = signed_in(maya), signed_in(a_person("Omar"))

    for client in (omar, here):
        here.post(PAGE, {"end": UserSession.objects.get(session_key=client.session.session_key).pk})

    assert is_signed_in(omar)
    assert is_signed_in(here)


def test_open_browser_that_somebody_found_ends_nothing(maya, clock):
    here, there = signed_in(maya), signed_in(maya)
    clock.shift(timedelta(minutes=6))

    assert here.post(PAGE, {"end": "others"}).url.startswith(reverse("account_reauthenticate"))
    assert is_signed_in(there)
    # The control: once they have shown that it is them, and pressed again.
    back = here.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": PAGE})
    assert back.url == PAGE
    assert is_signed_in(there)
    here.post(PAGE, {"end": "others"})
    assert not is_signed_in(there)


def test_changed_password_ends_the_others_and_lists_them_no_more(maya):
    here, there = signed_in(maya), signed_in(maya)
    new = dict.fromkeys(("password1", "password2"), "an entirely new sentence")

    here.post(reverse("account_change_password"), {"oldpassword": PASSWORD, **new})

    assert [is_signed_in(each) for each in (here, there)] == [True, False]
    assert UserSession.objects.filter(user=maya).count() == 1


def test_many_sessions_cost_no_more_queries_than_one(maya):
    here, counts = signed_in(maya), []
    for _more in range(2):
        with CaptureQueriesContext(connection) as queries:
            here.get(PAGE)
        counts.append(len(queries))
        for _ in range(5):
            signed_in(maya)

    assert counts[0] == counts[1]
