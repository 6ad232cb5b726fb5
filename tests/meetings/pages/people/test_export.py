"""The export of a path's people: the list's own filters, and nothing that a spreadsheet takes for a formula."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from meetings.pages.people import export
from paths.importing import reading
from tests.gate_world import signed_in
from tests.meetings.pages.people.scene import Scene, a_full_scene
from tests.scene import a_participant, a_person, an_admin, join

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def exported(scene, client=None, **query):
    response = (client or scene.client).get(scene.address("export-people"), query)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="people.csv"'
    return b"".join(response.streaming_content).decode("utf-8-sig")


def rows(scene, **query):
    return list(csv.DictReader(io.StringIO(exported(scene, **query))))


def names(scene, **query):
    return [row["name"] for row in rows(scene, **query)]


def test_everybody_is_in_it_with_times_and_their_zone():
    scene = a_full_scene()
    scene.admin.time_zone = "Europe/Stockholm"
    scene.admin.save(update_fields=["time_zone"])
    scene.client = signed_in(scene.admin)
    maya = next(row for row in rows(scene) if row["name"] == "Maya Lindqvist")

    assert maya | {"joined_at": ""} == {
        "name": "Maya Lindqvist",
        "email": scene.maya.email,
        "role": "participant",
        "other_role": "",
        "state": "active",
        "invited_at": "",
        "joined_at": "",
        "ended_at": "",
        "sessions": "2",
        "used": "1",
        "booked": "1",
        "left": "0",
        "last_session": maya["last_session"],
        "next_session": maya["next_session"],
    }
    assert all(maya[key].endswith(("+01:00", "+02:00")) for key in ("joined_at", "last_session", "next_session"))
    assert [row["state"] for row in rows(scene) if row["name"] == "Ina New"] == ["invited"]


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"role": "participant"},
        {"state": "invited"},
        {"state": "ended"},
        {"q": "lind"},
        {"sort": "-name"},
        {"page": "9"},
    ],
)
def test_the_file_has_whom_the_list_has(query):
    scene = a_full_scene()

    assert names(scene, **query) == scene.names(**query)
    assert names(scene, **query)


def test_the_list_links_to_the_file_with_its_filters():
    scene = a_full_scene()
    html = scene.get(q="lind", page="1").content.decode()

    assert f'href="{scene.address("export-people")}?q=lind"' in html
    assert f'href="{scene.address("import-people")}"' in html


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1", "|calc", "%x"])
def test_nothing_is_a_formula(name):
    scene = Scene()
    a_participant(scene.path, name)

    cell = next(row["name"] for row in rows(scene) if row["role"] == "participant")
    assert cell.startswith("'")


def test_an_account_elsewhere_is_not_named():
    scene = Scene()
    a_person("Secret Name", email="secret@example.com")
    scene.invite("secret@example.com")

    assert "Secret Name" not in exported(scene)
    assert "secret@example.com" in exported(scene)


def test_two_roles_stand_beside_each_other():
    scene = Scene()
    both = an_admin(scene.path, "Both")
    join(both, scene.path, "participant")

    row = next(row for row in rows(scene) if row["name"] == "Both")
    assert (row["role"], row["other_role"]) == ("participant", "admin")


def test_what_was_exported_can_be_imported():
    scene = a_full_scene()

    assert len(reading.read(exported(scene).encode()).lines) == len(rows(scene))


def test_queries_grow_with_steps_not_with_people(monkeypatch):
    scene, counts = Scene(), []
    for number in (3, 30):
        for each in range(number):
            a_participant(scene.path, f"P {number} {each}")
        with CaptureQueriesContext(connection) as queries:
            exported(scene)
        counts.append(len(queries))
    assert counts[0] == counts[1]

    monkeypatch.setattr(export, "STEP", 10)
    with CaptureQueriesContext(connection) as queries:
        whole = exported(scene)
    assert len(queries) == counts[1] + 3 * 5
    assert whole.count("\r\n") == 35
