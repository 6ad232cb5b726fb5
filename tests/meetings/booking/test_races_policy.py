"""Settings are changed, and people lose their rights, while bookings are in flight.

After the admin's answer no booking by the old policy commits, and nobody acts who was told that they can't any more.
The controls show that without the lock both would happen, and that the tests would see it.
"""

import itertools
import threading
from contextlib import nullcontext
from functools import partial
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import connection, connections, transaction

from everwise.accounts import locks as people_locks
from everwise.accounts.models import User
from everwise.db.prepared import Prepared
from meetings import booking
from meetings.booking import dropin, terms
from meetings.integrity import locks
from meetings.models import Meeting
from paths import enrolment
from paths.models import Membership, Path, Theme
from tests.meetings.racing import PATIENCE, ROUNDS, assert_no_deadlock, broken, race, tally, watch_lost_races
from tests.scene import NOW, a_participant, a_path, a_theme, add, an_admin, an_expert, at, book, join

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
IN_FLIGHT = 24
POLICIES = {
    "length": lambda theme: Theme.objects.filter(pk=theme.pk).update(duration_minutes=480),
    "sessions": lambda theme: Path.objects.filter(pk=theme.path_id).update(sessions_per_participant=1),
}


def by_old_policy(policy, meeting):
    """Whether the new settings would have forbidden it: everybody has a session already."""
    return policy == "sessions" or meeting.duration_minutes != 480


@pytest.fixture
def order(monkeypatch):
    """What happened in which order: each booking that is about to commit, and when the admin had their answer."""
    seen, tell = [], dropin.tell

    def mark(event, *args):
        tell(event, *args)
        seen.append(event.meeting)

    monkeypatch.setattr(dropin, "tell", mark)
    return seen


def without_lock(monkeypatch):
    """Theme and path are read anew, but nobody keeps them."""

    shared = terms._agreed

    def build():
        query = shared.build()
        query.query.select_for_update = False
        return query

    monkeypatch.setattr(terms, "_agreed", Prepared(build))
    if connection.vendor == "sqlite":
        # There the transaction is the lock, and the line before it.
        monkeypatch.setattr(locks, "_turn", nullcontext)
        monkeypatch.setattr(dropin, "transaction", SimpleNamespace(atomic=nullcontext))


def bookers(path, theme, number):
    """So many people with a session each, and experts enough for all."""
    people = [a_participant(path) for _ in range(number)]
    for one in people:
        book(theme, one, at(16, 30, day=1))
    return people


def after_the_answer(order, policy):
    """The bookings by the old policy that committed after the admin's answer."""
    told = order.index("answered")
    return [each for each in order[told + 1 :] if by_old_policy(policy, each)]


@pytest.mark.parametrize("policy", POLICIES)
def test_control_without_lock_books_by_the_old_policy(policy, order, monkeypatch):
    path = a_path()
    theme = a_theme(path, *(an_expert(path) for _ in range(3)))
    people = bookers(path, theme, 3)
    order.clear()
    without_lock(monkeypatch)
    checked, answered, check = threading.Barrier(len(people) + 1), threading.Event(), dropin._check_sessions

    def check_and_wait(*args, **how):
        check(*args, **how)
        # Who lost a race for an expert comes here again.
        if not answered.is_set():
            checked.wait(PATIENCE)
            answered.wait(PATIENCE)

    def admin():
        checked.wait(PATIENCE)
        POLICIES[policy](theme)
        order.append("answered")
        answered.set()

    monkeypatch.setattr(dropin, "_check_sessions", check_and_wait)

    race([partial(book, theme, one, at(9, day=2)) for one in people] + [admin])

    assert after_the_answer(order, policy) != []


@pytest.mark.parametrize("policy", POLICIES)
def test_no_booking_by_the_old_policy_commits_after_the_answer(policy, order):
    path = a_path()
    theme = a_theme(path, *(an_expert(path) for _ in range(IN_FLIGHT)))
    people = bookers(path, theme, IN_FLIGHT)

    for day in range(2, 2 + ROUNDS):
        Theme.objects.filter(pk=theme.pk).update(duration_minutes=30)
        Path.objects.filter(pk=path.pk).update(sessions_per_participant=None)
        theme = Theme.objects.select_related("path").get(pk=theme.pk)
        order.clear()

        def admin(theme=theme):
            POLICIES[policy](theme)
            order.append("answered")

        calls = [partial(book, theme, one, at(9, day=day)) for one in people]
        # Among the first to start, so that most bookings are in flight or still to come.
        (outcomes,) = race([*calls[:8], admin, *calls[8:]])

        assert after_the_answer(order, policy) == []
        assert len(outcomes) == IN_FLIGHT + 1
        assert set(tally(outcomes)) <= {"Meeting", "NoSessionsLeft", "NoneType"}
    assert broken() == {}


def waits(number=1):
    """Wait until so many connections wait for a lock."""
    question = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    for _ in range(20_000):
        with connection.cursor() as cursor:
            # Or a transaction sees the others as they were when it first looked.
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(question)
            if cursor.fetchone()[0] >= number:
                return
    raise AssertionError("Nobody waits.")


class Aside:
    """A call in a thread of its own; its outcome, or its error."""

    def __init__(self, call):
        self.came = None
        self._thread = threading.Thread(target=self._run, args=[call])
        self._thread.start()

    def _run(self, call):
        try:
            self.came = call()
        except Exception as error:  # noqa: BLE001 - whatever it is, the test is to see it
            self.came = error
        connections.close_all()

    @property
    def running(self):
        return self._thread.is_alive()

    def outcome(self):
        self._thread.join(PATIENCE)
        assert not self.running
        return self.came


