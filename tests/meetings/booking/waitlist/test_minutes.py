"""Thirty minutes of somebody's usual hours, as a table."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from meetings.booking.waitlist.minutes import held_span

HALF_HOUR = timedelta(minutes=30)
BERLIN, KOLKATA = "Europe/Berlin", "Asia/Kolkata"


def local(text, zone, fold=0):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("zone", "hours", "at", "told", "until"),
    [
        pytest.param(BERLIN, (7, 20), "2026-11-30 10:00", "2026-11-30 10:00", "2026-11-30 10:30", id="by day"),
        pytest.param(BERLIN, (7, 20), "2026-11-30 19:30", "2026-11-30 19:30", "2026-11-30 20:00", id="just fits"),
        pytest.param(BERLIN, (7, 20), "2026-11-30 19:50", "2026-11-30 19:50", "2026-12-01 07:20", id="ten and twenty"),
        pytest.param(BERLIN, (7, 20), "2026-11-30 20:00", "2026-12-01 07:00", "2026-12-01 07:30", id="evening"),
        pytest.param(BERLIN, (7, 20), "2026-11-30 03:00", "2026-11-30 07:00", "2026-11-30 07:30", id="before dawn"),
        pytest.param(
            KOLKATA, (7, 20), "2026-11-30 19:50", "2026-11-30 19:50", "2026-12-01 07:20", id="half an hour off"
        ),
        # A quarter of an hour a day: the second half is tomorrow's.
        pytest.param(BERLIN, (12, 12.25), "2026-11-30 12:00", "2026-11-30 12:00", "2026-12-01 12:15", id="short hours"),
        # Clocks are set forward at 02:00 on 29 March: 01:50 is ten minutes before 03:00.
        pytest.param(BERLIN, (1, 20), "2026-03-29 01:50", "2026-03-29 01:50", "2026-03-29 03:20", id="hour skipped"),
        pytest.param(BERLIN, (2.5, 20), "2026-03-29 01:50", "2026-03-29 03:00", "2026-03-29 03:30", id="begin skipped"),
        pytest.param(BERLIN, (7, 20), "2026-03-28 19:50", "2026-03-28 19:50", "2026-03-29 07:20", id="short night"),
        pytest.param(BERLIN, (7, 20), "2026-10-24 19:50", "2026-10-24 19:50", "2026-10-25 07:20", id="long night"),
    ],
)
def test_minutes_run_within_usual_hours(zone, hours, at, told, until):
    usual_from, usual_until = (time(int(hour), round(hour % 1 * 60)) for hour in hours)
    far = local(until, zone) + timedelta(days=9)

    span = held_span(local(at, zone), HALF_HOUR, usual_from=usual_from, usual_until=usual_until, zone=zone, last=far)

    assert span == (local(told, zone), local(until, zone))


def test_hour_that_comes_twice_counts_twice():
    """At 02:50 summer time forty minutes of usual hours until 02:30 winter time are left, and no wall time says so."""
    at = local("2026-10-25 02:50", BERLIN)

    span = held_span(at, HALF_HOUR, usual_from=time(1), usual_until=time(20), zone=BERLIN, last=at + timedelta(days=1))

    assert span == (at, local("2026-10-25 02:20", BERLIN, fold=1))


@pytest.mark.parametrize(("last", "fits"), [("2026-12-01 07:20", True), ("2026-12-01 07:19", False)])
def test_time_that_can_be_booked_no_longer_is_not_held(last, fits):
    at = local("2026-11-30 19:50", BERLIN)

    span = held_span(at, HALF_HOUR, usual_from=time(7), usual_until=time(20), zone=BERLIN, last=local(last, BERLIN))

    assert (span is not None) is fits
