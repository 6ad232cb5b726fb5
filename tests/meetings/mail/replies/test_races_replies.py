"""An answer is judged while others come, and while its meeting is changed: each on a connection of its own."""

from functools import partial
from uuid import uuid4

import pytest

from meetings import booking
from meetings.mail.replies.writer import Judged
from meetings.models import CalendarAnswer, Meeting, MeetingEvent
from tests.meetings.mail.replies.test_writer import LATER, answer, told
from tests.meetings.racing import ROUNDS, broken, race
from tests.scene import NOW, a_participant, a_theme, an_expert, at, book

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("answering")]
DAYS = range(1, ROUNDS + 1)


@pytest.fixture
def pia(path):
    return a_participant(path, "Pia Berg", email="pia@example.com")


@pytest.fixture
def eva(path):
    return an_expert(path, name="Eva Rao").user


@pytest.fixture
def meetings(path, eva, pia):
    theme = a_theme(path, eva.expert)
    return [book(theme, pia, at(10, day=day)) for day in DAYS]


def test_one_answer_read_by_many_at_once_counts_once(meetings, pia):
    rounds = race(*([partial(answer, meeting, pia, sequence=0)] * 5 for meeting in meetings))

    for came in rounds:
        assert sorted(each.name for each in came) == ["COUNTED", *["KNOWN"] * 4]
    assert len(told()) == ROUNDS
    assert MeetingEvent.objects.filter(happening="calendar-declined").count() == ROUNDS
    assert broken() == {}


def test_a_move_at_once_leaves_no_answer_to_the_moved_meeting(meetings, eva, pia):
    rounds = race(
        *(
            [
                partial(answer, meeting, pia, sequence=0),
                partial(booking.reschedule, meeting=meeting, by=eva, start=at(14, day=day), token=uuid4(), now=NOW),
            ]
            for day, meeting in zip(DAYS, meetings, strict=True)
        )
    )

    for came in rounds:
        (judged,) = (each for each in came if isinstance(each, Judged))
        assert judged in {Judged.COUNTED, Judged.OUTDATED}
        assert [each.sequence for each in came if isinstance(each, Meeting)] == [1]
    assert not CalendarAnswer.objects.standing(NOW).exists()
    assert broken() == {}


def test_two_people_of_one_meeting_at_once(meetings, eva, pia):
    race(
        *(
            [partial(answer, meeting, eva, "ACCEPTED"), partial(answer, meeting, pia, now=NOW + LATER)]
            for meeting in meetings
        )
    )

    assert CalendarAnswer.objects.standing(NOW).count() == 2 * ROUNDS
    assert {notice.user for notice in told()} == {eva}
    assert broken() == {}