@pytest.fixture
def paused(monkeypatch):
    """A booking that has checked everything and holds its locks stops until it is let go on."""
    reached, go_on, record = threading.Event(), threading.Event(), dropin.record

    def stop(*args, **kwargs):
        reached.set()
        assert go_on.wait(PATIENCE)
        return record(*args, **kwargs)

    monkeypatch.setattr(dropin, "record", stop)
    yield SimpleNamespace(reached=lambda: reached.wait(PATIENCE), go_on=go_on.set)
    go_on.set()


CHANGES = {
    "theme": lambda theme, admin: Theme.objects.filter(pk=theme.pk).update(duration_minutes=480),
    "path": lambda theme, admin: Path.objects.filter(pk=theme.path_id).update(change_until_minutes=0),
    "ended": lambda theme, admin: enrolment.end(
        membership=Membership.objects.get(user=admin, path=theme.path_id), by=an_admin(theme.path), now=NOW
    ),
    "deactivated": lambda theme, admin: User.objects.filter(pk=admin.pk).update(is_active=False),
}


@pytest.mark.postgres  # SQLite has one writer at a time
@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("named", [True, False])
def test_change_waits_for_a_booking_that_went_by_what_was_before(change, named, paused):
    path = a_path()
    eva = an_expert(path)
    theme, admin, pia = a_theme(path, eva), an_admin(path), a_participant(path)
    writer = Aside(partial(book, theme, pia, at(10), by=admin, expert=eva if named else None))
    assert paused.reached()

    changer = Aside(partial(CHANGES[change], theme, admin))
    waits()
    assert changer.running
    paused.go_on()

    assert isinstance(writer.outcome(), Meeting)
    assert not isinstance(changer.outcome(), Exception)


@pytest.mark.postgres
@pytest.mark.parametrize("named", [True, False])
def test_bookings_of_one_path_by_one_admin_dont_wait_for_each_other(named, paused, monkeypatch):
    path = a_path()
    eva, ines = an_expert(path), an_expert(path)
    theme, admin = a_theme(path, eva, ines), an_admin(path)
    first = Aside(partial(book, theme, a_participant(path), at(10), by=admin, expert=eva if named else None))
    assert paused.reached()

    monkeypatch.undo()
    ((second,),) = race([partial(book, theme, a_participant(path), at(10), by=admin, expert=ines if named else None)])
    assert isinstance(second, Meeting)
    assert first.running
    paused.go_on()

    assert isinstance(first.outcome(), Meeting)


@pytest.mark.postgres
@pytest.mark.parametrize("how", ["schedule", "reschedule", "rescue"])
def test_booking_that_waited_for_a_change_goes_by_the_new_policy(how):
    """Under READ COMMITTED what is read by the locking statement is the row as the change left it."""
    path = a_path()
    eva = an_expert(path)
    theme, pia = a_theme(path, eva, an_expert(path)), a_participant(path)
    meeting = book(theme, pia, at(15), expert=eva)
    book(theme, pia, at(9))
    if how == "rescue":
        booking.cancel(meeting=meeting, by=eva.user, now=NOW)
    call = {
        "schedule": partial(book, theme, pia, at(10)),
        "reschedule": partial(booking.reschedule, meeting=meeting, by=pia, start=at(11), token=uuid4(), now=NOW),
        "rescue": partial(booking.rescue, meeting=meeting, by=pia, token=uuid4(), now=NOW),
    }[how]

    with transaction.atomic():
        Path.objects.filter(pk=path.pk).update(sessions_per_participant=1, change_until_minutes=60 * 24 * 7)
        writer = Aside(call)
        waits()
        assert writer.running

    assert type(writer.outcome()).__name__ == ("BookingRefused" if how == "reschedule" else "NoSessionsLeft")


@pytest.mark.postgres
def test_admins_who_meet_each_other_deadlock_nobody(monkeypatch):
    """Each acts in meetings of the other's, whose row lies before their own in half of them."""
    path = a_path()
    admins = [an_admin(path) for _ in range(6)]
    for each in admins:
        join(each, path, "participant")
    lost_to = watch_lost_races(monkeypatch)
    theme, calls = a_theme(path, *(an_expert(path) for _ in range(6))), []
    for day, (one, other) in enumerate(itertools.permutations(admins, 2), start=1):
        expert = an_expert(path).user
        plan = booking.MeetingPlan("Talk", at(9, day=day), at(10, day=day), experts=(expert,), participants=(other,))
        calls.append(partial(add, path, plan, one))
        calls.append(partial(book, theme, other, at(12, day=day), by=one))
        calls.append(lambda: Path.objects.filter(pk=path.pk).update(description="New"))

    (outcomes,) = race(calls)

    assert set(tally(outcomes)) <= {"Meeting", "int"}
    assert_no_deadlock(lost_to)
    assert broken() == {}


def test_order_of_locks_puts_who_acts_among_the_people(monkeypatch):
    taken = []
    monkeypatch.setattr(people_locks, "connection", SimpleNamespace(vendor="postgresql"))
    monkeypatch.setattr(people_locks, "_hold_all", taken.extend)
    monkeypatch.setattr(people_locks, "_shared", lambda by: taken.append(by))

    for by in range(1, 6):
        taken.clear()
        people_locks.hold([4, 2, 4], by)
        assert taken == sorted({2, 4, by})
