"""Saying how many meetings went: what is sent, asked once more, kept, and told."""

import re
from uuid import uuid4

import pytest

from meetings import booking
from meetings.enums import Status
from meetings.models import Meeting, MeetingEvent
from meetings.pages.path_meetings import views
from tests.meetings.pages.path_meetings.scene import Scene, words_of
from tests.scene import NOW, an_admin

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
HELD, NO_PARTICIPANT, NO_EXPERT = "held", "no-show-participant", "no-show-expert"


@pytest.fixture
def scene():
    return Scene()


def answers(meetings, outcome=HELD):
    return {f"outcome-{meeting.pk}": outcome for meeting in meetings}


def shown(meetings):
    return {"shown": [str(meeting.pk) for meeting in meetings]}


def stati(meetings):
    return [Meeting.objects.get(pk=meeting.pk).status for meeting in meetings]


def told(answer):
    """Where a form leads, and what is said there."""
    assert answer.redirect_chain
    [message] = answer.context["messages"]
    return str(message)


def hidden(html):
    return dict(re.findall(r'<input type="hidden" name="(token|number|until|outcome-[^"]*)" value="([^"]*)"', html))


def test_row_asks_with_the_words_of_the_meetings_own_page(scene):
    scene.over(1)
    text = scene.words(show="no-outcome")

    assert "1 past meeting has no outcome yet. Its expert was asked after it." in text
    assert "Completed Participant did not come Expert did not come" in text
    assert "Maya Lindqvist with Eva Stern" in text
    assert "How Giving feedback went, Sun 1 November, 09:00 to 09:30" in text
    assert (
        "A session that its participant missed counts as used. One that its expert missed is theirs again."
        " You can correct an outcome later."
    ) in text
    page = scene.get(show="no-outcome").content.decode()
    assert page.count('type="radio"') == 3
    assert " checked" not in page


def test_answered_rows_are_saved_and_no_others(scene):
    first, second, third = scene.over(3)

    answer = scene.post(
        {**shown([first, second, third]), **answers([first]), **answers([second], NO_EXPERT)}, follow=True
    )

    assert told(answer) == "2 outcomes are saved."
    assert stati([first, second, third]) == [HELD, NO_EXPERT, "scheduled"]
    assert answer.redirect_chain == [(scene.address(show="no-outcome"), 302)]


def test_filters_stay(scene):
    [meeting] = scene.over(1)
    query = {"show": "no-outcome", "q": "maya", "expert": str(scene.eva.user.pk)}

    answer = scene.post(answers([meeting]), query)

    assert answer.url == scene.address(**query)


def test_nothing_answered_is_a_problem(scene):
    meetings = scene.over(2)

    answer = scene.post(shown(meetings))

    assert answer.status_code == 400
    html = answer.content.decode()
    assert "<title>Error: Meetings" in html
    assert "There is a problem Say how at least one meeting went." in words_of(html)
    assert stati(meetings) == ["scheduled"] * 2


@pytest.mark.parametrize("change", [{"token": "x"}, {"do": "x"}, {"do": "all"}, {"do": "all", "number": "x"}])
def test_damaged_form_comes_back_with_what_was_chosen(scene, change):
    meetings = scene.over(2)

    answer = scene.post({**answers(meetings[:1], NO_PARTICIPANT), **change})

    assert answer.status_code == 400
    html = answer.content.decode()
    assert "This form is damaged. Please send it once more." in html
    assert re.findall(r'value="([^"]*)" checked', html) == [NO_PARTICIPANT]
    assert stati(meetings) == ["scheduled"] * 2


def test_unknown_outcome_or_meeting_is_no_answer(scene):
    [meeting] = scene.over(1)

    assert scene.post(answers([meeting], "cancelled")).status_code == 400
    assert scene.post({"outcome-x": HELD}).status_code == 400
    assert told(scene.post({f"outcome-{uuid4()}": HELD}, follow=True)) == "No outcome was saved."
    assert stati([meeting]) == ["scheduled"]


def test_what_its_expert_answered_meanwhile_is_kept_and_told(scene):
    meetings = scene.over(3)
    for meeting in meetings[:2]:
        booking.mark_outcome(
            meeting=meeting,
            outcome=Status.NO_SHOW_PARTICIPANT,
            was="scheduled",
            by=scene.eva.user,
            token=uuid4(),
            now=NOW,
        )

    said = told(scene.post(answers(meetings), follow=True))

    assert said == "1 outcome is saved. 2 were answered by their expert meanwhile."
    assert stati(meetings) == [NO_PARTICIPANT, NO_PARTICIPANT, HELD]


