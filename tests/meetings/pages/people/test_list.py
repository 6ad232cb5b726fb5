"""The list of a path's people: who stands in it, how it is narrowed, searched and sorted, and what it costs."""

from html import unescape
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from everwise.accounts.models import User
from paths.enums import Role
from paths.models import ExtraSessions, Membership, Path, Program
from tests.meetings.pages.people.scene import Scene, a_full_scene
from tests.scene import NOW, a_participant, a_path, a_person, join

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
MANY = 10_000
EVERYBODY = ["Eva Stern", "Ina New", "Jonas Weber", "Maya Lindqvist", "Ruth Abara"]


def test_rows_tell_who_what_how_and_when():
    scene = a_full_scene()

    assert scene.rows() == [
        [f"Eva Stern {scene.eva.user.email}", "Expert", "Active", "", "Yesterday", "Tomorrow, 14:00"],
        ["Ina New ina@new.example", "Participant", "Invited 2 November", "2 of 2 left", "Never", "None"],
        [f"Jonas Weber {scene.jonas.email}", "Participant", "Active", "2 of 2 left", "Never", "None"],
        [f"Maya Lindqvist {scene.maya.email}", "Participant", "Active", "None left", "Yesterday", "Tomorrow, 14:00"],
        [f"Ruth Abara (you) {scene.admin.email}", "Admin", "Active", "", "", ""],
    ]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"role": "participant"}, ["Ina New", "Jonas Weber", "Maya Lindqvist"]),
        ({"role": "expert"}, ["Eva Stern"]),
        ({"role": "admin"}, ["Ruth Abara"]),
        ({"state": "invited"}, ["Ina New"]),
        ({"state": "never-booked"}, ["Ina New", "Jonas Weber"]),
        ({"state": "none-left"}, ["Maya Lindqvist"]),
        ({"state": "ended"}, ["Gustav Gone"]),
        ({"state": "ended", "role": "expert"}, []),
        ({"q": "LINDQ"}, ["Maya Lindqvist"]),
        ({"q": "may lind"}, ["Maya Lindqvist"]),
        ({"q": "ina@new"}, ["Ina New"]),
        ({"q": "gustav"}, []),
        ({"q": "gustav", "state": "ended"}, ["Gustav Gone"]),
        ({"sort": "-name"}, EVERYBODY[::-1]),
        ({"sort": "role"}, ["Ruth Abara", "Eva Stern", "Ina New", "Jonas Weber", "Maya Lindqvist"]),
        ({"sort": "left"}, ["Maya Lindqvist", "Ina New", "Jonas Weber", "Eva Stern", "Ruth Abara"]),
        ({"sort": "-left"}, ["Ina New", "Jonas Weber", "Maya Lindqvist", "Eva Stern", "Ruth Abara"]),
        ({"sort": "-last"}, ["Eva Stern", "Maya Lindqvist", "Ina New", "Jonas Weber", "Ruth Abara"]),
        # Nonsense asks for nothing.
        ({"role": "king", "state": "x", "sort": "x", "page": "x"}, EVERYBODY),
    ],
)
def test_narrowed_searched_and_sorted(query, names):
    assert a_full_scene().names(**query) == names


def test_counts_are_of_those_who_match():
    scene = a_full_scene()

    assert "Everyone 5 Participants 3 Experts 1 Admins 1" in scene.words()
    assert "Everyone 1 Participants 1 Experts 0 Admins 0" in scene.words(q="maya", role="expert")
    assert "Everyone 1 Participants 1 Experts 0 Admins 0" in scene.words(state="ended")


def test_somebody_with_two_roles_is_one_row():
    scene = Scene()
    join(scene.admin, scene.path, Role.PARTICIPANT)

    assert scene.rows()[0][1:4] == ["ParticipantAdmin", "Active", "2 of 2 left"]
    assert scene.names(role="admin") == scene.names(role="participant") == ["Ruth Abara"]


def test_extra_sessions_count():
    scene = a_full_scene()
    ExtraSessions.objects.create(path=scene.path, user=scene.maya, number=1, by=scene.admin, at=NOW, token=uuid4())

    assert scene.names(state="none-left") == []
    assert scene.rows(q="maya")[0][3] == "1 of 3 left"


