"""What has changed between the look at who is free and the lock: nobody is told "taken" while somebody is free."""

import pytest

from meetings import booking
from meetings.booking import hold
from meetings.slots.one_start import StartCheck
from tests.scene import NOW, a_meeting, a_participant, a_path, a_person, a_theme, an_expert, at, book

pytestmark = pytest.mark.django_db


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
def participant(path):
    return a_participant(path)


@pytest.fixture
def look_before(theme, participant, monkeypatch):
    """Let the first looks of a booking find the time as it was before what the test does next.

    The first look is the one without waiting, the second is followed by locking all who were free.
    """

    def look_before(looks):
        free = hold.free
        before = free(StartCheck(theme, at(10), 30, participant=participant, now=NOW))
        answers = [before] * looks
        monkeypatch.setattr(hold, "free", lambda *whom: answers.pop() if answers else free(*whom))

    return look_before


def give(expert, start):
    return a_meeting(a_path(), expert.user, a_person(), start)


def chosen(meeting):
    return meeting.attendees.get(role="expert").user.expert


@pytest.mark.parametrize("looks", [1, 2])
def test_next_free_one_when_the_fairest_is_taken_after_the_look(eva, ines, theme, participant, look_before, looks):
    give(ines, at(14))
    give(ines, at(15))
    look_before(looks)
    give(eva, at(10))

    assert chosen(book(theme, participant, at(10))) == ines


@pytest.mark.parametrize("looks", [1, 2])
def test_just_taken_when_all_are_taken_after_the_look(eva, ines, theme, participant, look_before, looks):
    look_before(looks)
    for expert in (eva, ines):
        give(expert, at(10))

    with pytest.raises(booking.JustTaken):
        book(theme, participant, at(10))


def test_already_busy_when_the_participant_is_booked_after_the_look(theme, participant, look_before):
    look_before(2)
    a_meeting(a_path(), a_person(), participant, at(10))

    with pytest.raises(booking.AlreadyBusy):
        book(theme, participant, at(10))


def test_who_has_become_free_only_now_is_found_by_another_look(eva, ines, theme, participant, look_before):
    """All who were free are taken, and somebody else is free, whom nobody has locked."""
    meeting = give(ines, at(10))
    look_before(2)
    give(eva, at(10))
    meeting.attendees.update(live=False)

    assert chosen(book(theme, participant, at(10))) == ines
