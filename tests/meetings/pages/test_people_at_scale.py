"""With ten thousand people on a path, the pages that choose among them are no larger and ask no more than with few."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from everwise.accounts.models import User
from meetings.booking.credits import credits_of_people
from meetings.pages.people_listing import listing
from paths import people_search
from paths.enums import Role
from paths.models import Membership
from tests.gate_world import a_manual_form, signed_in
from tests.scene import NOW, a_path, a_theme, an_admin, an_expert, at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
MANY = 10_000
SEARCHES = {
    "": "1 to 6 of more than 1,000",
    "lind": "1 to 6 of more than 1,000 for “lind”",
    "person 0000": "1 to 6 of 10 for “person 0000”",
    "nobody at all": "Nobody on this path is called “nobody at all”.",
}


def a_path_with(number: int, name: str):
    path = a_path(sessions_per_participant=6)
    a_theme(path, an_expert(path))
    surnames = ("Lindqvist", "Okafor", "Haddad")
    people = [
        User(name=f"Person {each:05} {surnames[each % 3]}", email=f"a{each:x}@{name}.example") for each in range(number)
    ]
    User.objects.bulk_create(people)
    Membership.objects.bulk_create(Membership(path=path, user=each, role=Role.PARTICIPANT) for each in people)
    return path


@pytest.fixture
def paths():
    """A path like the demo's, and one with ten thousand."""
    return a_path_with(24, "few"), a_path_with(MANY, "many")


def sizes_and_queries(path, find):
    """Of both pages as they open, and of a search on each."""
    client = signed_in(an_admin(path))
    manually, theme = reverse("schedule:manually", args=[path.pk]), reverse("schedule:theme", args=[path.pk])
    form = {**a_manual_form(at(10)), "token": str(uuid4()), "organizer": ""}
    search = {**form, "find-participants": find, "find-experts": find, "do": "find:participants"}
    found = []
    for method, address, data in (("get", manually, {}), ("post", manually, search), ("get", theme, {"find": find})):
        with CaptureQueriesContext(connection) as asked:
            page = getattr(client, method)(address, data)
        assert page.status_code == 200
        found.append((len(page.content), len(asked)))
    return found


def test_pages_do_not_grow(paths):
    for find in SEARCHES:
        small, large = (sizes_and_queries(path, find) for path in paths)

        for (little, few), (big, many) in zip(small, large, strict=True):
            assert big <= 1.1 * little
            assert many <= min(few + 1, 20)


def test_one_search_asks_at_most_four_times(paths):
    path = paths[1]
    people = people_search.members(path, Role.PARTICIPANT)
    admin = an_admin(path)

    for find, line in SEARCHES.items():
        with CaptureQueriesContext(connection) as asked:
            found = listing(people, path, text=find, number=1, by=admin, now=NOW)
            credits_of_people(found.people, path, now=NOW)

        assert (len(asked) <= 4, found.line) == (True, line)
