"""Answers and earlier texts on a meeting's page, and the pages on which its participant changes them."""

import pytest
from django.urls import reverse

from meetings import booking
from meetings.booking import brief
from meetings.models import MeetingAnswer, Note
from paths import questions
from paths.questions import Asking
from tests.admin_site import as_sent
from tests.gate_world import signed_in
from tests.scene import NOW, a_dropin, a_participant, a_path, a_theme, an_admin, an_expert, at, book, leave

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

GOAL = Asking("What is your <goal>?", True)
GOAL_WRITTEN = "What is your &lt;goal&gt;?"


class Scene:
    def __init__(self):
        self.path = a_path()
        self.pia, self.ada = a_participant(self.path), an_admin(self.path)
        self.eva = an_expert(self.path)
        self.theme = a_theme(self.path, self.eva)
        questions.put(self.theme, [GOAL])
        old = a_dropin(self.theme, self.pia, self.eva, at(10, day=-3))
        Note.objects.create(meeting=old, author=self.pia, text="My secret", written_at=NOW)
        given = booking.GivenAnswers(None, {GOAL.key: "To be heard"})
        self.meeting = book(self.theme, self.pia, at(10), given=given)

    def page(self, user, name="detail"):
        return signed_in(user).get(self.url(name))

    def url(self, name):
        return reverse(f"meetings:{name}", args=[self.meeting.pk])

    def choose(self):
        keys = [text.key for text in brief.earlier(self.pia, self.path.pk, NOW)]
        booking.change_brief(meeting=self.meeting, by=self.pia, keys=keys, seen="", now=NOW)


@pytest.fixture
def scene():
    return Scene()


def test_who_reads_what(scene, clock):
    scene.choose()
    readers = {"pia": scene.pia, "eva": scene.eva.user, "ada": scene.ada}

    def reading(words):
        return {name for name, user in readers.items() if words in scene.page(user).text}

    assert reading("To be heard") == reading(GOAL_WRITTEN) == {"pia", "eva", "ada"}
    # A private note of a participant is shown to the expert it was chosen for, and to nobody else.
    assert reading("My secret") == {"pia", "eva"}
    assert reading("Change answers") == reading("Choose what is shown") == {"pia"}
    for name in ("answers", "brief"):
        assert [scene.page(user, name).status_code for user in readers.values()] == [200, 403, 403]
    clock.move_to(scene.meeting.starts_at)
    assert reading("My secret") == {"pia", "eva"}
    assert reading("Change answers") == reading("Choose what is shown") == set()
    # It took place without them: there is nothing to be prepared for.
    clock.move_to(NOW)
    booking.cancel(meeting=scene.meeting, by=scene.ada, now=NOW)
    assert reading("My secret") == {"pia"}
    assert reading("To be heard") == {"pia", "eva", "ada"}


def test_whoever_left_the_path_changes_nothing_any_more(scene):
    leave(scene.pia, scene.path)

    assert scene.page(scene.pia).status_code == 200
    assert [scene.page(scene.pia, name).status_code for name in ("answers", "brief")] == [403, 403]


def test_answers_are_changed_and_problems_keep_what_was_typed(scene):
    client = signed_in(scene.pia)
    form = as_sent(client.get(scene.url("answers")), answer_1="To speak")
    empty = client.post(scene.url("answers"), {**form, "answer_1": ""})
    assert (empty.status_code, empty.text.count(f"Answer “{GOAL_WRITTEN}”")) == (400, 2)
    # A form without its mark saves nothing.
    assert client.post(scene.url("answers"), {"answer_1": "To speak"}).status_code == 400
    other = as_sent(client.get(scene.url("answers")), answer_1="From another tab")

    assert client.post(scene.url("answers"), form).status_code == 302
    stale = client.post(scene.url("answers"), other)

    assert stale.status_code == 409
    assert "Other answers were saved meanwhile." in stale.text
    assert "To speak" in stale.text
    assert "From another tab" in stale.text
    assert client.post(scene.url("answers"), as_sent(stale)).status_code == 302
    assert MeetingAnswer.objects.get(meeting=scene.meeting).text == "From another tab"


def test_ticking_shows_and_unticking_takes_away(scene):
    client, [key] = signed_in(scene.pia), [text.key for text in brief.earlier(scene.pia, scene.path.pk, NOW)]
    page = client.get(scene.url("brief"))
    assert "My secret" in page.text
    assert "checked" not in page.text
    other = as_sent(page)
    assert client.post(scene.url("brief"), {**other, "brief": ["note-0-x"]}).status_code == 400

    assert client.post(scene.url("brief"), {**other, "brief": [key]}).status_code == 302
    assert "My secret" in scene.page(scene.eva.user).text
    # Another tab, in which nothing is ticked yet and something is.
    stale = client.post(scene.url("brief"), other)
    assert (stale.status_code, "You have chosen otherwise meanwhile." in stale.text) == (409, True)

    assert client.post(scene.url("brief"), {"seen": as_sent(client.get(scene.url("brief")))["seen"]}).status_code == 302
    assert "My secret" not in scene.page(scene.eva.user).text


def test_nothing_earlier_is_said_in_words(scene):
    Note.objects.all().delete()

    assert "Nothing to choose from yet" in scene.page(scene.pia, "brief").text
