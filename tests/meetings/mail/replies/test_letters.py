"""What the others read of a decline, and when there is nothing to say any more."""

import pytest
from django.core.management import call_command

from everwise.accounts.models import User
from meetings import booking
from meetings.enums import AccountMail
from meetings.models import Notice
from tests.meetings.letters import living_in
from tests.meetings.mail.replies.answers import LATER, answer
from tests.scene import NOW, a_participant, add, an_admin, an_expert, at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "answering")]


@pytest.fixture(autouse=True)
def no_mailbox(answering, settings):
    """Tokens are the same; the worker asks no server."""
    settings.REPLIES = None


def sent(mailoutbox, user):
    mailoutbox.clear()
    call_command("worker", once=True)
    return [letter for letter in mailoutbox if letter.to == [user.email] and "their calendar" in letter.subject]


def test_expert_reads_it_in_their_zone(session, eva, pia, mailoutbox):
    living_in("Asia/Kolkata", eva)
    answer(session, pia)
    (letter,) = sent(mailoutbox, eva)

    assert letter.subject == "Pia Berg declined in their calendar: First 90 days, Tue 3 November, 15:30"
    assert "Pia Berg declined “First 90 days” in their calendar: Tuesday 3 November, 15:30 to 16:00, " in letter.body
    offered = "If it can’t take place like this, reschedule it, give it to another expert or cancel it."
    assert f"It is still booked, and nothing has been changed. {offered}" in letter.body
    assert f"/meetings/{session.pk}/" in letter.body
    assert letter.reply_to == [pia.email]
    assert not letter.attachments
    assert "text/calendar" not in str(letter.message())


def test_participant_reads_it_in_their_language(session, eva, pia, mailoutbox):
    User.objects.filter(pk=pia.pk).update(language="de")
    answer(session, eva)
    mailoutbox.clear()
    call_command("worker", once=True)
    letter = next(each for each in mailoutbox if each.to == [pia.email] and "text/calendar" not in str(each.message()))

    assert letter.reply_to == [eva.email]
    assert "Dienstag" in letter.body


def test_withheld_address_is_no_reply_to(path, mailoutbox):
    """A participant who organizes knows no address of another participant."""
    eva, ada = an_expert(path, name="Eva").user, an_admin(path, "Ada")
    pia, per = a_participant(path, "Pia"), a_participant(path, "Per")
    plan = booking.MeetingPlan(
        title="Kick-off", starts_at=at(10), ends_at=at(11), experts=(eva,), participants=(pia, per)
    )
    meeting = add(path, plan, ada)
    type(meeting).objects.filter(pk=meeting.pk).update(organizer=per)
    answer(meeting, pia)

    (letter,) = sent(mailoutbox, per)
    assert letter.reply_to == []
    assert pia.email not in str(letter.message())
    (letter,) = [each for each in mailoutbox if each.to == [eva.email] and "their calendar" in each.subject]
    assert letter.reply_to == [pia.email]
    assert "Per, its organizer, can change it." in letter.body


@pytest.mark.parametrize("since", ["accepted", "moved", "cancelled", "begun"])
def test_nothing_is_said_that_is_not_so_any_more(since, session, eva, pia, path, clock, mailoutbox):
    answer(session, pia)
    assert Notice.objects.waiting().filter(kind=AccountMail.DECLINE_TOLD).exists()
    match since:
        case "accepted":
            answer(session, pia, "ACCEPTED", now=NOW + LATER)
        case "moved":
            booking.reschedule(meeting=session, by=eva, start=at(11), token=session.pk, sequence=0, now=NOW)
        case "cancelled":
            booking.cancel(meeting=session, by=pia, now=NOW)
        case "begun":
            clock.move_to(session.starts_at)

    assert sent(mailoutbox, eva) == []
    assert not Notice.objects.filter(kind=AccountMail.DECLINE_TOLD).exists()
