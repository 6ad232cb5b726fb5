"""Twenty people in line and ten who race for one freed hour, while several workers hold it and pass it on."""

import os
from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest

from meetings import booking
from meetings.booking.waitlist import held, offering, taking
from meetings.models import HeldTime, Meeting, Notice, WaitlistEntry
from tests.meetings import racing
from tests.meetings.racing import assert_no_deadlock, broken, race, tally, watch_lost_races
from tests.meetings.waiting import booked_theme, cancel, wait
from tests.scene import NOW, a_participant, a_path, a_theme, add, an_admin, an_expert, at, book

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

HALF_HOUR = timedelta(minutes=30)
WORKERS, WAITING, RACING = 4, 20, 10
# Two will do in the usual runs.
ROUNDS = racing.ROUNDS if "EVERWISE_RACE_ROUNDS" in os.environ else 2


@pytest.fixture
def lost_to(monkeypatch):
    return watch_lost_races(monkeypatch)


def freed_hours(path, number):
    """Themes with one time each that has just opened, and people in line for it."""
    pia = a_participant(path)
    in_line = [a_participant(path, f"Wil {each:02}") for each in range(WAITING)]
    found = []
    for day in range(1, number + 1):
        theme, expert, meeting = booked_theme(pia, path, day=day)
        WaitlistEntry.objects.bulk_create(
            WaitlistEntry(
                theme=theme,
                user=user,
                joined_at=NOW + timedelta(seconds=place),
                first_date=NOW.date(),
                last_date=at(10, day=day).date(),
            )
            for place, user in enumerate(in_line)
        )
        cancel(meeting)
        found.append((theme, expert, at(10, day=day)))
    return found, in_line


def workers(theme, now=NOW):
    return [partial(offering.offer, theme, now)] * WORKERS


def test_freed_hour_is_held_by_exactly_one_and_passed_on(lost_to):
    """Round by round: held, raced for, passed on while it is raced for, and taken."""
    path = a_path(horizon_days=200)
    hours, in_line = freed_hours(path, ROUNDS)
    racers = [a_participant(path, "Rae") for _ in range(RACING)]

    def race_for(each, now):
        theme, expert, start = each
        named = [None, expert] * (RACING // 2)
        return [partial(book, theme, user, start, now=now, expert=one) for user, one in zip(racers, named, strict=True)]

    came = race(*(workers(theme) for theme, _expert, _start in hours), clients=WORKERS)
    assert [sorted(outcomes) for outcomes in came] == [[0, 0, 0, 1]] * ROUNDS
    assert open_ones(NOW) == [(start, in_line[0].pk) for _theme, _expert, start in hours]

    came = race(*([*race_for(each, NOW), *workers(each[0])] for each in hours))
    assert [tally(outcomes) for outcomes in came] == [{"JustTaken": RACING, "int": WORKERS}] * ROUNDS
    assert open_ones(NOW) == [(start, in_line[0].pk) for _theme, _expert, start in hours]

    later = NOW + HALF_HOUR
    passing = [partial(offering.pass_on_over, later)] * WORKERS
    came = race(*([*race_for(each, later), *passing] for each in hours))
    while offering.pass_on_over(later):
        pass
    assert [tally(outcomes) for outcomes in came] == [{"JustTaken": RACING, "int": WORKERS}] * ROUNDS
    assert open_ones(later) == [(start, in_line[1].pk) for _theme, _expert, start in hours]

    rows = {row.starts_at: row for row in HeldTime.objects.open(later).select_related("entry__theme")}
    takers = [[partial(taking.take, held=rows[each[2]], by=in_line[1], token=uuid4(), now=later)] for each in hours]
    came = race(*([*race_for(each, later), *mine] for each, mine in zip(hours, takers, strict=True)))
    assert [tally(outcomes) for outcomes in came] == [{"JustTaken": RACING, "Meeting": 1}] * ROUNDS
    assert set(Meeting.objects.scheduled().values_list("organizer", flat=True)) == {in_line[1].pk}
    assert Notice.objects.filter(kind="time-held").count() == 2 * ROUNDS
    assert broken() == {}
    assert_no_deadlock(lost_to)


def test_hour_that_opens_goes_to_one_whoever_is_quicker(lost_to):
    """Bookings and workers at the same moment, when it is held for nobody yet."""
    path = a_path(horizon_days=200)
    hours, _in_line = freed_hours(path, ROUNDS)
    racers = [a_participant(path, "Rae") for _ in range(RACING)]

    race(*([*(partial(book, theme, one, start) for one in racers), *workers(theme)] for theme, _expert, start in hours))

    for _theme, _expert, start in hours:
        booked = Meeting.objects.scheduled().filter(starts_at=start).count()
        assert booked + HeldTime.objects.open(NOW).filter(starts_at=start).count() == 1
    assert broken() == {}
    assert_no_deadlock(lost_to)


def test_passing_on_taking_and_an_ad_hoc_meeting_at_once_leave_one(lost_to):
    path = a_path(horizon_days=200)
    ada = an_admin(path)
    hours, in_line = freed_hours(path, ROUNDS)
    rounds = []
    for theme, expert, start in hours:
        offering.offer(theme, NOW)
        row = HeldTime.objects.open(NOW).select_related("entry__theme").get(starts_at=start)
        plan = booking.MeetingPlan("Review", start, start + HALF_HOUR, (expert.user,), (a_participant(path),))
        rounds.append(
            [
                partial(taking.take, held=row, by=in_line[0], token=uuid4(), now=NOW),
                partial(held.pass_on, held=row, by=in_line[0], now=NOW),
                partial(offering.pass_on_over, NOW),
                partial(offering.pass_on_over, NOW),
                partial(add, path, plan, ada),
                *workers(theme),
            ]
        )

    race(*rounds)

    for _theme, _expert, start in hours:
        booked = Meeting.objects.scheduled().filter(starts_at=start).count()
        assert booked + HeldTime.objects.open(NOW).filter(starts_at=start).count() <= 1
    assert broken() == {}
    assert_no_deadlock(lost_to)


def test_one_person_gets_one_time_of_a_theme_however_many_open():
    path = a_path()
    theme = a_theme(path)
    ben = a_participant(path)
    wait(theme, ben)
    theme.experts.set([an_expert(path) for _ in range(3)])

    race(workers(theme) * 3)

    assert HeldTime.objects.count() == 1
    assert broken() == {}


def open_ones(now):
    return list(HeldTime.objects.open(now).order_by("starts_at").values_list("starts_at", "user"))
