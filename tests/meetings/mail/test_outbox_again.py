"""What failed for good and is sent again: only that, and never by a worker's side."""

from datetime import timedelta
from smtplib import SMTPServerDisconnected

import pytest
from django.contrib.auth.models import Permission
from django.core import mail

from everwise.accounts.models import User
from meetings.mail import outbox
from meetings.models import Notice
from tests.scene import NOW, a_participant, a_path, a_person, a_theme, an_expert, at, book

EARLIER = NOW - timedelta(days=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    staff = a_person("Sue", is_staff=True)
    staff.user_permissions.add(Permission.objects.get(codename="change_notice"))
    return User.objects.get(pk=staff.pk)


@pytest.fixture
def parked():
    """One of a meeting's two e-mails has failed for good; the other waits."""
    path = a_path()
    book(a_theme(path, an_expert(path)), a_participant(path), at(10))
    notice = Notice.objects.first()
    Notice.objects.filter(pk=notice.pk).update(
        parked_at=EARLIER, due_at=EARLIER, attempts=8, last_error="SMTPServerDisconnected: gone"
    )
    notice.refresh_from_db()
    return notice


def row(notice):
    return Notice.objects.filter(pk=notice.pk).values().get()


def test_parked_notice_is_due_at_once_as_if_new(parked, staff):
    before = row(parked)

    assert outbox.send_again(notices=Notice.objects.all(), by=staff, now=NOW) == [parked]

    assert row(parked) == {**before, "parked_at": None, "due_at": NOW, "attempts": 0}
    assert parked in Notice.objects.due(NOW)


def test_error_is_kept_until_the_notice_is_sent(parked, staff, monkeypatch):
    outbox.send_again(notices=Notice.objects.filter(pk=parked.pk), by=staff, now=NOW)
    parked.refresh_from_db()
    assert parked.last_error == "SMTPServerDisconnected: gone"
    Notice.objects.exclude(pk=parked.pk).delete()

    assert outbox.deliver(outbox.claim(NOW), lambda: NOW) is True

    parked.refresh_from_db()
    assert (parked.sent_at, parked.attempts, parked.last_error) == (NOW, 1, "")
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    "state",
    [
        {"parked_at": None, "attempts": 3},
        {"parked_at": None, "leased_until": NOW + timedelta(seconds=30)},
        {"parked_at": None, "sent_at": EARLIER},
        {"parked_at": EARLIER, "sent_at": NOW},
    ],
    ids=["waiting", "held by a worker", "sent", "sent late by a slow worker"],
)
def test_notice_not_parked_is_left_alone(parked, staff, state):
    Notice.objects.filter(pk=parked.pk).update(**state)
    before = row(parked)

    assert outbox.send_again(notices=Notice.objects.all(), by=staff, now=NOW) == []

    assert row(parked) == before


def test_notice_not_chosen_is_left_alone(parked, staff):
    before = row(parked)

    assert outbox.send_again(notices=Notice.objects.exclude(pk=parked.pk), by=staff, now=NOW) == []

    assert row(parked) == before


def test_notice_put_back_twice_is_put_back_once(parked, staff):
    outbox.send_again(notices=Notice.objects.all(), by=staff, now=NOW)

    assert outbox.send_again(notices=Notice.objects.all(), by=staff, now=NOW + timedelta(hours=1)) == []
    assert row(parked)["due_at"] == NOW


def test_worker_whose_lease_ran_out_does_not_park_what_was_put_back(parked, staff, monkeypatch):
    """A slow worker still tries while another one has parked the row and staff has put it back."""
    Notice.objects.filter(pk=parked.pk).update(parked_at=None, attempts=7)
    Notice.objects.exclude(pk=parked.pk).delete()
    slow = outbox.claim(NOW)
    Notice.objects.filter(pk=parked.pk).update(parked_at=NOW, leased_until=None, attempts=8)
    outbox.send_again(notices=Notice.objects.all(), by=staff, now=NOW)
    before = row(parked)

    def fail(self, *args, **kwargs):
        raise SMTPServerDisconnected("gone")

    monkeypatch.setattr("django.core.mail.EmailMessage.send", fail)
    assert outbox.deliver(slow, lambda: NOW) is False

    assert row(parked) == before


@pytest.mark.parametrize("fields", [{}, {"is_staff": True}], ids=["somebody", "staff who may only look"])
def test_send_again_is_for_staff_who_may_change_the_outbox(parked, fields):
    before = row(parked)

    with pytest.raises(outbox.ResendRefused, match="Only staff who may change what lies in the outbox"):
        outbox.send_again(notices=Notice.objects.all(), by=a_person(**fields), now=NOW)

    assert row(parked) == before


def test_many_are_put_back_in_few_queries(parked, staff, django_assert_max_num_queries):
    event = parked.event
    Notice.objects.bulk_create(
        Notice(
            event=event,
            meeting=parked.meeting,
            user=parked.user,
            kind=parked.kind,
            sequence=n,
            due_at=EARLIER,
            parked_at=EARLIER,
            attempts=8,
        )
        for n in range(1, 1001)
    )

    with django_assert_max_num_queries(12):
        assert len(outbox.send_again(notices=Notice.objects.all(), by=staff, now=NOW)) == 1001
    assert not Notice.objects.parked().exists()


def test_what_was_due_in_a_restored_backup_is_held_back_and_can_be_sent_again(parked, staff):
    waiting = Notice.objects.due(NOW).get()
    reminders = set(Notice.objects.waiting().exclude(pk=waiting.pk))
    failed = row(parked)

    assert outbox.hold_back(now=NOW) == 1

    assert outbox.claim(NOW) is None
    waiting.refresh_from_db()
    assert (waiting.parked_at, waiting.last_error) == (NOW, Notice.HELD_BACK)
    assert row(parked) == failed
    assert reminders
    assert set(Notice.objects.waiting()) == reminders
    outbox.send_again(notices=Notice.objects.filter(pk=waiting.pk), by=staff, now=NOW)
    assert outbox.claim(NOW) == waiting
