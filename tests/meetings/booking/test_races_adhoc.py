"""Ad-hoc meetings in races: against each other, against drop-ins, and against people who leave.

As in test_races.py, every race ends with the invariants counted, and a control shows that it could end otherwise.
"""

import random
import threading
from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta
from functools import partial
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import connection

from meetings import booking
from meetings.booking import adhoc, conflicts
from meetings.integrity import locks
from meetings.models import Meeting, MeetingEvent, Notice
from paths import enrolment
from paths.models import Membership
from tests.meetings.racing import PATIENCE, ROUNDS, assert_no_deadlock, broken, race, tally, watch_lost_races
from tests.scene import NOW, a_participant, a_theme, add, an_admin, an_expert, at, book, edit

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
DAYS = range(1, ROUNDS + 1)


def plan_of(expert, participant, start, minutes=30, **fields):
    end = start + timedelta(minutes=minutes)
    return booking.MeetingPlan("Catching up", start, end, (expert,), (participant,), **fields)


def changes(meeting, by, **fields):
    """What every change of an ad-hoc meeting is called with, by a form of its own."""
    return {"meeting": meeting, "by": by, "sequence": meeting.sequence, "token": uuid4(), "now": NOW, **fields}


@pytest.fixture
def without_lock(monkeypatch):
    """Nobody waits for anybody, and two writers both find the time free before either writes."""
    both_have_looked = threading.Barrier(2)
    clashes = conflicts.clashes

    def wait_and_tell(*args):
        found = clashes(*args)
        if not found:
            both_have_looked.wait(PATIENCE)
        return found

    monkeypatch.setattr(conflicts, "clashes", wait_and_tell)
    monkeypatch.setattr(adhoc, "lock_people", lambda ids, **_: None)
    if connection.vendor == "sqlite":
        # There the transaction is the lock, and the line before it.
        monkeypatch.setattr(locks, "_turn", nullcontext)
        monkeypatch.setattr(adhoc, "transaction", SimpleNamespace(atomic=nullcontext))


def two_adds(path, pia):
    """The same participant, all else apart."""
    return [
        partial(add, path, plan_of(an_expert(path).user, pia, start), an_admin(path)) for start in (at(10), at(10, 15))
    ]


@pytest.mark.usefixtures("without_lock", "without_rule")
def test_control_without_lock_and_rule_puts_her_in_two_meetings(path, pia):
    (outcomes,) = race(two_adds(path, pia))

    assert tally(outcomes) == {"Meeting": 2}
    assert broken() == {"people in two live meetings at once": 1, "missing database rule": 1}


@pytest.mark.postgres  # on SQLite nothing is left to switch off but the transaction, which the rule relies on
@pytest.mark.usefixtures("without_lock")
def test_rule_alone_puts_her_in_one(path, pia):
    (outcomes,) = race(two_adds(path, pia))

    assert tally(outcomes) == {"Meeting": 1, "Clashing": 1}
    assert broken() == {}


@pytest.mark.usefixtures("without_rule")
def test_lock_alone_puts_her_in_one(path, pia):
    admins, experts = [[make(path) for _ in range(10)] for make in (an_admin, an_expert)]

    rounds = race(
        *(
            [
                partial(add, path, plan_of(expert.user, pia, at(10, number, day=day)), admin)
                for number, (admin, expert) in enumerate(zip(admins, experts, strict=True))
            ]
            for day in DAYS
        )
    )

    assert [tally(outcomes) for outcomes in rounds] == [{"Meeting": 1, "Clashing": 9}] * ROUNDS
    assert broken() == {"missing database rule": 1}


