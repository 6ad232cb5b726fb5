"""Who may say when how a meeting went, and what that does to the session, the history and everybody else."""

from datetime import timedelta
from uuid import uuid4

import pytest

from meetings import booking
from meetings.booking.credits import credits_of
from meetings.enums import OUTCOMES, Action, Kind, Status
from meetings.integrity import invariants
from meetings.models import Attendee, Meeting, Notice
from meetings.pages import meeting_rows
from meetings.pages.meeting import history
from meetings.permissions import deadlines, standings
from tests.gate_world import PEOPLE, a_world
from tests.scene import a_path, a_theme, an_admin, an_expert, at, book, leave

pytestmark = pytest.mark.django_db

HELD, NO_PARTICIPANT, NO_EXPERT = OUTCOMES
TICK = timedelta(microseconds=1)

# Columns are PEOPLE. h: may mark as held, n: as a no-show of either side; -: may not.
TABLE = """
                     anon. part. other exp. other org. sched. admin elsew. staff left
dropin before        -     -     -     -    -     -    -      -     -      -     -
dropin start         -     -     -     n    -     -    -      n     -      -     -
dropin just-not-over -     -     -     n    -     -    -      n     -      -     -
dropin end           -     -     -     hn   -     -    -      hn    -      -     -
dropin almost-48h    -     -     -     hn   -     -    -      hn    -      -     -
dropin 48h           -     -     -     -    -     -    -      hn    -      -     -
dropin a-year-later  -     -     -     -    -     -    -      hn    -      -     -
adhoc  before        -     -     -     -    -     -    -      -     -      -     -
adhoc  start         -     -     -     n    -     n    -      n     -      -     -
adhoc  just-not-over -     -     -     n    -     n    -      n     -      -     -
adhoc  end           -     -     -     hn   -     hn   -      hn    -      -     -
adhoc  almost-48h    -     -     -     hn   -     hn   -      hn    -      -     -
adhoc  48h           -     -     -     -    -     -    -      hn    -      -     -
adhoc  a-year-later  -     -     -     -    -     -    -      hn    -      -     -
"""
ROWS = [line.split() for line in TABLE.strip().splitlines()[1:]]


def moment(meeting, name):
    return {
        "before": meeting.starts_at - TICK,
        "start": meeting.starts_at,
        "just-not-over": meeting.ends_at - TICK,
        "end": meeting.ends_at,
        "almost-48h": meeting.ends_at + timedelta(hours=48) - TICK,
        "48h": meeting.ends_at + timedelta(hours=48),
        "a-year-later": meeting.ends_at + timedelta(days=365),
    }[name]


def mark(meeting, outcome, by, now=None, **fields):
    """By a form that showed the meeting as `meeting` is."""
    fields = {"was": meeting.status, "token": uuid4(), "now": now or meeting.ends_at, **fields}
    return booking.mark_outcome(meeting=meeting, outcome=outcome, by=by, **fields)


def may(meeting, user, now):
    found = ""
    for letter, outcomes in (("h", [HELD]), ("n", [NO_PARTICIPANT, NO_EXPERT])):
        taken = set()
        for outcome in outcomes:
            Meeting.objects.filter(pk=meeting.pk).update(status=Status.SCHEDULED)
            try:
                mark(meeting, outcome, user, now)
                taken.add(True)
            except (booking.BookingRefused, booking.Unfit):
                taken.add(False)
        assert len(taken) == 1
        found += letter if taken == {True} else ""
    return found or "-"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: "-".join(row[:2]))
def test_who_may_mark_what_when(row):
    world = a_world()
    kind, when, *cells = row

    found = {
        name: may(world.meetings[Kind(kind)][name], world.person(name, Kind(kind)), moment(meeting, when))
        for name, meeting in world.meetings[Kind(kind)].items()
        if name != "anonymous"
    }

    assert found == dict(list(zip(PEOPLE, cells, strict=True))[1:])


@pytest.fixture
def path():
    return a_path(sessions_per_participant=3, change_until_minutes=0)


@pytest.fixture
def eva(path):
    return an_expert(path)


@pytest.fixture
def session(path, eva, pia):
    return book(a_theme(path, eva), pia, at(10))


def test_marking_is_kept_on_the_row_and_in_the_history(session, eva):
    marked = mark(session, NO_PARTICIPANT, eva.user, at(10, 5))

    assert marked == session
    session.refresh_from_db()
    assert (session.status, session.outcome_by, session.outcome_at) == (NO_PARTICIPANT, eva.user, at(10, 5))
    event = session.events.get(happening="outcome")
    assert (event.by, event.at, event.sequence) == (eva.user, at(10, 5), 0)
    assert event.facts["outcome"] == "no-show-participant"
    assert event.facts["before"] == {"outcome": "scheduled"}


def test_nobody_is_mailed_and_the_sequence_stays(session, eva):
    written = Notice.objects.count()

    assert mark(session, HELD, eva.user).sequence == 0

    assert Notice.objects.count() == written


def test_everybodys_time_stays_and_no_invariant_breaks(session, eva):
    for outcome in OUTCOMES:
        session = mark(session, outcome, eva.user)

        assert list(Attendee.objects.values_list("live", flat=True)) == [True, True]
        assert not any(invariants.count_broken(session.ends_at).values())


