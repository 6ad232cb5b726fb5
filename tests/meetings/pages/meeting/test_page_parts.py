"""The parts of a meeting's page: which notes stand open, who is said to read them, what comes first when it is over."""

import html
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from meetings import booking
from meetings.enums import Status
from meetings.models import Meeting
from tests.gate_world import signed_in
from tests.scene import NOW, a_dropin, a_participant, a_path, a_person, a_theme, an_admin, an_expert, at, book

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


class Scene:
    def __init__(self):
        self.path = a_path(sessions_per_participant=6)
        self.eva = an_expert(self.path, user=a_person("Eva Lind", time_zone="America/New_York", twelve_hour=True))
        self.pia = a_participant(self.path, "Pia Holm")
        self.theme = a_theme(self.path, self.eva)

    def page(self, user, meeting, **headers):
        answer = signed_in(user).get(meeting.get_absolute_url(), headers=headers)
        return html.unescape(answer.text)


@pytest.fixture
def scene():
    return Scene()


@pytest.fixture
def ahead(scene):
    return book(scene.theme, scene.pia, at(10), note="About Tuesday")


@pytest.fixture
def over(scene):
    return a_dropin(scene.theme, scene.pia, scene.eva, NOW - timedelta(hours=20), note="About Tuesday")


def folds(page):
    """By id, whether the part stands open, and the words of its line."""
    found = re.findall(r"<details([^>]*)>\s*<summary>(.*?)</summary>", page, re.DOTALL)
    heads = {}
    for attributes, head in found:
        if name := re.search(r'id="([a-z-]+)"', attributes):
            heads[name[1]] = (attributes.endswith(" open"), re.sub(r"(<[^>]+>)+", "|", head).strip("|"))
    return heads


def test_written_notes_stand_open_and_say_who_reads_them(scene, ahead):
    booking.feedback.write_note(meeting=ahead, shared=False, text="Mine", seen="", by=scene.pia, now=NOW)

    assert {
        name: folds(scene.page(scene.pia, ahead))[name] for name in ("booking-note", "shared-card", "private-card")
    } == {
        "booking-note": (True, "Your note to Eva|You, Eva and the path’s admins read it."),
        "shared-card": (False, "Shared notes|Nothing yet. Everybody here and the path’s admins read them."),
        "private-card": (True, "Private note|Only you can read it."),
    }
    of_expert = folds(scene.page(scene.eva.user, ahead))
    assert of_expert["booking-note"] == (True, "Note to you from Pia|You, Pia and the path’s admins read it.")
    assert of_expert["private-card"] == (False, "Private note|Nothing yet. Only you can read it.")
    of_admin = folds(scene.page(an_admin(scene.path), ahead))
    assert of_admin["booking-note"] == (True, "Note from Pia|Eva, Pia and the path’s admins read it.")
    assert "private-card" not in of_admin


def test_note_just_saved_stays_open_where_it_was_emptied(scene, ahead):
    assert not folds(scene.page(scene.pia, ahead))["private-card"][0]

    page = scene.page(scene.pia, ahead, hx_request="true", hx_target="private-card")

    assert folds(page)["private-card"][0]


def test_problem_with_a_note_shows_it_open(scene, ahead):
    address = reverse("meetings:notes", args=[ahead.pk])

    answer = signed_in(scene.pia).post(address, {"sort": "private", "text": "x" * 5000, "seen": ""})

    assert answer.status_code == 400
    assert folds(answer.text)["private-card"][0]


def test_old_note_is_one_line(scene, over):
    assert folds(scene.page(scene.eva.user, over))["booking-note"] == (False, "Note to you from Pia|About Tuesday")


def test_line_of_the_rights_says_what_or_why_not(scene, ahead, clock):
    page = scene.page(scene.pia, ahead)
    assert "What you can do here" in page
    assert "Reschedule or cancel it, as its participant and its organizer." in page

    clock.move_to(ahead.starts_at)

    assert "This meeting has started, so it can’t be changed any more." in scene.page(scene.pia, ahead)


def test_over_it_asks_first_how_it_went(scene, over):
    page = scene.page(scene.eva.user, over)

    order = ["How did it go?", "Save outcome", "Meet Pia again", 'id="notes-title"', 'id="people-title"']
    assert sorted(order, key=page.index) == order
    assert "If nobody says, it counts as completed on Tue 3 November, 7:30 am." in page
    assert "Uses one of Pia’s sessions." in page
    assert 'btn btn-primary" type="submit" id="save-outcome"' in page
    assert "12:00 pm to 12:30 pm in UTC" in page
    assert [words in page for words in ("What you can do here", "when-title")] == [False, False]
    of_participant = scene.page(scene.pia, over)
    assert "On Tue 3 November, 12:30 it counts as completed." in of_participant
    assert "save-outcome" not in of_participant


def test_said_outcome_names_who_said_it_and_what_it_used(scene, over):
    said = {"status": Status.HELD, "outcome_by": scene.eva.user, "outcome_at": NOW}
    Meeting.objects.filter(pk=over.pk).update(**said)

    page = scene.page(scene.eva.user, over)

    assert '<h2 class="" id="outcome-title">Completed</h2>' in page
    assert "You said so on Mon 2 November, 3:00 am." in page
    assert "1 session used" in page
    assert "Eva Lind said so on Mon 2 November, 08:00." in scene.page(scene.pia, over)
    Meeting.objects.filter(pk=over.pk).update(status=Status.NO_SHOW_EXPERT)
    assert "No session used" in scene.page(scene.eva.user, over)


def test_open_room_is_the_one_primary_button(scene, ahead, clock):
    assert "btn-primary" not in scene.page(scene.pia, ahead).partition("<main")[2]

    for moment in (ahead.starts_at, ahead.ends_at + timedelta(minutes=5)):
        clock.move_to(moment)
        main = scene.page(scene.eva.user, ahead).partition("<main")[2]
        assert main.count("btn-primary") == 1
        assert main.index("Join meeting") < main.index("Save outcome")


def test_ways_into_a_calendar_are_one_menu(scene, ahead, over):
    page = scene.page(scene.pia, ahead)
    menu = page.partition('id="calendars"')[2].partition("</details>")[0]

    assert [words in menu for words in ("Add to calendar", "Google", "Outlook.com", "Microsoft 365", "(.ics)")] == [
        True
    ] * 5
    assert "Add to calendar" not in scene.page(scene.pia, over)


@pytest.mark.parametrize("who", ["pia", "eva"])
def test_page_costs_at_most_twelve_queries(scene, over, who):
    client = signed_in(scene.pia if who == "pia" else scene.eva.user)

    with CaptureQueriesContext(connection) as captured:
        assert "Book again" in client.get(over.get_absolute_url()).text

    assert len(captured) <= 12
