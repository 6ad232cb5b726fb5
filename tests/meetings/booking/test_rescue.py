"""The time of a session that was called off, taken once more with another expert."""

from datetime import timedelta
from uuid import uuid4

import pytest

from meetings import booking
from meetings.booking import lost_sessions
from meetings.booking.credits import credits_of
from meetings.enums import Happening, Status
from meetings.models import Meeting
from meetings.slots.openings import Openings
from tests.scene import (
    NOW,
    a_meeting,
    a_participant,
    a_path,
    a_theme,
    an_admin,
    an_expert,
    at,
    book,
    leave,
    told,
)

pytestmark = pytest.mark.django_db
START = at(10)


@pytest.fixture
def eva(path):
    return an_expert(path, name="Eva")


@pytest.fixture
def daniel(path):
    return an_expert(path, name="Daniel")


@pytest.fixture
def theme(path, eva, daniel):
    return a_theme(path, eva, daniel)


def lost(theme, participant, expert, start=START, *, by=None, now=NOW, **fields):
    """A session with this expert, called off by them unless told otherwise."""
    meeting = book(theme, participant, start, expert=expert, **fields)
    return booking.cancel(meeting=meeting, by=by or expert.user, now=now)


def rescue(meeting, by, **fields):
    return booking.rescue(meeting=meeting, by=by, **{"token": uuid4(), "now": NOW, **fields})


def expert_of(meeting):
    return Meeting.objects.with_people().get(pk=meeting.pk).experts[0]


def test_rescue_is_a_new_meeting_at_the_same_time_with_another_expert(theme, pia, eva, daniel):
    old = lost(theme, pia, eva, note="About Tuesday")

    new = rescue(old, pia)

    assert new.pk != old.pk
    assert (new.starts_at, new.ends_at, new.note, new.theme) == (old.starts_at, old.ends_at, "About Tuesday", theme)
    assert (new.status, new.organizer, new.created_by, new.rescues) == (Status.SCHEDULED, pia, pia, old)
    assert (expert_of(new), new.video_link) == (daniel.user, daniel.video_link)
    assert Meeting.objects.get(pk=old.pk).status == Status.CANCELLED
    assert list(new.events.values_list("happening", "by")) == [(Happening.BOOKED, pia.pk)]
    assert told(new, 0) == {pia.pk: Happening.BOOKED, daniel.user_id: Happening.BOOKED}


def test_rescue_with_the_same_token_or_once_more_returns_the_first(theme, pia, eva, path):
    an_expert(path, name="Third")
    old, token = lost(theme, pia, eva), uuid4()

    first = rescue(old, pia, token=token)

    assert rescue(old, pia, token=token) == first
    assert rescue(old, pia) == first
    assert Meeting.objects.count() == 2


def test_same_form_sent_again_after_the_start_returns_the_first(theme, pia, eva):
    old, token = lost(theme, pia, eva), uuid4()
    first = rescue(old, pia, token=token)

    assert rescue(old, pia, token=token, now=START) == first


def test_rescue_chooses_the_fairest_of_the_others(theme, pia, eva, daniel, path):
    fresh = an_expert(path, name="Fresh")
    theme.experts.add(fresh)
    book(theme, a_participant(path), at(12), expert=daniel)

    assert expert_of(rescue(lost(theme, pia, eva), pia)) == fresh.user


@pytest.mark.parametrize("whose", ["path", "expert"])
def test_rescue_needs_no_notice(theme, pia, eva, daniel, path, whose):
    holder, field = (path, "notice_minutes") if whose == "path" else (daniel, "notice_minutes")
    old = lost(theme, pia, eva)
    setattr(holder, field, 24 * 60)
    holder.save()
    soon = START - timedelta(minutes=1)
    theme.refresh_from_db()

    with pytest.raises(booking.NotOffered):
        book(theme, pia, START, expert=daniel, now=soon)
    assert expert_of(rescue(Meeting.objects.get(pk=old.pk), pia, now=soon)) == daniel.user


def test_rescue_ends_with_the_start(theme, pia, eva):
    old = lost(theme, pia, eva)

    with pytest.raises(booking.BookingRefused, match="has come"):
        rescue(old, pia, now=START)
    assert rescue(old, pia, now=START - timedelta(microseconds=1))


