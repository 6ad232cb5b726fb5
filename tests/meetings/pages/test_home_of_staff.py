"""The first page of somebody who runs the installation and is on no path."""

import pytest
from django.urls import reverse

from paths.enums import Role
from tests.scene import a_participant, a_path, a_person, join

pytestmark = pytest.mark.django_db

STEPS = {name: reverse(f"admin:{name}_add") for name in ("paths_program", "paths_path", "accounts_user")}


@pytest.fixture
def home(client):
    def page_of(user):
        client.force_login(user)
        return client.get(reverse("home")).text

    return page_of


def test_empty_installation_names_the_first_three_things_to_do(home):
    page = home(a_person(is_staff=True))

    assert [name for name, url in STEPS.items() if f'href="{url}"' in page] == list(STEPS)
    assert f'href="{reverse("admin:index")}"' in page


def test_what_is_done_is_no_longer_offered(home):
    a_path()
    page = home(a_person(is_staff=True))

    assert [name for name, url in STEPS.items() if f'href="{url}"' in page] == ["accounts_user"]
    assert page.count("Done") == 2


def test_nothing_is_listed_once_all_is_done(home):
    staff = a_person(is_staff=True)
    assert "Make a program" in home(staff)
    a_participant(a_path())

    page = home(staff)

    assert "Make a program" not in page
    assert f'href="{reverse("admin:index")}"' in page


def test_nobody_else_sees_them(home):
    assert "You run this installation" not in home(a_person())
    staff = a_person(is_staff=True)
    assert "You run this installation" in home(staff)
    join(staff, a_path(), Role.PARTICIPANT)
    assert "You run this installation" not in home(staff)
