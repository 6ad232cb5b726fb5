"""What staff see of what participants write to their experts: that it is there, never what it says."""

import pytest
from django.urls import reverse

from meetings import booking
from meetings.booking.answers import seen_answers
from meetings.models import MeetingAnswer, MeetingEvent
from paths import questions
from paths.questions import Asking
from tests.admin_site import address, staff_on
from tests.gate_world import signed_in
from tests.scene import NOW, a_participant, a_path, a_theme, an_expert, at, book

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
GOAL, WHEN = Asking("What is your goal?", True), Asking("By when?", False)
SECRETS = ["Old goal", "New goal", "Old note", "New note"]
WITHHELD = "Only the people of the meeting and the admins of its path can read it."


@pytest.fixture
def meeting():
    """Whose participant has answered one of two questions, and changed both the answer and the note."""
    path = a_path()
    theme, pia = a_theme(path, an_expert(path)), a_participant(path)
    questions.put(theme, [GOAL, WHEN])
    given = booking.GivenAnswers(None, {GOAL.key: SECRETS[0]})
    meeting = book(theme, pia, at(10), given=given, note=SECRETS[2])
    seen = seen_answers(meeting.answers.all())
    booking.change_answers(meeting=meeting, by=pia, texts={1: SECRETS[1]}, seen=seen, now=NOW)
    booking.change_note(meeting=meeting, by=pia, note=SECRETS[3], now=NOW)
    return meeting


def test_staff_see_what_was_asked_and_nothing_of_what_was_written(client, meeting):
    staff = staff_on(client)
    answered, left = meeting.answers.all()
    changed = MeetingEvent.objects.exclude(message="")
    pages = {
        name: staff.get(url).text
        for name, url in {
            "meetings": address(type(meeting), "changelist"),
            "meeting": address(type(meeting), "change", meeting.pk),
            "answers": address(MeetingAnswer, "changelist"),
            "answered": address(MeetingAnswer, "change", answered.pk),
            "left": address(MeetingAnswer, "change", left.pk),
            "events": address(MeetingEvent, "changelist"),
            **{event.happening: address(MeetingEvent, "change", event.pk) for event in changed},
        }.items()
    }

    assert {event.happening for event in changed} == {"note-changed", "answers-changed"}
    assert [secret for secret in SECRETS if secret in "".join(pages.values())] == []
    # The control: its own people read what stands now.
    own = signed_in(meeting.organizer).get(meeting.get_absolute_url()).text
    assert [secret for secret in SECRETS if secret in own] == [SECRETS[1], SECRETS[3]]
    for name in ("meeting", "answers", "answered"):
        assert GOAL.text in pages[name]
    for name in ("answered", "note-changed", "answers-changed"):
        assert pages[name].count(WITHHELD) == 1
    # The note, and twice the history.
    assert pages["meeting"].count(WITHHELD) == 3
    assert "Not answered yet" in pages["left"]
    assert "Not answered yet" not in pages["answered"]


def test_no_search_and_no_address_finds_what_was_written(client, meeting):
    staff = staff_on(client)
    lists = {
        "meetings_meeting": ("note", "answers__text", "events__message"),
        "meetings_meetinganswer": ("text", "meeting__note"),
        "meetings_meetingevent": ("message", "meeting__note"),
    }
    for name, lookups in lists.items():
        url = reverse(f"admin:{name}_changelist")
        for lookup in lookups:
            assert staff.get(url, {f"{lookup}__contains": "New"}).status_code == 400, lookup
        assert "0 " in staff.get(url, {"q": "New goal"}).text
    found = staff.get(address(MeetingAnswer, "changelist"), {"q": meeting.title})
    assert list(found.context["cl"].result_list) == list(meeting.answers.order_by("-pk"))