def test_what_another_admin_answered_meanwhile_is_told_as_such(scene):
    meetings = scene.over(1)
    by = an_admin(scene.path, "Abe")
    booking.mark_outcome(meeting=meetings[0], outcome=Status.HELD, was="scheduled", by=by, token=uuid4(), now=NOW)

    assert told(scene.post(answers(meetings), follow=True)) == "No outcome was saved. 1 was answered meanwhile."


def test_all_that_are_left_of_one_page(scene):
    first, second, third = scene.over(3)

    said = told(scene.post({**shown([first, second]), **answers([first], NO_EXPERT), "do": "left"}, follow=True))

    # The third ended after the page was shown.
    assert said == "2 outcomes are saved."
    assert stati([first, second, third]) == [NO_EXPERT, HELD, "scheduled"]


class TestMorePagesThanOne:
    @pytest.fixture
    def meetings(self, scene):
        return scene.over(27)

    def ask(self, scene, meetings, **data):
        answer = scene.post({**shown(meetings[2:]), "do": "left", **data})
        assert answer.status_code == 200
        return answer.content.decode()

    def test_are_asked_about_once_more(self, scene, meetings):
        html = self.ask(scene, meetings, **answers(meetings[-2:], NO_EXPERT))

        text = words_of(html)
        assert "Mark 25 meetings as completed?" in text
        assert "The 2 that you answered are saved as you said." in text
        assert set(stati(meetings)) == {"scheduled"}

    def test_and_marked_then(self, scene, meetings):
        form = hidden(self.ask(scene, meetings, **answers(meetings[-2:], NO_EXPERT)))

        said = told(scene.post({**form, "do": "all"}, follow=True))

        assert said == "27 outcomes are saved."
        assert stati(meetings) == [HELD] * 25 + [NO_EXPERT] * 2
        assert "Every past session has an outcome." in scene.words(show="no-outcome")

    def test_twice_is_one_change_and_one_answer(self, scene, meetings):
        form = {**hidden(self.ask(scene, meetings)), "do": "all"}
        first = told(scene.post(form, follow=True))

        assert told(scene.post(form, follow=True)) == first == "27 outcomes are saved."
        assert MeetingEvent.objects.filter(happening="outcome").count() == 27

    def test_only_of_those_that_the_filters_show(self, scene, meetings):
        [other] = scene.over(1, title="Other")
        query = {"q": "feedback"}
        answer = scene.post({**shown(meetings[2:]), "do": "left"}, query)

        scene.post({**hidden(answer.content.decode()), "do": "all"}, query)

        assert set(stati(meetings)) == {HELD}
        assert stati([other]) == ["scheduled"]

    def test_what_was_answered_meanwhile_is_kept_and_told(self, scene, meetings):
        form = hidden(self.ask(scene, meetings))
        booking.mark_outcome(
            meeting=meetings[0],
            outcome=Status.NO_SHOW_EXPERT,
            was="scheduled",
            by=scene.eva.user,
            token=uuid4(),
            now=NOW,
        )

        said = told(scene.post({**form, "do": "all"}, follow=True))

        assert said == "26 outcomes are saved. 1 was answered meanwhile."
        assert stati(meetings) == [NO_EXPERT, *[HELD] * 26]

    def test_more_than_were_named_are_asked_about_again(self, scene, meetings):
        form = hidden(self.ask(scene, meetings))
        form["number"] = "26"

        answer = scene.post({**form, "do": "all"})

        assert answer.status_code == 409
        assert "They are 27 meetings now." in answer.content.decode()
        assert set(stati(meetings)) == {"scheduled"}
        assert (
            told(scene.post({**hidden(answer.content.decode()), "do": "all"}, follow=True)) == "27 outcomes are saved."
        )

    def test_those_that_ended_since_are_not_among_them(self, scene, meetings, clock):
        form = hidden(self.ask(scene, meetings))
        [late] = scene.over(1)
        Meeting.objects.filter(pk=late.pk).update(starts_at=NOW, ends_at=NOW.replace(hour=NOW.hour + 1))
        clock.move_to(NOW.replace(hour=NOW.hour + 2))

        scene.post({**form, "do": "all"})

        assert stati([late, meetings[0]]) == ["scheduled", HELD]

    def test_so_many_at_once_and_no_more(self, scene, meetings, monkeypatch):
        monkeypatch.setattr(views, "MOST", 20)
        html = self.ask(scene, meetings)
        assert "At most 20 are marked at once" in words_of(html)
        form = {**hidden(html), "do": "all"}

        assert [told(scene.post(form, follow=True)) for _each in range(2)] == ["20 outcomes are saved."] * 2
        # Those that wait longest first: the last of the list began first.
        assert stati(meetings) == ["scheduled"] * 7 + [HELD] * 20