@pytest.mark.parametrize(
    "limit",
    [{"cap_per_day": 1}, {"cap_per_week": 1}, {"horizon_days": 0}, {"accepting": False}, {"buffer_before_minutes": 60}],
    ids=lambda limit: next(iter(limit)),
)
def test_rescue_keeps_every_other_limit_of_an_expert(theme, pia, eva, daniel, path, limit):
    old = lost(theme, pia, eva)
    book(theme, a_participant(path), at(9), expert=daniel)
    for name, value in limit.items():
        setattr(daniel, name, value)
    daniel.save()

    with pytest.raises(booking.JustTaken):
        rescue(old, pia)


@pytest.mark.parametrize(
    "policy",
    [{"horizon_days": 0}, {"closes_on": NOW.date()}, {"opens_on": at(0, day=2).date()}],
    ids=lambda limit: next(iter(limit)),
)
def test_rescue_keeps_the_dates_of_the_path(theme, pia, eva, path, policy):
    old = lost(theme, pia, eva)
    for name, value in policy.items():
        setattr(path, name, value)
    path.save()

    with pytest.raises(booking.JustTaken):
        rescue(Meeting.objects.get(pk=old.pk), pia)


def test_rescue_has_only_experts_of_the_theme(path, pia, eva, daniel):
    theme = a_theme(path, eva)

    with pytest.raises(booking.JustTaken):
        rescue(lost(theme, pia, eva), pia)


def test_rescue_lasts_as_long_as_the_session_that_was_lost(theme, pia, eva):
    old = lost(theme, pia, eva)
    theme.duration_minutes = 90
    theme.save()

    new = rescue(Meeting.objects.get(pk=old.pk), pia)

    assert new.ends_at == old.ends_at


def test_expert_who_called_off_is_never_chosen(path, pia, eva):
    old = lost(a_theme(path, eva), pia, eva)

    assert lost_sessions.free(lost_sessions.openings(old, pia, NOW), old) == []
    with pytest.raises(booking.JustTaken):
        rescue(old, pia)


def test_expert_who_called_off_is_not_chosen_for_another_participant_either(theme, pia, eva, daniel, path):
    lost(theme, a_participant(path, "Per"), daniel)

    with pytest.raises(booking.JustTaken):
        rescue(lost(theme, pia, eva), pia)


def test_expert_whose_participant_called_off_is_free_for_a_rescue(theme, pia, eva, daniel, path):
    per = a_participant(path, "Per")
    lost(theme, per, daniel, by=per)

    assert expert_of(rescue(lost(theme, pia, eva), pia)) == daniel.user


def test_rescue_that_was_called_off_too_is_rescued_by_a_third(theme, pia, eva, daniel, path):
    third = an_expert(path, name="Third")
    theme.experts.add(third)
    daniel_first = {"by": daniel.user, "now": NOW}
    first = rescue(lost(theme, pia, eva), pia)
    if expert_of(first) != daniel.user:
        daniel_first["by"], third = third.user, daniel
    booking.cancel(meeting=first, **daniel_first)

    second = rescue(Meeting.objects.get(pk=first.pk), pia)

    assert (expert_of(second), second.rescues) == (third.user, first)


@pytest.fixture
def third(path, theme):
    third = an_expert(path, name="Third")
    theme.experts.add(third)
    return third


def given(meeting, to, by):
    booking.reassign(meeting=meeting, to=to, by=by, token=uuid4(), now=NOW)
    return Meeting.objects.with_people().get(pk=meeting.pk)


@pytest.mark.parametrize("giver", ["its expert", "an admin"])
def test_expert_who_gave_it_away_is_not_offered_when_the_other_calls_off(path, theme, pia, eva, daniel, third, giver):
    by = {"its expert": eva.user, "an admin": an_admin(path)}[giver]
    held = given(book(theme, pia, START, expert=eva), daniel, by)
    # Nothing keeps the giver busy: without the rule they would be offered.
    assert set(free_at(theme)) == {eva.user, third.user}

    old = booking.cancel(meeting=held, by=daniel.user, now=NOW)

    assert lost_sessions.free(lost_sessions.openings(old, pia, NOW), old) == [third]
    assert expert_of(rescue(old, pia)) == third.user


def free_at(theme):
    openings = Openings(theme.path, since=START, until=START + timedelta(seconds=1), now=NOW, theme=theme)
    return [openings.experts[pk].user for pk in openings.starts(theme.duration_minutes)[START]]


def test_given_there_and_back_both_are_left_out(path, theme, pia, eva, daniel, third):
    held = given(given(book(theme, pia, START, expert=eva), daniel, eva.user), eva, an_admin(path))

    old = booking.cancel(meeting=held, by=eva.user, now=NOW)

    assert lost_sessions.free(lost_sessions.openings(old, pia, NOW), old) == [third]


