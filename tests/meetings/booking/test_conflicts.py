import pytest

from everwise import intervals
from experts.models import BusyTime, DateOverride
from meetings.booking import conflicts
from tests.scene import NOW, a_meeting, a_participant, a_path, an_expert, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def eva(path):
    return an_expert(path)


def read(eva, pia, start, end, but=None):
    return conflicts.free_busy([eva.user], [pia], since=start, until=end, but=but)


def spans(found):
    return [(f"{intervals.instant(a):%d %H:%M}", f"{intervals.instant(b):%d %H:%M}") for a, b in found]


def test_read_expert_first_with_hours_participant_without(eva, pia):
    expert, participant = read(eva, pia, at(0), at(23))

    assert (expert.user, spans(expert.hours)) == (eva.user, [("03 09:00", "03 17:00")])
    assert (participant.user, participant.hours) == (pia, None)


def test_read_knows_meetings_of_other_paths_but_not_the_one_being_changed(eva, pia):
    elsewhere = a_path()
    other = a_meeting(elsewhere, eva.user, a_participant(elsewhere), at(11))
    changed = a_meeting(elsewhere, eva.user, pia, at(13))

    expert, participant = read(eva, pia, at(0), at(23), but=changed)

    assert spans(expert.meetings) == [("03 11:00", "03 11:30")]
    assert participant.meetings == []
    assert other.attendees.count() == 2


def test_read_override_takes_the_place_of_the_hours(eva, pia):
    DateOverride.objects.create(expert=eva, date=at(0).date(), windows=())

    expert, _ = read(eva, pia, at(0), at(23))

    assert expert.hours == []


def test_free_is_hours_without_anything_busy(eva, pia, path):
    a_meeting(path, eva.user, pia, at(10))
    BusyTime.objects.create(expert=eva, starts_at=at(12), ends_at=at(13))

    expert, participant = read(eva, pia, at(0), at(23))
    start, end = intervals.epoch(at(8)), intervals.epoch(at(18))

    assert spans(expert.free(start, end)) == [
        ("03 09:00", "03 10:00"),
        ("03 10:30", "03 12:00"),
        ("03 13:00", "03 17:00"),
    ]
    assert spans(participant.free(start, end)) == [("03 08:00", "03 10:00"), ("03 10:30", "03 18:00")]


@pytest.mark.parametrize(
    ("start", "end", "clashing"),
    [
        (at(9, 30), at(10), False),
        (at(9, 30), at(10, 1), True),
        (at(10, 10), at(10, 20), True),
        (at(9), at(12), True),
        (at(10, 29), at(11), True),
        (at(10, 30), at(11), False),
    ],
)
def test_clashes_touching_is_no_clash(eva, pia, path, start, end, clashing):
    a_meeting(path, eva.user, a_participant(path), at(10))

    found = conflicts.clashes(read(eva, pia, start, end), start, end)

    expected = [conflicts.Clash(eva.user, at(10), at(10, 30))] if clashing else []
    assert found == expected


@pytest.mark.parametrize(
    ("start", "end", "outside"),
    [
        (at(9), at(10), False),
        (at(16), at(17), False),
        (at(8, 59), at(10), True),
        (at(16), at(17, 1), True),
        (at(20), at(21), True),
    ],
)
def test_doubts_outside_hours(eva, pia, start, end, outside):
    found = conflicts.doubts(read(eva, pia, start, end), start, end)

    assert [(doubt.user, doubt.busy) for doubt in found] == ([(eva.user, ())] if outside else [])


def test_doubts_busy_elsewhere_name_the_time(eva, pia):
    BusyTime.objects.create(expert=eva, starts_at=at(12), ends_at=at(13))

    found = conflicts.doubts(read(eva, pia, at(12, 30), at(13, 30)), at(12, 30), at(13, 30))

    assert [(doubt.user, doubt.busy) for doubt in found] == [(eva.user, ((at(12), at(13)),))]


def test_doubts_of_another_time_have_another_key(eva, pia):
    spans = [(at(7), at(8)), (at(7, 30), at(8, 30)), (at(7), at(8, 30))]
    keys = {doubt.key for span in spans for doubt in conflicts.doubts(read(eva, pia, *span), *span)}

    assert len(keys) == 3


def test_read_asks_the_same_number_of_queries_for_many(eva, pia, path, django_assert_num_queries):
    others = [an_expert(path, name=f"Expert {number}").user for number in range(5)]

    with django_assert_num_queries(4):
        conflicts.free_busy([eva.user], [pia], since=NOW, until=at(23), but=None)
    with django_assert_num_queries(4):
        conflicts.free_busy([eva.user, *others], [pia], since=NOW, until=at(23), but=None)
