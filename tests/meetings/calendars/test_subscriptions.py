"""A person's calendar address: made, shown once, renewed, removed, and written down nowhere."""

import base64
import hashlib
import io
import logging
import logging.config
import re

import pytest
from django.conf import settings as django_settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from meetings.calendars import feed, subscriptions
from meetings.models import Subscription
from tests.gate_world import signed_in
from tests.scene import NOW, a_person
from tests.second_steps import lately
from tests.snapshot import everything

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
PAGE, REMOVE = "/accounts/calendar/", "/accounts/calendar/remove/"
SECRET = re.compile(r">http://testserver/calendar/([^<]+)\.ics<")


@pytest.fixture
def pia():
    return a_person("Pia")


@pytest.fixture
def client(pia):
    return lately(signed_in(pia))


def mark(user) -> str:
    held = Subscription.objects.filter(user=user).first()
    return held.mark if held else ""


def made(client, user) -> str:
    """The secret that the page shows after its button was pressed."""
    return SECRET.search(client.post(PAGE, {"seen": mark(user)}).text)[1]


def works(secret) -> bool:
    return Client().get(f"/calendar/{secret}.ics").status_code == 200


def test_secret_is_long_random_and_stored_as_a_digest_alone(client, pia):
    secret = made(client, pia)

    assert len(base64.urlsafe_b64decode(f"{secret}=")) == 32
    stored = Subscription.objects.get()
    assert (stored.user, stored.made_at) == (pia, NOW)
    assert stored.digest == hashlib.sha256(secret.encode()).hexdigest()
    assert secret not in str(everything())
    assert stored.digest in str(everything())
    assert works(secret)
    assert subscriptions.renew(by=pia, seen=mark(pia), now=NOW) != secret


def test_secret_is_shown_once_and_kept_nowhere_on_the_way(client, pia):
    sent = client.post(PAGE, {"seen": ""})
    secret = SECRET.search(sent.text)[1]

    assert sent.status_code == 200
    assert "no-store" in sent["Cache-Control"]
    assert f'href="webcal://testserver/calendar/{secret}.ics"' in sent.text
    assert secret not in client.get(PAGE).text
    sessions = str([session.get_decoded() for session in Session.objects.all()])
    assert secret not in sessions
    assert str(pia.pk) in sessions
    assert secret not in str(client.cookies)
    assert "sessionid" in str(client.cookies)


def test_form_sent_again_by_a_reload_makes_nothing(client, pia):
    secret = made(client, pia)
    before = everything()

    again = client.post(PAGE, {"seen": ""}, follow=True)

    assert again.redirect_chain == [(PAGE, 302)]
    assert "An address is shown once" in again.text
    assert secret not in again.text
    assert everything() == before
    assert works(secret)


def test_renewing_ends_the_old_address_at_once(client, pia):
    old, new = made(client, pia), made(client, pia)

    assert (works(old), works(new)) == (False, True)
    assert Subscription.objects.count() == 1


def test_removing_ends_the_address_and_leaves_others(client, pia):
    other = a_person("Per")
    theirs = subscriptions.renew(by=other, seen="", now=NOW)
    secret = made(client, pia)

    response = client.post(REMOVE, follow=True)

    assert "is removed" in response.text
    assert (works(secret), works(theirs)) == (False, True)
    assert "is removed" not in client.post(REMOVE, follow=True).text


def test_page_without_a_mark_makes_nothing(client, pia):
    assert client.post(PAGE).status_code == 400
    assert not Subscription.objects.exists()
    made(client, pia)
    assert Subscription.objects.exists()


def test_inactive_person_has_no_calendar_until_she_is_back(client, pia):
    secret = made(client, pia)
    pia.is_active = False
    pia.save()
    assert not works(secret)
    pia.is_active = True
    pia.save()
    assert works(secret)


def test_page_says_since_when(client, pia):
    assert "No address yet" in client.get(PAGE).text
    made(client, pia)

    assert "You have an address" in client.get(PAGE).text
    assert f'href="{PAGE}"' in client.get(reverse("profile")).text


