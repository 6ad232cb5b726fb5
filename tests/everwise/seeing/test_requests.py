"""One line for each request, with an id that the answer carries; and nothing secret in any line."""

import logging
import re
from types import SimpleNamespace
from unittest.mock import Mock

import pytest
from django.db import IntegrityError
from django.test import Client

from everwise.seeing import errors, logs
from meetings.pages.path import views
from tests import scene

pytestmark = [pytest.mark.django_db]
SECRET = "Zq8-secret_Zq8secretZq8secretZq8secret"
# How each address that holds a secret begins, and how it goes on.
SECRET_ADDRESSES = [
    ("/calendar/", f"{SECRET}.ics"),
    ("/invitations/", f"{SECRET}/"),
    ("/reminders/", f"{SECRET}/"),
    ("/invitations/", f"{SECRET}/decline/"),
    ("/invitations/", f"{SECRET}/nowhere/"),
    ("/accounts/password/reset/key/", f"1-{SECRET}/"),
    ("/accounts/confirm-email/", f"{SECRET}/"),
    ("/accounts/login/", f"?next=/invitations/{SECRET}/"),
    ("/nothing/", f"?token={SECRET}"),
    ("/accounts/zones/", f"?language=\x00{SECRET}&zone={SECRET}"),
]


def requests(lines):
    return [line for line in lines() if line["logger"] == "everwise.requests"]


@pytest.mark.parametrize("host", ["testserver", "evil.example"])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
@pytest.mark.parametrize(("start", "rest"), SECRET_ADDRESSES)
def test_no_line_holds_the_secret_of_an_address(lines, start, rest, method, host):
    client = Client(raise_request_exception=False)

    client.generic(method, start + rest, headers={"host": host, "referer": f"http://testserver{start}{rest}"})

    written = str(lines())
    assert start in written
    assert "Zq8" not in written


@pytest.mark.parametrize(
    ("text", "written"),
    [
        (f'127.0.0.1 "GET /everwise/calendar/{SECRET}.ics HTTP/1.1" 200', "/everwise/calendar/*** HTTP"),
        (f"Not Found: /invitations/{SECRET}/decline/", "/invitations/***"),
        (
            "/accounts/calendar/remove/ and /invitations/decline/",
            "/accounts/calendar/remove/ and /invitations/decline/",
        ),
        (f"at https://example.com/accounts/confirm-email/{SECRET}/", "/accounts/confirm-email/***"),
        (f"GET /accounts/oidc/callback/?code={SECRET}&state=Zq8 HTTP", "/accounts/oidc/callback/?*** HTTP"),
        ("could not connect to postgres://user:Zq8@host/name", "postgres://***@host/name"),
        ("{'zq8zq8.Zq8@example.com': (550, b'no')}", "***@example.com"),
        ("Is it 13:10 where you are? a=b", "Is it 13:10 where you are? a=b"),
    ],
)
def test_every_text_of_every_logger_is_cleaned(lines, text, written):
    logging.getLogger("elsewhere").warning("%s", text)
    try:
        raise ValueError(text)
    except ValueError:
        logging.getLogger("elsewhere").exception("broken")

    said, traced = lines()
    assert written in said["event"]
    assert written in traced["exception"]
    assert "Zq8" not in str([said, traced])


class RefusedByDatabase(Exception):
    """As psycopg's errors are: their text has all parts of what PostgreSQL said, in the language of the server."""

    def __init__(self, primary, *, detail=None, context=None):
        super().__init__("\n".join(filter(None, (primary, detail and f"DÉTAIL : {detail}", context))))
        self.diag = SimpleNamespace(message_primary=primary, message_detail=detail, context=context)


@pytest.mark.parametrize(
    ("error", "kept"),
    [
        (RefusedByDatabase("check broken", detail="La ligne contient (7, Zq8 wrote\n\nthis)."), "check broken"),
        (RefusedByDatabase("duplicate key", detail="Key (name)=(Zq8) already exists."), "duplicate key"),
        (RefusedByDatabase('invalid input syntax for type uuid: "Zq8 7"'), "invalid input syntax for type uuid"),
        (RefusedByDatabase("ungültige Eingabesyntax für Typ uuid: »Zq8«"), "ungültige Eingabesyntax"),
        (RefusedByDatabase("too long", context="unnamed portal parameter $1 = 'Zq8'"), "too long"),
    ],
)
def test_row_or_value_that_the_database_refuses_is_on_no_line_and_in_no_report(lines, error, kept):
    """It is whatever somebody typed: notes, names, e-mails that wait."""
    try:
        try:
            raise error
        except RefusedByDatabase as cause:
            raise IntegrityError(*cause.args) from cause
    except IntegrityError as raised:
        logging.getLogger("elsewhere").exception("broken")
        values = [{"type": type(each).__name__, "value": str(each)} for each in (error, raised)]
        event = {"exception": {"values": values}}
        sent = errors.cleaned(event, {"exc_info": (type(raised), raised, raised.__traceback__)})

    [traced] = lines()
    assert traced["exception"].count(kept) == 2
    assert kept in str(sent)
    assert "Zq8" not in str(traced) + str(sent)


