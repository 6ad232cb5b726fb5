"""The first page of somebody who runs the installation and is on no path."""

import pytest
from django.urls import reverse

from paths.enums import Role
from tests.scene import a_meeting, a_participant, a_path, a_person, an_expert, at, join

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(client):
    def page_of(user):
        client.force_login(user)
        return client.get(reverse("home")).text

    return page_of


def test_an_empty_installation_shows_what_it_needs(home):
    page = home(a_person(is_staff=True, is_superuser=True))

    assert "<h1>Set up Everwise</h1>" in page
    assert f'action="{reverse("staff:test-mail")}"' in page
    assert f'href="{reverse("paths:new")}"' in page
    assert f'href="{reverse("admin:index")}"' in page


def test_whoever_may_not_make_paths_is_not_led_there(home):
    page = home(a_person(is_staff=True))

    assert "First path" in page
    assert reverse("paths:new") not in page


def test_it_is_shown_until_a_session_is_booked(home):
    staff, path = a_person(is_staff=True), a_path()
    pia = a_participant(path)
    assert "Set up Everwise" in home(staff)
    a_meeting(path, an_expert(path).user, pia, at(9))

    page = home(staff)

    assert "Set up Everwise" not in page
    assert "You run this installation" in page
    assert f'class="btn btn-primary" href="{reverse("staff:installation")}"' in page


def test_nobody_else_sees_it(home):
    assert "Set up Everwise" not in home(a_person())
    staff = a_person(is_staff=True)
    assert "Set up Everwise" in home(staff)
    join(staff, a_path(), Role.PARTICIPANT)
    assert "Set up Everwise" not in home(staff)
