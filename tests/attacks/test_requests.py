"""Requests that no page of ours makes, and what every answer carries."""

import pytest
from django.test import Client
from django.urls import reverse

from meetings.enums import Kind
from tests.gate_table import OF_SITE
from tests.gate_world import a_world, signed_in
from tests.snapshot import everything
from tests.test_gates import filled, routes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

MEGABYTE = 1_000_000
# Kept by browsers or calendar programs: the list of zones, the icon, calendars by their ETag.
KEPT = ("/accounts/zones/", "/favicon.ico", "/calendar/")
# Shows its letters in frames of its own.
MAILBOX = "/demo/mail/"


@pytest.fixture
def world():
    return a_world()


@pytest.fixture
def addresses(world):
    """Every address, as the admin of the path sees them."""
    meeting = world.meetings[Kind.AD_HOC]["admin"]
    return [filled(route, world, meeting) for route in routes() if "str:name" not in route]


def test_wrong_host_is_refused_everywhere(world, addresses):
    client = signed_in(world.people["admin"], headers={"host": "evil.example"})

    assert {address: client.get(address).status_code for address in addresses} == dict.fromkeys(addresses, 400)
    assert signed_in(world.people["admin"]).get("/").status_code == 200


def test_host_that_a_proxy_names_is_on_no_page(world, addresses):
    headers = {"x-forwarded-host": "evil.example", "forwarded": "host=evil.example", "x-host": "evil.example"}
    client = signed_in(world.people["admin"], headers=headers)
    answers = {address: client.get(address) for address in addresses}

    told = {
        address: f"{answer.headers}{'' if answer.streaming else answer.text}" for address, answer in answers.items()
    }
    assert [address for address, text in told.items() if "evil.example" in text] == []
    assert sum("testserver" in text for text in told.values()) > 0


def test_body_that_is_too_large_is_refused(world):
    client = signed_in(world.people["admin"])
    before = everything()
    forms = [route for (method, route), row in OF_SITE.items() if method == "POST" and row["admin"] == "400"]
    addresses = [filled(route, world, world.meetings[Kind.AD_HOC]["admin"]) for route in forms]
    many = "&".join(f"f{number}=x" for number in range(5_001))
    form = "application/x-www-form-urlencoded"

    large = {each: client.post(each, f"note={'x' * MEGABYTE}", content_type=form).status_code for each in addresses}
    wide = {each: client.post(each, many, content_type=form).status_code for each in addresses}

    assert len(addresses) > 8
    assert set(large.values()) | set(wide.values()) <= {400, 413}
    assert everything() == before


def test_odd_bodies_are_no_fault_of_ours(world, addresses):
    client = signed_in(world.people["admin"], raise_request_exception=False)
    bodies = {
        "text/xml": b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
        "multipart/form-data; boundary=x": b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n",
        "application/x-www-form-urlencoded; charset=utf-7": b"note=%FF%00%ED%A0%80&=&&token=%00",
    }
    failed = [
        (address, kind)
        for address in addresses
        for kind, body in bodies.items()
        if client.post(address, body, content_type=kind).status_code >= 500
    ]

    assert failed == []


def test_trace_is_refused(world, addresses):
    client = signed_in(world.people["admin"], headers={"x-secret": "echo-of-a-secret"})
    answers = {address: client.trace(address) for address in addresses}

    assert [
        address for address, answer in answers.items() if "echo-of-a-secret" in f"{answer.headers}{answer.content}"
    ] == []
    assert answers["/"].status_code == 405


def test_no_answer_is_for_other_origins(world, addresses):
    client = signed_in(world.people["admin"], headers={"origin": "https://evil.example"})
    answers = {address: client.get(address) for address in addresses}
    wrong = []
    for address, answer in answers.items():
        headers = answer.headers
        wrong += [(address, name) for name in headers if name.lower().startswith("access-control-")]
        if headers.get("X-Content-Type-Options") != "nosniff":
            wrong.append((address, "nosniff"))
        if "Referrer-Policy" not in headers:
            wrong.append((address, "referrer"))
        if "frame-ancestors 'none'" not in headers.get("Content-Security-Policy", "") and not address.startswith(
            MAILBOX
        ):
            wrong.append((address, "policy"))
        if "no-store" not in headers.get("Cache-Control", "") and not address.startswith(KEPT):
            wrong.append((address, "cache"))
        if answer.status_code == 200 and "charset=" not in headers["Content-Type"]:
            wrong.append((address, headers["Content-Type"]))

    assert wrong == []
    assert sum(answer.status_code == 200 for answer in answers.values()) > 25


def test_unknown_methods_write_nothing(world, addresses):
    client = Client(raise_request_exception=False)
    client.force_login(world.people["admin"])
    before = everything()
    failed = {
        (address, method): status
        for address in addresses
        for method in ("PUT", "DELETE", "PATCH", "PROPFIND")
        if (status := client.generic(method, address).status_code) >= 500
    }

    assert failed == {}
    assert everything() == before
    assert client.put(reverse("profile")).status_code == 405
