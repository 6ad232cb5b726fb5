"""Adding people to a path by their e-mail addresses."""

from html import unescape
from uuid import uuid4

import pytest

from everwise.accounts.models import User
from paths.enums import Role
from paths.models import Membership
from tests.gate_world import signed_in
from tests.meetings.pages.people.scene import Scene, text_of
from tests.scene import NOW, a_participant, a_path, an_admin, an_expert, leave

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def scene():
    return Scene()


def send(scene, lines, role="participant", *, client=None, **fields):
    form = {"token": str(uuid4()), "lines": lines, "role": role, **fields}
    return (client or scene.client).post(scene.address("add-people"), form)


def test_the_page_asks_for_addresses_and_a_role(scene):
    response = scene.client.get(scene.address("add-people"))
    text = text_of(response)

    assert response.status_code == 200
    assert "One on each line, up to 50." in text
    assert "Books sessions: 2 on this path." in text
    assert 'value="participant" aria-describedby="role-participant-hint" checked' in response.content.decode()


def test_people_are_added_and_it_is_said(scene):
    per = a_participant(scene.path, "Per")
    response = send(scene, f"Zanele Dube <zanele@new.example>\nTOMAS@new.example\n\n{per.email}")

    assert response.status_code == 302
    assert response.url == scene.address("people")
    assert "2 people were invited. 1 person was already here." in text_of(scene.client.get(response.url))
    live = Membership.objects.live().filter(path=scene.path, role=Role.PARTICIPANT)
    assert set(live.values_list("user__email", flat=True)) == {"zanele@new.example", "tomas@new.example", per.email}
    assert User.objects.get(email="zanele@new.example").name == "Zanele Dube"


def test_the_same_form_twice_says_the_same(scene):
    token = str(uuid4())
    for _ in range(2):
        response = send(scene, "zanele@new.example", token=token)
        assert "1 person was invited." in text_of(scene.client.get(response.url))

    assert Membership.objects.filter(user__email="zanele@new.example").count() == 1


def test_bad_lines_say_why_and_stay(scene):
    eva = an_expert(scene.path, name="Elin Sandberg").user
    response = send(scene, f"tomas@new.example\nomar@brightwater\n{eva.email}")

    assert response.status_code == 400
    assert "<title>Error: " in response.content.decode()
    assert "Line 2: “omar@brightwater” is not a full e-mail address." in text_of(response)
    assert f"tomas@new.example\nomar@brightwater\n{eva.email}</textarea>" in response.content.decode()
    assert not User.objects.filter(email="tomas@new.example").exists()

    response = send(scene, f"tomas@new.example\n{eva.email}")
    assert "Elin Sandberg is an expert here, and can’t be both." in text_of(response)
    assert not User.objects.filter(email="tomas@new.example").exists()


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("", "Type at least one e-mail address."),
        (" \n ", "Type at least one e-mail address."),
        ("\n".join(f"a{number}@new.example" for number in range(51)), "51 lines; 50 at most."),
        ("x" * 20_000, "Please keep it under"),
        ("a@new.example\nA@new.example", "Line 2: the same person stands on line 1."),
        ("\x00a@new.example", ""),
    ],
)
def test_lists_that_cannot_be(scene, lines, said):
    response = send(scene, lines)

    assert response.status_code == 400
    assert said in text_of(response)
    assert Membership.objects.count() == 1


@pytest.mark.parametrize("role", ["", "king"])
def test_a_role_that_is_none(scene, role):
    response = send(scene, "zanele@new.example", role)

    assert response.status_code == 400
    assert "zanele@new.example</textarea>" in response.content.decode()


def test_a_damaged_form_can_be_sent_again(scene):
    response = send(scene, "zanele@new.example", token="x")
    html = response.content.decode()

    assert response.status_code == 400
    token = html.split('name="token" value="')[1].split('"')[0]
    assert send(scene, "zanele@new.example", token=token).status_code == 302


def test_somebody_gone_comes_back_with_a_new_membership(scene):
    gustav = a_participant(scene.path, "Gustav Gone")
    leave(gustav, scene.path)
    response = scene.client.get(scene.address("add-people"), {"who": gustav.email, "role": "expert"})
    html = unescape(response.content.decode())
    assert f"{gustav.email}</textarea>" in html
    assert 'value="expert" aria-describedby="role-expert-hint" checked' in html

    assert send(scene, gustav.email, "expert").status_code == 302

    assert list(Membership.objects.filter(user=gustav).order_by("pk").values_list("role", "ended_at")) == [
        ("participant", NOW),
        ("expert", None),
    ]


def test_only_admins_add(scene):
    for user, status in ((a_participant(scene.path), 403), (an_admin(a_path()), 404)):
        assert send(scene, "zanele@new.example", client=signed_in(user)).status_code == status
        assert signed_in(user).get(scene.address("add-people")).status_code == status
    assert not User.objects.filter(email="zanele@new.example").exists()
