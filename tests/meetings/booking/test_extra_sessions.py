"""One person's sessions beyond the path's number: who gives them, at both borders, and that they count everywhere."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from meetings import booking
from meetings.booking import extra_sessions
from meetings.booking.credits import Credits, credits_of, credits_of_people
from meetings.booking.terms import Terms
from paths.enums import Happened
from paths.models import ExtraSessions, Path, PathEvent
from tests.scene import NOW, a_participant, a_path, a_theme, an_admin, an_expert, at, book, leave

pytestmark = pytest.mark.django_db


class Scene:
    def __init__(self, sessions=2, booked=0):
        self.path = a_path(sessions_per_participant=sessions)
        self.theme = a_theme(self.path, an_expert(self.path))
        self.pia, self.ada = a_participant(self.path), an_admin(self.path)
        for day in range(booked):
            book(self.theme, self.pia, at(9, day=day + 2))

    def give(self, number, **fields):
        known = {"path": self.path, "user": self.pia, "by": self.ada, "token": uuid4(), "now": NOW}
        return extra_sessions.give(number=number, **{**known, **fields})

    @property
    def credits(self):
        return credits_of(self.pia, [self.path], now=NOW)[self.path.pk]


def test_given_sessions_count_in_the_total_and_can_be_booked():
    scene = Scene(booked=2)
    with pytest.raises(booking.NoSessionsLeft):
        book(scene.theme, scene.pia, at(12))

    assert scene.give(2) == scene.credits == Credits(used=0, booked=2, total=4, extra=2)

    book(scene.theme, scene.pia, at(12))
    book(scene.theme, scene.pia, at(13))
    with pytest.raises(booking.NoSessionsLeft, match=r"All 4 sessions of this path are used or booked."):
        book(scene.theme, scene.pia, at(14))


def test_they_are_of_one_person_on_one_path():
    scene, other = Scene(), a_path(sessions_per_participant=2)
    per = a_participant(scene.path, "Per")

    scene.give(3)

    both = credits_of(scene.pia, [scene.path, other], now=NOW)
    assert (both[scene.path.pk].total, both[other.pk].total) == (5, 2)
    many = credits_of_people([scene.pia, per], scene.path, now=NOW)
    assert (many[scene.pia.pk], many[per.pk]) == (scene.credits, Credits(0, 0, total=2))


def test_many_at_once_count_like_one_by_one():
    scene = Scene(booked=1)
    scene.give(2)
    scene.give(-1)

    assert credits_of_people([scene.pia], scene.path, now=NOW)[scene.pia.pk] == scene.credits == Credits(0, 1, 3, 1)


@pytest.mark.parametrize("number", [-2, -1, 1, 50])
def test_numbers_that_can_be_given(number):
    assert Scene(sessions=6).give(number).total == 6 + number


@pytest.mark.parametrize("number", [-3, 0, 51])
def test_numbers_that_can_not(number):
    with pytest.raises(extra_sessions.NothingToGive, match="from -2 to 50, but not 0"):
        Scene(sessions=6).give(number)
    assert not ExtraSessions.objects.exists()


@pytest.mark.parametrize("number", [-3, 0, 51])
def test_database_refuses_them_too(number):
    scene = Scene()
    with pytest.raises(IntegrityError), transaction.atomic():
        ExtraSessions.objects.create(
            path=scene.path, user=scene.pia, number=number, by=scene.ada, at=NOW, token=uuid4()
        )


def test_taken_back_down_to_what_is_used_and_booked_but_not_below():
    scene = Scene(sessions=4, booked=2)
    scene.give(1)

    assert scene.give(-2).left == 1
    with pytest.raises(extra_sessions.AlreadyUsed, match=r"^They have used or booked 2 already\.$"):
        scene.give(-2)
    assert scene.give(-1).left == 0
    assert scene.credits.total == 2


def test_used_ones_count_there_as_booked_ones_do():
    scene = Scene(sessions=2, booked=2)
    later = NOW + timedelta(days=2, hours=4)

    with pytest.raises(extra_sessions.AlreadyUsed):
        scene.give(-1, now=later)
    assert credits_of(scene.pia, [scene.path], now=later)[scene.path.pk] == Credits(used=1, booked=1, total=2)


def test_nobody_is_left_with_less_than_none():
    scene = Scene(sessions=1)

    with pytest.raises(extra_sessions.AlreadyUsed, match=r"^They have only 1 session\.$"):
        scene.give(-2)
    assert scene.give(-1).total == 0
    with pytest.raises(booking.NoSessionsLeft):
        book(scene.theme, scene.pia, at(9))


def test_whoever_has_too_few_by_a_lower_limit_can_be_given_some():
    scene = Scene(sessions=3, booked=3)
    Path.objects.filter(pk=scene.path.pk).update(sessions_per_participant=1)

    assert scene.give(1).left == 0
    with pytest.raises(extra_sessions.AlreadyUsed):
        scene.give(-1)


def test_no_limit_needs_none():
    with pytest.raises(extra_sessions.NothingToGive, match="no limit"):
        Scene(sessions=None).give(1)


def test_only_a_live_admin_gives():
    scene = Scene()
    for by in (scene.pia, an_expert(scene.path).user, an_admin(a_path())):
        with pytest.raises(extra_sessions.ExtraSessionsRefused):
            scene.give(1, by=by)
    leave(scene.ada, scene.path)
    with pytest.raises(extra_sessions.ExtraSessionsRefused):
        scene.give(1)
    assert not ExtraSessions.objects.exists()


def test_only_participants_get_any():
    scene = Scene()
    with pytest.raises(extra_sessions.NothingToGive, match="Ada is not a participant of this path"):
        scene.give(1, user=scene.ada)
    leave(scene.pia, scene.path)
    with pytest.raises(extra_sessions.NothingToGive):
        scene.give(1)


def test_history_says_how_many_and_keeps_the_reason_apart():
    scene = Scene()

    scene.give(2, why=" Back from leave. ")

    event = PathEvent.objects.get()
    assert (event.what, event.by, event.about, event.at) == (Happened.EXTRA_SESSIONS, scene.ada, scene.pia, NOW)
    assert event.facts == {"number": 2, "before": {"total": 2}, "total": 4}
    assert event.words.text == "Back from leave."


def test_terms_are_the_participants_own():
    scene = Scene(sessions=6)
    shown = Terms.of(scene.path, 30, 0)
    scene.give(2)

    with pytest.raises(booking.Changed, match=r"Sessions in all on this path: now 8 instead of 6."):
        book(scene.theme, scene.pia, at(9), shown=shown)
    assert book(scene.theme, scene.pia, at(9), shown=Terms.of(scene.path, 30, 2))


def test_a_new_limit_changes_the_terms_by_the_total_that_was_shown():
    scene = Scene(sessions=6)
    scene.give(2)
    meeting, shown = book(scene.theme, scene.pia, at(9)), Terms.of(scene.path, 30, 2)
    Path.objects.filter(pk=scene.path.pk).update(sessions_per_participant=5)
    meeting.path.refresh_from_db()

    with pytest.raises(booking.Changed, match=r"now 7 instead of 8."):
        booking.reschedule(meeting=meeting, by=scene.pia, start=at(12), token=uuid4(), now=NOW, shown=shown)


def test_a_lost_session_can_be_taken_again_with_an_extra_one():
    path = a_path(sessions_per_participant=1)
    eva, ines = an_expert(path), an_expert(path, name="Ines")
    theme, pia, ada = a_theme(path, eva, ines), a_participant(path), an_admin(path)
    lost = book(theme, pia, at(9), expert=eva)
    booking.cancel(meeting=lost, by=eva.user, now=NOW)
    book(theme, pia, at(12))
    with pytest.raises(booking.NoSessionsLeft):
        booking.rescue(meeting=lost, by=pia, token=uuid4(), now=NOW)

    extra_sessions.give(path=path, user=pia, number=1, by=ada, token=uuid4(), now=NOW)

    shown = Terms.of(path, 30, 1)
    assert booking.rescue(meeting=lost, by=pia, token=uuid4(), now=NOW, shown=shown).rescues == lost


def test_the_same_form_twice_gives_once():
    scene, token = Scene(), uuid4()

    assert scene.give(2, token=token) == scene.give(2, token=token) == scene.credits
    assert (scene.credits.extra, PathEvent.objects.count()) == (2, 1)
