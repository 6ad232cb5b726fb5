"""What changes shows on the very next request, on every web process, whatever they have looked at before."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from experts.models import BusyTime, DateOverride
from meetings import booking
from paths.models import Membership
from tests.scene import a_participant, a_path, a_theme, an_expert, book

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[3]
MORNING = ((9 * 60, 11 * 60),)


def database_url():
    known = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{known['NAME']}"
    user, host = quote(known["USER"]), known["HOST"]
    password = f":{quote(known['PASSWORD'])}" if known["PASSWORD"] else ""
    return f"postgres://{user}{password}@{host}:{known['PORT'] or 5432}/{known['NAME']}"


class WebProcess:
    def __init__(self, session):
        env = {**os.environ, "DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "tests.settings"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.meetings.webprocess", session],
            cwd=ROOT,
            env=env,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def starts(self, url):
        self.process.stdin.write(f"{url}\n")
        self.process.stdin.flush()
        return [value[11:16] for value in self.process.stdout.readline().strip().split(",") if value]

    def stop(self):
        # Which ends it.
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


class Scene:
    """One expert with two hours in the morning of one day, seen by a participant through two web processes."""

    def __init__(self):
        self.day = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=14)
        self.path = a_path(start_interval_minutes=30)
        self.expert = an_expert(self.path, windows=MORNING)
        self.theme = a_theme(self.path, self.expert)
        self.rule = self.expert.rules.get()
        self.rule.rrule, self.rule.first_date = "FREQ=DAILY;COUNT=1", self.day.date()
        self.rule.save()
        self.participant = a_participant(self.path)
        client = Client()
        client.force_login(self.participant)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.processes = [WebProcess(session) for _ in range(2)]
        self.url = f"{reverse('schedule:time', args=[self.path.pk])}?theme={self.theme.pk}&day={self.day.date()}"

    def at(self, hour, minute=0):
        return self.day + timedelta(hours=hour, minutes=minute)

    def seen(self):
        """The starts, which both processes must agree upon."""
        one, other = (process.starts(self.url) for process in self.processes)
        assert one == other
        return one


@pytest.fixture
def scene():
    made = Scene()
    yield made
    for process in made.processes:
        process.stop()


def test_every_change_shows_on_the_next_request_of_both_processes(scene):
    assert scene.seen() == ["09:00", "09:30", "10:00", "10:30"]
    assert scene.seen() == ["09:00", "09:30", "10:00", "10:30"]

    scene.rule.windows = ((9 * 60, 12 * 60),)
    scene.rule.save()
    assert scene.seen() == ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30"]

    override = DateOverride.objects.create(expert=scene.expert, date=scene.day.date(), windows=MORNING)
    assert scene.seen() == ["09:00", "09:30", "10:00", "10:30"]
    override.delete()

    meeting = book(scene.theme, a_participant(scene.path), scene.at(10), now=timezone.now())
    assert scene.seen() == ["09:00", "09:30", "10:30", "11:00", "11:30"]

    BusyTime.objects.create(expert=scene.expert, starts_at=scene.at(11), ends_at=scene.at(11, 30))
    assert scene.seen() == ["09:00", "09:30", "10:30", "11:30"]

    booking.cancel(meeting=meeting, by=meeting.organizer, now=timezone.now())
    assert scene.seen() == ["09:00", "09:30", "10:00", "10:30", "11:30"]

    scene.expert.time_zone = "Asia/Kathmandu"
    scene.expert.save()
    assert scene.seen() == ["03:15", "03:45", "04:15", "04:45", "05:15", "05:45"]

    Membership.objects.filter(user=scene.expert.user).update(ended_at=timezone.now())
    assert scene.seen() == []
