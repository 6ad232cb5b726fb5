"""A crawl of every address as each kind of person: no GET changes a row, and none ends in a 500."""

import itertools
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from experts.models import BusyCalendar
from tests.old_factories import ExpertFactory, MembershipFactory, PathFactory, ThemeFactory, UserFactory, make_dropin
from tests.snapshot import everything

pytestmark = pytest.mark.django_db

ODD = [
    "",
    "?page=99999",
    "?page=x",
    "?show=%00",
    "?week=x&zone=x&expert=x&start=x&theme=x&for=x&day=x&time=x&seen_zone=x&seen_theme=x",
    "?week=9999-12-31",
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


@pytest.fixture
def world():
    path = PathFactory()
    expert = ExpertFactory()
    feed = {"label": "Work", "url": "https://example.com/a.ics", "next_read_at": timezone.now()}
    BusyCalendar.objects.create(expert=expert, kind="address", **feed)
    theme = ThemeFactory(path=path)
    theme.experts.add(expert)
    people = {name: UserFactory() for name in ("participant", "admin", "other admin")}
    MembershipFactory(path=path, user=expert.user, role="expert")
    MembershipFactory(path=path, user=people["participant"], role="participant")
    MembershipFactory(path=path, user=people["admin"], role="admin")
    MembershipFactory(path=PathFactory(), user=people["other admin"], role="admin")
    meeting = make_dropin(people["participant"], expert, theme, timezone.now() + timedelta(days=3))
    people |= {"expert": expert.user, "staff": UserFactory(is_staff=True, is_superuser=True), "nobody": None}
    return path, theme, meeting, people


def test_no_get_writes_and_none_fails(world):
    path, theme, meeting, people = world
    ids = {"path_id": path.pk, "meeting_id": meeting.pk, "uidb36": "1", "key": "a-b"}
    ids["calendar_id"] = BusyCalendar.objects.get().pk
    addresses = [
        reverse(name, kwargs={key: ids[key] for key in keys}) for name, keys in names() if set(keys) <= set(ids)
    ]
    themed = f"?theme={theme.pk}&start={meeting.starts_at:%Y-%m-%dT%H:%M:%SZ}"
    # allauth's own sign-out page is the one that anonymous crawlers would sign out with; it asks by POST.
    clients = {name: Client(raise_request_exception=True) for name in people}
    for name, person in people.items():
        if person is not None:
            clients[name].force_login(person)
    people["participant"].refresh_from_db()
    before = everything()

    failed = []
    for (name, client), address, query in itertools.product(clients.items(), addresses, [*ODD, themed]):
        status = client.get(address + query).status_code
        if status >= 500:
            failed.append((name, address + query, status))

    assert failed == []
    assert everything() == before