def test_line_of_a_request_says_who_what_and_how_long(lines, client):
    person = scene.a_person("Maya")
    client.force_login(person)

    answer = client.get("/paths/?page=2")

    [line] = requests(lines)
    assert line.pop("ms") > 0
    assert re.fullmatch("[0-9a-f]{32}", line["request_id"])
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "request",
        "level": "info",
        "logger": "everwise.requests",
        "request_id": answer["X-Request-ID"],
        "method": "GET",
        "path": "/paths/",
        "view": "paths:list",
        "person": str(person.pk),
        "status": 200,
        "address": "127.0.0.1",
    }
    assert person.email not in str(lines())


def test_all_lines_of_a_request_have_its_id_and_the_next_another(lines, client, monkeypatch):
    client.raise_request_exception = False
    client.force_login(scene.a_person("Maya"))
    monkeypatch.setattr(views, "overviews", Mock(side_effect=ValueError("broken")))

    first, second = (client.get("/paths/")["X-Request-ID"] for _ in range(2))

    assert first != second
    assert {line["request_id"] for line in lines()} == {first, second}
    assert {line["logger"] for line in lines()} == {"everwise.requests", "django.request"}
    assert any("ValueError: broken" in line.get("exception", "") for line in lines())


@pytest.mark.parametrize(
    ("proxies", "given", "taken"),
    [
        (1, "abc-DEF.123_456", True),
        (0, "abc-DEF.123_456", False),
        (1, "short", False),
        (1, "x" * 65, False),
        (1, 'abc"def\\ghi jkl', False),
        (1, "maya@example.com", False),
    ],
)
def test_id_of_a_proxy_of_ours_is_taken_if_it_is_sane(settings, client, proxies, given, taken):
    settings.TRUSTED_PROXY_COUNT = proxies

    assert (client.get("/nothing/", headers={"x-request-id": given})["X-Request-ID"] == given) is taken


def test_health_and_static_files_are_silent(lines, client):
    for address in ("/healthz", "/readyz", "/readyz/worker"):
        client.get(address)
    client.get("/static/css/tokens.css").close()
    assert requests(lines) == []

    client.get("/static/css/nothing.css")
    assert [line["status"] for line in requests(lines)] == [404]


def test_a_line_for_people_has_the_same(lines):
    record = logging.LogRecord("here", logging.INFO, "", 0, "said %s", ("so",), None)
    record.__dict__.update(logs.told(ms=3))

    line = logs.formatter("plain").format(record)

    assert line.endswith("[info] said so [here] ms=3")


@pytest.mark.parametrize(
    ("environment", "chosen"),
    [({}, "json"), ({"DEMO": "1"}, "plain"), ({"DEBUG": "1"}, "plain"), ({"DEMO": "1", "LOG_FORMAT": "json"}, "json")],
)
def test_gunicorn_writes_as_the_application_does(environment, chosen):
    assert logs.chosen_in(environment) == chosen


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("as_role", [False, True])
def test_admin_who_sees_as_somebody_else_is_the_one_who_acts(lines, client, as_role):
    path = scene.a_path()
    ada, pia = scene.an_admin(path), scene.a_participant(path)
    client.force_login(ada)
    client.post(f"/paths/{path.pk}/see-as/", {"who": "participant" if as_role else pia.pk})

    client.get(f"/paths/{path.pk}/")
    client.get("/paths/")

    found = [(line["view"], line["person"], line.get("seen_as")) for line in requests(lines)]
    whom = "participant" if as_role else str(pia.pk)
    assert found == [
        ("paths:see-as", str(ada.pk), None),
        ("paths:detail", str(ada.pk), whom),
        ("paths:list", str(ada.pk), whom),
    ]
