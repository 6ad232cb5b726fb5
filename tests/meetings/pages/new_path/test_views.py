"""“Create a path”: what it offers to whom, what it says of faults, and where it leads."""

import re
from html import unescape
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from everwise.accounts.models import User
from paths.enums import Role
from paths.models import Membership, Path, Program, Theme
from tests.gate_world import signed_in
from tests.meetings.pages.people.scene import text_of
from tests.scene import a_participant, a_path, a_person, a_theme, an_admin, an_expert, join, leave

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
ADDRESS = "/paths/new/"


@pytest.fixture
def source():
    return a_path(name="Leading your first team", sessions_per_participant=6)


@pytest.fixture
def ruth(source):
    return an_admin(source, "Ruth", time_zone="Europe/Stockholm")


@pytest.fixture
def staff():
    return a_person("Sam", is_staff=True, is_superuser=True)


def send(user, *, client=None, **fields):
    form = {"token": str(uuid4()), "start": "empty", "name": "Leading through change", "time_zone": "Stockholm"}
    form |= {"program": str(Program.objects.order_by("pk").values_list("pk", flat=True).first() or "new"), **fields}
    return (client or signed_in(user)).post(ADDRESS, form)


def html_of(response):
    return unescape(response.content.decode())


def errors(response):
    """What the summary says, in order."""
    assert response.status_code == 400
    assert "<title>Error: " in response.content.decode()
    summary = re.search(r'<div class="ew-errors".*?</ul>', html_of(response), re.S)
    return [re.sub(r"<[^>]+>", "", each) for each in re.findall(r"<li>(.*?)</li>", summary[0], re.S)]


def test_an_admin_is_offered_their_programs_and_paths_alone(source, ruth):
    a_path(name="Not theirs", program=Program.objects.create(name="Somebody else’s"))
    a_theme(source, an_expert(source))
    a_theme(source, name="Old", retired_at="2026-01-01T00:00Z")
    leave(a_participant(source), source)
    a_participant(source)
    response = signed_in(ruth).get(ADDRESS)

    assert [str(label) for _value, label in response.context["form"].fields["program"].choices] == [
        "Coaching on demand"
    ]
    assert [label for _value, label in response.context["form"].fields["source"].choices] == [
        "Leading your first team, Always open: 1 theme, 1 expert, 1 participant"
    ]
    assert 'value="Stockholm (GMT+1)"' in html_of(response)
    assert "You become its admin. It stays a draft until you open it." in text_of(response)
    assert "New program" not in text_of(response)
    assert "Its admin" not in text_of(response)


def test_staff_without_a_role_are_offered_all_programs_and_no_path(source, staff):
    response = signed_in(staff).get(ADDRESS)
    text = text_of(response)

    assert "Coaching on demand" in text
    assert "New program…" in text
    assert "Its admin" in text
    assert "Copy an existing path" not in text
    assert source.name not in text
    join(staff, source, Role.ADMIN)
    text = text_of(signed_in(staff).get(ADDRESS))
    assert "Copy an existing path" in text
    assert source.name in text


def test_an_empty_path_is_made_and_opened(ruth):
    client = signed_in(ruth)
    response = send(
        ruth,
        client=client,
        opens_on="2026-12-03",
        closes_on="2027-03-31",
        sessions="6",
        themes="Saying no to good ideas, 30\r\nMy own next step",
        experts="Helen Castillo <helen@torch.example>\r\noliver@torch.example",
        # What belongs to the other choice is not read.
        source="nonsense",
        with_participants="on",
    )

    path = Path.objects.get(name="Leading through change")
    assert (response.status_code, response.url) == (302, reverse("paths:detail", args=[path.pk]))
    text = "“Leading through change” is a draft. Participants hear nothing until it is opened."
    assert text in text_of(client.get(response.url))
    assert path.opened_at is None
    assert list(path.themes.values_list("name", "duration_minutes")) == [
        ("Saying no to good ideas", 30),
        ("My own next step", 45),
    ]
    assert Membership.objects.filter(path=path, role=Role.EXPERT).count() == 2
    assert User.objects.get(email="helen@torch.example").name == "Helen Castillo"


def test_a_copy_is_made_and_the_other_choices_fields_are_not_read(source, ruth):
    a_theme(source, an_expert(source))
    a_participant(source)
    fields = {"with_settings": "on", "with_experts": "on", "with_participants": "on"}
    other = {"themes": "x, 9999", "experts": "no address", "time_zone": "Atlantis\x00"}
    response = send(ruth, start="copy", source=str(source.pk), name="Spring", **fields, **other)

    assert response.status_code == 302
    path = Path.objects.get(name="Spring")
    assert path.memberships.count() == 3
    assert path.themes.count() == 1
    assert path.sessions_per_participant == 6


def test_the_same_form_twice_is_one_path(ruth):
    token = str(uuid4())
    first, second = send(ruth, token=token), send(ruth, token=token)

    assert first.url == second.url
    assert Path.objects.count() == 2