def test_who_gave_it_away_at_another_time_is_offered(theme, pia, eva, daniel, third):
    held = given(book(theme, pia, START, expert=eva), daniel, eva.user)
    booking.reschedule(meeting=held, by=pia, start=at(12), token=uuid4(), now=NOW)

    old = booking.cancel(meeting=Meeting.objects.get(pk=held.pk), by=daniel.user, now=NOW)

    assert set(lost_sessions.free(lost_sessions.openings(old, pia, NOW), old)) == {eva, third}


def test_expert_from_whom_the_participant_moved_it_is_offered(theme, pia, eva, daniel, third):
    held = book(theme, pia, START, expert=eva)
    booking.reschedule(meeting=held, by=pia, start=at(12), expert=daniel, token=uuid4(), now=NOW)

    old = booking.cancel(meeting=Meeting.objects.get(pk=held.pk), by=daniel.user, now=NOW)

    assert set(lost_sessions.free(lost_sessions.openings(old, pia, NOW), old)) == {eva, third}


def test_giver_of_another_participants_lost_session_is_not_offered_either(path, theme, pia, eva, daniel, third):
    per = a_participant(path, "Per")
    held = given(book(theme, per, START, expert=eva), daniel, eva.user)
    booking.cancel(meeting=held, by=daniel.user, now=NOW)

    old = lost(theme, pia, third)

    assert lost_sessions.free(lost_sessions.openings(old, pia, NOW), old) == []


def test_session_cancelled_by_an_admin_can_be_rescued(theme, pia, eva, daniel, path):
    old = lost(theme, pia, eva, by=an_admin(path))

    assert expert_of(rescue(old, pia)) == daniel.user


def test_session_cancelled_by_its_participant_can_not_be_rescued(theme, pia, eva):
    with pytest.raises(booking.BookingRefused, match="expert or an admin"):
        rescue(lost(theme, pia, eva, by=pia), pia)


def test_session_that_stands_can_not_be_rescued(theme, pia, eva):
    with pytest.raises(booking.BookingRefused, match="expert or an admin"):
        rescue(book(theme, pia, START, expert=eva), pia)


@pytest.mark.parametrize("who", ["other participant", "expert", "admin"])
def test_rescue_is_for_the_participant_alone(theme, pia, eva, path, who):
    old = lost(theme, pia, eva)
    person = {"expert": eva.user}.get(who) or (an_admin if who == "admin" else a_participant)(path)

    with pytest.raises(booking.BookingRefused, match="Only the participant"):
        rescue(old, person)


def test_rescue_is_over_for_a_participant_who_left(theme, pia, eva, path):
    old = lost(theme, pia, eva)
    leave(pia, path)

    with pytest.raises(booking.BookingRefused, match="Only the participant"):
        rescue(old, pia)


def test_rescue_while_in_another_meeting_is_refused(theme, pia, eva, path):
    old = lost(theme, pia, eva)
    a_meeting(path, an_expert(path).user, pia, START + timedelta(minutes=15))

    with pytest.raises(booking.AlreadyBusy):
        rescue(old, pia)


def test_rescue_uses_the_session_that_came_back(eva, daniel):
    path = a_path(sessions_per_participant=1)
    for expert in (eva, daniel):
        expert.user.memberships.update(path=path)
    theme, pia = a_theme(path, eva, daniel), a_participant(path)
    old = lost(theme, pia, eva, now=START - timedelta(minutes=5))

    rescue(old, pia, now=START - timedelta(minutes=4))

    assert credits_of(pia, [path], now=NOW)[path.pk].left == 0


def test_rescue_without_a_session_left_is_refused(eva, daniel):
    path = a_path(sessions_per_participant=1)
    for expert in (eva, daniel):
        expert.user.memberships.update(path=path)
    theme, pia = a_theme(path, eva, daniel), a_participant(path)
    old = lost(theme, pia, eva)
    book(theme, pia, at(15))

    with pytest.raises(booking.NoSessionsLeft):
        rescue(old, pia)
    assert not Meeting.objects.filter(rescues=old).exists()


def test_tally_counts_what_others_called_off_and_what_was_rescued(theme, pia, eva, path, django_assert_num_queries):
    rescue(lost(theme, pia, eva), pia)
    lost(theme, pia, eva, at(12), by=an_admin(path))
    lost(theme, pia, eva, at(14), by=pia)
    book(theme, pia, at(15))

    with django_assert_num_queries(1):
        assert lost_sessions.tally(path) == (2, 1)