def test_all_four_ways_into_one_hour_of_one_person_are_one_meeting(path, ada, pia):
    """Booked, moved, added and edited onto a quarter of an hour that all of them need, four times each."""
    theme = a_theme(path, an_expert(path), an_expert(path))
    own, other = an_expert(path).user, an_expert(path).user
    rounds = []
    for day in DAYS:
        dropin = book(theme, pia, at(13, day=day))
        hand_set = add(path, plan_of(own, pia, at(15, day=day)), ada)
        move = {"meeting": dropin, "by": pia, "start": at(10, day=day), "sequence": 0, "now": NOW}
        rounds.append(
            [
                call
                for _ in range(4)
                for call in (
                    partial(book, theme, pia, at(10, day=day)),
                    partial(booking.reschedule, **move, token=uuid4()),
                    partial(add, path, plan_of(other, pia, at(10, 5, day=day)), an_admin(path)),
                    partial(edit, hand_set, plan_of(own, pia, at(10, 10, day=day)), an_admin(path)),
                )
            ]
        )

    for outcomes in race(*rounds):
        assert tally(outcomes)["Meeting"] == 1
        assert {type(each) for each in outcomes} <= {
            Meeting,
            booking.AlreadyBusy,
            booking.Clashing,
            booking.JustTaken,
            booking.Overtaken,
            booking.StaleMeeting,
        }
    assert broken() == {}


def test_everything_at_once_on_a_few_people_leaves_all_whole(path):
    """Any change of any meeting by anybody, at times that mostly overlap. Which win is chance; nothing breaks."""
    chance = random.Random(1)
    experts, participants, admins = [[make(path) for _ in range(3)] for make in (an_expert, a_participant, an_admin)]
    theme = a_theme(path, *experts)
    experts = [expert.user for expert in experts]
    starts = [at(hour, minute, day=day) for day in (1, 2) for hour in range(9, 12) for minute in (0, 10, 30, 40)]
    dropins = [book(theme, one, at(14 + number)) for number, one in enumerate(participants)]
    hand_set = [
        add(path, plan_of(expert, one, at(14 + number, day=2), organizer=one), admins[0])
        for number, (expert, one) in enumerate(zip(experts, participants, strict=True))
    ]

    def a_plan():
        length = chance.choice([15, 30, 60])
        return plan_of(chance.choice(experts), chance.choice(participants), chance.choice(starts), length)

    calls = []
    for _ in range(40):
        dropin, meeting, by = chance.choice(dropins), chance.choice(hand_set), chance.choice(admins)
        half_hours = [start for start in starts if start.minute in (0, 30)]
        move = {"meeting": dropin, "by": by, "start": chance.choice(half_hours), "any_expert": True, "now": NOW}
        calls += [
            partial(book, theme, chance.choice(participants), chance.choice(half_hours)),
            partial(booking.reschedule, **move, token=uuid4()),
            partial(add, path, a_plan(), by),
            partial(edit, meeting, replace(a_plan(), organizer=by), by, sequence=chance.choice([0, 1, 2])),
        ]
    calls += [partial(booking.cancel, meeting=dropins[0], by=admins[1], now=NOW)]
    calls += [partial(booking.delete, **changes(hand_set[0], admins[1]))]
    calls += [partial(booking.hand_over, **changes(hand_set[1], admins[1], to=experts[1]))]
    chance.shuffle(calls)

    (outcomes,) = race(calls)

    assert [each for each in outcomes if not isinstance(each, (Meeting, booking.BookingError))] == []
    assert tally(outcomes)["Meeting"] > 10
    assert broken() == {}


def test_edits_of_one_version_are_one_edit(path, ada, eva, pia):
    meetings = [add(path, plan_of(eva, pia, at(10, day=day), organizer=eva), ada) for day in DAYS]

    rounds = race(
        *(
            [
                partial(edit, meeting, replace(plan_of(eva, pia, meeting.starts_at), title=f"Version {number}"), by)
                for number, by in enumerate([ada, eva] * 5)
            ]
            for meeting in meetings
        )
    )

    for meeting, outcomes in zip(meetings, rounds, strict=True):
        assert tally(outcomes) == {"Meeting": 1, "StaleMeeting": 9}
        (won,) = [each for each in outcomes if isinstance(each, Meeting)]
        meeting.refresh_from_db()
        assert (meeting.title, meeting.sequence, meeting.events.count()) == (won.title, 1, 2)
    assert broken() == {}


