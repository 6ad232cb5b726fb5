"""The ids of others in every address and query: who has rights of their own gains none by them."""

import re
from uuid import UUID

import pytest
from django.urls import reverse

from meetings.enums import Kind
from tests.gate_world import a_world, signed_in
from tests.scene import NOW, a_participant, a_path, a_theme, an_admin, an_expert, at, book
from tests.second_steps import lately
from tests.snapshot import everything
from tests.test_gates import filled, routes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

# Lists and pages that ask by a query, with the ids of another path.
ASKED = (
    "schedule:theme",
    "schedule:time",
    "schedule:confirm",
    "why",
    "paths:meetings",
    "paths:people",
    "paths:history",
)


@pytest.fixture
def world():
    return a_world()


@pytest.fixture
def own(world):
    """A path beside the world's, whole in itself."""
    path = a_path(name="Elsewhere")
    expert = an_expert(path, name="Egon")
    theme = a_theme(path, expert)
    people = {"participant": a_participant(path, "Paul"), "expert": expert.user, "admin": an_admin(path, "Anton")}
    book(theme, people["participant"], at(10), now=NOW)
    return path, people


def asked(client, address) -> set[int]:
    return {client.get(address).status_code, client.post(address).status_code}


def test_ids_of_another_path_open_nothing(world, own):
    path, people = own
    clients = {name: lately(signed_in(user)) for name, user in people.items()}
    before = everything()
    opened, tried = [], 0
    for kind in Kind:
        meeting = world.meetings[kind]["participant"]
        for route in routes():
            ids = re.findall("<[^>]*>", route)
            # Names of languages and of organisations are nobody's.
            if not ids or "str:name" in route or "slug:provider_id" in route:
                continue
            for name, client in clients.items():
                whole = filled(route, world, meeting)
                mixed = filled(route.replace("<uuid:path_id>", str(path.pk)), world, meeting)
                # One's own path is one's own.
                addresses = {whole, mixed} if len(ids) > 1 else {whole}
                tried += len(addresses)
                opened += [(name, each) for each in addresses if asked(client, each) - {403, 404, 405}]

    assert opened == []
    assert tried > 150
    assert everything() == before


def test_ids_of_another_path_in_a_query_show_nothing(world, own):
    path, people = own
    participant, expert = world.people["participant"], world.people["expert"]
    secrets = {world.theme.pk, participant.pk, participant.email, expert.pk, expert.email}
    query = {"theme": world.theme.pk, "for": participant.pk, "expert": expert.pk, "person": participant.pk}
    query |= {"start": f"{at(11):%Y-%m-%dT%H:%M:%SZ}", "participant": participant.pk, "by": participant.pk}
    shown = []
    for name, user in people.items():
        client = signed_in(user)
        for page in ASKED:
            answer = client.get(reverse(page, args=[path.pk]), query)
            # An id that is repeated as it was asked for tells nothing.
            known = {secret for secret in secrets if not isinstance(secret, UUID)}
            shown += [(name, page, str(secret)) for secret in known if str(secret) in answer.text]
            shown += [
                (name, page, person.name) for person in (participant, expert) if f">{person.name}<" in answer.text
            ]

    assert shown == []
    control = signed_in(world.people["admin"]).get(reverse("paths:people", args=[world.path.pk])).text
    assert {participant.email, expert.email} <= {secret for secret in map(str, secrets) if secret in control}
