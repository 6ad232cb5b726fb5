"""Invitations name an address of their reader's own where answers are read; elsewhere nothing has changed."""

from uuid import uuid4

import icalendar
import pytest

from everwise.config.environment import Environment
from everwise.config.mailboxes import replies
from meetings import booking
from meetings.calendars import ical, invitations, reply_addresses
from meetings.mail import render
from meetings.models import Meeting, Notice
from tests.scene import NOW, a_theme, at, book

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def wanted(settings):
    variables = {"IMAP_URL": "imaps://r:s@imap.example.com", "REPLIES_ADDRESS": "replies@example.com"}
    settings.REPLIES = replies(Environment(variables))


@pytest.fixture
def session(path, eva, pia):
    return book(a_theme(path, eva), pia, at(10))


def event_for(user, kind):
    notice = Notice.objects.select_related("event__by", "meeting__path", "user").get(user=user, kind=kind)
    invitation = render.message(notice).invitation
    return invitation.method, icalendar.Calendar.from_ical(invitation.content).walk("VEVENT")[0]


def asked(event):
    attendees = event["attendee"] if isinstance(event["attendee"], list) else [event["attendee"]]
    return {str(each).removeprefix("mailto:"): each.params["RSVP"] for each in attendees}


def test_each_reader_is_asked_by_an_address_of_their_own(wanted, session, eva, pia):
    found = {}
    for user, other in ((eva.user, pia), (pia, eva.user)):
        method, event = event_for(user, "booked")
        assert method == "REQUEST"
        assert asked(event) == {user.email: "TRUE", other.email: "FALSE"}
        found[user] = str(event["organizer"]).removeprefix("mailto:")
        tokens = reply_addresses.tokens_in(found[user].upper())
        assert reply_addresses.is_for(tokens, session.pk, user.pk)
        assert not reply_addresses.is_for(tokens, session.pk, other.pk)
        # As long as a mail server takes it.
        assert len(found[user].partition("@")[0]) <= 64
    assert found[eva.user] != found[pia]


def test_address_stays_through_changes_and_to_the_end(wanted, session, eva, pia):
    first = event_for(pia, "booked")[1]["organizer"]
    booking.reschedule(meeting=session, by=eva.user, start=at(11), token=uuid4(), sequence=0, now=NOW)
    _method, moved = event_for(pia, "rescheduled")
    booking.cancel(meeting=session, by=eva.user, now=NOW)
    method, gone = event_for(pia, "cancelled")

    assert first == moved["organizer"] == gone["organizer"]
    assert method == "CANCEL"
    assert set(asked(gone).values()) == {"FALSE"}


def test_without_a_mailbox_nobody_is_asked(session, eva, pia):
    _method, event = event_for(pia, "booked")

    assert set(asked(event).values()) == {"FALSE"}
    assert "+" not in str(event["organizer"])


def test_files_and_feeds_carry_no_token(wanted, session, pia):
    meeting = Meeting.objects.with_people().get(pk=session.pk)
    text = ical.calendar([invitations.present(meeting, NOW, pia)]).decode().replace("\r\n ", "")

    assert "replies" not in text
    assert "RSVP=TRUE" not in text


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("replies+{}@example.com", 1),
        ('"Everwise, replies" <replies+{}@example.com>, other@example.com', 1),
        ("REPLIES+{}@EXAMPLE.COM", 1),
        ("replies+{}@example.com.evil.example", 0),
        ("replies+{}@example.org", 0),
        ("x.replies+{}@example.com", 0),
        ("replies+{}x@example.com", 0),
        ("replies@example.com", 0),
        ("", 0),
    ],
)
def test_tokens_in_a_header(wanted, text, number):
    token = "abcdefghijklmnopqrstuvwxyz234567"

    assert reply_addresses.tokens_in(text.format(token)) == ({token} if number else set())


@pytest.mark.parametrize(
    "uid", ["", "@everwise", "x@everwise", "5b2a24f6@everwise", "4c7cc5015e0a4ee6b69e6fdee901fcf1@everwise"]
)
def test_what_is_no_uid_of_ours(uid):
    assert invitations.meeting_of(uid) is None


def test_uid_leads_back_to_its_meeting(session):
    assert invitations.meeting_of(invitations.uid(session)) == session.pk
