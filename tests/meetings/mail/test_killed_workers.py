"""Workers that are killed at any moment: nothing is lost, and what comes twice has one Message-ID."""

import contextlib
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection, transaction
from django.utils import timezone

from meetings.integrity import invariants
from meetings.models import Notice, Worker
from tests.meetings.mailserver import MailServer
from tests.scene import a_participant, a_path, a_person, a_theme, an_expert, at, book

# Sleeps while it waits for workers that it kills: libfaketime refuses Python's sleep now and then (EINVAL).
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.real_clock]

ROOT = Path(__file__).resolve().parents[3]
MAILS, KILLS, WORKERS = 200, 20, 2
LEASE = 1.0
PATIENCE = 120


def database_url():
    known = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{known['NAME']}"
    user, host = quote(known["USER"]), known["HOST"]
    password = f":{quote(known['PASSWORD'])}" if known["PASSWORD"] else ""
    return f"postgres://{user}{password}@{host}:{known['PORT'] or 5432}/{known['NAME']}"


class Nursery:
    """Starts worker processes."""

    def __init__(self, port):
        env = {**os.environ, "DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "tests.settings"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.meetings.workerprocess", str(port), str(LEASE)],
            cwd=ROOT,
            env=env,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self.alive = set()

    def start(self):
        self.process.stdin.write("worker\n")
        self.process.stdin.flush()
        pid = int(self.process.stdout.readline())
        self.alive.add(pid)
        return pid

    def end(self, pid, how):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, how)
        self.alive.discard(pid)
        until(lambda: not is_there(pid))

    def close(self):
        for pid in list(self.alive):
            self.end(pid, signal.SIGKILL)
        self.process.stdin.close()
        self.process.wait(timeout=10)
        self.process.stdout.close()


def is_there(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def until(condition, pause=0.005):
    """Wait for it, asking again and again, but not for ever."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "This has not come about."
        time.sleep(pause)


@pytest.fixture
def server():
    server = MailServer()
    yield server
    server.stop()


@pytest.fixture
def nursery(server):
    nursery = Nursery(server.port)
    yield nursery
    nursery.close()


@pytest.fixture
def theme():
    path = a_path()
    return a_theme(path, an_expert(path))


def message_ids(server):
    return [re.search(r"^Message-ID: <(.*)@everwise>", text, re.MULTILINE)[1] for _, text in server.letters]


def test_none_is_lost_and_a_kill_doubles_one_at_most(server, nursery, theme):
    meeting = book(theme, a_participant(theme.path), at(10))
    event, now = meeting.events.get(), timezone.now()
    Notice.objects.all().delete()
    people = [a_person(verified=False, password="") for _ in range(MAILS)]
    Notice.objects.bulk_create(
        Notice(event=event, meeting=meeting, user=person, kind="booked", sequence=0, due_at=now) for person in people
    )
    chance = random.Random(4)
    workers = [nursery.start() for _ in range(WORKERS)]

    for kill in range(KILLS * WORKERS):
        # At any moment of sending: some messages further on, and then a few thousandths of a second.
        seen = len(server.letters)
        if seen < MAILS:
            ahead = seen + chance.randint(0, 3)
            until(lambda ahead=ahead: len(server.letters) >= min(ahead, MAILS), pause=chance.uniform(0.001, 0.02))
        nursery.end(workers[kill % WORKERS], signal.SIGKILL)
        workers[kill % WORKERS] = nursery.start()
    until(lambda: not Notice.objects.waiting().exists(), pause=0.05)
    for worker in workers:
        nursery.end(worker, signal.SIGTERM)

    ids = Counter(message_ids(server))
    assert set(ids) == {str(pk) for pk in Notice.objects.values_list("message_id", flat=True)}
    assert set(server.recipients) == {person.email for person in people}
    assert len(server.letters) - MAILS <= KILLS * WORKERS
    assert Notice.objects.sent().count() == MAILS
    # The stopped workers have taken their leave, the killed ones have not.
    assert not {int(worker.name.split()[-1]) for worker in Worker.objects.all()} & set(workers)


def test_stopped_worker_finishes_the_message_in_hand(server, nursery, theme):
    book(theme, a_participant(theme.path), at(10))
    Notice.objects.update(due_at=timezone.now())
    told = threading.Event()
    server.replies = lambda said, recipient: told.wait(PATIENCE) and None if said == "BODY" else None
    worker = nursery.start()
    until(lambda: "DATA" in server.asked)

    os.kill(worker, signal.SIGTERM)
    told.set()
    until(lambda: not is_there(worker))

    assert len(server.letters) == Notice.objects.sent().count()
    assert not Notice.objects.filter(leased_until__isnull=False).exists()
    assert not Worker.objects.exists()


def test_booking_that_is_rolled_back_sends_nothing(server, nursery, theme):
    participant = a_participant(theme.path)
    with transaction.atomic():
        book(theme, participant, at(10))
        transaction.set_rollback(True)
    kept = book(theme, participant, at(11))
    Notice.objects.of_changes().update(due_at=timezone.now())

    nursery.start()
    until(lambda: Notice.objects.of_changes().sent().count() == 2)

    assert all(str(kept.pk) in text.replace("=\n", "") for _, text in server.letters)
    assert len(server.letters) == 2
    assert not any(invariants.count_broken(timezone.now()).values())
