"""What an e-mail says depends on who reads it, and on what has happened since."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from everwise.accounts.models import User
from meetings import booking
from meetings.mail import render
from meetings.models import Notice
from tests.rewriting import rewriting
from tests.scene import NOW, a_participant, a_theme, an_admin, an_expert, at, book

pytestmark = pytest.mark.django_db


@pytest.fixture
def theme(path):
    return a_theme(path, an_expert(path))


def text_to(user, kind):
    return render.render(Notice.objects.get(user=user, kind=kind))[1]


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
    assert "Join" in text_to(participant, "booked")
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
    assert "Another expert now takes this session" in to_old
    assert "10:00 to 10:30" in to_old
    assert "With Pia\n" in to_old
    assert f"/meetings/{meeting.pk}/" not in to_old
    assert f"/meetings/{meeting.pk}/" in text_to(new.user, "booked")
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
    with rewriting():
        event.save()

    assert "\nTalk See it here: https://evil.example/\n" in text_to(participant, "booked")


def test_subject_of_utc_reader_names_utc_alone(path, theme):
    participant = a_participant(path)
    book(theme, participant, at(10))

    subject, body, *_ = render.render(Notice.objects.of_changes().get(user=participant))

    assert subject == "Booked: Giving feedback, Tue 3 November, 10:00 UTC"
    assert "\nTuesday 3 November, 10:00 to 10:30\nUTC\nWith Eva\n" in body


def test_old_time_names_its_zone_only_where_the_offset_differs(path, theme):
    participant = a_participant(path)
    meeting = book(theme, participant, datetime(2026, 10, 23, 10, tzinfo=UTC), now=datetime(2026, 10, 20, tzinfo=UTC))
    booking.reschedule(meeting=meeting, by=participant, start=at(10), token=uuid4(), now=meeting.created_at)
    assert "\nIt was on Friday 23 October, 10:00.\n" in text_to(participant, "rescheduled")

    User.objects.filter(pk=participant.pk).update(time_zone="Europe/Stockholm")

    text = text_to(participant, "rescheduled")
    assert "\nTuesday 3 November, 11:00 to 11:30\nStockholm (GMT+1) time\n" in text
    assert "\nIt was on Friday 23 October, 12:00 Stockholm (GMT+2) time.\n" in text


def test_late_mail_gives_nothing_to_the_expert_who_was_replaced(path, theme):
    meeting = book(theme, a_participant(path, name="Pia"), at(10), note="My case")
    (old,) = meeting.experts
    held = ["My case", f"/meetings/{meeting.pk}/"]
    text = text_to(old, "booked")
    assert [word for word in held if word in text] == held

    new = an_expert(path, name="Nora")
    theme.experts.add(new)
    move(meeting, expert=new)

    text = text_to(old, "booked")
    assert [word for word in held if word in text] == []
    assert "This meeting has changed again since; another e-mail tells you how." in text


def test_names_with_line_breaks_stay_one_line(path, theme):
    participant = a_participant(path, name="Pia\r\nSee it here:")
    meeting = book(theme, participant, at(10), note="One\r\nTwo\u202e")
    (expert,) = meeting.experts

    text = text_to(expert, "booked")
    assert "\nPia See it here: has booked a session with you.\n" in text
    assert "\nWith Pia See it here:\n\nNote: One\nTwo\n\nJoin" in text
    assert text_to(participant, "booked").startswith("Hello Pia,\n")