def test_correction_is_a_line_of_the_history_of_its_own(session, eva, ada):
    mark(session, NO_PARTICIPANT, eva.user)
    session.refresh_from_db()
    mark(session, HELD, ada, at(12, day=9))

    session.refresh_from_db()
    assert (session.status, session.outcome_by) == (HELD, ada)
    assert [line["text"] for line in history.lines(session, eva.user)] == [
        "Marked as “Completed” by Ada, instead of “Participant did not come”",
        "Marked as “Participant did not come” by you",
        "Booked by Pia",
    ]


@pytest.mark.parametrize("status", [Status.CANCELLED, Status.DELETED])
def test_called_off_meeting_has_no_outcome(session, ada, status):
    kind = Kind.AD_HOC if status == Status.DELETED else Kind.DROP_IN
    Meeting.objects.filter(pk=session.pk).update(status=status, kind=kind)

    with pytest.raises(booking.BookingRefused, match="has no outcome"):
        mark(session, HELD, ada)


def test_same_form_twice_is_one_change_even_when_it_was_corrected_between(session, eva, ada):
    token = uuid4()
    mark(session, HELD, eva.user, token=token)
    mark(session, NO_EXPERT, ada, was="held")

    again = mark(session, HELD, eva.user, token=token)

    assert again.status == NO_EXPERT
    assert session.events.filter(happening="outcome").count() == 2


def test_marking_what_is_marked_changes_nothing(session, eva, ada):
    mark(session, HELD, eva.user)
    mark(session, HELD, ada, was="scheduled")

    session.refresh_from_db()
    assert session.outcome_by == eva.user
    assert session.events.filter(happening="outcome").count() == 1


def test_staler_of_two_is_told(session, eva, ada):
    mark(session, HELD, eva.user)

    with pytest.raises(booking.StaleMeeting, match="Completed"):
        mark(session, NO_EXPERT, ada)

    session.refresh_from_db()
    assert session.status == HELD


def test_expert_who_left_the_path_has_no_say(path, session, eva):
    leave(eva.user, path)

    with pytest.raises(booking.BookingRefused):
        mark(session, HELD, eva.user)


@pytest.mark.parametrize(
    ("outcome", "used", "left"), [(HELD, 1, 2), (NO_PARTICIPANT, 1, 2), (NO_EXPERT, 0, 3), (None, 1, 2)]
)
def test_credits_after_each_outcome(path, session, eva, pia, outcome, used, left):
    if outcome:
        mark(session, outcome, eva.user)

    for now in (session.ends_at, session.ends_at + timedelta(days=9)):
        tally = credits_of(pia, [path], now=now)[path.pk]
        assert (tally.used, tally.booked, tally.left) == (used, 0, left)


def test_session_comes_back_during_an_hour_whose_expert_did_not_come(path, session, ada, pia):
    assert credits_of(pia, [path], now=at(10, 5))[path.pk].left == 2

    mark(session, NO_EXPERT, ada, at(10, 5))

    assert credits_of(pia, [path], now=at(10, 5))[path.pk].left == 3


def test_unmarked_counts_as_held_from_48_hours_on(session):
    turn = session.ends_at + timedelta(hours=48)

    assert [session.counts_as_held(now) for now in (session.ends_at, turn - TICK, turn)] == [False, False, True]
    assert meeting_rows.state_badge(session, session.ends_at - TICK) == "confirmed"
    assert meeting_rows.state_badge(session, turn - TICK) == "over"
    assert meeting_rows.state_badge(session, turn) == "completed"
    assert list(Meeting.objects.unmarked(session.ends_at - TICK)) == []
    assert list(Meeting.objects.unmarked(session.ends_at)) == [session]
    assert list(Meeting.objects.unmarked(turn - TICK)) == [session]
    assert list(Meeting.objects.unmarked(turn)) == []


@pytest.mark.parametrize(("outcome", "held"), [(HELD, True), (NO_PARTICIPANT, False), (NO_EXPERT, False)])
def test_marked_stays_what_it_is_after_48_hours(session, eva, outcome, held):
    assert Meeting.objects.unmarked(session.ends_at).exists()

    marked = mark(session, outcome, eva.user)

    assert marked.counts_as_held(session.ends_at) is held
    assert marked.counts_as_held(session.ends_at + timedelta(days=3)) is held
    assert not Meeting.objects.unmarked(session.ends_at).exists()


def test_only_her_own_and_those_of_her_path_are_asked_of_anybody(path, session, eva, pia, ada):
    other = an_expert(path, name="Ines").user
    elsewhere = an_admin(a_path(), "Abe")

    def asked(user):
        return list(Meeting.objects.unmarked(session.ends_at).markable_by(user))

    assert [asked(user) for user in (eva.user, ada)] == [[session], [session]]
    assert [asked(user) for user in (pia, other, elsewhere)] == [[], [], []]
    leave(eva.user, path)
    assert asked(eva.user) == []


def test_marked_meeting_can_be_changed_no_more_than_any_that_has_started(session, eva, ada):
    marked = mark(session, NO_PARTICIPANT, eva.user, at(10, 5))

    held = standings.meeting_standings(ada, marked)
    assert all(deadlines.refusal(action, marked, held, at(10, 6)) for action in Action if action != Action.SCHEDULE)