def test_staff_end_on_the_installation_having_made_it_for_somebody(staff):
    response = send(staff, program="new", new_program="Drop-in sessions", admin="ruth@new.example")

    assert (response.status_code, response.url) == (302, reverse("staff:installation"))
    assert Path.objects.get().program.name == "Drop-in sessions"
    assert Membership.objects.get().user.email == "ruth@new.example"


def test_all_faults_are_told_in_one_round_and_what_was_typed_stays(source, ruth):
    response = send(
        ruth,
        name="",
        opens_on="2027-03-31",
        closes_on="2026-12-03",
        sessions="0",
        time_zone="Atlantis",
        themes="Fine\nSaying no, 500",
        experts="helen@torch\nhelen@torch.example",
    )

    assert errors(response) == [
        "Type a name.",
        "The path can’t close before it opens.",
        "Ensure this value is greater than or equal to 1.",
        "That is not a time zone we know. Type a city in it, like Stockholm.",
        "Line 2 of the themes: 500 minutes is more than 480.",
        "Line 1 of the experts is not a full e-mail address.",
    ]
    html = html_of(response)
    assert "Saying no, 500</textarea>" in html
    assert "helen@torch.example</textarea>" in html
    assert 'value="Atlantis"' in html
    assert '<details class="ew-disclosure mb-3" open>' in html
    assert Path.objects.count() == 1


def test_a_name_that_is_taken_is_told_by_the_field(source, ruth):
    assert errors(send(ruth, name=source.name)) == ["A path of this program has this name and these dates already."]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"start": ""}, "Choose one."),
        ({"start": "nothing"}, "Choose one of the two."),
        ({"name": "a\x00b"}, "Null characters are not allowed."),
        ({"name": "\u202e"}, "Type a name."),
        ({"name": "x" * 121}, "Please keep it under 120 characters: it has 121 now."),
        ({"program": ""}, "Choose a program."),
        ({"program": "999999"}, "You can’t make a path in this program. Choose another one."),
        ({"program": "new"}, "You can’t make a path in this program. Choose another one."),
        ({"opens_on": "0001-01-01"}, "That is not a date. Write it like 2026-10-28."),
        ({"closes_on": "9999-12-31"}, "That is not a date. Write it like 2026-10-28."),
        ({"closes_on": "2026-02-30"}, "That is not a date. Write it like 2026-10-28."),
        ({"sessions": "9" * 400}, "Ensure this value is less than or equal to 1000."),
        ({"time_zone": ""}, "Choose a time zone: type a city in it, like Stockholm."),
        ({"time_zone": "../../etc/passwd"}, "That is not a time zone we know. Type a city in it, like Stockholm."),
        ({"themes": "a\n" * 10_000}, "Please keep it under 7000 characters: it has 20000 now."),
        ({"themes": "a\n" * 60}, "60 themes; 50 at most. Add the others later."),
        ({"experts": "a@b.example\n" * 10_000}, "Please keep it under 19200 characters: it has 120000 now."),
        ({"experts": "a\x00@b.example"}, "Null characters are not allowed."),
        ({"start": "copy", "source": ""}, "Choose the path to copy."),
        ({"start": "copy", "source": "x"}, "You are not an admin of this path, or no longer. Choose another one."),
    ],
)
def test_forms_that_cannot_be(source, ruth, fields, said):
    assert errors(send(ruth, **fields)) == [said]
    assert Path.objects.count() == 1
    assert send(ruth).status_code == 302


def test_staff_are_told_what_is_missing(staff):
    assert errors(send(staff, program="new")) == ["Type a name for the new program."]
    assert errors(send(staff, program="new", new_program="New", admin="ruth")) == ["That is not a full e-mail address."]
    assert errors(send(staff, program="new", new_program="New")) == [
        "Type the e-mail address of whoever looks after this path."
    ]
    assert not Program.objects.exists()


def test_a_damaged_form_can_be_sent_again(ruth):
    response = send(ruth, token="x")
    token = html_of(response).split('name="token" value="')[1].split('"')[0]

    assert response.status_code == 400
    assert send(ruth, token=token).status_code == 302


def test_the_link_is_for_those_who_may(source, ruth, staff):
    for user in (ruth, staff):
        assert f'href="{ADDRESS}"' in html_of(signed_in(user).get("/paths/"))
    for user in (a_participant(source), an_expert(source).user, a_person()):
        assert f'href="{ADDRESS}"' not in html_of(signed_in(user).get("/paths/"))
        response = signed_in(user).get(ADDRESS)
        assert response.status_code == 403
        assert "Only an admin of a path, or staff, can create one." in text_of(response)


def test_as_many_queries_for_many_paths_and_people(source, ruth):
    def number():
        client = signed_in(ruth)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(ADDRESS).status_code == 200
        return len(seen)

    a_theme(source, an_expert(source))
    few = number()
    for _ in range(8):
        path = a_path()
        join(ruth, path, Role.ADMIN)
        a_theme(path, an_expert(path))
        a_participant(path)

    assert number() == few
    assert Theme.objects.count() == 9
