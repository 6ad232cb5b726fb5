"""What was sent long ago leaves the outbox in small steps, and nothing misses it."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from meetings import booking
from meetings.booking import reminders
from meetings.enums import AccountMail
from meetings.integrity import invariants
from meetings.mail import outbox, retention
from meetings.models import Meeting, MeetingEvent, Notice, Sweep
from tests.scene import NOW, a_participant, a_path, a_theme, an_expert, at, book

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
LATER = NOW + timedelta(days=100)


@pytest.fixture
def meeting():
    path = a_path()
    return book(a_theme(path, an_expert(path)), a_participant(path), at(10))


def send_all(now=NOW):
    while notice := outbox.claim(now):
        outbox.deliver(notice, lambda: now)


def broken(now):
    return {words: count for words, count in invariants.count_broken(now).items() if count}


def test_sent_goes_after_ninety_days_and_the_history_stays(meeting):
    send_all()
    before = (Meeting.objects.count(), MeetingEvent.objects.count())

    assert retention.sweep(NOW + 90 * DAY) == 0
    assert retention.sweep(NOW + 90 * DAY + timedelta(seconds=1)) == 2

    assert not Notice.objects.of_changes().exists()
    assert (Meeting.objects.count(), MeetingEvent.objects.count()) == before
    assert meeting.events.get().facts["title"] == "Giving feedback"


def test_what_waits_is_never_deleted(meeting):
    assert retention.sweep(LATER) == 0
    assert Notice.objects.waiting().count() == 6


def test_what_was_given_up_goes_as_well(meeting):
    Notice.objects.of_changes().update(parked_at=NOW, attempts=8)

    assert retention.sweep(LATER) == 2
    assert Notice.objects.count() == 4


def test_accounts_mail_goes_as_well():
    outbox.post(kind=AccountMail.NO_ACCOUNT, user_id=None, address="a@example.com", facts={}, now=NOW)
    send_all()

    assert retention.sweep(LATER) == 1
    assert not Notice.objects.exists()


def test_setting_says_how_many_days(settings, meeting):
    send_all()
    settings.MAIL_KEPT_DAYS = 7

    assert retention.sweep(NOW + 7 * DAY) == 0
    assert retention.sweep(NOW + 8 * DAY) == 2


def test_steps_are_small_and_the_oldest_go_first(meeting, monkeypatch):
    monkeypatch.setattr(retention, "STEP", 3)
    event = meeting.events.get()
    Notice.objects.all().delete()
    Notice.objects.bulk_create(
        Notice(event=event, meeting=meeting, user=meeting.organizer, kind="booked", sequence=number, due_at=NOW)
        for number in range(7)
    )
    for number in range(7):
        Notice.objects.filter(sequence=number).update(sent_at=NOW + number * DAY)

    assert retention.sweep(NOW + 200 * DAY) == 3
    assert sorted(Notice.objects.values_list("sequence", flat=True)) == [3, 4, 5, 6]
    assert [retention.sweep(NOW + 200 * DAY) for _ in range(3)] == [3, 1, 0]


def test_invariants_miss_nothing_that_was_swept_and_all_that_was_lost(meeting):
    send_all()
    retention.sweep(LATER)
    assert "missing notices" not in broken(LATER)
    later = book(meeting.theme, a_participant(meeting.path), at(10, day=101), now=LATER)
    later.notices.of_changes().first().delete()

    assert broken(LATER)["missing notices"] == 1


def test_without_a_sweep_a_lost_row_of_any_age_is_missed(meeting):
    Notice.objects.of_changes().first().delete()

    assert broken(LATER)["missing notices"] == 1


def test_longer_keeping_later_misses_nothing_that_is_gone(settings, meeting):
    settings.MAIL_KEPT_DAYS = 7
    send_all()
    retention.sweep(NOW + 10 * DAY)
    settings.MAIL_KEPT_DAYS = 3650
    retention.sweep(NOW + 11 * DAY)

    assert Sweep.objects.get().until == NOW + 3 * DAY
    assert "missing notices" not in broken(NOW + 11 * DAY)
    Sweep.objects.update(until=NOW - DAY)
    assert "missing notices" in broken(NOW + 11 * DAY)


def test_swept_reminder_is_not_made_again(meeting):
    send_all(at(9, 59))
    assert Notice.objects.waiting().count() == 0
    retention.sweep(LATER)
    assert Notice.objects.count() == 0

    reminders.make_up(LATER)

    assert Notice.objects.count() == 0
    assert broken(LATER) == {}


def test_changes_after_a_sweep_are_told(meeting):
    moved = book(meeting.theme, a_participant(meeting.path), at(10, day=50))
    send_all()
    retention.sweep(NOW + 95 * DAY - timedelta(days=50))
    booking.cancel(meeting=moved, by=moved.organizer, now=NOW + 45 * DAY)

    assert moved.notices.filter(kind="cancelled").count() == 2


def test_worker_sweeps_one_step_between_two_messages(meeting, monkeypatch):
    monkeypatch.setattr(retention, "STEP", 2)
    steps = []

    def sweep(now):
        steps.append(Notice.objects.sent().count())
        return retention.STEP if len(steps) < 3 else 0

    monkeypatch.setattr(retention, "sweep", sweep)

    call_command("worker", once=True)

    # At each turn while a whole step was deleted, then not again for an hour.
    assert steps == [0, 1, 2]


def test_nothing_to_sweep_costs_two_queries():
    with CaptureQueriesContext(
        connection,
    ) as queries:
        retention.sweep(NOW)

    read = [each["sql"] for each in queries if each["sql"].startswith("SELECT")]
    assert len(read) == 2
