"""An expert is told once of a calendar that has failed for a day."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command

from experts.models import BusyCalendar
from meetings.mail import failing_calendars
from meetings.models import Notice
from tests.experts.feeds.conftest import calendar, expert, read_due, server  # noqa: F401 - fixtures
from tests.scene import NOW

# The sandbox waits with a time limit, which libfaketime refuses now and then (EINVAL).
pytestmark = [pytest.mark.django_db, pytest.mark.real_clock]
DAY = timedelta(days=1)


@pytest.fixture
def failing(calendar, server):  # noqa: F811 - the fixture
    server.answers["/secret.ics"] = (500, {}, b"")
    assert read_due() is False
    calendar.refresh_from_db()
    return calendar


def test_failing_counts_from_the_first_failure(failing):
    read_due(failing.next_read_at)

    failing.refresh_from_db()
    assert (failing.failing_since, failing.failures) == (NOW, 2)


def test_one_day_is_told_once_in_the_outbox(failing):
    assert failing_calendars.tell(NOW + DAY - timedelta(seconds=1)) == 0
    assert failing_calendars.tell(NOW + DAY) == 1
    assert failing_calendars.tell(NOW + 5 * DAY) == 0

    row = Notice.objects.get()
    assert (row.kind, row.user, row.address) == ("calendar-failed", failing.expert.user, failing.expert.user.email)
    assert row.facts["error"] == "server-error 500"
    assert "secret.ics" not in str(row.facts)
    assert "secret.ics" in failing.url


def test_next_outage_is_told_anew(failing, server):  # noqa: F811 - the fixture
    failing_calendars.tell(NOW + DAY)
    good = server.answers["/secret.ics"]
    server.answers["/secret.ics"] = (200, {}, b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
    assert read_due(NOW + 2 * DAY) is True
    failing.refresh_from_db()
    assert (failing.failing_since, failing.told_at) == (None, None)

    server.answers["/secret.ics"] = good
    read_due(NOW + 3 * DAY)

    assert failing_calendars.tell(NOW + 3 * DAY) == 0
    assert failing_calendars.tell(NOW + 4 * DAY) == 1
    assert Notice.objects.count() == 2


def test_deactivated_expert_is_not_told(failing):
    type(failing.expert.user).objects.filter(pk=failing.expert.user_id).update(is_active=False)

    assert failing_calendars.tell(NOW + 9 * DAY) == 0
    type(failing.expert.user).objects.filter(pk=failing.expert.user_id).update(is_active=True)
    assert failing_calendars.tell(NOW + 9 * DAY) == 1


def test_worker_sends_it(failing, clock):
    BusyCalendar.objects.update(label="Work <b>", next_read_at=NOW + 9 * DAY)

    clock.move_to(NOW + DAY)
    call_command("worker", once=True)

    (letter,) = mail.outbox
    assert letter.to == [failing.expert.user.email]
    assert letter.subject == "One of your calendars can’t be read"
    assert "“Work <b>”" in letter.body
    assert "/calendars/" in letter.body
    assert "The server answers with an error (500)." in letter.body
