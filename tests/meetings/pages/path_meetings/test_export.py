"""The file of a path's meetings: what is in it, and what is not."""

from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from everwise.accounts.models import User
from meetings.models import Meeting, Note, Rating
from tests.meetings.pages.path_meetings.scene import Scene, a_full_scene
from tests.scene import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def test_rows_to_the_letter():
    scene = a_full_scene(time_zone=ZoneInfo("Europe/Stockholm"))
    maya, eva = (f"{user.name} <{user.email}>" for user in (scene.maya, scene.eva.user))

    assert scene.export(show="cancelled", q="maya") == [
        [
            "Start",
            "End",
            "Kind",
            "Title",
            "Theme",
            "Experts",
            "Participants",
            "Organizer",
            "State",
            "Cancelled by",
            "Cancelled at",
        ],
        [
            scene.off.starts_at.astimezone(ZoneInfo("Europe/Stockholm")).isoformat(),
            scene.off.ends_at.astimezone(ZoneInfo("Europe/Stockholm")).isoformat(),
            "Drop-in",
            "Off",
            "Giving feedback",
            eva,
            maya,
            maya,
            "Cancelled",
            eva,
            NOW.astimezone(ZoneInfo("Europe/Stockholm")).isoformat(timespec="seconds"),
        ],
    ]
    assert scene.export(show="cancelled", q="maya")[1][0].endswith("+01:00")


def test_filters_are_those_of_the_list():
    scene = a_full_scene()

    for query in ({}, {"show": "past"}, {"show": "no-outcome"}, {"show": "cancelled"}, {"show": "past", "q": "omar"}):
        assert [row[3] for row in scene.export(**query)[1:]] == scene.titles(**query)


def test_states():
    scene = a_full_scene()

    found = {row[3]: row[8] for show in ("", "past", "cancelled") for row in scene.export(show=show)[1:]}

    assert found == {
        "Soon": "Confirmed",
        "Talk": "Confirmed",
        "By hand": "No outcome",
        "Asked": "No outcome",
        "Held": "Completed",
        "Off": "Cancelled",
        "Gone": "Deleted",
    }


def test_nothing_private_is_in_it():
    scene = a_full_scene()
    Meeting.objects.update(note="Secret note", video_link="https://room.example/x", agenda="Secret agenda")
    Note.objects.create(meeting=scene.held, author=scene.omar, shared=False, text="Private words", written_at=NOW)
    Rating.objects.create(meeting=scene.held, user=scene.omar, stars=1, comment="Poor", rated_at=NOW)

    for show in ("past", "cancelled"):
        whole = str(scene.export(show=show))
        assert [word for word in ("Secret", "room.example", "Private", "Poor", "I am ill") if word in whole] == []
        assert scene.omar.email in whole


def test_formula_in_a_title_or_name_does_not_run():
    scene = Scene()
    scene.over(1, title='=HYPERLINK("https://evil.example")')
    User.objects.filter(pk=scene.maya.pk).update(name="+1 Maya")

    [_head, row] = scene.export(show="past")

    assert row[3] == '\'=HYPERLINK("https://evil.example")'
    assert row[6] == f"'+1 Maya <{scene.maya.email}>"


def test_whoever_was_erased_has_no_address():
    scene = Scene()
    scene.over(1)
    User.objects.filter(pk=scene.maya.pk).update(name="", erased_at=NOW, erased_as="participant", is_active=False)

    assert scene.export(show="past")[1][6] == "A former participant"


def test_words_are_the_readers():
    scene = Scene()
    scene.over(1)
    User.objects.filter(pk=scene.admin.pk).update(language="de")
    answer = scene.client.get(reverse("paths:export-meetings", args=[scene.path.pk]), {"show": "past"})

    assert "Drop-in" not in Scene().export()[0]
    assert "Teilnehmende" in b"".join(answer).decode().splitlines()[0]


def test_file_is_read_in_pieces_by_as_many_queries_as_before():
    scene = Scene()
    scene.over(1)
    few = asked(scene)
    scene.over(60)

    assert asked(scene) == few
    assert len(scene.export(show="past")) == 62


def test_name_says_what_it_holds():
    answer = Scene().client.get(reverse("paths:export-meetings", args=[Scene().path.pk]))
    assert answer.status_code == 404

    scene = Scene()
    answer = scene.client.get(reverse("paths:export-meetings", args=[scene.path.pk]), {"show": "no-outcome"})
    assert answer["Content-Disposition"] == f'attachment; filename="meetings-no-outcome-{NOW:%Y-%m-%d}.csv"'


def asked(scene):
    with CaptureQueriesContext(connection) as queries:
        scene.export(show="past")
    return len(queries)
