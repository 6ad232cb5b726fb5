"""The outbox: each row sent once, whatever fails on the way; and what the e-mails say."""

from datetime import UTC, datetime, timedelta
from smtplib import SMTPServerDisconnected
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection

from meetings import booking
from meetings.mail import outbox, render
from meetings.models import Notice
from tests.rewriting import rewriting
from tests.scene import a_participant, a_path, a_person, a_theme, an_expert, book

NOW = datetime(2026, 10, 20, 11, 10, tzinfo=UTC)
START = datetime(2026, 10, 23, 7, 30, tzinfo=UTC)
LATER = datetime(2026, 10, 23, 8, 0, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def booked():
    """Maya in Stockholm books Priya in Bengaluru, who keeps Stockholm's office hours."""
    path = a_path()
    maya = a_participant(path, "Maya Lindqvist", email="maya@example.com", time_zone="Europe/Stockholm")
    priya = a_person("Priya Raman", email="priya@example.com", time_zone="Asia/Kolkata")
    expert = an_expert(path, user=priya, time_zone="Europe/Stockholm")
    theme = a_theme(path, expert, minutes=45, name="Handling a hard conversation")
    return book(theme, maya, START, now=NOW, note="My case")


def text_to(name, kind):
    row = Notice.objects.select_related("event__by", "meeting", "user").get(user__name=name, kind=kind)
    return render.render(row)[:2]


@pytest.mark.django_db
def test_booked_is_told_in_the_readers_zone(booked):
    subject, body = text_to("Maya Lindqvist", "booked")
    assert subject == "Booked: Handling a hard conversation, Fri 23 October, 09:30 Stockholm time"
    facts = "Friday 23 October, 09:30 to 10:15\nStockholm (GMT+2) time\n13:00 in Kolkata, for Priya\nWith Priya Raman\n"
    assert facts in body
    assert f"http://testserver/meetings/{booked.pk}/" in body

    subject, body = text_to("Priya Raman", "booked")
    assert subject == "Booked: Handling a hard conversation, Fri 23 October, 13:00 Kolkata time"
    facts = "Friday 23 October, 13:00 to 13:45\nKolkata (GMT+5:30) time\n09:30 in Stockholm, for Maya\n"
    assert f"{facts}With Maya Lindqvist\n\nNote: My case" in body


@pytest.mark.django_db
def test_rescheduled_tells_both_times(booked):
    booking.reschedule(meeting=booked, by=booked.organizer, start=LATER, token=uuid4(), now=NOW)

    subject, body = text_to("Maya Lindqvist", "rescheduled")

    assert subject == "Moved: Handling a hard conversation, now Fri 23 October, 10:00 Stockholm time"
    assert "It was on Friday 23 October, 09:30." in body


@pytest.mark.django_db
def test_cancelled_carries_the_message(booked):
    booking.cancel(meeting=booked, by=booked.organizer, now=NOW, message="Sorry & see you <soon>")

    subject, body = text_to("Priya Raman", "cancelled")

    assert subject == "Cancelled: Handling a hard conversation, Fri 23 October, 13:00 Kolkata time"
    assert "Maya Lindqvist has cancelled this session." in body
    assert "Maya writes:\nSorry & see you <soon>\n" in body


@pytest.mark.django_db
def test_title_with_line_breaks_stays_one_header(booked):
    event = booked.events.get()
    event.facts["title"] = "Bad\r\nBcc: everybody@example.com"
    with rewriting():
        event.save()
    notice = Notice.objects.select_related("event__by", "meeting", "user").first()

    message = render.message(notice).message()

    assert message["Bcc"] is None
    assert message["Subject"].startswith("Booked: Bad Bcc: everybody@example.com")


@pytest.mark.django_db
def test_worker_sends_each_row_once(booked):
    call_command("worker", once=True)
    call_command("worker", once=True)

    assert sorted(message.to for message in mail.outbox) == [["maya@example.com"], ["priya@example.com"]]
    assert Notice.objects.filter(sent_at__isnull=False).count() == 2


@pytest.mark.django_db
def test_killed_worker_loses_nothing(booked):
    first = outbox.claim(NOW)
    second = outbox.claim(NOW)
    assert {first.pk, second.pk} == set(Notice.objects.of_changes().values_list("pk", flat=True))
    assert outbox.claim(NOW) is None
    assert outbox.claim(NOW + outbox.LEASE - timedelta(seconds=1)) is None

    again = outbox.claim(NOW + outbox.LEASE)

    assert again.pk == first.pk
    assert render.message(again).message()["Message-ID"] == render.message(first).message()["Message-ID"]


@pytest.mark.django_db
def test_failure_waits_longer_each_time_and_is_parked(booked, monkeypatch):
    def fail(self, *args, **kwargs):
        raise SMTPServerDisconnected("gone")

    monkeypatch.setattr("django.core.mail.EmailMessage.send", fail)
    notice = outbox.claim(NOW)
    waits = []
    for _ in outbox.WAITS:
        assert outbox.deliver(notice, lambda: NOW) is False
        notice.refresh_from_db()
        waits.append(notice.due_at - NOW)
    assert waits == outbox.WAITS
    assert notice.parked_at is None

    outbox.deliver(notice, lambda: NOW)

    notice.refresh_from_db()
    assert (notice.parked_at, notice.last_error) == (NOW, "SMTPServerDisconnected: gone")
    assert Notice.objects.of_changes().due(NOW + timedelta(days=30)).count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_many_workers_share_the_rows(booked):
    event = booked.events.get()
    for _ in range(30):
        Notice.objects.create(event=event, meeting=booked, user=a_person(), kind="booked", sequence=0, due_at=NOW)
    taken, start = [], Barrier(6)

    def work():
        start.wait()
        misses = 0
        while misses < 3:
            notice = outbox.claim(NOW)
            if notice is None:
                misses += 1
            else:
                taken.append(notice.pk)
        connection.close()

    threads = [Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(taken) == sorted(Notice.objects.of_changes().values_list("pk", flat=True))
