"""One start as the writer reads it: the same answer as the time page's, in three statements or fewer."""

import random
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from experts.models import BusyTime, DateOverride
from meetings.slots.one_start import StartCheck
from meetings.slots.openings import Openings
from paths.enums import Role
from tests.scene import (
    NOW,
    a_meeting,
    a_participant,
    a_path,
    a_person,
    a_theme,
    an_expert,
    at,
    book,
    join,
    leave,
)

pytestmark = pytest.mark.django_db

STARTS = [at(8, day=day) + timedelta(minutes=15 * quarter) for day in (1, 2) for quarter in range(40)]


def free_by_openings(theme, participant, start, **narrowed):
    openings = Openings(
        theme.path,
        since=start,
        until=start + timedelta(seconds=1),
        now=NOW,
        theme=theme,
        participant=participant,
        **narrowed,
    )
    return (
        sorted(openings.starts(theme.duration_minutes).get(start, [])),
        openings.participant_is_busy(start, start + theme.duration),
        openings.hours_offer(theme.duration_minutes, start),
    )


def free_by_moment(theme, participant, start, *, expert=None, moving=None):
    moment = StartCheck(theme, start, theme.duration_minutes, participant=participant, now=NOW, moving=moving)
    found = sorted(each.pk for each in moment.free(expert))
    return found, moment.participant_is_busy, moment.hours_offer


@pytest.fixture
def world():
    """Two days in which every rule of the engine has something to say."""
    chance = random.Random(11)
    path, elsewhere = a_path(start_interval_minutes=15), a_path()
    windows = ((9 * 60, 12 * 60), (13 * 60, 17 * 60))
    experts = [
        an_expert(path, elsewhere, windows=windows, time_zone="Asia/Kolkata"),
        an_expert(path, buffer_before_minutes=20, buffer_after_minutes=5, notice_minutes=27 * 60),
        an_expert(path, cap_per_day=2, windows=windows),
        an_expert(path, cap_per_week=3),
        an_expert(path, horizon_days=1, time_zone="America/New_York"),
        an_expert(path, accepting=False),
        an_expert(path),
        an_expert(path),
    ]
    theme = a_theme(path, *experts)
    a_theme(path, an_expert(path))
    leave(experts[6].user, path)
    experts[7].user.is_active = False
    experts[7].user.save()
    participant = a_participant(path)
    join(participant, elsewhere, Role.PARTICIPANT)
    for expert in experts[:5]:
        for start in chance.sample(STARTS, 6):
            BusyTime.objects.create(expert=expert, starts_at=start, ends_at=start + timedelta(minutes=40))
        for number, start in enumerate(sorted(chance.sample(STARTS[::3], 3))):
            people = (expert.user, a_person()) if number else (a_person(), expert.user)
            a_meeting(elsewhere, *people, start)
    DateOverride.objects.create(expert=experts[0], date=at(0).date(), windows=())
    DateOverride.objects.create(expert=experts[3], date=at(0).date(), windows=((10 * 60, 20 * 60),))
    DateOverride.objects.create(expert=experts[3], date=at(0, day=2).date(), windows=((7 * 60, 9 * 60),))
    a_meeting(elsewhere, a_person(), participant, at(11))
    return theme, participant, experts


def test_all_answers_are_those_of_the_time_page(world):
    theme, participant, experts = world
    moving = a_meeting(theme.path, experts[1].user, participant, at(18, day=2))
    seen = set()

    for start in STARTS:
        asked = {"all": (None, {}), "one": (experts[1].pk, {"experts": [experts[1].pk]})}
        for one, narrowed in asked.values():
            for moved in (None, moving):
                expected = free_by_openings(theme, participant, start, moving=moved, **narrowed)
                assert free_by_moment(theme, participant, start, expert=one, moving=moved) == expected
                seen |= {(len(expected[0]), *expected[1:])}

    # Nothing is proved by a world in which everybody is always free.
    assert {number for number, *_ in seen} >= {0, 1, 2, 3}
    assert {tuple(rest) for _, *rest in seen} == {(False, False), (False, True), (True, False), (True, True)}


def test_moving_meeting_is_nowhere_in_the_way():
    path = a_path()
    theme, participant = a_theme(path, an_expert(path, cap_per_day=1)), a_participant(path)
    meeting = book(theme, participant, at(10))

    assert free_by_moment(theme, participant, at(10)) == ([], True, True)
    assert len(free_by_moment(theme, participant, at(10), moving=meeting)[0]) == 1
    assert len(free_by_moment(theme, participant, at(12), moving=meeting)[0]) == 1


def test_theme_without_experts():
    path, elsewhere = a_path(), a_path()
    theme, participant = a_theme(path), a_participant(path)
    a_meeting(elsewhere, a_person(), participant, at(12))

    assert free_by_moment(theme, participant, at(10)) == ([], False, False)
    assert free_by_moment(theme, participant, at(12)) == ([], True, False)


def test_statements_do_not_grow_with_experts(world):
    theme, participant, _ = world

    def statements():
        with CaptureQueriesContext(connection) as queries:
            free_by_moment(theme, participant, at(13))
        return len(queries)

    few = statements()
    theme.experts.add(*(an_expert(theme.path) for _ in range(30)))

    assert few == statements() == 2
