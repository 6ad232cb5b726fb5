"""The theme's questions and earlier texts at the last step: nothing that was typed is lost."""

import re
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.urls import reverse

from meetings import booking
from meetings.booking import brief
from meetings.models import Meeting, MeetingAnswer
from paths import questions
from paths.questions import Asking
from tests.admin_site import FormFields, as_sent
from tests.factories import PASSWORD
from tests.gate_world import signed_in
from tests.scene import NOW, a_dropin, a_participant, a_path, a_theme, an_admin, an_expert, at, book

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

GOAL, WHEN = Asking("What is your goal?", True), Asking("By when?", False)
GOAL_FIELD, WHEN_FIELD = f"answer_{GOAL.key}", f"answer_{WHEN.key}"


class Scene:
    def __init__(self):
        self.path = a_path()
        self.pia, self.ada = a_participant(self.path), an_admin(self.path)
        self.eva = an_expert(self.path)
        self.theme = a_theme(self.path, self.eva)
        questions.put(self.theme, [GOAL, WHEN])
        a_dropin(self.theme, self.pia, self.eva, at(10, day=-3), note="What I asked then")
        [self.key] = [text.key for text in brief.earlier(self.pia, self.path.pk, NOW)]
        self.client = signed_in(self.pia)

    def url(self, hour=10, **more):
        query = {"theme": self.theme.pk, "start": f"{at(hour):%Y-%m-%dT%H:%M:%SZ}", **more}
        return f"{reverse('schedule:confirm', args=[self.path.pk])}?{urlencode(query)}"

    def typed(self, **fields):
        version = questions.version(questions.of(self.theme))
        known = {"token": str(uuid4()), "expert": "any", "note": "Mine", "asked": version}
        return {**known, GOAL_FIELD: "To be heard", WHEN_FIELD: "Today", "brief": [self.key], **fields}


@pytest.fixture
def scene():
    return Scene()


def kept(page):
    """What of all that is typed the page holds."""
    return {words for words in ("Mine", "To be heard", "Today") if words in page.text}


def ticked(page):
    """Whether the one earlier text is."""
    (box,) = re.findall(r'<input [^>]*name="brief"[^>]*>', page.text)
    return "checked>" in box


def test_booked_with_answers_and_what_was_ticked(scene):
    page = scene.client.get(scene.url())
    assert not ticked(page)
    assert "(optional)" not in page.text.partition(GOAL.text)[2].partition("</label>")[0]

    answer = scene.client.post(scene.url(), scene.typed())

    meeting = Meeting.objects.get(starts_at=at(10))
    assert answer.url == reverse("meetings:booked", args=[meeting.pk])
    assert list(meeting.answers.values_list("text", flat=True)) == ["To be heard", "Today"]
    assert [text.text for text in brief.chosen_for(meeting)] == ["What I asked then"]
    # Once more, with another answer: nothing is booked, and what was typed is said.
    again = scene.client.post(scene.url(), scene.typed(**{GOAL_FIELD: "Something else"}), follow=True)
    assert "its answers stay as they were" in again.text
    assert "Something else" in again.text
    assert Meeting.objects.filter(starts_at=at(10)).count() == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({GOAL_FIELD: " "}, "Answer “What is your goal?”."),
        ({WHEN_FIELD: "x" * 501}, "Please keep it under 500 characters: it has 501 now."),
        ({"brief": ["note-1-x"]}, "One of the earlier texts has changed or is gone."),
        ({WHEN_FIELD: "<script>\x01"}, "Null characters are not allowed"),
    ],
)
def test_a_problem_stands_beside_its_field_and_everything_is_kept(scene, fields, words):
    fields = {name: text.replace("\x01", "\0") if isinstance(text, str) else text for name, text in fields.items()}
    page = scene.client.post(scene.url(), scene.typed(**fields))

    assert page.status_code == 400
    assert page.text.count(words) >= 2
    names = {GOAL_FIELD: "To be heard", WHEN_FIELD: "Today"}
    assert kept(page) == {"Mine", *(text for name, text in names.items() if name not in fields)}
    assert "<script>\0" not in page.text
    assert ticked(page) == ("brief" not in fields)
    assert not Meeting.objects.filter(starts_at=at(10)).exists()


def test_all_that_was_typed_goes_on_to_another_time(scene):
    book(scene.theme, a_participant(scene.path, "Otto"), at(10), given=booking.GivenAnswers(None, {GOAL.key: "First"}))

    taken = scene.client.post(scene.url(), scene.typed())

    assert taken.status_code == 409
    assert "your note and answers are kept" in taken.text
    form = taken.text.partition("<form")[2].partition("</form>")[0]
    carried = FormFields()
    carried.feed(f"<form{form}</form>")
    shown = scene.client.post(scene.url(11), carried.sent)
    assert (shown.status_code, kept(shown)) == (200, {"Mine", "To be heard", "Today"})
    assert ticked(shown)
    assert scene.client.post(scene.url(11), as_sent(shown)).status_code == 302
    assert Meeting.objects.get(starts_at=at(11)).answers.first().text == "To be heard"


def test_where_no_session_is_left_what_was_typed_can_be_read(scene):
    type(scene.path).objects.update(sessions_per_participant=1)

    page = scene.client.post(scene.url(), scene.typed())

    assert page.status_code == 409
    assert kept(page) == {"Mine", "To be heard", "Today"}
    assert GOAL.text in page.text


def test_other_questions_meanwhile_are_said_and_old_answers_shown(scene):
    old = scene.typed()
    new = Asking("What have you tried?", False)
    questions.put(scene.theme, [GOAL, new])

    page = scene.client.post(scene.url(), old)

    assert page.status_code == 409
    assert "The questions of this theme have changed. Nothing was booked." in page.text
    assert "You had answered a question that is no longer asked" in page.text
    assert new.text in page.text
    assert kept(page) == {"Mine", "To be heard", "Today"}
    # Shown once, it can be confirmed as it stands.
    assert scene.client.post(scene.url(), as_sent(page)).status_code == 302
    assert [row.text for row in MeetingAnswer.objects.filter(meeting__starts_at=at(10))] == ["To be heard", ""]


def test_whoever_books_for_somebody_may_leave_the_questions_and_chooses_nothing(scene):
    admin, url = signed_in(scene.ada), scene.url(**{"for": scene.pia.pk})
    page = admin.get(url)
    assert "What I asked then" not in page.text
    assert "What I asked then" in scene.client.get(scene.url()).text

    assert admin.post(url, scene.typed(brief=[scene.key])).status_code == 400
    assert admin.post(url, scene.typed(**{GOAL_FIELD: "", "brief": []})).status_code == 302

    meeting = Meeting.objects.get(starts_at=at(10))
    assert [row.text for row in meeting.answers.all()] == ["", "Today"]
    assert brief.chosen_for(meeting) == []


def test_signed_out_meanwhile_everything_comes_back(scene, client):
    client.post(reverse("account_login"), {"login": scene.pia.email, "password": PASSWORD})
    client.session.flush()
    asked = client.post(scene.url(), scene.typed())
    assert asked.url.startswith(reverse("account_login"))
    client.post(asked.url, {"login": scene.pia.email, "password": PASSWORD})

    page = client.get(scene.url())

    assert kept(page) == {"Mine", "To be heard", "Today"}
    assert ticked(page)
