"""The heartbeat of workers, and what staff see of it."""

import os
import signal
import time
from datetime import timedelta

import pytest
from django.core.management import call_command

from meetings.booking import MeetingPlan
from meetings.mail.heartbeat import EVERY, FORGOTTEN, Heart, living
from meetings.management.commands.worker import Stop
from meetings.models import Notice, Worker
from tests.admin_site import address, staff_on
from tests.scene import NOW, a_participant, a_path, add, an_admin, an_expert, at

pytestmark = pytest.mark.django_db


def test_beats_every_ten_seconds_and_no_oftener():
    heart = Heart()

    assert [heart.beat(NOW), heart.beat(NOW + EVERY - timedelta(seconds=1)), heart.beat(NOW + EVERY)] == [
        True,
        False,
        True,
    ]
    worker = Worker.objects.get()
    assert worker.name.endswith(f" {os.getpid()}")
    assert (worker.started_at, worker.beat_at) == (NOW, NOW + EVERY)


def test_clock_put_back_does_not_silence_it():
    heart = Heart()
    heart.beat(NOW)

    assert heart.beat(NOW - timedelta(hours=2)) is True
    assert living(NOW - timedelta(hours=2)).count() == 1


def test_row_is_gone_when_the_worker_stops():
    heart = Heart()
    heart.beat(NOW)
    assert Worker.objects.exists()
    heart.stop()

    assert not Worker.objects.exists()


def test_workers_long_dead_are_forgotten_when_one_starts():
    for name, ago in (("old", FORGOTTEN + EVERY), ("recent", FORGOTTEN - EVERY)):
        Worker.objects.create(name=name, started_at=NOW - ago, beat_at=NOW - ago)

    Heart().beat(NOW)

    assert set(Worker.objects.exclude(name__endswith=f" {os.getpid()}").values_list("name", flat=True)) == {"recent"}
    assert living(NOW).count() == 1


def test_signal_wakes_the_worker_that_waits():
    stop = Stop()
    before = signal.signal(signal.SIGTERM, stop.ask)
    try:
        os.kill(os.getpid(), signal.SIGTERM)
        begun = time.monotonic()
        stop.wait(60)
    finally:
        signal.signal(signal.SIGTERM, before)
        stop.close()

    assert stop.asked
    assert time.monotonic() - begun < 30


def test_once_leaves_no_heartbeat():
    call_command("worker", once=True)

    assert not Worker.objects.exists()


def test_staff_tell_reminders_to_come_from_what_waits(client, clock):
    staff_on(client)
    path = a_path()
    plan = MeetingPlan("Talk", at(10, day=3), at(11, day=3), (an_expert(path).user,), (a_participant(path),))
    add(path, plan, an_admin(path))
    Notice.objects.of_changes().update(due_at=NOW + timedelta(minutes=5), attempts=1)

    def shown(state):
        return set(client.get(address(Notice, "changelist"), {"state": state}).context["cl"].result_list)

    assert shown("waiting") == set(Notice.objects.of_changes())
    assert shown("later") == set(Notice.objects.reminders())
    assert client.get(address(Notice, "changelist")).text.count('field-state">Later<') == 4


def test_staff_see_whether_any_is_alive(client, clock):
    staff_on(client)
    warning = "No worker is running"
    Worker.objects.create(name="dead", started_at=NOW, beat_at=NOW - timedelta(minutes=3))
    assert warning in client.get(address(Notice, "changelist")).text

    Worker.objects.create(name="alive", started_at=NOW, beat_at=NOW)

    assert warning not in client.get(address(Notice, "changelist")).text
    page = client.get(address(Worker, "changelist")).text
    assert (page.count("icon-yes"), page.count("icon-no")) == (1, 1)
