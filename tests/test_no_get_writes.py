"""A crawl of every address as each kind of person: no GET changes a row, and none ends in a 500."""

import itertools
from http import HTTPStatus

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from meetings.enums import Kind
from tests.gate_world import a_world, signed_in
from tests.snapshot import everything

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

WHO = ("anonymous", "participant", "expert", "admin", "admin elsewhere", "staff")
INSIDE = ("participant", "expert", "admin")
ODD = [
    "?page=99999",
    "?page=x",
    "?show=%00",
    "?day=x&zone=x&expert=x&start=x&at=x&every=x&theme=x&for=x&time=x&seen_zone=x&seen_theme=x",
    "?day=9999-12-31",
]


def names(resolver=None, prefix="", keys=()):
    """Each named address with the keys it takes, its parents' included."""
    for entry in (resolver or get_resolver()).url_patterns:
        own = (*keys, *entry.pattern.regex.groupindex)
        if isinstance(entry, URLResolver):
            if entry.app_name != "admin":
                yield from names(entry, prefix + (f"{entry.namespace}:" if entry.namespace else ""), own)
        elif isinstance(entry, URLPattern) and entry.name:
            yield prefix + entry.name, own


def test_no_get_writes_and_none_fails():
    world = a_world()
    meeting = world.meetings[Kind.DROP_IN]["participant"]
    ids = {"path_id": world.path.pk, "meeting_id": meeting.pk, "calendar_id": world.calendar.pk}
    ids |= {"import_id": world.people_import.pk, "theme_id": world.theme.pk, "held_id": world.held.pk}
    expert = world.people["expert"]
    ids |= {"user_id": expert.pk, "membership_id": expert.memberships.get().pk}
    ids |= {"uidb36": "1", "key": "a-b"}
    addresses = [
        reverse(name, kwargs={key: ids[key] for key in keys}) for name, keys in names() if set(keys) <= set(ids)
    ]
    themed = f"?theme={world.theme.pk}&start={meeting.starts_at:%Y-%m-%dT%H:%M:%SZ}"
    # allauth's own sign-out page is the one that anonymous crawlers would sign out with; it asks by POST.
    clients = {name: signed_in(world.people[name]) for name in WHO}
    before = everything()

    failed, asked = [], 0
    for (name, client), address in itertools.product(clients.items(), addresses):
        shown = client.get(address).status_code
        # Who gets no further than the door gets no further with an odd query.
        odd = ODD if shown == HTTPStatus.OK and name in INSIDE else []
        answers = {query: client.get(address + query).status_code for query in [*odd, themed]} | {"": shown}
        failed += [(name, address + query, status) for query, status in answers.items() if status >= 500]
        asked += len(answers)

    assert failed == []
    assert asked > 1_000
    assert everything() == before
