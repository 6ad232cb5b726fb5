"""The headers that every answer has, spelled out: whatever kind of answer it is, and whoever made it."""

from unittest.mock import Mock

import pytest
from django.core.mail import EmailMultiAlternatives
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from everwise.demo import mailbox
from meetings.calendars import subscriptions
from meetings.pages.path import views
from tests import scene

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
AROUND_MAIL = f"{POLICY}; frame-src 'self'"
OF_MAIL = (
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)
PERMISSIONS = (
    "accelerometer=(), autoplay=(), browsing-topics=(), camera=(), clipboard-read=(), "
    "clipboard-write=(), display-capture=(), encrypted-media=(), fullscreen=(), gamepad=(), geolocation=(), "
    "gyroscope=(), hid=(), identity-credentials-get=(), idle-detection=(), local-fonts=(), magnetometer=(), "
    "microphone=(), midi=(), otp-credentials=(), payment=(), picture-in-picture=(), screen-wake-lock=(), serial=(), "
    "usb=(), xr-spatial-tracking=(), publickey-credentials-create=(self), publickey-credentials-get=(self)"
)
USUAL = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": PERMISSIONS,
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
TOLD_NOBODY = {"Referrer-Policy": "no-referrer"}
OF_LETTER = {"Content-Security-Policy": AROUND_MAIL}
OF_LETTERS_HTML = {"Content-Security-Policy": OF_MAIL, "X-Frame-Options": "SAMEORIGIN"}
HTMX = {"headers": {"hx-request": "true"}}
# What each answer is, by whom and what is asked for, its status; how it is asked, and what is not as usual.
ANSWERS = [
    ("page", "anybody", "/accounts/login/", 200, {}, {}),
    ("own page", "participant", "/", 200, {}, {}),
    ("htmx's answer", "participant", "/paths/", 200, HTMX, {}),
    ("redirect to the sign-in page", "anybody", "/paths/", 302, {}, {}),
    ("redirect to the slash", "participant", "/paths", 301, {}, {}),
    ("redirect to https", "anybody", "/accounts/login/", 301, {"SECURE_SSL_REDIRECT": True}, {}),
    ("redirect of a secret", "anybody", "/calendar/x.ics", 301, {"SECURE_SSL_REDIRECT": True}, {}),
    ("wrong host", "anybody", "/accounts/login/", 400, {"headers": {"host": "evil.example"}}, {}),
    ("NUL in the address", "anybody", "/accounts/login/?next=%00", 400, {}, {}),
    ("form without its token", "anybody", "/accounts/login/", 403, {"method": "POST"}, {}),
    ("too little right", "participant", "/paths/new/", 403, {}, {}),
    ("no such page", "anybody", "/nothing/", 404, {}, {}),
    ("no such invitation", "anybody", "/invitations/nothing/", 404, {}, {"Referrer-Policy": "strict-origin"}),
    ("no such calendar", "anybody", "/calendar/nothing.ics", 404, {}, TOLD_NOBODY),
    ("not by this method", "participant", "/paths/", 405, {"method": "PUT"}, {}),
    ("fault of ours", "participant", "/paths/", 500, {"raises": ValueError("broken")}, {}),
    ("database away", "participant", "/paths/", 503, {"raises": OperationalError("database is locked")}, {}),
    ("style sheet", "anybody", "/static/css/tokens.css", 200, {}, {}),
    ("drawing", "anybody", "/static/favicon.svg", 200, {}, {}),
    ("no such static file", "anybody", "/static/nothing.css", 404, {}, {}),
    ("public page", "anybody", "/accounts/zones/", 200, {}, {}),
    ("contact", "anybody", "/.well-known/security.txt", 200, {"SECURITY_CONTACT": ["mailto:a@example.com"]}, {}),
    ("Django's admin", "staff", "/admin/", 200, {}, {}),
    ("autocompletion", "staff", "/admin/autocomplete/", 403, {}, {}),
    ("list in Django's admin", "staff", "/admin/accounts/user/", 200, {}, {}),
    ("CSV file", "admin", "CSV", 200, {}, {}),
    ("calendar file", "anybody", "CALENDAR", 200, {}, TOLD_NOBODY),
    ("below a path", "anybody", "/everwise/accounts/login/", 200, {"FORCE_SCRIPT_NAME": "/everwise"}, {}),
    ("alive", "anybody", "/healthz", 200, {}, {}),
    ("ready", "anybody", "/readyz", 200, {}, {}),
    ("no worker", "anybody", "/readyz/worker", 503, {}, {}),
    ("alive, by a wrong method", "anybody", "/healthz", 405, {"method": "POST"}, {}),
    ("mailbox", "anybody", "/demo/mail/", 200, {}, {}),
    ("letter", "anybody", "LETTER", 200, {}, OF_LETTER),
    ("a letter's HTML", "anybody", "LETTERhtml/", 200, {}, OF_LETTERS_HTML),
]


@pytest.fixture
def world(db, settings, tmp_path):
    """Who asks, and what stands for an address that is known only now."""
    path = scene.a_path()
    people = {
        "participant": scene.a_participant(path, "Maya"),
        "admin": scene.an_admin(path, "Ruth"),
        "staff": scene.a_person("Sam", is_staff=True, is_superuser=True),
    }
    settings.MAIL_DIR = tmp_path
    message = EmailMultiAlternatives("Booked", "", "from@example.com", ["to@example.com"])
    message.attach_alternative("<html></html>", "text/html")
    mailbox.FileMailbox().send_messages([message])
    places = {
        "CSV": reverse("paths:export-people", args=[path.pk]),
        "CALENDAR": f"/calendar/{subscriptions.renew(by=people['admin'], seen='', now=scene.NOW)}.ics",
        "LETTER": f"/demo/mail/{mailbox.stored_names()[0]}/",
    }
    return people, places


def sorted_policy(headers):
    """Directives come in any order."""
    return headers | {"Content-Security-Policy": sorted(headers["Content-Security-Policy"].split("; "))}


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize(
    ("who", "place", "status", "how", "unusual"), [row[1:] for row in ANSWERS], ids=[row[0] for row in ANSWERS]
)
def test_every_kind_of_answer_has_its_headers(world, settings, monkeypatch, who, place, status, how, unusual):
    people, places = world
    for name in filter(str.isupper, how):
        setattr(settings, name, how[name])
    if error := how.get("raises"):
        monkeypatch.setattr(views, "overviews", Mock(side_effect=error))
    client = Client(raise_request_exception=False, enforce_csrf_checks=who == "anybody")
    if who in people:
        client.force_login(people[who])
    for word, address in places.items():
        place = place.replace(word, address)

    answer = client.generic(how.get("method", "GET"), place, headers=how.get("headers", {}))

    assert answer.status_code == status
    assert sorted_policy({name: answer.get(name) for name in USUAL}) == sorted_policy(USUAL | unusual)
    assert not answer.has_header("Access-Control-Allow-Origin")
    # A static file is open until then.
    answer.close()
