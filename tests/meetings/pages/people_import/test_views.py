"""The pages of an import: a file is chosen, looked at, mended, and written."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from everwise.accounts.models import User
from meetings.booking.credits import taken_by
from meetings.models import Notice
from paths.enums import ImportState
from paths.importing import jobs, limits
from paths.models import Membership, PathEvent, PeopleImport
from tests.gate_world import signed_in
from tests.meetings.pages.people.scene import Scene, text_of
from tests.scene import NOW, a_participant, a_person, an_admin, an_expert, join

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

FILE = "name,email,role\nZanele Dube,zanele@new.example,\nTomás Ruiz,tomas@new.example,expert\n"


@pytest.fixture
def scene():
    return Scene(opened_at=NOW)


def upload(scene, text=FILE, name="cohort.csv"):
    data = text.encode() if isinstance(text, str) else text
    return scene.client.post(scene.address("import-people"), {"file": SimpleUploadedFile(name, data)})


def kept(scene):
    return PeopleImport.objects.get(path=scene.path)


def page(scene, **query):
    return scene.client.get(scene.address("import", kept(scene).pk), query)


def digest_on(response):
    return re.search(r'name="digest" value="(\w+)"', response.content.decode())[1]


def press(scene, do="import", *, digest=None, **fields):
    digest = digest or digest_on(page(scene))
    return scene.client.post(scene.address("import", kept(scene).pk), {"do": do, "digest": digest, **fields})


def on_path(scene):
    live = Membership.objects.live().filter(path=scene.path)
    return set(live.values_list("user__email", "role"))


def many(number, first=0):
    return "email\n" + "\n".join(f"p{first + index}@new.example" for index in range(number))


def test_the_page_says_what_a_file_may_be(scene):
    text = text_of(scene.client.get(scene.address("import-people")))

    assert "CSV or Excel, up to 5,000 lines and 5 MB." in text
    assert "The same file twice changes nothing." in text


def test_a_file_is_shown_and_then_written(scene):
    response = upload(scene)
    shown = text_of(page(scene))

    assert response.status_code == 302
    assert "cohort.csv, 2 lines. Nothing has been written yet." in shown
    assert "Added 2 1 participant and 1 expert" in shown
    assert "2 added. All of it is written, or none." in shown
    assert not User.objects.filter(email="zanele@new.example").exists()

    response = press(scene)

    assert response.url == scene.address("people")
    assert "2 people imported. 2 invitations are on their way." in text_of(scene.client.get(response.url))
    assert {("zanele@new.example", "participant"), ("tomas@new.example", "expert")} <= on_path(scene)
    assert set(Notice.objects.values_list("address", "kind")) == {
        ("zanele@new.example", "invited"),
        ("tomas@new.example", "invited"),
    }
    assert (kept(scene).state, kept(scene).lines) == (ImportState.DONE, [])


def test_a_second_press_says_the_same_and_writes_nothing(scene):
    upload(scene)
    digest = digest_on(page(scene))
    for _ in range(2):
        response = press(scene, digest=digest)
        assert "2 people imported." in text_of(scene.client.get(response.url))

    assert Notice.objects.count() == 2


def test_the_same_file_twice_changes_nothing(scene):
    upload(scene)
    press(scene)
    events = PathEvent.objects.count()
    PeopleImport.objects.all().delete()

    upload(scene)
    text = text_of(page(scene))

    assert "Nothing to import: all 2 people are here already." in text
    assert "Import 2 people" not in text
    press(scene)
    assert PathEvent.objects.count() == events


def test_pasted_lines_are_taken(scene):
    response = scene.client.post(
        scene.address("import-people"), {"text": "E-Mail\tVorname\tNachname\na@b.example\tA\tB"}
    )

    assert response.status_code == 302
    assert "Pasted lines, 1 line." in text_of(page(scene))
    assert "A B" in text_of(page(scene))


def test_what_is_no_table_is_said_and_the_text_stays(scene):
    response = scene.client.post(scene.address("import-people"), {"text": 'email\n"a@b.example\n'})
    text = text_of(response)

    assert response.status_code == 400
    assert text.startswith("Error:")
    assert "A quote that opens on line 2 never closes." in text
    assert "email\n&quot;a@b.example" in response.content.decode()
    assert not PeopleImport.objects.exists()


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0", "a.png", "This is no CSV or Excel file."),
        (b"", "a.csv", "The file is empty."),
        (b"a,b\n1,2", "a.csv", "There is no column “email”."),
        (b"email\n" * 6002, "a.csv", "6,001 lines; 5,000 at most. Split it."),
        (b"email\n" + b"x" * limits.FILE_BYTES, "a.csv", "The file is larger than 5 MB. Split it."),
    ],
)
def test_a_file_that_is_none_says_why(scene, data, name, said):
    response = upload(scene, data, name)

    assert response.status_code == 400
    assert said in text_of(response)
    assert not PeopleImport.objects.exists()


def test_nothing_chosen_is_said(scene):
    response = scene.client.post(scene.address("import-people"), {})

    assert response.status_code == 400
    assert "Choose a file, or paste it." in text_of(response)


BAD = "email,name,role\nomar@brightwater,Omar,\nelin@torch.example,,participant\ngood@new.example,,\n"


@pytest.fixture
def bad(scene):
    an_expert(scene.path, user=a_person("Elin Sandberg", email="elin@torch.example"))
    upload(scene, BAD)
    return scene


def test_problems_come_first_with_a_field_to_mend_each(bad):
    response = page(bad)
    text, html = text_of(response), response.content.decode()

    assert "Problems 2 Lines 2 and 3" in text
    assert "This is not a full e-mail address" in text
    assert "They are an expert here, and can’t be both" in text
    assert 'name="mend-email-2" value="omar@brightwater"' in html
    assert '<select class="form-select is-invalid" name="mend-role-3"' in html
    assert "1 added, 2 lines with a problem." in text


def test_problems_block_until_they_are_left_out(bad):
    response = press(bad)

    assert response.status_code == 400
    assert "2 lines have a problem. Mend them, or leave them out." in text_of(response)
    assert text_of(response).startswith("Error:")
    assert ("good@new.example", "participant") not in on_path(bad)

    response = press(bad, leave="1")
    assert "1 person imported. 1 invitation is on its way." in text_of(bad.client.get(response.url))
    assert ("good@new.example", "participant") in on_path(bad)


def test_lines_are_mended_in_place_and_looked_at_again(bad):
    mends = {"mend-email-2": "omar@brightwater.example", "mend-role-3": "expert"}
    response = press(bad, "check", leave="1", **mends)
    text = text_of(bad.client.get(response.url))

    assert response.url == bad.address("import", kept(bad).pk) + "?leave=1"
    assert "Added 2" in text
    assert "Unchanged 1" in text
    assert "Problems 0" in text
    assert "Import 2 people" in text


def test_import_with_mended_lines_shows_first_what_they_do(bad):
    response = press(bad, **{"mend-email-2": "omar@brightwater.example"})

    assert "You have mended 1 line." in text_of(bad.client.get(response.url))
    assert ("omar@brightwater.example", "participant") not in on_path(bad)


@pytest.mark.parametrize("name", ["mend-email-99", "mend-nothing-2", "mend-email-²", "mend-email-", "mend"])
def test_a_field_of_no_line_is_nothing(bad, name):
    before = kept(bad).lines

    assert press(bad, "check", **{name: "a@b.example"}).status_code == 302
    assert kept(bad).lines == before


def test_whoever_changed_meanwhile_is_looked_at_again(scene):
    upload(scene)
    digest = digest_on(page(scene))
    join(User.objects.create_user("zanele@new.example", name="Zanele Dube"), scene.path, "participant")

    response = press(scene, digest=digest)
    text = text_of(scene.client.get(response.url))

    assert response.url == scene.address("import", kept(scene).pk)
    assert "1 person changed meanwhile. Nothing has been written. Look at it again." in text
    assert "Unchanged 1" in text
    assert ("tomas@new.example", "expert") not in on_path(scene)
    assert "1 person imported." in text_of(scene.client.get(press(scene).url))


def test_a_page_that_shows_other_lines_is_not_what_is_imported(bad):
    old = digest_on(page(bad))
    press(bad, "check", **{"mend-email-2": "omar@brightwater.example"})
    response = press(bad, digest=old, leave="1")

    assert "This import was changed in another window." in text_of(bad.client.get(response.url))
    assert ("good@new.example", "participant") not in on_path(bad)


def test_another_page_keeps_what_is_open_and_ticked(scene):
    upload(scene, many(120))
    html = page(scene, added="2", leave="1").content.decode()

    assert '<details class="ew-disclosure mb-2" id="added" open>' in html
    assert "p50@new.example" in html
    assert "p49@new.example" not in html
    assert 'href="?added=3&amp;leave=1#added"' in html


@pytest.mark.parametrize("number", ["", "0", "-1", "x", "99999999999999999999"])
def test_a_page_that_is_none_is_another(scene, number):
    upload(scene)

    assert page(scene, added=number, problems=number).status_code == 200


def test_many_lines_take_no_more_queries_than_few(scene):
    counts = []
    for number in (3, 400):
        PeopleImport.objects.all().delete()
        upload(scene, many(number))
        page(scene)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page(scene)
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_many_lines_are_the_worker_s(scene):
    upload(scene, many(limits.AT_ONCE + 1))
    response = press(scene)
    waiting = scene.client.get(response.url)

    assert response.url == scene.address("import", kept(scene).pk)
    assert "Importing 501 people" in text_of(waiting)
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in waiting.content.decode()
    assert len(on_path(scene)) == 1
    # A press on an old page changes nothing.
    assert press(scene, digest="0" * 64).url == response.url


def test_stop_before_the_worker_has_begun_writes_nothing(scene):
    upload(scene, many(limits.AT_ONCE + 1))
    press(scene)
    response = scene.client.post(scene.address("stop-import", kept(scene).pk))
    text = text_of(scene.client.get(response.url))

    assert "The import was stopped" in text
    assert "Nothing has been written." in text
    assert jobs.claim(NOW) is None
    assert kept(scene).lines == []


def test_a_stop_that_comes_too_late_says_so(scene):
    upload(scene)
    press(scene)
    response = scene.client.post(scene.address("stop-import", kept(scene).pk))
    text = text_of(scene.client.get(response.url))

    assert "It was over before it could be stopped." in text
    assert "2 people imported. 2 invitations are on their way." in text


def test_discarded_lines_are_gone(scene):
    upload(scene)
    response = scene.client.post(scene.address("stop-import", kept(scene).pk))

    assert response.url == scene.address("people")
    assert not PeopleImport.objects.exists()


def test_what_is_done_can_be_read_by_another_admin(scene):
    upload(scene)
    press(scene)
    text = text_of(signed_in(an_admin(scene.path, "Other")).get(scene.address("import", kept(scene).pk)))

    assert "started at 08:00 by Ruth Abara" in text


def test_a_failed_one_says_that_nothing_was_written(scene):
    upload(scene)
    PeopleImport.objects.update(state=ImportState.FAILED)

    assert "The import has failed" in text_of(page(scene))


def test_an_import_of_another_path_is_not_there(scene):
    upload(Scene())
    other = PeopleImport.objects.get()

    assert scene.client.get(scene.address("import", other.pk)).status_code == 404
    assert signed_in(other.by).get(f"/paths/{other.path_id}/people/import/{other.pk}/").status_code == 200


def test_whoever_is_no_admin_any_more_writes_nothing(scene):
    an_admin(scene.path, "Other")
    upload(scene)
    digest = digest_on(page(scene))
    Membership.objects.filter(path=scene.path, user=scene.admin).update(role="expert")

    assert press(scene, digest=digest).status_code == 403


def test_people_changed_meanwhile_are_named_without_a_press(scene):
    upload(scene)
    a_participant(scene.path, "Zanele Dube", email="zanele@new.example")

    assert "1 person changed meanwhile. This is what the file does now." in text_of(page(scene))


def test_sessions_without_a_limit_are_ignored_aloud():
    scene = Scene(sessions_per_participant=None, opened_at=NOW)
    upload(scene, "email,sessions\na@new.example,4")

    assert "Sessions on this path have no limit" in text_of(page(scene))
    assert press(scene).url == scene.address("people")


def test_the_template_can_be_imported(scene):
    data = scene.client.get(scene.address("import-template")).content

    assert data == "\ufeffemail,name,role,time_zone,sessions\r\n".encode()
    assert upload(scene, data + b"a@new.example,A,expert,,").status_code == 302


def test_the_history_says_that_it_was_an_import(scene):
    upload(scene)
    press(scene)

    assert set(PathEvent.objects.values_list("what", "via")) == {("invited", "import")}
    assert "You invited Zanele Dube as a participant" in text_of(scene.client.get(scene.address("history")))
    assert taken_by([], scene.path, NOW) == {}
