"""Every door of a draft, for everybody who may stand before it: for its participants it does not exist."""

import pytest
from django.core.management import call_command
from django.http import Http404
from django.urls import reverse

from everwise.accounts.models import User
from meetings import booking
from meetings.enums import Kind
from meetings.models import Meeting
from meetings.permissions import gates
from paths import enrolment
from paths.enums import Role
from paths.models import Path
from tests.gate_world import signed_in
from tests.scene import NOW, a_participant, a_path, a_person, a_theme, add, an_admin, an_expert, at, book, join
from tests.snapshot import everything

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NAME = "Leading through change"
COLUMNS = ("participant", "expert", "admin", "admin and participant", "stranger", "staff")
# 409: nothing was booked, and the page says why.
DOORS = """
                                   part.  exp.  admin  both  str.  staff
GET  paths:detail                  404    200   200    200   404   404
GET  paths:meetings                404    403   200    200   404   404
GET  paths:people                  404    403   200    200   404   404
GET  paths:add-people              404    403   200    200   404   404
GET  paths:history                 404    403   200    200   404   404
GET  paths:open                    404    403   200    200   404   404
POST paths:open                    404    403   400    400   404   404
GET  paths:close                   404    403   200    200   404   404
POST paths:close                   404    403   400    400   404   404
GET  schedule:theme                404    200   200    200   404   404
GET  schedule:time                 404    200   200    200   404   404
GET  schedule:confirm              404    200   200    200   404   404
POST schedule:confirm              404    409   409    409   404   404
GET  schedule:manually             404    200   200    200   404   404
POST schedule:manually             404    409   409    409   404   404
GET  why                           404    200   200    200   404   404
GET  paths:end-membership          404    200   200    200   404   404
"""
ROWS = {
    tuple(line.split()[:2]): dict(zip(COLUMNS, line.split()[2:], strict=True)) for line in DOORS.split("\n")[2:] if line
}
LISTS = ("/", "/paths/")


@pytest.fixture
def draft():
    return a_path(name=NAME, opened_at=None)


@pytest.fixture
def people(draft):
    both = an_admin(draft, "Bo")
    join(both, draft, Role.PARTICIPANT)
    return {
        "participant": a_participant(draft),
        "expert": an_expert(draft).user,
        "admin": an_admin(draft),
        "admin and participant": both,
        "stranger": a_person("Sol"),
        "staff": a_person("Sue", is_staff=True, is_superuser=True),
    }


@pytest.fixture
def theme(draft, people):
    return a_theme(draft, people["expert"].expert)


def address(name, path, user):
    return reverse(name, args=[path.pk, user.pk] if name == "paths:end-membership" else [path.pk])


@pytest.mark.parametrize("who", COLUMNS)
def test_door_answers_as_its_row_says(draft, theme, people, who):
    client, before = signed_in(people[who]), everything()

    answers = {row: str(client.generic(row[0], address(row[1], draft, people[who])).status_code) for row in ROWS}

    assert answers == {row: expected[who] for row, expected in ROWS.items()}
    assert everything() == before


@pytest.mark.parametrize("who", COLUMNS)
def test_lists_name_it_to_those_who_know_of_it_with_its_badge(draft, people, who):
    known = who in {"expert", "admin", "admin and participant"}
    client = signed_in(people[who])

    pages = {address: client.get(address).content.decode() for address in LISTS}

    assert {address: NAME in page for address, page in pages.items()} == dict.fromkeys(LISTS, known)
    assert all((">Draft<" in page or "</svg>Draft" in page) == known for page in pages.values())


@pytest.mark.parametrize("who", ["participant", "admin and participant"])
def test_participant_sees_it_once_it_is_open(draft, theme, people, who):
    Path.objects.filter(pk=draft.pk).update(opened_at=NOW)
    client = signed_in(people[who])

    assert NAME in client.get("/paths/").content.decode()
    assert "Draft" not in client.get("/paths/").content.decode()
    assert client.get(address("paths:detail", draft, people[who])).status_code == 200