def test_without_a_limit_nobody_has_none_left():
    scene = a_full_scene()
    Path.objects.update(sessions_per_participant=None)

    assert scene.names(state="none-left") == []
    assert scene.rows(q="maya")[0][3] == "No limit"


def test_deactivated_people_are_only_among_those_who_are_gone():
    scene = a_full_scene()
    User.objects.filter(pk=scene.jonas.pk).update(is_active=False)

    assert "Jonas Weber" not in scene.names()
    assert next(row for row in scene.rows(state="ended") if "Jonas" in row[0])[1:3] == ["Participant", "Deactivated"]


def test_whoever_came_back_is_here_once():
    scene = a_full_scene()
    join(scene.gone, scene.path, Role.EXPERT)

    assert scene.names(q="gustav") == ["Gustav Gone"]
    assert scene.rows(q="gustav")[0][1] == "Expert"
    assert scene.names(q="gustav", state="ended") == []


def test_a_name_of_an_account_elsewhere_is_not_shown_before_they_accept():
    """Nobody learns by inviting an address whether it has an account, and whose it is."""
    scene = Scene()
    other = a_person("Secret Name", email="known@elsewhere.example")
    join(other, a_path(program=Program.objects.create(name="Another")), Role.PARTICIPANT)
    scene.invite(other.email)

    assert "known@elsewhere.example" in scene.names()
    assert "Secret" not in scene.words()
    assert scene.names(q="secret") == []
    assert scene.names(q="known@") == ["known@elsewhere.example"]
    other.invitations.update(accepted_at=NOW)
    assert scene.names(q="secret") == ["Secret Name"]


def test_people_of_other_paths_are_not_here():
    scene = a_full_scene()
    a_participant(a_path(), "Olga Other")

    assert scene.names(q="olga") == []


def test_nobody_is_told_in_words():
    scene = Scene()

    words = scene.words(q="lindquist")
    assert "Nobody called “lindquist” is on this path." in words
    assert "Look for a part of the name or of the e-mail address, or add them." in words
    assert "Nobody is among these people" in scene.words(role="expert")


def test_filters_stay_in_every_link():
    scene = a_full_scene()
    for number in range(30):
        a_participant(scene.path, f"Person {number:02}")

    html = unescape(scene.get(q="p", role="participant", sort="-name").content.decode())

    assert 'href="?q=p&role=participant&sort=-name&page=2"' in html
    assert 'href="?q=p&sort=-name&role=expert"' in html
    assert 'href="?q=p&role=participant&sort=name"' in html
    assert '<input type="hidden" name="role" value="participant">' in html
    assert '<input type="hidden" name="sort" value="-name">' in html


def test_pages_of_25():
    scene = Scene()
    for number in range(51):
        a_participant(scene.path, f"Person {number:02}")

    assert [len(scene.names(page=page)) for page in (1, 2, 3)] == [25, 25, 2]
    assert "26 to 50 of 52" in scene.words(page=2)
    # A page that is not there is the last one.
    assert scene.names(page=9) == ["Person 50", "Ruth Abara"]


def test_what_people_typed_is_escaped():
    scene = Scene()
    a_participant(scene.path, "<script>bad()</script>")

    assert "<script>bad" not in scene.get(q="<script>bad").content.decode()


def asked_of(scene, **query):
    with CaptureQueriesContext(connection) as asked:
        scene.get(**query)
    return len(asked)


def test_costs_the_same_for_one_and_for_ten_thousand():
    few, many = Scene(), Scene()
    a_participant(few.path)
    people = [User(name=f"Person {each:05} Lindqvist", email=f"a{each:x}@many.example") for each in range(MANY)]
    User.objects.bulk_create(people)
    Membership.objects.bulk_create(Membership(path=many.path, user=each, role=Role.PARTICIPANT) for each in people)

    for query in ({}, {"q": "p"}, {"state": "none-left"}, {"sort": "left"}, {"sort": "last", "state": "never-booked"}):
        little, much = asked_of(few, **query), asked_of(many, **query)
        # Five are every page's of a path: session, person, what they are, gate, head.
        assert little <= much <= 5 + 6
    assert many.names(q="lindqvist 0123") == [
        "Person 00123 Lindqvist",
        *(f"Person 0123{n} Lindqvist" for n in range(10)),
    ]
