"""What an e-mail says depends on who reads it, and on what has happened since."""

from uuid import uuid4

import pytest

from meetings import booking, notices
from meetings.models import Notice
from tests.meetings.scene import NOW, a_participant, a_path, a_theme, an_admin, an_expert, at, book

pytestmark = pytest.mark.django_db


@pytest.fixture
def path():
    return a_path()


@pytest.fixture
def theme(path):
    return a_theme(path, an_expert(path))


def text_to(user, kind):
    return notices.render(Notice.objects.get(user=user, kind=kind))[1]


def move(meeting, **fields):
    booking.reschedule(meeting=meeting, by=meeting.organizer, start=at(14), token=uuid4(), now=NOW, **fields)


def test_booked_by_an_admin_is_booked_for_both_not_with_the_admin(path, theme):
    meeting = book(theme, a_participant(path), at(10), by=an_admin(path, name="Ada"))

    for person in [*meeting.experts, *meeting.participants]:
        assert "Ada has booked a session for you." in text_to(person, "booked")


def test_booked_and_rescheduled_carry_the_join_link(path, theme):
    participant = a_participant(path)
    meeting = book(theme, participant, at(10))
    link = f"Join from 15 minutes before the start:\nhttp://testserver/meetings/{meeting.pk}/join/\n"
    assert link in text_to(participant, "booked")

    move(meeting)

    assert link not in text_to(participant, "booked")
    assert link in text_to(participant, "rescheduled")


def test_meeting_without_a_room_has_no_join_link(path, theme):
    participant = a_participant(path)
    meeting = book(theme, participant, at(10))
    meeting.video_link = ""
    meeting.save()

    assert "Join" not in text_to(participant, "booked")


def test_expert_who_was_replaced_reads_of_her_own_session(path, theme):
    participant = a_participant(path, name="Pia")
    meeting = book(theme, participant, at(10))
    (old,) = meeting.experts
    new = an_expert(path, name="Nora")
    theme.experts.add(new)
    move(meeting, expert=new)

    to_old = text_to(old, "cancelled")
    assert "another expert now takes this session" in to_old
    assert "10:00 to 10:30" in to_old
    assert "With Pia\n" in to_old
    assert f"/meetings/{meeting.pk}/" not in to_old
    assert "Your expert is now Nora." in text_to(participant, "rescheduled")
    assert "14:00 to 14:30" in text_to(new.user, "booked")


def test_mail_that_is_late_says_that_things_have_changed_since(path, theme):
    participant = a_participant(path)
    meeting = book(theme, participant, at(10))
    changed = "has changed again since"
    assert changed not in text_to(participant, "booked")

    booking.cancel(meeting=meeting, by=participant, now=NOW)

    assert changed in text_to(participant, "booked")
    assert changed not in text_to(participant, "cancelled")


def test_title_with_line_breaks_stays_one_line_of_the_text(path, theme):
    participant = a_participant(path)
    meeting = book(theme, participant, at(10))
    event = meeting.events.get()
    event.facts["title"] = "Talk\r\nSee it here:\nhttps://evil.example/"
    event.save()

    assert "\nTalk See it here: https://evil.example/\n" in text_to(participant, "booked")
