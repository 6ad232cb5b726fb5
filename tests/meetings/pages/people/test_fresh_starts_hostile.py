"""Forms of a yes as strangers send them, and where an admin finds who needs one."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest

from meetings.booking import fresh_starts, no_shows
from meetings.enums import Status
from paths.models import FreshStart
from tests.gate_world import signed_in
from tests.meetings.pages.people.scene import Scene, text_of
from tests.scene import NOW, a_dropin, a_participant, a_theme, an_expert, leave

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def scene():
    """Maya has missed two sessions, of which the path allows one; Jonas has missed one."""
    found = Scene(sessions_per_participant=8, no_shows_allowed=1)
    found.eva = an_expert(found.path, name="Eva Stern")
    found.theme = a_theme(found.path, found.eva)
    found.maya, found.jonas = a_participant(found.path, "Maya Lindqvist"), a_participant(found.path, "Jonas Weber")
    for days, person in [(2, found.maya), (3, found.maya), (4, found.jonas)]:
        start = NOW - timedelta(days=days)
        a_dropin(found.theme, person, found.eva, start, status=Status.NO_SHOW_PARTICIPANT)
    return found


def page(scene, user):
    return scene.client.get(scene.address("person", user.pk))


def let_book(scene, user, client=None, **fields):
    missed = no_shows.missed_on(user, [scene.path]).get(scene.path.pk, ())
    known = {"token": str(uuid4()), "shown": fresh_starts.version(missed), "why": ""}
    return (client or scene.client).post(scene.address("let-book", user.pk), known | fields)


def take_back(scene, user, fresh):
    return scene.client.post(scene.address("let-book-back", user.pk), {"fresh": fresh})


def test_no_two_fields_of_the_page_have_one_id(scene):
    ids = re.findall(
        r'<(?:input|textarea|select|div)[^>]* id="([^"]*id_[^"]+)"', page(scene, scene.maya).content.decode()
    )
    assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize("fields", [{"token": "x"}, {"shown": ""}, {"why": "x" * 201}])
def test_a_damaged_form_gives_nothing(scene, fields):
    assert let_book(scene, scene.maya, **fields).status_code == 400
    assert not FreshStart.objects.exists()


@pytest.mark.parametrize("fresh", ["", "x", "-1", "²", "9" * 40, "0"])
def test_hostile_ids_of_a_yes_are_not_there(scene, fresh):
    assert take_back(scene, scene.maya, fresh).status_code == 404


def test_nobody_else_says_yes(scene):
    for client, code in [(signed_in(scene.maya), 403), (signed_in(scene.eva.user), 403)]:
        assert let_book(scene, scene.maya, client=client).status_code == code
    leave(scene.admin, scene.path)
    assert let_book(scene, scene.maya).status_code == 404
    assert not FreshStart.objects.exists()


def test_the_overview_and_the_list_name_who_needs_a_yes(scene):
    (row,) = [row for row in scene.client.get(scene.address("detail")).context["needed"] if "yes" in row.title]
    assert row.title == "1 person needs a yes to book"
    assert row.url == f"{scene.address('people')}?state=needs-yes"
    assert scene.names(state="needs-yes") == ["Maya Lindqvist"]
    let_book(scene, scene.maya)
    assert scene.names(state="needs-yes") == []
    assert "needs a yes" not in text_of(scene.client.get(scene.address("detail")))
