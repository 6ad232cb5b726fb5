"""What each calendar message says, and the e-mail that carries it."""

from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from uuid import uuid4

import icalendar
import pytest

from meetings import booking
from meetings.mail import render
from meetings.models import Notice
from tests.meetings.calendars import strict
from tests.scene import (
    NOW,
    a_participant,
    a_theme,
    add,
    an_admin,
    at,
    book,
    edit,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(path):
    return an_admin(path, "Ada")


@pytest.fixture
def session(path, eva, pia):
    return book(a_theme(path, eva), pia, at(10))


@pytest.fixture
def plan(eva, pia):
    return booking.MeetingPlan(
        title="First 90 days",
        starts_at=at(10),
        ends_at=at(11),
        experts=(eva.user,),
        participants=(pia,),
        agenda="What went well\n\nWhat next",
        place="Lake room",
        video_link="https://video.example.test/lake",
    )


def row(user, kind):
    return Notice.objects.select_related("event__by", "meeting__path", "user").get(user=user, kind=kind)


def told(user, kind):
    found = render.render(row(user, kind)).invitation
    message = strict.read(found.content)
    assert message.method == found.method
    return message


def page(meeting):
    return f"http://testserver/meetings/{meeting.pk}/"


def test_booked_is_a_request_with_the_participant_in_the_chair(session, eva, pia):
    message = told(eva.user, "booked")

    assert message == strict.Message(
        method="REQUEST",
        uid=f"{session.pk}@everwise",
        sequence=0,
        stamp=NOW,
        starts_at=at(10),
        ends_at=at(10, 30),
        status="CONFIRMED",
        summary="Giving feedback",
        description=f"Join: {page(session)}join/\n\nMeeting: {page(session)}",
        location=f"{page(session)}join/",
        organizer="everwise@demo.example",
        attendees={eva.user.email: ("Eva", "REQ-PARTICIPANT"), pia.email: ("Pia", "CHAIR")},
        alarm=True,
    )
    assert told(pia, "booked") == message


def test_moved_is_the_same_event_with_a_higher_sequence(session, pia):
    booking.reschedule(meeting=session, by=pia, start=at(14), token=uuid4(), now=NOW + timedelta(hours=1))

    message = told(pia, "rescheduled")
    assert (message.method, message.uid, message.sequence) == ("REQUEST", f"{session.pk}@everwise", 1)
    assert (message.starts_at, message.stamp) == (at(14), NOW + timedelta(hours=1))


def test_cancelled_cancels_for_everybody(session, eva, pia):
    booking.cancel(meeting=session, by=pia, now=NOW)

    for user in (pia, eva.user):
        message = told(user, "cancelled")
        assert (message.method, message.status, message.sequence) == ("CANCEL", "CANCELLED", 1)
        assert set(message.attendees) == {pia.email, eva.user.email}


def test_deleted_cancels_though_nobody_can_open_it(path, plan, ada, pia):
    meeting = add(path, plan, ada)
    booking.delete(meeting=meeting, by=ada, sequence=0, token=uuid4(), now=NOW)

    message = told(pia, "deleted")
    assert (message.method, message.status, message.sequence) == ("CANCEL", "CANCELLED", 1)


def test_taken_out_gets_a_cancel_of_her_own_and_the_others_a_request(path, plan, ada, eva, pia):
    per = a_participant(path, "Per")
    meeting = add(path, plan, ada)
    edit(meeting, replace(plan, participants=(per,)), ada)

    farewell = told(pia, "removed")
    # RFC 5546, 3.2.5: no STATUS, since the meeting goes on; only those who are uninvited.
    assert (farewell.method, farewell.status, list(farewell.attendees)) == ("CANCEL", "", [pia.email])
    assert (farewell.description, farewell.location) == ("", "")
    for user, kind in ((eva.user, "updated"), (ada, "updated"), (per, "scheduled")):
        message = told(user, kind)
        assert (message.method, message.sequence) == ("REQUEST", 1)
        # An organizer who only leads it is named to a participant, without an address.
        leading = set() if user == per else {ada.email}
        assert set(message.attendees) == {eva.user.email, per.email} | leading
        assert ("Organizer: Ada" in message.description) == (user == per)


def test_organizer_who_does_not_attend_is_in_the_chair(path, plan, ada, eva, pia):
    meeting = add(path, plan, ada)

    message = told(ada, "scheduled")
    assert message.attendees == {
        eva.user.email: ("Eva", "REQ-PARTICIPANT"),
        pia.email: ("Pia", "REQ-PARTICIPANT"),
        ada.email: ("Ada", "CHAIR"),
    }
    assert message.location == "Lake room"
    assert message.description.startswith("What went well\n\nWhat next\n\nJoin: ")
    assert "video.example.test" not in message.description
    assert "video.example.test" in meeting.video_link


def test_handing_over_takes_it_from_who_does_not_attend(path, plan, ada, pia):
    meeting = add(path, plan, ada)
    booking.hand_over(meeting=meeting, to=pia, by=ada, sequence=0, token=uuid4(), now=NOW)

    assert told(ada, "handed-over").method == "CANCEL"
    assert told(pia, "handed-over").attendees[pia.email] == ("Pia", "CHAIR")


def test_late_mail_brings_nothing_back_to_who_was_taken_out(path, plan, ada, pia):
    meeting = add(path, plan, ada)
    edit(meeting, replace(plan, participants=(a_participant(path, "Per"),)), ada)

    message = told(pia, "scheduled")
    assert (message.method, message.sequence, list(message.attendees)) == ("CANCEL", 0, [pia.email])


def test_same_facts_are_the_same_bytes_at_every_attempt(session, pia):
    contents = {render.render(row(pia, "booked")).invitation.content for _ in range(2)}
    assert len(contents) == 1


def test_mail_carries_the_calendar_twice_and_names_its_method(session, pia):
    booking.cancel(meeting=session, by=pia, now=NOW)

    sent = render.message(row(pia, "cancelled")).message().as_bytes(linesep="\r\n")
    mail = message_from_bytes(sent, policy=policy.default)

    assert mail.get_content_type() == "multipart/mixed"
    alternative, attached = mail.iter_parts()
    assert alternative.get_content_type() == "multipart/alternative"
    plain, html, shown = alternative.iter_parts()
    assert [part.get_content_type() for part in (plain, html)] == ["text/plain", "text/html"]
    assert dict(shown["Content-Type"].params) == {"charset": "utf-8", "method": "CANCEL", "component": "VEVENT"}
    assert attached.get_filename() == "meeting.ics"
    assert shown.get_payload(decode=True) == attached.get_payload(decode=True)
    assert icalendar.Calendar.from_ical(shown.get_payload(decode=True))["METHOD"] == "CANCEL"
