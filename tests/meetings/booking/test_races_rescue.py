"""Many after the same rescue at the same moment, each on a database connection of their own."""

from functools import partial
from uuid import uuid4

import pytest

from meetings import booking
from meetings.models import Meeting, Notice
from tests.meetings.racing import broken, race, tally
from tests.scene import NOW, a_participant, a_path, a_theme, an_expert, at, book

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def lost(path, participant, start):
    """A session with an expert whom nobody else has, called off by them, in a theme of its own."""
    expert = an_expert(path)
    meeting = book(a_theme(path, expert), participant, start)
    return booking.cancel(meeting=meeting, by=expert.user, now=NOW)


def rescue(meeting, by, token=None):
    return booking.rescue(meeting=meeting, by=by, token=token or uuid4(), now=NOW)


def test_rescue_in_many_tabs_is_booked_once():
    path = a_path()
    participant = a_participant(path)
    meetings = [lost(path, participant, at(10, day=day)) for day in range(1, 6)]
    for meeting in meetings:
        meeting.theme.experts.add(an_expert(path), an_expert(path))

    rounds = race(*([partial(rescue, meeting, participant) for _ in range(12)] for meeting in meetings))

    assert [tally(outcomes) for outcomes in rounds] == [{"Meeting": 12}] * 5
    assert [len({meeting.pk for meeting in outcomes}) for outcomes in rounds] == [1] * 5
    assert Meeting.objects.scheduled().count() == 5
    assert Notice.objects.of_changes().filter(meeting__rescues__isnull=False).count() == 10
    assert broken() == {}


def test_last_free_expert_rescues_one_of_many():
    path = a_path()
    rounds = []
    for day in range(1, 6):
        last = an_expert(path)
        people = [a_participant(path) for _ in range(12)]
        gone = [(lost(path, one, at(10, day=day)), one) for one in people]
        for meeting, _ in gone:
            meeting.theme.experts.add(last)
        rounds.append([partial(rescue, *each) for each in gone])

    came = race(*rounds)

    assert [tally(outcomes) for outcomes in came] == [{"Meeting": 1, "JustTaken": 11}] * 5
    assert broken() == {}


def test_rescue_and_booking_after_the_same_expert_take_her_once():
    path = a_path()
    rounds = []
    for day in range(1, 6):
        last, rescued = an_expert(path), a_participant(path)
        meeting = lost(path, rescued, at(10, day=day))
        meeting.theme.experts.add(last)
        others = [partial(book, a_theme(path, last), a_participant(path), at(10, day=day)) for _ in range(5)]
        rounds.append([partial(rescue, meeting, rescued), *others])

    came = race(*rounds)

    assert [tally(outcomes) for outcomes in came] == [{"Meeting": 1, "JustTaken": 5}] * 5
    assert broken() == {}
