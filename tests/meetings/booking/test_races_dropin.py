"""Many people after the same thing at the same moment, each on a database connection of their own.

Every race ends with the invariants counted. The controls show that without the lock and the database's rule they
would not hold, and that the tests would see it.
"""

import threading
from contextlib import nullcontext
from functools import partial
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import connection, transaction

from meetings import booking
from meetings.booking import dropin, fair_choice, hold
from meetings.enums import Status
from meetings.integrity import locks
from meetings.models import Meeting, MeetingEvent, Notice
from tests.meetings.racing import BOOKERS, PATIENCE, ROUNDS, assert_no_deadlock, broken, race, tally, watch_lost_races
from tests.scene import NOW, a_meeting, a_participant, a_path, a_person, a_theme, an_expert, at, book

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def without_lock(monkeypatch):
    """Nobody waits for anybody, and two bookings both look before either writes."""
    both_have_looked = threading.Barrier(2)
    check_right = dropin._check_right_to_book

    def wait_and_check(*args):
        both_have_looked.wait(PATIENCE)
        check_right(*args)

    monkeypatch.setattr(dropin, "_check_right_to_book", wait_and_check)
    monkeypatch.setattr(fair_choice, "fairest", lambda experts, start, **_: next(iter(experts)))
    for module in (dropin, hold):
        monkeypatch.setattr(module, "lock_people", lambda ids, **_: None)
    if connection.vendor == "sqlite":
        # There the transaction is the lock, and the line before it.
        monkeypatch.setattr(locks, "_turn", nullcontext)
        monkeypatch.setattr(dropin, "transaction", SimpleNamespace(atomic=nullcontext))


@pytest.mark.usefixtures("without_lock", "without_rule")
def test_control_without_lock_and_rule_books_twice(path):
    theme = a_theme(path, an_expert(path))

    (outcomes,) = race([partial(book, theme, a_participant(path), at(10)) for _ in range(2)])

    assert tally(outcomes) == {"Meeting": 2}
    assert broken() == {"people in two live meetings at once": 1, "missing database rule": 1}


@pytest.mark.postgres  # on SQLite nothing is left to switch off but the transaction, which the rule relies on
@pytest.mark.usefixtures("without_lock")
def test_rule_alone_books_once(path):
    theme = a_theme(path, an_expert(path))

    (outcomes,) = race([partial(book, theme, a_participant(path), at(10)) for _ in range(2)])

    assert tally(outcomes) == {"Meeting": 1, "JustTaken": 1}
    assert broken() == {}


@pytest.mark.usefixtures("without_rule")
def test_lock_alone_books_once(path):
    theme = a_theme(path, an_expert(path))
    participants = [a_participant(path) for _ in range(20)]

    rounds = race(*([partial(book, theme, one, at(10, day=day)) for one in participants] for day in range(1, 6)))

    assert [tally(outcomes) for outcomes in rounds] == [{"Meeting": 1, "JustTaken": 19}] * 5
    assert broken() == {"missing database rule": 1}


@pytest.mark.usefixtures("without_rule")
def test_lock_alone_books_a_named_expert_once(path):
    eva = an_expert(path)
    theme = a_theme(path, eva, an_expert(path))
    participants = [a_participant(path) for _ in range(20)]

    days = range(1, 6)
    rounds = race(*([partial(book, theme, one, at(10, day=day), expert=eva) for one in participants] for day in days))

    assert [tally(outcomes) for outcomes in rounds] == [{"Meeting": 1, "JustTaken": 19}] * 5
    assert broken() == {"missing database rule": 1}


def test_schedule_one_time_by_many_is_booked_once(path):
    theme = a_theme(path, an_expert(path))
    participants = [a_participant(path) for _ in range(BOOKERS)]

    days = range(1, ROUNDS + 1)
    rounds = race(*([partial(book, theme, one, at(10, day=day)) for one in participants] for day in days))

    assert [tally(outcomes) for outcomes in rounds] == [{"Meeting": 1, "JustTaken": BOOKERS - 1}] * ROUNDS
    assert Meeting.objects.count() == ROUNDS
    assert broken() == {}


def test_schedule_one_time_with_ten_experts_is_booked_ten_times(path):
    theme = a_theme(path, *(an_expert(path) for _ in range(10)))
    participants = [a_participant(path) for _ in range(10)]
    late = [a_participant(path) for _ in range(8)]

    days = range(1, 11)
    in_time = race(*([partial(book, theme, one, at(10, day=day)) for one in participants] for day in days), clients=8)
    too_late = race(*([partial(book, theme, one, at(10, day=day)) for one in late] for day in days), clients=8)

    assert [tally(outcomes) for outcomes in in_time] == [{"Meeting": 10}] * 10
    assert [tally(outcomes) for outcomes in too_late] == [{"JustTaken": 8}] * 10
    assert broken() == {}


