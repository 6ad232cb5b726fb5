"""What is read for the engine: whose time, from which paths, and in how many queries."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from everwise.accounts.models import User
from everwise.faces import Face
from experts.models import BusyTime, DateOverride
from meetings import booking
from meetings.slots.openings import Openings
from paths.offered_experts import experts_of
from tests.scene import (
    NOW,
    a_meeting,
    a_participant,
    a_path,
    a_person,
    a_theme,
    an_admin,
    an_expert,
    at,
    book,
    leave,
)

pytestmark = pytest.mark.django_db

MORNING = {"since": at(9), "until": at(12), "now": NOW}


def starts(path, minutes=60, **narrowed):
    return list(Openings(path, **MORNING, **narrowed).starts(minutes))


def queries_of(read):
    with CaptureQueriesContext(connection) as queries:
        read()
    return len(queries)


def test_queries_do_not_grow_with_experts(path):
    participant = a_participant(path)
    theme = a_theme(path)

    def read():
        openings = Openings(path, **MORNING, participant=participant, theme=theme)
        assert openings.starts(30)[at(9)] == list(openings.experts)
        return openings

    def add(number):
        expert = an_expert(path, name=f"Eva {number}")
        theme.experts.add(expert)
        BusyTime.objects.create(expert=expert, starts_at=at(11), ends_at=at(12))
        DateOverride.objects.create(expert=expert, date=at(9, day=2).date())
        book(theme, a_participant(path), at(10), expert=expert)

    add(1)
    with_one = queries_of(read)
    for number in range(2, 51):
        add(number)
    with_fifty = queries_of(read)

    assert len(read().experts) == 50
    assert with_one == with_fifty == 3


def test_starts_of_an_idle_expert(path):
    an_expert(path)

    assert starts(path) == [at(9), at(9, 30), at(10), at(10, 30), at(11), at(11, 30)]


def test_starts_where_the_participant_is_busy_on_another_path(path):
    an_expert(path)
    participant, elsewhere = a_participant(path), a_path()
    a_meeting(elsewhere, an_expert(elsewhere).user, participant, at(10))

    assert starts(path, participant=participant) == [at(9), at(10, 30), at(11), at(11, 30)]
    assert len(starts(path)) == 6


def test_starts_where_the_participant_is_busy_as_an_expert_elsewhere(path):
    an_expert(path)
    participant, elsewhere = a_participant(path), a_path()
    a_meeting(elsewhere, participant, a_person(), at(10))

    assert starts(path, participant=participant) == [at(9), at(10, 30), at(11), at(11, 30)]


def test_starts_where_the_expert_is_busy_on_another_path_in_any_role(path):
    expert, elsewhere = an_expert(path), a_path()
    a_meeting(elsewhere, expert.user, a_person(), at(9))
    a_meeting(elsewhere, an_expert(elsewhere).user, expert.user, at(11))

    assert starts(path) == [at(9, 30), at(10), at(11, 30)]


def test_starts_where_the_expert_is_busy_outside(path):
    BusyTime.objects.create(expert=an_expert(path), starts_at=at(9), ends_at=at(11))

    assert starts(path) == [at(11), at(11, 30)]


def test_starts_on_a_day_off(path):
    expert = an_expert(path)
    assert at(9) in starts(path)

    DateOverride.objects.create(expert=expert, date=at(9).date(), windows=())

    assert starts(path) == []


def test_starts_again_after_the_meeting_was_cancelled(path):
    theme = a_theme(path, an_expert(path))
    meeting = book(theme, a_participant(path), at(10))
    assert at(10) not in starts(path)

    booking.cancel(meeting=meeting, by=meeting.organizer, now=NOW)

    assert at(10) in starts(path)


def test_moving_meeting_does_not_count_as_busy(path):
    theme = a_theme(path, an_expert(path))
    participant = a_participant(path)
    meeting = book(theme, participant, at(10))

    assert starts(path, participant=participant) == [at(9), at(10, 30), at(11), at(11, 30)]
    assert len(starts(path, participant=participant, moving=meeting)) == 6


def test_moving_meeting_does_not_count_for_the_cap(path):
    theme = a_theme(path, an_expert(path, cap_per_day=1))
    meeting = book(theme, a_participant(path), at(14))

    assert starts(path) == []
    assert len(starts(path, moving=meeting)) == 6


def test_cap_of_a_day_counts_across_paths(path):
    elsewhere = a_path()
    expert = an_expert(path, elsewhere, cap_per_day=2)
    book(a_theme(path, expert), a_participant(path), at(14))
    assert len(starts(path)) == 6

    book(a_theme(elsewhere, expert), a_participant(elsewhere), at(15))

    assert starts(path) == []


def test_cap_of_a_week_counts_from_monday_to_sunday_across_paths(path):
    elsewhere = a_path()
    expert = an_expert(path, elsewhere, cap_per_week=1)
    book(a_theme(elsewhere, expert), a_participant(elsewhere), at(14, day=6))  # the Sunday

    next_monday = Openings(path, since=at(0, day=7), until=at(0, day=8), now=NOW).starts(60)
    assert starts(path) == []
    assert at(9, day=7) in next_monday


def test_cap_counts_only_what_she_gives_as_expert(path):
    expert = an_expert(path, cap_per_day=1)
    elsewhere = a_path()
    a_meeting(elsewhere, an_expert(elsewhere).user, expert.user, at(15))

    assert len(starts(path)) == 6


def test_buffers_of_the_expert_count_on_every_path(path):
    expert, elsewhere = an_expert(path, buffer_after_minutes=15), a_path()
    a_meeting(elsewhere, expert.user, a_person(), at(10))

    assert starts(path, minutes=30) == [at(9), at(11), at(11, 30)]


def test_experts_of_a_path(path):
    here = an_expert(path, name="Eva")
    an_expert(a_path(), name="Elsewhere")
    an_expert(path, name="Resting", accepting=False)
    gone = an_expert(path, name="Gone")
    leave(gone.user, path)
    locked_out = an_expert(path, name="Locked out")
    locked_out.user.is_active = False
    locked_out.user.save()
    an_admin(path)

    assert list(experts_of(path)) == [here]


def test_experts_of_a_theme_alone(path):
    taking, _ = an_expert(path, name="Eva"), an_expert(path, name="Not taking it")

    openings = Openings(path, **MORNING, theme=a_theme(path, taking))

    assert list(openings.experts.values()) == [taking]
    assert openings.starts(60)[at(9)] == [taking.pk]


def test_theme_without_experts_offers_nothing(path):
    theme, expert = a_theme(path), an_expert(path)
    assert starts(path, theme=theme) == []

    theme.experts.add(expert)

    assert at(9) in starts(path, theme=theme)


def test_starts_narrowed_to_some_experts(path):
    one, two = an_expert(path, name="Eva"), an_expert(path, name="Ines")
    openings = Openings(path, **MORNING)

    assert openings.starts(60)[at(9)] == [one.pk, two.pk]
    assert openings.starts(60, experts=[two.pk])[at(9)] == [two.pk]


def test_starts_never_leave_what_was_read(path):
    an_expert(path)
    openings = Openings(path, **MORNING)

    assert list(openings.starts(60, since=at(0, day=-5), until=at(0, day=5))) == starts(path)


def test_first_is_found_weeks_ahead(path):
    expert = an_expert(path)
    BusyTime.objects.create(expert=expert, starts_at=NOW, ends_at=at(0, day=20))
    openings = Openings(path, since=NOW, until=NOW + timedelta(days=60), now=NOW)

    assert openings.first(60) == at(9, day=20)
    assert openings.first(60, since=at(12, day=30)) == at(12, day=30)
    assert openings.first(60, experts=[]) is None


def test_hours_offer_tells_taken_from_never_offered(path):
    expert = an_expert(path)
    BusyTime.objects.create(expert=expert, starts_at=at(9), ends_at=at(11))
    openings = Openings(path, **MORNING)

    assert openings.hours_offer(60, at(10)) is True
    assert openings.hours_offer(60, at(10, 10)) is False


def test_policy_of_the_path_holds():
    path = a_path(notice_minutes=26 * 60 + 30, start_interval_minutes=60, horizon_days=1)
    an_expert(path)

    day_after = {"since": at(0, day=2), "until": at(0, day=3), "now": NOW}
    assert starts(path) == [at(11)]
    assert list(Openings(path, **day_after).starts(60)) == []
    path.horizon_days = 2
    assert at(9, day=2) in Openings(path, **day_after).starts(60)


def test_dates_of_the_path_hold_in_its_zone():
    opens = a_path(opens_on=at(0, day=2).date(), closes_on=at(0, day=2).date(), time_zone="America/New_York")
    an_expert(opens)

    found = Openings(opens, since=NOW, until=at(0, day=9), now=NOW).starts(60)

    # The 4th in New York is 05:00 to 05:00 UTC.
    assert (min(found), max(found)) == (at(9, day=2), at(16, day=2))


def test_face_without_a_name_has_the_address(path):
    expert = an_expert(path)
    User.objects.filter(pk=expert.user_id).update(name="", called="", email="nameless@example.test")

    (face,) = Openings(path, **MORNING).experts.faces.values()

    assert face == Face("nameless@example.test", expert.user_id.int % 6)