@pytest.fixture
def written(monkeypatch):
    """All that any logger is told, with every attribute of every record."""
    records = []

    class Keeper(logging.Handler):
        def emit(self, record):
            request = record.__dict__.get("request")
            whole = [record.getMessage(), str(record.__dict__), self.format(record)]
            if hasattr(request, "META"):
                whole += [request.path, request.get_full_path(), repr(request), str(request.META)]
            records.append("\n".join(whole))

    keeper = Keeper(level=logging.DEBUG)
    loggers = [logging.getLogger(name) for name in ("", "django", "django.server")]
    for logger in loggers:
        logger.addHandler(keeper)
    yield records
    for logger in loggers:
        logger.removeHandler(keeper)


@pytest.mark.parametrize(
    "case", ["living", "wrong", "without .ics", "slash", "post", "csrf", "bad host", "NUL", "error", "debug"]
)
def test_no_log_ever_has_the_secret(client, pia, written, settings, monkeypatch, case):
    secret = made(client, pia) if case in {"living", "post", "csrf", "bad host", "NUL", "error", "debug"} else "s" * 43
    anybody = Client(enforce_csrf_checks=case == "csrf", raise_request_exception=False)
    settings.DEBUG = case == "debug"
    if case in {"error", "debug"}:
        monkeypatch.setattr(feed, "events", lambda *_: 1 / 0)
    address = f"/calendar/{secret}" + {"without .ics": "", "slash": ".ics/"}.get(case, ".ics")

    method = anybody.post if case in {"post", "csrf"} else anybody.get
    answer = method(address + ("?a=%00" if case == "NUL" else ""), headers={"host": "x"} if case == "bad host" else {})

    expected = {"living": 200, "post": 405, "csrf": 403, "bad host": 400, "NUL": 400, "error": 500, "debug": 500}
    assert answer.status_code == expected.get(case, 404)
    # Each request has its line.
    assert written
    assert not [record for record in written if secret in record]
    assert any("/calendar/" in record for record in written)
    assert secret not in answer.text
    assert case != "debug" or "http://testserver/calendar/" in answer.text


def test_server_finds_no_secret_to_log_in_the_request(pia):
    """What gunicorn writes into its access log is read from the environ, after the answer."""
    secret = subscriptions.renew(by=pia, seen="", now=NOW)
    address = f"/calendar/{secret}.ics"
    response = Client().get(address, RAW_URI=address, REQUEST_URI=address)

    assert response.status_code == 200
    assert secret not in str(response.wsgi_request.environ)
    assert "/calendar/" in str(response.wsgi_request.environ)


def test_line_of_the_development_server_has_no_secret(monkeypatch):
    out = io.StringIO()
    logging.config.dictConfig(django_settings.LOGGING)
    monkeypatch.setattr(logging.getLogger().handlers[0], "stream", out)

    logging.getLogger("django.server").info('"%s" %s %s', "GET /calendar/sssss.ics HTTP/1.1", "200", "12")

    assert "GET /calendar/*** HTTP/1.1" in out.getvalue()
    assert "sssss" not in out.getvalue()


def test_plain_http_leads_to_https_with_the_secret_in_place(pia, settings, written):
    settings.SECURE_SSL_REDIRECT = True
    settings.SITE_URL = "https://learn.example.test"

    response = Client().get("/calendar/sssss%20x.ics")

    assert (response.status_code, response["Location"]) == (301, "https://learn.example.test/calendar/sssss%20x.ics")
    assert Client().get("/calendar/sssss.ics", secure=True).status_code == 404
    assert not [record for record in written if "sssss" in record]
    assert [record for record in written if "/calendar/" in record]


def test_admin_shows_that_there_is_one_and_ends_it(pia):
    secret = subscriptions.renew(by=pia, seen="", now=NOW)
    staff = signed_in(a_person("Sue", is_staff=True, is_superuser=True))
    row = Subscription.objects.get()
    pages = [
        reverse("admin:meetings_subscription_changelist"),
        *(reverse(f"admin:meetings_subscription_{page}", args=[row.pk]) for page in ("change", "history", "delete")),
    ]

    shown = "".join(staff.get(page).text for page in pages)
    assert "Pia" in shown
    assert not {secret, row.digest, row.mark} & set(re.findall(r"[\w-]+", shown))
    assert staff.post(pages[-1], {"post": "yes"}).status_code == 302
    assert not works(secret)
