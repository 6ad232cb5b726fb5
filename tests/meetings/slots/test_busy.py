"""Who is taken when, read in one query."""

from datetime import timedelta

import pytest

from experts.models import BusyTime
from meetings.slots.busy import Busy
from meetings.slots.one_start import StartCheck
from meetings.slots.openings import Openings
from paths.enums import Role
from tests.meetings.waiting import a_held_time
from tests.scene import NOW, a_meeting, a_participant, a_path, a_person, a_theme, an_expert, at, join

pytestmark = pytest.mark.django_db


def seconds(*moments):
    return tuple(int(moment.timestamp()) for moment in moments)


def busy(*experts, participant=None, moving=None):
    people = {expert.user_id: expert.pk for expert in experts}
    capped = [expert.user_id for expert in experts if expert.cap_per_day or expert.cap_per_week]
    return Busy(people, [(at(9), at(17))], participant=participant, moving=moving, now=NOW, capped=capped)


def test_one_query_tells_meetings_foreign_times_and_the_participants_own(path, django_assert_num_queries):
    expert, participant = an_expert(path), a_participant(path)
    other = an_expert(path, cap_per_day=3)
    a_meeting(path, expert.user, participant, at(9))
    a_meeting(path, other.user, expert.user, at(10))
    BusyTime.objects.create(expert=expert, starts_at=at(12), ends_at=at(13))

    with django_assert_num_queries(1):
        found = busy(expert, other, participant=participant)

    assert sorted(found.meetings[expert.pk]) == [seconds(at(9), at(9, 30)), seconds(at(10), at(10, 30))]
    assert list(found.meetings[other.pk]) == [seconds(at(10), at(10, 30))]
    assert found.sessions == {other.pk: list(seconds(at(10)))}
    assert {pk: list(spans) for pk, spans in found.foreign.items()} == {expert.pk: [seconds(at(12), at(13))]}
    assert list(found.participant) == [seconds(at(9), at(9, 30))]


def test_times_are_rounded_outward(path):
    expert = an_expert(path)
    half = timedelta(milliseconds=500)
    BusyTime.objects.create(expert=expert, starts_at=at(10) + half, ends_at=at(11) - half)

    assert list(busy(expert).foreign[expert.pk]) == [seconds(at(10), at(11))]


def test_nobody_is_read_without_experts_and_participant(path, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert busy().meetings == {}


def test_meeting_being_moved_is_left_out(path):
    expert, participant = an_expert(path), a_participant(path)
    meeting = a_meeting(path, expert.user, participant, at(9))

    found = busy(expert, participant=participant, moving=meeting)

    assert (found.meetings, list(found.participant)) == ({}, [])


def test_sessions_of_whole_weeks_are_read_only_for_an_expert_with_a_cap(path):
    capped, free = an_expert(path, cap_per_week=5), an_expert(path)
    for expert in (capped, free):
        a_meeting(path, expert.user, a_person(), at(9, day=6))
        a_meeting(path, expert.user, a_person(), at(9, day=-6))

    found = busy(capped, free)

    assert {pk: sorted(starts) for pk, starts in found.sessions.items()} == {
        capped.pk: list(seconds(at(9, day=-6), at(9, day=6)))
    }


def test_long_buffer_reaches_for_meetings_far_outside_the_range(path):
    expert = an_expert(path, buffer_after_minutes=12 * 24 * 60)
    a_meeting(path, expert.user, a_person(), at(9, day=20))

    early = Openings(path, since=at(9, day=7), until=at(12, day=7), now=NOW).starts(30)
    late = Openings(path, since=at(9, day=9), until=at(12, day=9), now=NOW).starts(30)

    assert (len(early), len(late)) == (6, 0)


def test_range_inside_one_that_was_read_is_not_read_again(path, django_assert_num_queries):
    a_meeting(path, an_expert(path).user, a_person(), at(10))
    openings = Openings(path, since=NOW, until=at(0, day=30), now=NOW)

    with django_assert_num_queries(1):
        assert openings.first(60) == at(9, day=0)
        assert list(openings.starts(60, since=at(9), until=at(11))) == [at(9), at(10, 30)]
    with django_assert_num_queries(1):
        openings.starts(60, since=at(0, day=14), until=at(0, day=21))


@pytest.mark.parametrize("held", [False, True])
def test_time_held_with_somebody_is_not_offered_to_them_as_a_participant_elsewhere(path, held):
    """The list and the writer say the same."""
    eva, elsewhere = an_expert(path), a_path()
    theme = a_theme(elsewhere, an_expert(elsewhere, windows="10:00-10:30"))
    join(eva.user, elsewhere, Role.PARTICIPANT)
    if held:
        a_held_time(a_theme(path, eva), a_participant(path), eva.user, at(10))

    openings = Openings(elsewhere, since=at(0), until=at(23), now=NOW, theme=theme, participant=eva.user)
    check = StartCheck(theme, at(10), 30, participant=eva.user, now=NOW)

    assert openings.times(30, at(0), at(23)) == ([] if held else [at(10)])
    assert bool(check.free()) is not held
