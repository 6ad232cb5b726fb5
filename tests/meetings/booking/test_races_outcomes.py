"""An admin marks many meetings while their expert, and another admin, mark the same."""

from functools import partial
from uuid import uuid4

import pytest

from meetings import booking
from meetings.enums import OUTCOMES
from meetings.models import Meeting, MeetingEvent
from tests.meetings.racing import assert_no_deadlock, broken, race, tally, watch_lost_races
from tests.scene import NOW, a_dropin, a_participant, a_path, a_theme, an_admin, an_expert, at

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]
HELD, NO_PARTICIPANT, NO_EXPERT = OUTCOMES
NUMBER = 6


def test_each_row_is_marked_by_one_of_them(monkeypatch):
    states = watch_lost_races(monkeypatch)
    path = a_path()
    experts = [an_expert(path, name=name) for name in ("Eva", "Ines")]
    theme = a_theme(path, *experts)
    pia, omar = a_participant(path), a_participant(path, "Omar")
    admins = [an_admin(path, "Ada"), an_admin(path, "Abe")]
    meetings = [
        a_dropin(theme, (pia, omar)[each % 2], experts[each // 2 % 2], at(9 + each, day=-1)) for each in range(NUMBER)
    ]
    said = {meeting.pk: NO_EXPERT for meeting in meetings}
    many = [
        partial(booking.mark_outcomes, path=path, said=said, by=admin, token=uuid4(), now=NOW)
        for admin in admins
        for _each in range(2)
    ]
    one = [
        partial(
            booking.mark_outcome,
            meeting=meeting,
            outcome=NO_PARTICIPANT,
            was="scheduled",
            by=experts[each // 2 % 2].user,
            token=uuid4(),
            now=NOW,
        )
        for each, meeting in enumerate(meetings)
    ]

    before = broken()

    [came] = race([*one, *many])

    counted = tally(came)
    assert set(counted) <= {"Marked", "Meeting", "StaleMeeting"}
    events = MeetingEvent.objects.filter(happening="outcome")
    # Each was marked once, and stays what it was marked first.
    assert events.count() == NUMBER
    for meeting in Meeting.objects.all():
        assert meeting.status == events.get(meeting=meeting).facts["outcome"]
    marked = [each for each in came if isinstance(each, booking.Marked)]
    assert len(marked) == 4
    assert {each.saved + each.by_experts + each.by_others for each in marked} == {NUMBER}
    by_admins = events.filter(by__in=admins).count()
    assert sum(each.saved for each in marked) == by_admins
    assert broken() == before
    assert_no_deadlock(states)


def test_same_form_at_once_is_one_change():
    path = a_path()
    eva = an_expert(path)
    theme, pia, ada = a_theme(path, eva), a_participant(path), an_admin(path)
    said = {a_dropin(theme, pia, eva, at(9 + each, day=-1)).pk: HELD for each in range(NUMBER)}
    again = partial(booking.mark_outcomes, path=path, said=said, by=ada, token=uuid4(), now=NOW)

    [came] = race([again] * 8)

    assert came == [booking.Marked(NUMBER, 0, 0)] * 8
    assert MeetingEvent.objects.filter(happening="outcome").count() == NUMBER