@pytest.mark.postgres  # SQLite has one writer at a time
def test_schedule_passes_over_whom_another_writer_holds(path):
    """Nobody waits for them: the other booking would make them the less fair choice anyway."""
    eva, ines = an_expert(path, name="Eva"), an_expert(path, name="Ines")
    a_meeting(path, ines.user, a_person(), at(14))
    theme, participant = a_theme(path, eva, ines), a_participant(path)

    with transaction.atomic():
        locks.lock_people([eva.user_id])
        ((meeting,),) = race([partial(book, theme, participant, at(10))])

    assert meeting.attendees.get(role="expert").user == ines.user


def test_schedule_one_time_by_one_person_in_many_tabs_is_booked_once(path):
    theme = a_theme(path, *(an_expert(path) for _ in range(4)))
    participant = a_participant(path)

    rounds = race(*([partial(book, theme, participant, at(10, day=day)) for _ in range(20)] for day in range(1, 6)))

    assert [tally(outcomes) for outcomes in rounds] == [{"Meeting": 1, "AlreadyBusy": 19}] * 5
    assert broken() == {}


def test_schedule_many_times_by_one_person_stops_at_her_last_session():
    path = a_path(sessions_per_participant=3)
    theme = a_theme(path, *(an_expert(path) for _ in range(2)))
    participant = a_participant(path)

    (outcomes,) = race([partial(book, theme, participant, at(10, day=day)) for day in range(1, 21)])

    assert tally(outcomes) == {"Meeting": 3, "NoSessionsLeft": 17}
    assert broken() == {}


def test_schedule_stops_at_the_experts_cap(path):
    theme = a_theme(path, an_expert(path, cap_per_day=2))
    starts = [at(hour, minute) for hour in range(9, 17) for minute in (0, 30)]

    (outcomes,) = race([partial(book, theme, a_participant(path), start) for start in starts])

    assert tally(outcomes) == {"Meeting": 2, "JustTaken": 14}
    assert broken() == {}


def test_schedule_same_form_posted_many_times_is_one_meeting(path):
    theme = a_theme(path, *(an_expert(path) for _ in range(3)))
    participant = a_participant(path)

    posts = [partial(book, theme, participant, at(10, day=day), token=uuid4()) for day in range(1, 6)]
    rounds = race(*([post] * 50 for post in posts))

    for outcomes in rounds:
        assert tally(outcomes) == {"Meeting": 50}
        (meeting,) = set(outcomes)
        assert sorted(meeting.notices.of_changes().values_list("user")) == sorted(meeting.attendees.values_list("user"))
    assert Meeting.objects.count() == MeetingEvent.objects.count() == 5
    assert Notice.objects.of_changes().count() == 10
    assert broken() == {}


def test_reschedule_same_form_posted_many_times_is_one_move(path):
    theme = a_theme(path, *(an_expert(path) for _ in range(3)))
    participant = a_participant(path)
    meeting = book(theme, participant, at(10))
    move = partial(
        booking.reschedule, meeting=meeting, by=participant, start=at(11), token=uuid4(), now=NOW, sequence=0
    )

    (outcomes,) = race([move] * 50)

    assert tally(outcomes) == {"Meeting": 50}
    meeting.refresh_from_db()
    assert (meeting.starts_at, meeting.sequence) == (at(11), 1)
    assert meeting.events.count() == 2
    assert broken() == {}


def test_reschedule_crossing_each_other_deadlocks_nobody(path, monkeypatch):
    """Two participants swap their experts and times, on fifty days at once, so that everybody waits for everybody."""
    one, two = an_expert(path), an_expert(path)
    pia, paul = a_participant(path), a_participant(path)
    theme = a_theme(path, one, two)
    calls = []
    for day in range(1, 51):
        for participant, own, other in ((pia, one, two), (paul, two, one)):
            meeting = book(theme, participant, at(10, day=day), expert=own)
            for hour in (10, 11):
                move = {"meeting": meeting, "by": participant, "start": at(hour, day=day), "expert": other}
                calls.append(partial(booking.reschedule, token=uuid4(), now=NOW, **move))
    lost_to = watch_lost_races(monkeypatch)

    (outcomes,) = race(calls)

    assert len(outcomes) == 200
    assert set(tally(outcomes)) <= {"Meeting", "JustTaken", "Overtaken"}
    assert tally(outcomes)["Meeting"] >= 100
    assert_no_deadlock(lost_to)
    assert broken() == {}


def test_cancel_and_reschedule_at_once_leave_it_whole(path):
    theme = a_theme(path, an_expert(path), an_expert(path))
    participant = a_participant(path)

    for day in range(1, 11):
        meeting = book(theme, participant, at(10, day=day))
        call = {"meeting": meeting, "by": participant, "now": NOW}
        (outcomes,) = race(
            [
                *[partial(booking.cancel, **call)] * 4,
                *(partial(booking.reschedule, **call, start=at(h, day=day), token=uuid4()) for h in range(11, 15)),
            ]
        )

        meeting.refresh_from_db()
        assert meeting.status == Status.CANCELLED
        assert meeting.events.filter(happening="cancelled").count() == 1
        assert set(tally(outcomes)) <= {"Meeting", "BookingRefused"}
    assert broken() == {}
