"""The product's numbers, each at both of its borders: the last moment or size that still is, and the first beyond."""

from datetime import time, timedelta

import pytest

from experts.addresses import BadAddress, clean_address
from experts.feeds.limits import MAX_BYTES, MAX_CALENDARS, MAX_EVENTS, READ_EVERY
from meetings import booking
from meetings.booking import reminders
from meetings.booking.waitlist.minutes import held_span
from meetings.constants import HELD_FOR, HELD_ON_FOR, NUDGE_WORKS_FOR, NUDGED_ONCE_IN
from meetings.enums import Action, Happening, Kind, Standing, Status
from meetings.mail.nudges.effects import Effect
from meetings.models import HeldTime, Meeting, Notice, Worker
from meetings.permissions.deadlines import refusal
from paths.models import Path, Theme
from tests.scene import NOW, a_participant, a_path, a_theme, accepted, add, an_expert, at, book

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
START, END = at(10, day=5), at(10, 30, day=5)


def session() -> Meeting:
    """Of half an hour, on a path as it is when nobody sets anything; not saved."""
    return Meeting(path=Path(), kind=Kind.DROP_IN, status=Status.SCHEDULED, starts_at=START, ends_at=END)


def held(now):
    """What is held from NOW on by day, as it stands then."""
    at_noon = held_span(NOW, HELD_FOR, usual_from=time(7), usual_until=time(20), zone="UTC", last=END)
    assert at_noon is not None
    return HeldTime(until=at_noon.until)


def is_held_for(now) -> bool:
    return now < held(now).until


def is_kept_from_others(now) -> bool:
    return held(now).until > now - HELD_ON_FOR


def can_be_moved(now) -> bool:
    return not refusal(Action.RESCHEDULE, session(), frozenset({Standing.PARTICIPANT}), now)


@pytest.mark.parametrize(
    ("holds", "moment", "beyond"),
    [
        pytest.param(lambda now: session().room_is_open(now), START - 15 * MINUTE, -SECOND, id="room opens"),
        pytest.param(lambda now: session().room_is_open(now), END + 25 * MINUTE - SECOND, SECOND, id="room closes"),
        pytest.param(lambda now: session().counts_as_held(now), END + 48 * HOUR, -SECOND, id="counts as held"),
        pytest.param(can_be_moved, START - 12 * HOUR, SECOND, id="participant can move it"),
        pytest.param(is_held_for, NOW + 30 * MINUTE - SECOND, SECOND, id="held for whoever is first in line"),
        pytest.param(is_kept_from_others, NOW + 40 * MINUTE - SECOND, SECOND, id="held on for the next"),
        pytest.param(lambda now: Worker(beat_at=NOW).lives(now), NOW + 2 * MINUTE - SECOND, SECOND, id="worker lives"),
    ],
)
def test_moments(holds, moment, beyond):
    assert holds(moment)
    assert not holds(moment + beyond)


@pytest.mark.django_db
@pytest.mark.parametrize(("minutes", "beyond"), [(5, 4), (480, 481)])
def test_lengths_of_adhoc_meetings(minutes, beyond):
    path = a_path()
    expert, pia = an_expert(path).user, a_participant(path)

    def plan(length):
        return booking.MeetingPlan("Review", at(9), at(9) + length * MINUTE, (expert,), (pia,), expert)

    with pytest.raises(booking.Unfit, match="from 5 minutes to 8 hours"):
        add(path, plan(beyond), expert, accepted=accepted(plan(beyond)))
    add(path, plan(minutes), expert, accepted=accepted(plan(minutes)))


@pytest.mark.django_db
def test_reminders_are_due_a_day_and_an_hour_before():
    path = a_path()
    pia = a_participant(path)
    meeting = book(a_theme(path, an_expert(path)), pia, START)

    waiting = Notice.objects.filter(meeting=meeting, user=pia, kind__startswith="reminder").order_by("due_at")
    assert list(waiting.values_list("kind", "due_at")) == [
        (Happening.REMINDER_DAY, START - 24 * HOUR),
        (Happening.REMINDER_HOUR, START - HOUR),
    ]
    late = waiting.get(kind=Happening.REMINDER_DAY)
    assert reminders.still_wanted(late, START - 2 * HOUR - SECOND)
    assert not reminders.still_wanted(late, START - 2 * HOUR)


def test_what_reminders_of_sessions_left_did_is_said_of_five_people_or_more():
    assert Effect(5, 0, 0, 0, NOW).is_shown
    assert not Effect(4, 0, 0, 0, NOW).is_shown
    assert (NUDGED_ONCE_IN, NUDGE_WORKS_FOR) == (14 * 24 * HOUR, 14 * 24 * HOUR)


def test_what_a_path_and_a_theme_are_when_nobody_sets_anything():
    path = Path()
    assert (path.start_interval_minutes, path.notice_minutes, path.horizon_days) == (30, 240, 60)
    assert (path.change_until_minutes, path.sessions_per_participant, path.last_call_days) == (720, None, None)
    assert path.no_shows_allowed is None
    assert Theme().duration_minutes == 45


def test_limits_of_foreign_calendars():
    assert (MAX_BYTES, MAX_EVENTS, MAX_CALENDARS, READ_EVERY) == (20_000_000, 50_000, 10, 15 * MINUTE)
    start = "https://example.com/"
    longest = start + "a" * (2000 - len(start))
    assert clean_address(longest) == longest
    with pytest.raises(BadAddress):
        clean_address(longest + "a")
