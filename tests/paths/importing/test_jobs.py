"""Imports that the worker writes: taken once, stopped, killed in the middle, taken up again."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from everwise.accounts.models import User
from meetings.booking.credits import taken_by
from meetings.models import Notice
from paths import adding
from paths.enums import ImportState, Role
from paths.importing import jobs, limits, reading, stored, writer
from paths.models import Membership, PathEvent, PeopleImport
from tests.scene import NOW, a_path, an_admin

# A second connection looks on, which sees what is committed.
pytestmark = pytest.mark.django_db(transaction=True)
NUMBER = limits.AT_ONCE + 1


@pytest.fixture
def path():
    return a_path(opened_at=NOW)


@pytest.fixture
def queued(path):
    admin = an_admin(path)
    text = "email\n" + "".join(f"p{each}@new.example\n" for each in range(NUMBER))
    kept, plan = stored.keep(
        path=path, table=reading.read_text(text), file="people.csv", by=admin, now=NOW, taken=taken_by
    )
    return stored.begin(kept=kept, digest=plan.digest, leaves_out=False, by=admin, now=NOW, taken=taken_by)


def run(claimed, now=NOW):
    return jobs.run(claimed, clock=lambda: now, taken=taken_by)


def nothing_is_written(path):
    return (
        not User.objects.filter(email__endswith="new.example").exists()
        and not PathEvent.objects.filter(path=path).exists()
        and not Notice.objects.exists()
    )


def test_one_worker_takes_it_and_writes_it(path, queued):
    claimed = jobs.claim(NOW)

    assert jobs.claim(NOW) is None
    assert nothing_is_written(path)
    assert run(claimed)
    queued.refresh_from_db()
    assert (queued.state, queued.written, queued.invited, queued.lines) == (ImportState.DONE, NUMBER, NUMBER, [])
    assert Membership.objects.live().filter(path=path, role=Role.PARTICIPANT).count() == NUMBER
    assert Notice.objects.count() == NUMBER


def test_stopped_while_it_is_written_nothing_is(path, queued, monkeypatch):
    """At the end of the transaction, as a Stop that comes between leaves it."""
    claimed = jobs.claim(NOW)
    describe = writer._describe

    def stop_and_describe(*args):
        PeopleImport.objects.update(state=ImportState.STOPPED)
        describe(*args)

    monkeypatch.setattr(writer, "_describe", stop_and_describe)
    if connection.vendor == "postgresql":
        # The row is held by this very transaction here, so the Watch, which has another, stays out of it.
        monkeypatch.setattr(jobs._Watch, "tell", lambda watch, written: None)

    assert not run(claimed)
    assert nothing_is_written(path)


@pytest.mark.postgres
def test_a_stop_is_heard_in_the_middle(path, queued, monkeypatch):
    claimed = jobs.claim(NOW)
    other = connection.copy()
    describe = writer._describe

    def stop_and_describe(*args):
        with other.cursor() as cursor:
            cursor.execute("UPDATE paths_peopleimport SET state = 'stopped'")
        describe(*args)

    monkeypatch.setattr(writer, "_describe", stop_and_describe)
    monkeypatch.setattr(writer, "_give", lambda *_: pytest.fail("It went on"))
    try:
        assert not run(claimed)
    finally:
        other.close()
    assert nothing_is_written(path)
    assert PeopleImport.objects.get().state == ImportState.STOPPED


@pytest.mark.postgres
def test_how_far_it_is_can_be_seen_from_outside(queued, monkeypatch):
    claimed, seen, other = jobs.claim(NOW), [], connection.copy()
    give = writer._give

    def look_and_give(*args):
        with other.cursor() as cursor:
            cursor.execute("SELECT written FROM paths_peopleimport")
            seen.append(cursor.fetchone()[0])
        give(*args)

    monkeypatch.setattr(writer, "_give", look_and_give)
    try:
        assert run(claimed)
    finally:
        other.close()
    assert seen == [NUMBER // 2]


def test_a_killed_worker_leaves_nothing_and_the_next_one_writes_it(path, queued, monkeypatch):
    def die(*_):
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(writer, "_give", die)
        with pytest.raises(SystemExit):
            run(jobs.claim(NOW))

    assert nothing_is_written(path)
    assert jobs.claim(NOW) is None
    later = NOW + jobs.LEASE
    assert run(jobs.claim(later), later)
    assert Membership.objects.live().filter(path=path, role=Role.PARTICIPANT).count() == NUMBER


def test_a_worker_that_was_thought_dead_writes_nothing_beside_the_next(queued):
    first, second = jobs.claim(NOW), jobs.claim(NOW + jobs.LEASE)

    assert not run(first)
    assert PeopleImport.objects.get().state == ImportState.RUNNING
    assert run(second)
    assert Notice.objects.count() == NUMBER


def test_after_three_times_it_has_failed(path, queued):
    for attempt in range(jobs.MOST_ATTEMPTS):
        assert jobs.claim(NOW + attempt * jobs.LEASE)

    assert jobs.claim(NOW + jobs.MOST_ATTEMPTS * jobs.LEASE) is None
    queued.refresh_from_db()
    assert (queued.state, queued.lines) == (ImportState.FAILED, [])
    assert nothing_is_written(path)


def test_whoever_changed_meanwhile_is_shown_again(path, queued):
    adding.add_people(path=path, lines="p7@new.example", role=Role.EXPERT, by=queued.by, now=NOW, token=uuid4())

    assert not run(jobs.claim(NOW))
    queued.refresh_from_db()
    assert (queued.state, queued.changed) == (ImportState.PREVIEW, 1)
    assert not User.objects.filter(email="p8@new.example").exists()
    made = stored.plan_of(queued, taken=taken_by, now=NOW)
    assert queued.shown == made.signatures


def test_whoever_is_no_admin_any_more_has_nothing_written(path, queued):
    an_admin(path, "Other")
    Membership.objects.filter(path=path, user=queued.by).update(ended_at=NOW)

    assert not run(jobs.claim(NOW))
    assert PeopleImport.objects.get().state == ImportState.FAILED
    assert nothing_is_written(path)


def test_what_nobody_imports_is_forgotten_after_a_day(path):
    admin = an_admin(path)
    table = reading.read_text("email\na@new.example")
    for age in (timedelta(hours=23), timedelta(hours=25)):
        stored.keep(path=path, table=table, file="", by=admin, now=NOW - age, taken=taken_by)

    assert stored.forget(now=NOW) == 1
    assert PeopleImport.objects.get().made_at == NOW - timedelta(hours=23)