@pytest.mark.parametrize("name", ["schedule:theme", "schedule:time", "schedule:confirm", "schedule:manually"])
@pytest.mark.parametrize("who", ["expert", "admin"])
def test_pages_of_booking_say_why_there_is_nothing_to_book(draft, theme, people, who, name):
    page = signed_in(people[who]).get(reverse(name, args=[draft.pk]) + f"?theme={theme.pk}").content.decode()

    assert "This path is a draft. Nothing can be booked on it until it is opened." in page
    assert str(theme) not in page


def test_its_own_page_offers_an_expert_nothing_to_book(draft, theme, people):
    page = signed_in(people["expert"]).get(address("paths:detail", draft, None)).content.decode()

    assert "This path is a draft." in page
    assert reverse("schedule:theme", args=[draft.pk]) not in page
    assert reverse("schedule:manually", args=[draft.pk]) not in page


class TestWriters:
    @pytest.mark.parametrize("who", ["participant", "expert", "admin", "admin and participant"])
    def test_nobody_books_a_drop_in(self, theme, people, who):
        participant = people[who if "participant" in who else "participant"]

        with pytest.raises(booking.PathNotOpen, match="This path is a draft"):
            book(theme, participant, at(10), by=people[who])

        assert not Meeting.objects.exists()
        Path.objects.update(opened_at=NOW)
        theme.refresh_from_db()
        assert book(theme, participant, at(10), by=people[who])

    def test_page_that_was_read_before_is_no_way_in(self, theme, people):
        """What the request has read says open; what stands under the lock counts."""
        theme.path.opened_at = NOW

        for expert in (None, people["expert"].expert):
            with pytest.raises(booking.PathNotOpen):
                book(theme, people["participant"], at(10), expert=expert)

        assert not Meeting.objects.exists()

    @pytest.mark.parametrize("who", ["expert", "admin"])
    def test_nobody_adds_a_meeting(self, draft, people, who):
        plan = booking.MeetingPlan(
            title="First talk",
            starts_at=at(10),
            ends_at=at(11),
            experts=(people["expert"],),
            participants=(people["participant"],),
        )
        # As the request has read it.
        draft.opened_at = NOW

        with pytest.raises(booking.PathNotOpen, match="This path is a draft"):
            add(draft, plan, people[who])

        assert not Meeting.objects.exists()
        Path.objects.update(opened_at=NOW)
        assert add(draft, plan, people[who])


def test_gate_to_schedule_is_shut_to_its_participants(draft, people):
    with pytest.raises(Http404):
        gates.open_path(people["participant"], draft.pk, kind=Kind.DROP_IN)

    assert gates.open_path(people["admin"], draft.pk, kind=Kind.DROP_IN) == draft


def test_invitation_to_an_expert_is_not_sent_once_they_are_its_participant(draft, people, mailoutbox):
    """It was queued before the role was changed, and the worker comes after."""
    new, other = (User.objects.create_user(f"{name}@example.com", None, name=name) for name in ("Zoe", "Yan"))
    for user in (new, other):
        enrolment.add(path=draft, user=user, role=Role.EXPERT, by=people["admin"], now=NOW)
    draft.memberships.filter(user=new).update(ended_at=NOW)
    join(new, draft, Role.PARTICIPANT)

    call_command("worker", once=True)

    assert [mail.to for mail in mailoutbox] == [[other.email]]


def test_known_person_is_not_told_that_they_were_an_expert_of_a_draft(draft, people, mailoutbox):
    known = a_participant(a_path(program=draft.program), "Per")
    enrolment.add(path=draft, user=known, role=Role.EXPERT, by=people["admin"], now=NOW)
    draft.memberships.filter(user=known).update(ended_at=NOW)
    join(known, draft, Role.PARTICIPANT)

    call_command("worker", once=True)

    assert mailoutbox == []
