"""The mailbox is read a little at a time, from a real socket: nothing twice, nothing missed, nobody held up."""

import logging
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from everwise.config.environment import Environment
from everwise.config.mailboxes import replies
from meetings.mail.replies import mailbox, messages, reader
from meetings.models import CalendarAnswer, ReplyMailbox
from tests.meetings.mail.replies.answers import ADDRESS, apple, google, mailed, mailed_to, outlook, plain, spam
from tests.scene import NOW, at, book

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def read():
    """All turns until there is nothing more to read; how many."""
    turns = 1
    while reader.read_due(timezone.now):
        turns += 1
    return turns


def state():
    return ReplyMailbox.objects.get()


def answers():
    return sorted(CalendarAnswer.objects.values_list("attendee__user__name", "participation"))


def test_answers_of_each_program_are_found(imap, session, eva, pia):
    other = book(session.theme, pia, at(14))
    imap.deliver(spam(1), outlook(session, pia), google(session, eva, "ACCEPTED"), spam(2), apple(other, pia))
    read()

    assert answers() == [("Eva Rao", "ACCEPTED"), ("Pia Berg", "DECLINED"), ("Pia Berg", "DECLINED")]
    # What held an answer is seen; all is where it was.
    assert (imap.seen, len(imap.messages)) == ({2, 3, 5}, 5)
    assert (state().last_uid, state().messages, state().counted) == (5, 5, 3)


def test_right_sender_at_the_plain_address_does_not_count(imap, session, pia):
    imap.deliver(
        mailed(plain(session, pia), ADDRESS, sender=pia.email),
        mailed(plain(session, pia), "replies+" + "a" * 32 + "@example.com", sender=pia.email),
        mailed(plain(session, pia), mailed_to(session, pia).replace("example.com", "example.com.evil.example")),
    )
    read()

    assert (answers(), state().messages) == ([], 3)


@pytest.mark.parametrize("header", ["Delivered-To", "X-Original-To", "To"])
def test_token_is_found_where_delivery_leaves_it(header, imap, session, pia):
    to = mailed_to(session, pia).upper()
    imap.deliver(mailed(plain(session, pia), f"Everwise <{to}>" if header == "To" else ADDRESS, **{header: to}))
    read()

    assert answers() == [("Pia Berg", "DECLINED")]


def test_delegate_answers_for_who_asked_them_to(imap, session, pia):
    attendee = f'ATTENDEE;SENT-BY="mailto:office@example.com";PARTSTAT=DECLINED:mailto:{pia.email}'
    imap.deliver(mailed(plain(session, pia, attendee=attendee), mailed_to(session, pia), "office@example.com"))
    read()

    assert answers() == [("Pia Berg", "DECLINED")]


def test_a_restart_repeats_nothing_and_misses_nothing(imap, session, eva, pia):
    imap.deliver(outlook(session, pia))
    read()
    imap.fetched.clear()
    imap.deliver(google(session, eva))
    assert read() == 1
    assert imap.fetched == []  # too early
    ReplyMailbox.objects.update(next_read_at=NOW)
    read()

    assert imap.fetched == [2]
    assert answers() == [("Eva Rao", "DECLINED"), ("Pia Berg", "DECLINED")]


def test_killed_between_the_answer_and_its_place(imap, session, pia, monkeypatch):
    imap.deliver(outlook(session, pia), spam(1))
    monkeypatch.setattr(reader, "_held", lambda row: ReplyMailbox.objects.none())
    read()
    assert (answers(), state().last_uid) == ([("Pia Berg", "DECLINED")], 0)
    monkeypatch.undo()

    assert not reader.read_due(timezone.now)  # it holds the lease still
    later = lambda: NOW + reader.LEASE  # noqa: E731 - one moment
    assert reader.read_due(later)
    assert (imap.fetched, state().last_uid, state().counted) == ([1, 2, 1, 2], 2, 0)


def test_new_numbers_are_read_from_the_beginning(imap, session, pia):
    imap.deliver(spam(1), spam(2))
    read()
    imap.messages, imap.next_uid, imap.uid_validity = {}, 1, 8
    imap.deliver(outlook(session, pia))
    ReplyMailbox.objects.update(next_read_at=NOW)
    read()

    assert (answers(), state().last_uid, state().uid_validity) == ([("Pia Berg", "DECLINED")], 1, 8)


