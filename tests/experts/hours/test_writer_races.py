"""Tabs that save one expert's hours at the same moment, and bookings beside them."""

from functools import partial
from uuid import uuid4

import pytest

from experts.hours import writer
from experts.hours.patterns import Pattern
from experts.hours.writer import HoursPlan
from experts.models import AvailabilityRule
from meetings import booking
from meetings.integrity import invariants
from tests.meetings.racing import race, tally
from tests.scene import NOW, a_participant, a_path, a_theme, an_expert, at

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
TABS = 10


def plan_for(expert, tab):
    start = 60 * tab
    return HoursPlan(
        settings=writer.read_hours(expert).settings,
        patterns=(Pattern(1, NOW.date(), None, (((start, start + 30),),) * 7),),
        dropped_rules=frozenset(pk for pk, _ in writer.read_hours(expert).others),
    )


def test_one_of_many_tabs_saves_and_the_others_are_told():
    expert = an_expert(a_path())
    version = writer.read_hours(expert).version
    saves = [
        partial(writer.save, expert=expert, plan=plan_for(expert, tab), version=version, by=expert.user)
        for tab in range(TABS)
    ]

    [outcomes] = race(saves, clients=TABS)

    assert tally(outcomes) == {"NoneType": 1, "StaleHours": TABS - 1}
    assert AvailabilityRule.objects.filter(expert=expert).count() == 1


def test_bookings_beside_a_change_of_hours_come_by_the_old_or_the_new():
    path = a_path()
    expert = an_expert(path)
    theme = a_theme(path, expert)
    people = [a_participant(path) for _ in range(6)]
    save = partial(
        writer.save,
        expert=expert,
        plan=plan_for(expert, 20),
        version=writer.read_hours(expert).version,
        by=expert.user,
    )
    books = [
        partial(booking.schedule, by=person, participant=person, theme=theme, start=at(9 + n), token=uuid4(), now=NOW)
        for n, person in enumerate(people)
    ]

    [outcomes] = race([save, *books], clients=7)

    assert set(tally(outcomes)) <= {"NoneType", "Meeting", "NotOffered", "Overtaken"}
    assert tally(outcomes)["NoneType"] == 1
    assert {words: count for words, count in invariants.count_broken(NOW).items() if count} == {}