def test_edits_that_swap_people_crosswise_deadlock_nobody(path, eva, pia, monkeypatch):
    """Two meetings of each day exchange everybody, each by an edit of its own; on odd days at one time, where no
    edit can go first.
    """
    ines, per = an_expert(path).user, a_participant(path)
    calls = []
    for day in range(1, 21):
        hours = (10, 14) if day % 2 == 0 else (10, 10)
        pairs = [(eva, pia), (ines, per)]
        admins = [an_admin(path), an_admin(path)]
        meetings = [
            add(path, plan_of(*pair, at(hour, day=day)), admin)
            for pair, hour, admin in zip(pairs, hours, admins, strict=True)
        ]
        for meeting, pair, admin in zip(meetings, reversed(pairs), admins, strict=True):
            calls.append(partial(edit, meeting, plan_of(*pair, meeting.starts_at), admin))
    lost_to = watch_lost_races(monkeypatch)

    (outcomes,) = race(calls)

    assert tally(outcomes) == {"Meeting": 20, "Clashing": 20}
    assert_no_deadlock(lost_to)
    assert broken() == {}


def test_add_while_its_participant_is_taken_off_the_path_is_one_or_the_other(path, ada, eva):
    memberships, rounds = [], []
    for day in DAYS:
        one = a_participant(path)
        memberships.append(Membership.objects.get(user=one))
        rounds.append(
            [
                partial(enrolment.end, membership=memberships[-1], by=ada, now=NOW),
                partial(add, path, plan_of(eva, one, at(10, day=day)), an_admin(path)),
            ]
        )

    for membership, outcomes in zip(memberships, race(*rounds), strict=True):
        membership.refresh_from_db()
        left = {"Membership": 1, "Unfit": 1} if membership.ended_at else {"Meeting": 1, "HasMeetings": 1}
        assert tally(outcomes) == left
    assert broken() == {}


def test_hand_over_while_it_is_deleted_is_one_of_both(path, ada, eva, pia):
    meetings = [add(path, plan_of(eva, pia, at(10, day=day), organizer=eva), ada) for day in DAYS]

    rounds = race(
        *(
            [
                partial(booking.hand_over, **changes(meeting, eva, to=pia)),
                partial(booking.delete, **changes(meeting, eva)),
                partial(booking.delete, **changes(meeting, ada)),
            ]
            for meeting in meetings
        )
    )

    for meeting, outcomes in zip(meetings, rounds, strict=True):
        meeting.refresh_from_db()
        # Deleted, it refuses the others; handed over, it is another version to the admin, and no longer eva's.
        lost = {"BookingRefused": 2} if meeting.status == "deleted" else {"BookingRefused": 1, "StaleMeeting": 1}
        assert tally(outcomes) == {"Meeting": 1, **lost}
        assert meeting.events.count() == 2
    assert broken() == {}


def test_same_form_of_a_new_meeting_posted_many_times_is_one(path, ada, eva, pia):
    posts = [partial(add, path, plan_of(eva, pia, at(10, day=day)), ada, token=uuid4()) for day in range(1, 4)]

    rounds = race(*([post] * 50 for post in posts))

    assert [tally(outcomes) for outcomes in rounds] == [{"Meeting": 50}] * 3
    assert [len(set(outcomes)) for outcomes in rounds] == [1] * 3
    assert (Meeting.objects.count(), MeetingEvent.objects.count(), Notice.objects.of_changes().count()) == (3, 3, 9)
    assert broken() == {}


@pytest.mark.parametrize("change", ["edit", "hand over", "delete"])
def test_same_form_of_a_change_posted_many_times_is_one(path, ada, eva, pia, change):
    meeting = add(path, plan_of(eva, pia, at(10), organizer=eva), ada)
    form = changes(meeting, eva)
    post = {
        "edit": partial(booking.edit, plan=plan_of(eva, pia, at(11)), **form),
        "hand over": partial(booking.hand_over, to=pia, **form),
        "delete": partial(booking.delete, **form),
    }[change]

    (outcomes,) = race([post] * 50)

    assert tally(outcomes) == {"Meeting": 50}
    meeting.refresh_from_db()
    assert (meeting.sequence, meeting.events.count()) == (1, 2)
    assert broken() == {}