def test_another_mailbox_is_read_from_the_beginning_at_once(imap, session, pia, settings):
    imap.deliver(outlook(session, pia))
    read()
    address = imap.url.replace("/INBOX", "/Answers")
    settings.REPLIES = replies(Environment({"IMAP_URL": address, "REPLIES_ADDRESS": ADDRESS}))
    read()

    assert imap.fetched == [1, 1]


def test_gaps_of_any_size_are_passed(imap, session, pia):
    imap.deliver(spam(1))
    imap.next_uid = 3_000_000_000
    imap.deliver(outlook(session, pia))
    read()

    assert answers() == [("Pia Berg", "DECLINED")]


def test_a_thousand_spam_mails_are_read_in_bounded_turns(imap, session, pia):
    imap.deliver(*(spam(number) for number in range(700)), outlook(session, pia), *(spam(n) for n in range(300)))
    assert reader.read_due(timezone.now)
    assert len(imap.fetched) == reader.MOST_MESSAGES

    assert read() == 21
    assert answers() == [("Pia Berg", "DECLINED")]
    assert (len(imap.fetched), imap.seen, state().counted) == (1001, {701}, 1)


def test_large_mail_is_never_fetched(imap, session, pia):
    imap.deliver(outlook(session, pia)[:-2] + b"x" * messages.MOST_BYTES, google(session, pia))
    read()

    assert (imap.fetched, len(answers())) == ([2], 1)


@pytest.mark.parametrize("fault", ["refuse", "hang-up", "sign-in", "no"])
def test_an_hour_without_the_mailbox(fault, imap, session, pia, clock, caplog, django_assert_max_num_queries):
    read()
    imap.deliver(outlook(session, pia))
    imap.fault = fault
    tried = imap.conversations
    with caplog.at_level(logging.INFO):
        for minute in range(60):
            clock.move_to(NOW + timedelta(minutes=1 + minute))
            read()
    row = state()
    # After 1, 2, 4, 8 and 15 minutes, and 15 again.
    assert (imap.conversations - tried, row.failures, row.failing_since) == (7, 7, NOW + timedelta(minutes=1))
    assert row.last_read_at == NOW
    assert row.error
    assert caplog.text.count("The mailbox of answers can't be read") == 7
    assert "a secret" not in caplog.text + row.error

    imap.fault = ""
    clock.move_to(NOW + timedelta(hours=2))
    read()
    row = state()
    assert (row.failures, row.failing_since, row.error) == (0, None, "")
    assert answers() == [("Pia Berg", "DECLINED")]


def test_an_answer_that_comes_after_the_start_is_late(imap, session, pia, clock):
    imap.deliver(outlook(session, pia))
    clock.move_to(session.starts_at)
    read()

    assert (answers(), state().last_uid) == ([], 1)


def test_two_workers_do_not_read_at_once(imap, session, pia):
    imap.deliver(outlook(session, pia))
    ReplyMailbox.objects.create(pk=1, source="x", next_read_at=NOW, leased_until=NOW + reader.LEASE)

    assert not reader.read_due(timezone.now)
    assert imap.conversations == 0
    ReplyMailbox.objects.update(leased_until=NOW)
    assert reader.read_due(timezone.now)


def test_no_password_goes_over_the_net_in_the_clear(imap, settings):
    """The server of the test offers no TLS; on this machine it need not."""
    place = settings.REPLIES
    far = type(place)(**{name: getattr(place, name) for name in place.__slots__} | {"needs_tls": True})
    with pytest.raises(mailbox.MailboxUnreachable, match="no-tls"), mailbox.opened(far):
        pass


def test_one_bad_answer_stops_none(imap, session, eva, pia, monkeypatch):
    keep = reader.writer.keep

    def failing(**asked):
        if asked["reply"].attendee == eva.email:
            raise RuntimeError("nobody thought of this")
        return keep(**asked)

    monkeypatch.setattr(reader.writer, "keep", failing)
    imap.deliver(outlook(session, eva), outlook(session, pia))
    read()

    assert (answers(), state().last_uid) == ([("Pia Berg", "DECLINED")], 2)


def test_worker_reads_and_tells(imap, session, eva, pia, mailoutbox):
    call_command("worker", once=True)
    mailoutbox.clear()
    ReplyMailbox.objects.update(next_read_at=NOW)
    imap.deliver(outlook(session, pia))
    call_command("worker", once=True)

    (letter,) = mailoutbox
    assert (letter.to, letter.reply_to) == ([eva.email], [pia.email])


@pytest.mark.django_db
def test_nothing_is_asked_without_a_mailbox(session, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert not reader.read_due(timezone.now)
