"""Writers on SQLite queue for their turn."""

import threading
from functools import partial

import pytest
from django.db import connection, connections, transaction

from meetings import booking
from meetings.integrity import locks
from meetings.models import Meeting
from tests.scene import NOW, a_participant, a_path, a_theme, an_expert, at, book

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL queues writers itself"),
]
PATIENCE = 10


def in_thread(call):
    def run():
        call()
        connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_writers_are_served_in_the_order_they_came():
    path = a_path()
    theme = a_theme(path, an_expert(path))
    participants = [a_participant(path) for _ in range(5)]
    threads = []

    with locks._queue:
        for number, one in enumerate(participants):
            threads.append(in_thread(partial(book, theme, one, at(9 + number))))
            while locks._queue.waiting <= number:
                threads[-1].join(0.001)
        assert Meeting.objects.count() == 0
    for thread in threads:
        thread.join(PATIENCE)

    booked = Meeting.objects.order_by("events__pk").values_list("organizer", flat=True)
    assert list(booked) == [one.pk for one in participants]


def test_writer_inside_a_transaction_does_not_queue():
    path = a_path()
    meeting = book(a_theme(path, an_expert(path)), a_participant(path), at(9))

    with locks._queue, transaction.atomic():
        booking.cancel(meeting=meeting, by=meeting.organizer, now=NOW)

    assert locks._queue.waiting == 0
