"""What an expert reads whom an admin reminds of their hours or tells of their calendar."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command

from experts.models import BusyCalendar
from paths import expert_reminders
from tests.factories import AvailabilityRuleFactory
from tests.scene import NOW, a_path, an_admin, an_expert, leave

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def people():
    path = a_path(name="Leading & more")
    return path, an_expert(path, name="Marcus Bellamy", windows=""), an_admin(path, "Ruth Abara")


def a_calendar(expert, label="Work", hours=3):
    fields = {"kind": "address", "url": f"https://x.example/{label}", "next_read_at": NOW + timedelta(days=1)}
    since = NOW - timedelta(hours=hours)
    return BusyCalendar.objects.create(
        expert=expert, label=label, failures=2, failing_since=since, error="sign-in", **fields
    )


def sent():
    call_command("worker", once=True)
    return mail.outbox


def test_hours(people):
    path, marcus, ruth = people
    expert_reminders.remind(path=path, user=marcus.user, by=ruth, now=NOW)

    (letter,) = sent()

    assert letter.subject == "Your hours are missing on Leading & more"
    assert (letter.to, letter.reply_to) == ([marcus.user.email], [ruth.email])
    said = "Ruth Abara asks you for your hours: you are an expert on “Leading & more”, and nobody can book"
    assert said in letter.body
    assert "/availability/" in letter.body
    ((html, _type),) = letter.alternatives
    assert said.replace("&", "&amp;") in html
    assert ">Give hours</a>" in html


@pytest.mark.parametrize("labels", [["Work"], ["Work", "Home <b>"]])
def test_calendars(people, labels):
    path, marcus, ruth = people
    for number, label in enumerate(labels):
        a_calendar(marcus, label, hours=3 - number)
    expert_reminders.tell(path=path, user=marcus.user, by=ruth, now=NOW)

    (letter,) = sent()

    assert letter.subject == "Your calendar can’t be read, and people book on Leading & more"
    one = "your calendar “Work”: Everwise has not been able to read it since Monday 2 November, 05:00, UTC."
    two = "your calendars “Work” and “Home <b>”: Everwise has not been able to read them, the first since"
    assert (one if len(labels) == 1 else two) in letter.body
    assert "The server wants a sign-in." in letter.body
    ((html, _type),) = letter.alternatives
    assert "<b>”" not in html
    assert ">Other calendars</a>" in html


def test_nothing_is_said_that_is_not_so_any_more(people):
    path, marcus, ruth = people
    calendar = a_calendar(marcus)
    expert_reminders.remind(path=path, user=marcus.user, by=ruth, now=NOW)
    expert_reminders.tell(path=path, user=marcus.user, by=ruth, now=NOW)
    AvailabilityRuleFactory(expert=marcus)
    BusyCalendar.objects.filter(pk=calendar.pk).update(failures=0, failing_since=None)

    assert sent() == []


def test_whoever_has_left_hears_nothing(people):
    path, marcus, ruth = people
    expert_reminders.remind(path=path, user=marcus.user, by=ruth, now=NOW)
    leave(marcus.user, path)

    assert sent() == []
