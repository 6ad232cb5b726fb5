"""Giving a session away while something else happens to it, or to whoever is to have it.

Each on connections of their own; every race ends with the invariants counted.
"""

from functools import partial
from uuid import uuid4

import pytest

from meetings import booking
from meetings.enums import Status
from tests.meetings.racing import ROUNDS, assert_no_deadlock, broken, race, tally, watch_lost_races
from tests.scene import NOW, a_participant, a_theme, an_admin, an_expert, at, book

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
DAYS = range(1, ROUNDS + 1)


@pytest.fixture
def ada(path):
    return an_admin(path)


@pytest.fixture
def eva(path):
    return an_expert(path, name="Eva")


@pytest.fixture
def ines(path):
    return an_expert(path, name="Ines")


@pytest.fixture
def theme(path, eva, ines):
    return a_theme(path, eva, ines)


@pytest.fixture
def pia(path):
    return a_participant(path)


@pytest.fixture
def meetings(theme, pia, eva):
    """With Eva, at ten o'clock of each day."""
    return [book(theme, pia, at(10, day=day), expert=eva) for day in DAYS]


def give(meeting, to, by, **fields):
    return partial(booking.reassign, meeting=meeting, to=to, by=by, now=NOW, **{"token": uuid4(), **fields})


def experts_of(meeting):
    return [each.user.expert for each in meeting.attendees.present().filter(role="expert", live=True)]


def given(meeting):
    return meeting.events.filter(happening="reassigned").count()


def test_and_a_booking_of_the_new_expert_at_once_have_one_winner(path, theme, meetings, ines, ada):
    others = [a_participant(path) for _ in range(4)]

    rounds = race(
        *(
            [give(meeting, ines, ada), *(partial(book, theme, one, meeting.starts_at, expert=ines) for one in others)]
            for meeting in meetings
        )
    )

    for outcomes in rounds:
        assert tally(outcomes) == {"Meeting": 1, "JustTaken": 4}
    assert broken() == {}


def test_many_sessions_to_one_expert_at_once_have_one_winner(path, ines, ada):
    experts = [an_expert(path) for _ in range(4)]
    theme = a_theme(path, ines, *experts)
    sessions = [
        [book(theme, a_participant(path), at(10, day=day), expert=expert) for expert in experts] for day in DAYS
    ]

    rounds = race(*([give(meeting, ines, ada) for meeting in same_time] for same_time in sessions))

    assert [tally(outcomes) for outcomes in rounds] == [{"Meeting": 1, "JustTaken": 3}] * ROUNDS
    assert broken() == {}


def test_to_two_experts_at_once_reaches_one(path, theme, meetings, ines, ada):
    ole = an_expert(path, name="Ole")
    theme.experts.add(ole)

    rounds = race(
        *([give(meeting, ines, ada, sequence=0), give(meeting, ole, ada, sequence=0)] for meeting in meetings)
    )

    assert [tally(outcomes) for outcomes in rounds] == [{"Meeting": 1, "StaleMeeting": 1}] * ROUNDS
    assert {given(meeting) for meeting in meetings} == {1}
    assert broken() == {}


def test_same_form_many_times_is_one_change(meetings, eva, ines):
    # By the expert, who has no say in it any more after the first time.
    rounds = race(*([give(meeting, ines, eva.user, sequence=0)] * 10 for meeting in meetings))

    assert [tally(outcomes) for outcomes in rounds] == [{"Meeting": 10}] * ROUNDS
    for meeting in meetings:
        assert given(meeting) == 1
        assert meeting.notices.of_changes().filter(sequence=1).count() == 3
    assert broken() == {}


def test_and_cancelled_at_once_is_cancelled(meetings, pia, eva, ines, ada):
    rounds = race(
        *([give(meeting, ines, ada), partial(booking.cancel, meeting=meeting, by=pia, now=NOW)] for meeting in meetings)
    )

    for meeting, outcomes in zip(meetings, rounds, strict=True):
        meeting.refresh_from_db()
        assert meeting.status == Status.CANCELLED
        assert set(tally(outcomes)) <= {"Meeting", "BookingRefused"}
        assert not meeting.attendees.filter(live=True).exists()
    assert broken() == {}


def test_and_moved_at_once_is_both_or_told(meetings, pia, ines, ada):
    rounds = race(
        *(
            [
                give(meeting, ines, ada, sequence=0),
                partial(
                    booking.reschedule,
                    meeting=meeting,
                    by=pia,
                    start=meeting.starts_at.replace(hour=11),
                    token=uuid4(),
                    now=NOW,
                    sequence=0,
                ),
            ]
            for meeting in meetings
        )
    )

    assert [tally(outcomes) for outcomes in rounds] == [{"Meeting": 1, "StaleMeeting": 1}] * ROUNDS
    for meeting in meetings:
        meeting.refresh_from_db()
        assert meeting.sequence == 1
        assert (experts_of(meeting) == [ines]) == bool(given(meeting)) == (meeting.starts_at.hour == 10)
    assert broken() == {}


def test_crossing_each_other_deadlocks_nobody(path, theme, eva, ines, ada, monkeypatch):
    """Two experts give each other their sessions of the same days, so that everybody waits for everybody."""
    pia, paul = a_participant(path), a_participant(path)
    calls = []
    for day in range(1, 21):
        for participant, own, other in ((pia, eva, ines), (paul, ines, eva)):
            meeting = book(theme, participant, at(10 if own == eva else 11, day=day), expert=own)
            calls += [give(meeting, other, ada), give(meeting, other, own.user)]
    lost_to = watch_lost_races(monkeypatch)

    (outcomes,) = race(calls)

    assert len(outcomes) == 80
    # Whoever comes second finds it given already.
    assert set(tally(outcomes)) <= {"Meeting", "NotOffered", "BookingRefused", "Overtaken"}
    assert tally(outcomes)["Meeting"] == 40
    assert_no_deadlock(lost_to)
    assert broken() == {}
