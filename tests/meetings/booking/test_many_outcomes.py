"""An admin says of many meetings at once how they went."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from meetings import booking
from meetings.booking.credits import credits_of
from meetings.enums import OUTCOMES, Status
from meetings.models import Meeting, MeetingEvent, Notice
from meetings.pages.meeting import history
from tests.scene import NOW, a_dropin, a_meeting, a_participant, a_path, a_theme, an_admin, an_expert, at, leave

pytestmark = pytest.mark.django_db
HELD, NO_PARTICIPANT, NO_EXPERT = OUTCOMES


@pytest.fixture
def path():
    return a_path(sessions_per_participant=9)


@pytest.fixture
def eva(path):
    return an_expert(path)


@pytest.fixture
def theme(path, eva):
    return a_theme(path, eva)


@pytest.fixture
def over(theme, eva, pia):
    return [a_dropin(theme, pia, eva, at(9 + hour, day=-1)) for hour in range(3)]


def mark(path, by, said, token=None, now=NOW):
    said = {meeting.pk: outcome for meeting, outcome in said.items()}
    return booking.mark_outcomes(path=path, said=said, by=by, token=token or uuid4(), now=now)


def stati():
    return list(Meeting.objects.order_by("starts_at").values_list("status", flat=True))


def test_each_is_marked_and_has_a_line_of_its_own(path, over, ada, pia):
    notices = Notice.objects.count()

    marked = mark(path, ada, dict(zip(over, OUTCOMES, strict=True)))

    assert marked == booking.Marked(saved=3, by_experts=0, by_others=0)
    assert stati() == ["held", "no-show-participant", "no-show-expert"]
    assert {(each.outcome_by, each.outcome_at) for each in Meeting.objects.all()} == {(ada, NOW)}
    for meeting, outcome in zip(over, OUTCOMES, strict=True):
        event = meeting.events.get(happening="outcome")
        assert (event.by, event.at, event.sequence, event.message) == (ada, NOW, 0, "")
        assert (event.facts["outcome"], event.facts["before"]) == (outcome, {"outcome": "scheduled"})
        assert event.facts["participants"] == [str(pia.pk)]
    meeting = Meeting.objects.with_people().get(pk=over[1].pk)
    assert history.lines(meeting, ada)[0]["text"] == "Marked as “Participant did not come” by you"
    assert Notice.objects.count() == notices
    # Two are used; the expert's no-show is theirs again.
    tally = credits_of(pia, [path], now=NOW)[path.pk]
    assert (tally.used, tally.left) == (2, 7)


def test_history_is_what_the_writer_of_one_writes(path, over, ada):
    booking.mark_outcome(meeting=over[0], outcome=HELD, was="scheduled", by=ada, token=uuid4(), now=NOW)
    mark(path, ada, {over[1]: HELD})

    one, many = (meeting.events.get(happening="outcome").facts for meeting in over[:2])
    times = {"starts_at", "ends_at"}
    assert {name: one[name] for name in one.keys() - times} == {name: many[name] for name in many.keys() - times}


def test_what_was_answered_meanwhile_stays_and_is_told(path, over, ada, eva):
    other = an_admin(path, "Abe")
    booking.mark_outcome(meeting=over[0], outcome=NO_PARTICIPANT, was="scheduled", by=eva.user, token=uuid4(), now=NOW)
    booking.mark_outcome(meeting=over[1], outcome=HELD, was="scheduled", by=other, token=uuid4(), now=NOW)

    marked = mark(path, ada, dict.fromkeys(over, NO_EXPERT))

    assert marked == booking.Marked(saved=1, by_experts=1, by_others=1)
    assert stati() == ["no-show-participant", "held", "no-show-expert"]
    assert MeetingEvent.objects.filter(happening="outcome").count() == 3


def test_same_form_twice_marks_once_and_answers_the_same(path, over, ada, eva):
    token, said = uuid4(), dict.fromkeys(over, HELD)
    first = mark(path, ada, said, token)
    # Corrected between.
    booking.mark_outcome(meeting=over[0], outcome=NO_EXPERT, was="held", by=eva.user, token=uuid4(), now=NOW)

    assert mark(path, ada, said, token) == first == booking.Marked(3, 0, 0)
    assert stati() == ["no-show-expert", "held", "held"]
    assert MeetingEvent.objects.filter(happening="outcome").count() == 4


def test_what_is_not_over_cancelled_or_of_another_path_is_passed_over(path, theme, over, ada, eva, pia):
    soon = a_dropin(theme, pia, eva, NOW - timedelta(minutes=10))
    off = a_dropin(theme, pia, eva, at(15, day=-1), status=Status.CANCELLED)
    elsewhere = a_path()
    foreign = a_meeting(elsewhere, an_expert(elsewhere).user, a_participant(elsewhere), at(9, day=-1))

    marked = mark(path, ada, dict.fromkeys([soon, off, foreign, over[0]], HELD))

    assert marked == booking.Marked(1, 0, 0)
    assert {meeting.pk for meeting in Meeting.objects.filter(status=HELD)} == {over[0].pk}


@pytest.mark.parametrize("who", ["expert", "participant", "former admin", "admin elsewhere"])
def test_only_a_live_admin_of_the_path_may(path, over, eva, pia, ada, who):
    leaver = an_admin(path, "Abe")
    leave(leaver, path)
    people = {"expert": eva.user, "participant": pia, "former admin": leaver, "admin elsewhere": an_admin(a_path())}

    with pytest.raises(booking.BookingRefused, match="Only an admin"):
        mark(path, people[who], {over[0]: HELD})
    assert stati() == ["scheduled"] * 3

    mark(path, ada, {over[0]: HELD})
    assert stati()[0] == "held"


def test_as_many_queries_for_many_as_for_one(path, theme, over, ada, eva, pia):
    with CaptureQueriesContext(connection) as one:
        mark(path, ada, {over[0]: HELD})
    more = [a_dropin(theme, pia, eva, at(9, day=-2 - each)) for each in range(40)]
    with CaptureQueriesContext(connection) as many:
        assert mark(path, ada, dict.fromkeys(more, HELD)).saved == 40

    assert len(many) == len(one)
