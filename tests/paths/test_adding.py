"""People added by their addresses: all lines or none, with the reason beside the line."""

from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress

from everwise.accounts.models import User
from meetings.models import Notice
from paths import adding, enrolment
from paths.enums import Role
from paths.models import Invitation, Membership
from tests.scene import NOW, a_participant, a_path, a_person, an_admin, an_expert, join

pytestmark = pytest.mark.django_db


@pytest.fixture
def path():
    return a_path(language="es", time_zone="Europe/Madrid")


@pytest.fixture
def admin(path):
    return an_admin(path)


@pytest.fixture
def add(path, admin):
    def add(lines, role=Role.PARTICIPANT, **fields):
        known = {"path": path, "by": admin, "now": NOW, "token": uuid4()}
        return adding.add_people(lines=lines, role=role, **known | fields)

    return add


def faults(refused):
    return [(fault.line, fault.text) for fault in refused.value.faults]


def test_says_how_many_were_what(path, add):
    known = join(a_person("Kai", email="kai@example.com"), a_path(program=path.program), Role.EXPERT).user
    a_participant(path, email="here@example.com")

    outcome = add("Zoë Kim <zoe@Example.com>\n\nomar@example.com\nkai@example.com\nhere@example.com\n")

    assert str(outcome) == "2 people were invited. 1 person was added and told. 1 person was already here."
    zoe = User.objects.get(email="zoe@example.com")
    assert (zoe.name, zoe.language, str(zoe.time_zone), zoe.has_arrived) == ("Zoë Kim", "es", "Europe/Madrid", False)
    assert not EmailAddress.objects.filter(user=zoe).exists()
    assert Membership.objects.live().filter(path=path, role=Role.PARTICIPANT).count() == 4
    assert dict(Notice.objects.values_list("address", "kind")) == {
        "zoe@example.com": "invited",
        "omar@example.com": "invited",
        known.email: "added",
    }


def test_nothing_tells_an_account_elsewhere_from_none(add):
    a_person("Maya", email="maya@example.com")

    assert add("maya@example.com\nnew@example.com") == adding.AddedCounts(invited=2, added=0, already=0)


def test_second_address_of_somebody_is_theirs(path, add):
    maya = a_person("Maya")
    EmailAddress.objects.create(user=maya, email="second@example.com", verified=True)

    add("second@example.com")

    assert Membership.objects.live().filter(path=path, user=maya).exists()


def test_bad_lines_block_all_with_their_reasons(path, add):
    an_expert(path, user=a_person("Elin Sandberg", email="elin@example.com"))
    a_person(email="off@example.com", is_active=False)

    with pytest.raises(adding.LinesRefused) as refused:
        add("new@example.com\nelin@example.com\noff@example.com")
    assert faults(refused) == [
        (2, "Elin Sandberg is an expert here, and can’t be both."),
        (3, "Line 3: off@example.com can’t be added. Ask the people who run Everwise."),
    ]
    assert not User.objects.filter(email="new@example.com").exists()
    assert (Invitation.objects.count(), Notice.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("", [(0, "Type at least one e-mail address.")]),
        (" \n\t\n", [(0, "Type at least one e-mail address.")]),
        ("omar@brightwater", [(1, "Line 1: “omar@brightwater” is not a full e-mail address.")]),
        ("a@b.example\n\nA@B.example", [(3, "Line 3: the same person stands on line 1.")]),
        ("Ann <a@b.example> x", [(1, "Line 1: “Ann <a@b.example> x” is not a full e-mail address.")]),
        (f"{'n' * 121} <a@b.example>", [(1, "Line 1: the name is longer than 120 characters.")]),
        ("<>", [(1, "Line 1: “<>” is not a full e-mail address.")]),
        ("a@b.example, c@d.example", [(1, "Line 1: “a@b.example, c@d.example” is not a full e-mail address.")]),
    ],
)
def test_what_is_no_list_of_addresses_is_refused(add, lines, told):
    with pytest.raises(adding.LinesRefused) as refused:
        add(lines)
    assert faults(refused) == told


def test_fifty_lines_are_taken_and_one_more_is_not(add):
    lines = [f"p{number}@example.com" for number in range(51)]

    with pytest.raises(adding.LinesRefused, match="51 lines; 50 at most"):
        add("\n".join(lines))
    assert add("\n".join(lines[:50])).invited == 50


def test_hostile_names_become_one_plain_line(add):
    add("Ann\x00\x1b[31m \u202eevil\u2028Bcc: <a@b.example>".replace("\u2028", " "))

    assert User.objects.get(email="a@b.example").name == "Ann [31m evil Bcc:"


def test_same_form_sent_twice_changes_nothing_and_says_the_same(add):
    token = uuid4()

    first = add("new@example.com", token=token)
    second = add("new@example.com", token=token)

    assert first == second == adding.AddedCounts(invited=1, added=0, already=0)
    assert Notice.objects.count() == 1


def test_ended_person_comes_back_with_a_new_row(path, add):
    person = a_person(email="back@example.com")
    join(person, path, Role.PARTICIPANT, ended_at=NOW)

    assert add("back@example.com").added == 1
    assert Membership.objects.filter(user=person).count() == 2


@pytest.mark.parametrize("role", [Role.PARTICIPANT, Role.EXPERT])
def test_only_an_admin_of_the_path_adds(path, add, role):
    with pytest.raises(enrolment.EnrolmentRefused):
        add("new@example.com", by=join(a_person(), path, role).user)
    assert not User.objects.filter(email="new@example.com").exists()
