"""The worker stays alive through bad rows and a missing database, and stops between two messages."""

import os
import signal
from datetime import timedelta
from smtplib import SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.core.management import call_command
from django.db import OperationalError

from experts.feeds import reader
from experts.models import BusyCalendar
from meetings.mail import outbox
from meetings.management.commands import worker
from meetings.models import Notice
from tests.scene import NOW, a_participant, a_path, a_theme, an_expert, at, book

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def booked():
    path = a_path()
    return book(a_theme(path, an_expert(path)), a_participant(path), at(10))


@pytest.fixture
def stop_signals():
    """Put back what pytest does on these signals after the command has taken them."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_row_that_cant_be_rendered_waits_and_the_others_are_sent(booked):
    broken = Notice.objects.order_by("pk").first()
    Notice.objects.filter(pk=broken.pk).update(kind="note-changed")

    call_command("worker", once=True)

    broken.refresh_from_db()
    assert (broken.attempts, broken.sent_at, broken.leased_until) == (1, None, None)
    assert broken.last_error != ""
    assert broken.due_at > NOW
    assert len(mail.outbox) == 1


def test_late_failure_leaves_the_lease_of_the_next_worker_alone(booked, monkeypatch):
    stalled = outbox.claim(NOW)
    Notice.objects.exclude(pk=stalled.pk).delete()
    later = NOW + outbox.LEASE
    holder = outbox.claim(later)

    def fail(self, *args, **kwargs):
        raise SMTPServerDisconnected("gone")

    monkeypatch.setattr(EmailMessage, "send", fail)
    outbox.deliver(stalled, lambda: later)

    assert Notice.objects.get().leased_until == holder.leased_until
    assert outbox.claim(later + timedelta(seconds=59)) is None


@pytest.mark.django_db(transaction=True)
def test_worker_outlives_a_database_that_does_not_answer(booked, monkeypatch, stop_signals):
    monkeypatch.setattr(worker, "POLL_SECONDS", 0)
    claim, answers = outbox.claim, iter([OperationalError("gone"), None])

    def claim_after_an_outage(now):
        if error := next(answers, None):
            raise error
        notice = claim(now)
        if notice is None:
            os.kill(os.getpid(), signal.SIGTERM)
        return notice

    monkeypatch.setattr(outbox, "claim", claim_after_an_outage)

    call_command("worker")

    assert len(mail.outbox) == 2


def test_stop_signal_lets_the_message_in_hand_finish(booked, monkeypatch, stop_signals):
    send = EmailMessage.send

    def send_while_told_to_stop(self, *args, **kwargs):
        os.kill(os.getpid(), signal.SIGTERM)
        return send(self, *args, **kwargs)

    monkeypatch.setattr(EmailMessage, "send", send_while_told_to_stop)

    call_command("worker")

    assert len(mail.outbox) == 1
    assert Notice.objects.filter(sent_at__isnull=False).count() == 1
    assert Notice.objects.of_changes().due(NOW).count() == 1


def test_calendars_and_messages_take_turns(booked, monkeypatch):
    turns = []
    sent, due = iter(Notice.objects.of_changes()), iter([BusyCalendar(), BusyCalendar()])
    monkeypatch.setattr(outbox, "claim", lambda now: next(sent, None))
    monkeypatch.setattr(reader, "claim", lambda now: next(due, None))
    monkeypatch.setattr(outbox, "deliver", lambda *how: turns.append("message") or True)
    monkeypatch.setattr(reader, "read_calendar", lambda calendar, **how: turns.append("calendar") or True)

    call_command("worker", once=True)

    assert turns == ["message", "calendar", "message", "calendar"]
