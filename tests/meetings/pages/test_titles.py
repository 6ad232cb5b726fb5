"""What a browser's tabs and a password manager are told of a page."""

import re
from collections import defaultdict

import pytest
from django.test import Client
from django.urls import reverse

from meetings.enums import Kind
from tests.gate_world import a_world, signed_in
from tests.scene import a_person
from tests.test_gates import filled, routes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

PURPOSES = {
    ("account_login", "login"): "email",
    ("account_login", "password"): "current-password",
    ("account_signup", "email"): "email",
    ("account_signup", "name"): "name",
    ("account_signup", "password1"): "new-password",
    ("profile", "name"): "name",
    ("profile", "called"): "given-name",
    ("account_email", "email"): "email",
    ("account_change_password", "oldpassword"): "current-password",
    ("account_change_password", "password1"): "new-password",
}


def title_of(text: str) -> str:
    found = re.search(r"<title>(.*?)</title>", text, re.DOTALL)
    return " ".join(found[1].split()) if found else ""


def test_every_page_has_a_title_of_its_own():
    world = a_world()
    client = signed_in(world.people["admin"])
    named = defaultdict(set)
    for kind in Kind:
        for route in routes():
            answer = client.get(filled(route, world, world.meetings[kind]["admin"], "x"))
            is_page = answer.status_code == 200 and answer["Content-Type"].startswith("text/html")
            if is_page and route != "/accounts/zones/":
                named[title_of(answer.text)].add(route)

    assert named.keys().isdisjoint({"", "Everwise"})
    assert {title: where for title, where in named.items() if len(where) > 1} == {}
    assert len(named) > 25


def test_fields_about_oneself_say_what_they_are():
    clients = {name: Client() for name, _ in PURPOSES}
    user = a_person()
    for name, client in clients.items():
        if name not in {"account_login", "account_signup"}:
            client.force_login(user)
    found = {}
    for name, field in PURPOSES:
        tags = re.findall(rf'<input[^>]*name="{field}"[^>]*>', clients[name].get(reverse(name)).text)
        (tag,) = (tag for tag in tags if not re.search('type="(radio|hidden)"', tag))
        purpose = re.search(r'autocomplete="([^"]*)"', tag)
        found[name, field] = purpose[1] if purpose else ""

    assert found == PURPOSES
