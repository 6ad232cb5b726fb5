"""Starts on grids of any fineness, to the second, and hours kept in the process that are never stale."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from experts.availability import Hours, Override, RecurringWindows
from meetings.slots import Calendar, Policy, engine, free, starts

DAY = datetime(2026, 7, 1, tzinfo=UTC)
HALF_HOURS = Policy(duration=1800, interval=1800)


def hours(*windows, zone="UTC", overrides=()):
    return Hours(zone, (RecurringWindows("FREQ=DAILY", date(1900, 1, 1), windows),), tuple(overrides))


def offered(*calendars, policy=HALF_HOURS, day=DAY):
    found = starts(calendars, policy, range_start=day, range_end=day + timedelta(days=1), now=day)
    return {f"{start:%H:%M:%S}": ids for start, ids in found.items()}


def test_busy_at_odd_seconds_blocks_what_it_touches():
    noon = int(DAY.timestamp()) + 12 * 3600
    calendar = Calendar("ann", hours((660, 810)), foreign=[(noon + 1, noon + 1799)])

    assert list(offered(calendar)) == ["11:00:00", "11:30:00", "12:30:00", "13:00:00"]
    assert list(offered(replace(calendar, foreign=[(noon - 1, noon)]))) == [
        "11:00:00",
        "12:00:00",
        "12:30:00",
        "13:00:00",
    ]


@pytest.mark.parametrize(
    ("zone", "day", "expected"),
    [
        pytest.param("Asia/Kathmandu", DAY, ["03:15:00", "03:45:00"], id="+05:45"),
        # Monrovia's clocks were 44 minutes and 30 seconds behind until 1972.
        pytest.param("Africa/Monrovia", datetime(1971, 7, 1, tzinfo=UTC), ["09:44:30", "10:14:30"], id="-00:44:30"),
    ],
)
def test_starts_are_counted_from_the_window_in_zones_with_odd_offsets(zone, day, expected):
    assert list(offered(Calendar("ann", hours((540, 600), zone=zone)), day=day)) == expected


def test_anchors_before_and_after_a_change_of_half_a_minute_are_both_kept():
    # At 00:00 on 7 January 1972 Monrovia's clocks went forward to 00:44:30, and to GMT.
    calendar = Calendar("ann", hours((0, 60), zone="Africa/Monrovia"))
    week = {"range_start": datetime(1972, 1, 6, tzinfo=UTC), "range_end": datetime(1972, 1, 9, tzinfo=UTC)}

    found = starts([calendar], HALF_HOURS, now=week["range_start"], **week)

    assert [f"{start:%d %H:%M:%S}" for start in found] == ["06 00:44:30", "06 01:14:30", "08 00:00:00", "08 00:30:00"]


def test_experts_on_different_grids_share_their_common_starts_in_the_order_given():
    calendars = [
        Calendar("fine", hours((540, 600), (607, 667))),
        Calendar("coarse", hours((540, 660))),
        Calendar("again", hours((540, 600), (607, 667))),
    ]

    assert offered(*calendars) == {
        "09:00:00": ["fine", "coarse", "again"],
        "09:30:00": ["fine", "coarse", "again"],
        "10:00:00": ["coarse"],
        "10:07:00": ["fine", "again"],
        "10:30:00": ["coarse"],
        "10:37:00": ["fine", "again"],
    }
    counted = free(calendars, HALF_HOURS, most=2, range_start=DAY, range_end=DAY + timedelta(days=1), now=DAY)
    assert {f"{datetime.fromtimestamp(start, UTC):%H:%M}": found for start, found in counted.items()} == {
        "09:00": (["fine", "coarse"], 3),
        "09:30": (["fine", "coarse"], 3),
        "10:00": (["coarse"], 1),
        "10:07": (["fine", "again"], 2),
        "10:30": (["coarse"], 1),
        "10:37": (["fine", "again"], 2),
    }


def test_changed_hours_show_at_the_next_question():
    calendar = Calendar("ann", hours((540, 600)))
    assert list(offered(calendar)) == ["09:00:00", "09:30:00"]

    longer = replace(calendar, hours=hours((540, 630)))
    day_off = replace(calendar, hours=hours((540, 600), overrides=[Override(DAY.date(), ())]))
    elsewhere = replace(calendar, hours=hours((540, 600), zone="Asia/Tokyo"))

    assert list(offered(longer)) == ["09:00:00", "09:30:00", "10:00:00"]
    assert list(offered(day_off)) == []
    assert list(offered(elsewhere)) == ["00:00:00", "00:30:00"]
    assert list(offered(calendar)) == ["09:00:00", "09:30:00"]


def test_hours_are_expanded_once_a_day_whatever_the_second(monkeypatch):
    calendar = Calendar("ann", hours((541, 601)))
    offered(calendar)
    monkeypatch.setattr(engine, "windows", None)

    later = starts(
        [calendar],
        HALF_HOURS,
        range_start=DAY + timedelta(hours=9, seconds=7),
        range_end=DAY + timedelta(days=1),
        now=DAY,
    )

    assert [f"{start:%H:%M}" for start in later] == ["09:01", "09:31"]


def test_kept_hours_are_bounded():
    assert engine._starts_in_hours.cache_parameters()["maxsize"] == 8192
