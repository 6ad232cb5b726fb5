import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from experts.availability import Hours, Override, RecurringWindows
from meetings.slots import Calendar, Policy, is_offered, starts, times

HOUR, MINUTE = 3600, 60
# A Wednesday.
DAY = "2026-07-01"
HALF_HOURS = Policy(duration=30 * MINUTE, interval=30 * MINUTE)


def at(text):
    """A UTC datetime from "09:30" on DAY or from "2026-07-02 09:30"."""
    return datetime.fromisoformat(text if " " in text else f"{DAY} {text}").replace(tzinfo=UTC)


def sec(text):
    return int(at(text).timestamp())


def busy(*spans):
    return [(sec(start), sec(end)) for start, end in spans]


def hours(*spans, zone="UTC", rrule="FREQ=DAILY", first_date="2000-01-01", overrides=()):
    windows = tuple(tuple(int(clock[:2]) * 60 + int(clock[3:]) for clock in span.split("-")) for span in spans)
    return Hours(zone, (RecurringWindows(rrule, date.fromisoformat(first_date), windows),), tuple(overrides))


def expert(*spans, id="ann", zone="UTC", **facts):
    return Calendar(id=id, hours=hours(*spans, zone=zone), **facts)


def offered(calendar, policy=HALF_HOURS, *, start="00:00", end="2026-07-02 00:00", now="2026-01-01 00:00", **more):
    asked = {"range_start": at(start), "range_end": at(end), "now": at(now), **more}
    found = starts([calendar], policy, **asked)
    assert list(found) == sorted(found) == times([calendar], policy, **asked)
    return [f"{moment:%H:%M}" for moment in found]


def offered_dates(calendar, policy=HALF_HOURS, *, now, end="2026-07-31 00:00"):
    found = starts([calendar], policy, range_start=at("00:00"), range_end=at(end), now=at(now))
    return sorted({moment.astimezone(ZoneInfo(calendar.hours.zone)).date().isoformat() for moment in found})


def test_starts_lie_every_interval_and_sessions_inside_the_window():
    assert offered(expert("09:10-11:00"), Policy(45 * MINUTE, 30 * MINUTE)) == ["09:10", "09:40", "10:10"]


def test_session_that_fills_the_window_is_offered():
    assert offered(expert("09:00-10:00"), Policy(HOUR, HOUR)) == ["09:00"]


def test_touching_windows_have_one_anchor_and_one_session_may_cross():
    assert offered(expert("09:00-09:50", "09:50-11:00"), Policy(40 * MINUTE, 40 * MINUTE)) == [
        "09:00",
        "09:40",
        "10:20",
    ]


def test_windows_apart_have_their_own_anchors():
    assert offered(expert("09:00-09:50", "09:55-11:00"), Policy(40 * MINUTE, 40 * MINUTE)) == [
        "09:00",
        "09:55",
    ]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        pytest.param("09:30", "10:00", ["09:30"], id="start-included-end-not"),
        pytest.param("09:31", "10:01", ["10:00"], id="anchored-to-the-window-not-the-range"),
        pytest.param("10:00", "10:00", [], id="empty-range"),
        pytest.param("10:30", "10:00", [], id="backwards-range"),
    ],
)
def test_range(start, end, expected):
    assert offered(expert("09:00-12:00"), start=start, end=end) == expected


def test_range_with_microseconds_excludes_the_second_it_is_past():
    found = starts(
        [expert("09:00-10:00")],
        HALF_HOURS,
        range_start=at("09:00") + timedelta(microseconds=1),
        range_end=at("09:30") + timedelta(microseconds=1),
        now=at("00:00"),
    )

    assert list(found) == [at("09:30")]


@pytest.mark.parametrize(
    ("own", "paths", "now", "expected"),
    [
        pytest.param(0, 0, "09:30", ["09:30", "10:00", "10:30"], id="now-itself"),
        pytest.param(0, 0, "09:30:01", ["10:00", "10:30"], id="a-second-later"),
        pytest.param(HOUR, 30 * MINUTE, "09:00", ["10:00", "10:30"], id="experts-is-larger"),
        pytest.param(30 * MINUTE, HOUR, "09:00", ["10:00", "10:30"], id="paths-is-larger"),
    ],
)
def test_notice_is_inclusive_and_the_larger(own, paths, now, expected):
    policy = replace(HALF_HOURS, notice=paths)

    assert offered(expert("09:00-11:00", notice=own), policy, now=now) == expected


def test_opens_is_included_and_closes_is_not():
    policy = replace(HALF_HOURS, opens=sec("09:30"), closes=sec("10:30"))

    assert offered(expert("09:00-12:00"), policy) == ["09:30", "10:00"]


def test_meeting_back_to_back_is_fine():
    assert offered(expert("09:00-11:00", meetings=busy(("09:30", "10:00")))) == ["09:00", "10:00", "10:30"]


def test_busy_does_not_move_the_anchor():
    assert offered(expert("09:00-11:00", meetings=busy(("08:50", "09:10")))) == ["09:30", "10:00", "10:30"]


def test_busy_of_no_length_blocks_nothing():
    calendar = expert("09:00-10:00", meetings=busy(("09:10", "09:10")), foreign=busy(("09:50", "09:40")))

    assert offered(calendar) == ["09:00", "09:30"]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param(0, 0, ["09:00", "09:15", "09:30", "10:30", "10:45", "11:00"], id="none"),
        pytest.param(15, 0, ["09:00", "09:15", "09:30", "10:45", "11:00"], id="before"),
        pytest.param(0, 15, ["09:00", "09:15", "10:30", "10:45", "11:00"], id="after"),
        pytest.param(15, 30, ["09:00", "10:45", "11:00"], id="both"),
    ],
)
def test_buffers_against_foreign_busy(before, after, expected):
    calendar = expert(
        "09:00-11:30",
        foreign=busy(("10:00", "10:30")),
        buffer_before=before * MINUTE,
        buffer_after=after * MINUTE,
    )

    assert offered(calendar, Policy(30 * MINUTE, 15 * MINUTE)) == expected


@pytest.mark.parametrize(("before", "after"), [(15, 30), (30, 15), (0, 30), (30, 0)])
def test_between_sessions_the_larger_buffer_holds_on_both_sides(before, after):
    calendar = expert(
        "09:00-12:00",
        meetings=busy(("10:15", "10:45")),
        buffer_before=before * MINUTE,
        buffer_after=after * MINUTE,
    )

    assert offered(calendar, Policy(30 * MINUTE, 15 * MINUTE)) == ["09:00", "09:15", "11:15", "11:30"]


def test_buffers_may_lie_outside_the_window():
    assert offered(expert("09:00-10:00", buffer_before=HOUR, buffer_after=HOUR)) == ["09:00", "09:30"]


def test_participant_is_busy_without_buffers():
    calendar = expert("09:00-11:00", buffer_before=HOUR, buffer_after=HOUR)

    assert offered(calendar, participant_busy=busy(("09:30", "10:00"))) == ["09:00", "10:00", "10:30"]


@pytest.mark.parametrize(
    ("own", "paths", "last"),
    [(0, None, "2026-07-01"), (None, 3, "2026-07-04"), (2, 3, "2026-07-03"), (3, 2, "2026-07-03")],
)
def test_horizon_is_the_smaller(own, paths, last):
    calendar = expert("23:00-24:00", horizon_days=own)

    assert offered_dates(calendar, replace(HALF_HOURS, horizon_days=paths), now="2026-07-01 00:00")[-1] == last


def test_horizon_counts_from_today_in_the_experts_zone():
    # 23:30 UTC on 1 July is 08:30 on 2 July in Tokyo.
    calendar = expert("09:00-24:00", zone="Asia/Tokyo", horizon_days=1)

    assert offered_dates(calendar, now="2026-07-01 23:30") == ["2026-07-02", "2026-07-03"]


def test_horizon_where_clocks_go_back_over_midnight():
    # At 00:01 on 7 November the clocks showed 23:01 of the 6th again, until 03:30 UTC.
    found = starts(
        [expert("00:00-24:00", zone="America/St_Johns", horizon_days=0)],
        HALF_HOURS,
        range_start=at("2010-11-07 02:00"),
        range_end=at("2010-11-07 05:00"),
        now=at("2010-11-06 12:00"),
    )

    assert [f"{moment:%H:%M}" for moment in found] == ["02:00", "03:00"]


def test_full_day_offers_nothing_and_the_next_one_does():
    calendar = expert("22:00-23:00", zone="America/New_York", cap_day=2)
    # 03:00 UTC on 3 July is still 2 July in New York.
    full = replace(calendar, session_starts=[sec("2026-07-02 16:00"), sec("2026-07-03 03:00")])

    assert offered_dates(full, now="04:00", end="2026-07-04 04:00") == ["2026-07-01", "2026-07-03"]
    assert "2026-07-02" in offered_dates(replace(full, cap_day=3), now="04:00")


def test_full_week_runs_from_monday_to_sunday():
    calendar = expert("09:00-10:00", cap_week=2)
    full = replace(calendar, session_starts=[sec("2026-07-06 00:00"), sec("2026-07-12 23:59")])

    found = offered_dates(full, now="00:00", end="2026-07-14 00:00")

    assert found == [f"2026-07-{day:02}" for day in (1, 2, 3, 4, 5, 13)]


@pytest.mark.parametrize("cap", ["cap_day", "cap_week"])
def test_cap_of_zero_offers_nothing(cap):
    assert offered(expert("09:00-10:00", **{cap: 0})) == []
    assert offered(expert("09:00-10:00", **{cap: 1})) != []


def around_the_clock(zone, **facts):
    return expert("00:00-24:00", zone=zone, **facts)


def test_window_longer_than_a_day_is_anchored_at_each_local_midnight():
    policy = Policy(HOUR, 7 * HOUR)

    assert offered(around_the_clock("Europe/Athens"), policy) == ["04:00", "11:00", "18:00", "21:00"]


def test_long_window_keeps_its_own_anchor_until_the_first_midnight():
    next_day = Override(date(2026, 7, 2), ((0, 1440),))
    long = hours("10:00-24:00", rrule="FREQ=DAILY;COUNT=1", first_date=DAY, overrides=[next_day])

    found = offered(Calendar("ann", long), Policy(HOUR, 9 * HOUR), end="2026-07-03 00:00")

    assert found == ["10:00", "19:00", "00:00", "09:00", "18:00"]


def test_window_of_just_a_day_keeps_one_anchor():
    one = hours("10:00-10:00", rrule="FREQ=DAILY;COUNT=1", first_date=DAY)

    found = offered(Calendar("ann", one), Policy(HOUR, 9 * HOUR), end="2026-07-03 00:00")

    assert found == ["10:00", "19:00", "04:00"]


def test_session_may_cross_an_anchor_midnight():
    assert offered(around_the_clock("UTC"), Policy(5 * HOUR, 11 * HOUR)) == ["00:00", "11:00", "22:00"]


def test_session_longer_than_the_margin_fits_a_window_without_end():
    found = offered(around_the_clock("UTC"), Policy(240 * HOUR, 12 * HOUR))

    assert found == ["00:00", "12:00"]


@pytest.mark.parametrize(
    ("zone", "day", "policy", "expected"),
    [
        pytest.param(
            "Europe/London",
            "2026-10-25",
            Policy(HOUR, 5 * HOUR),
            ["04:00", "09:00", "14:00", "19:00"],
            id="25-hours",
        ),
        pytest.param(
            "America/Sao_Paulo",
            "2017-10-15",
            Policy(HOUR, 5 * HOUR),
            ["03:00", "08:00", "13:00", "18:00", "23:00"],
            id="skipped-midnight-is-the-transition",
        ),
        pytest.param(
            "Pacific/Apia",
            "2011-12-30",
            Policy(HOUR, 5 * HOUR),
            ["01:00", "06:00", "10:00", "15:00", "20:00"],
            id="skipped-date",
        ),
    ],
)
def test_anchors_at_odd_midnights(zone, day, policy, expected):
    calendar = around_the_clock(zone)

    found = offered(calendar, policy, start=f"{day} 00:00", end=f"{day} 23:59", now="2000-01-01 00:00")

    assert found == expected


def test_answers_do_not_depend_on_the_range():
    generator = random.Random(5)
    calendars = [around_the_clock("Europe/London"), expert("22:00-21:00", zone="America/New_York", id="bob")]
    policy = Policy(50 * MINUTE, 35 * MINUTE)
    whole_start, whole_end, now = at("2026-10-20 00:00"), at("2026-11-05 00:00"), at("2026-10-01 00:00")
    whole = starts(calendars, policy, range_start=whole_start, range_end=whole_end, now=now)
    for _ in range(30):
        start = whole_start + timedelta(minutes=generator.randrange(14 * 24 * 60))
        end = start + timedelta(minutes=generator.randrange(1, 24 * 60))

        part = starts(calendars, policy, range_start=start, range_end=end, now=now)

        assert part == {moment: ids for moment, ids in whole.items() if start <= moment < end}


def test_answers_do_not_depend_on_a_range_just_after_a_short_day():
    # One window from Friday 23:50 to Monday 00:30 over a Sunday of 23 hours, made of three that touch: the last
    # two alone would not be longer than a day.
    pieces = [("2026-03-27", 1430, 1425), ("2026-03-28", 1425, 1420), ("2026-03-29", 1420, 30)]
    rules = [RecurringWindows("FREQ=DAILY;COUNT=1", date.fromisoformat(day), ((a, b),)) for day, a, b in pieces]
    calendar = Calendar("ann", Hours("Europe/London", tuple(rules), ()))

    found = offered(calendar, Policy(5 * MINUTE, 11 * MINUTE), start="2026-03-29 23:05", end="2026-03-30 00:00")

    assert found == ["23:11", "23:22"]


def test_several_experts_are_named_in_the_order_given():
    calendars = [
        expert("09:00-10:00", id="zoe"),
        expert("09:00-10:30", id="ann"),
        expert("10:00-10:30", id="bob"),
    ]

    found = starts(calendars, HALF_HOURS, range_start=at("00:00"), range_end=at("23:00"), now=at("00:00"))

    assert list(found.items()) == [
        (at("09:00"), ["zoe", "ann"]),
        (at("09:30"), ["zoe", "ann"]),
        (at("10:00"), ["ann", "bob"]),
    ]


def test_nobody_offers_nothing():
    assert starts([], HALF_HOURS, range_start=at("00:00"), range_end=at("23:00"), now=at("00:00")) == {}


@pytest.mark.parametrize(
    ("start", "expected"),
    [("09:00", ["ann", "bob"]), ("09:30", ["bob"]), ("09:15", []), ("12:00", [])],
)
def test_is_offered_names_who_is_free(start, expected):
    calendars = [expert("09:00-10:00", meetings=busy(("09:30", "10:00"))), expert("09:00-10:00", id="bob")]

    assert is_offered(calendars, HALF_HOURS, at(start), now=at("00:00")) == expected


def test_is_offered_takes_the_participants_meetings():
    found = is_offered(
        [expert("09:00-10:00")],
        HALF_HOURS,
        at("09:00"),
        now=at("00:00"),
        participant_busy=busy(("08:00", "09:01")),
    )

    assert found == []


def test_is_offered_refuses_part_of_a_second():
    start = at("09:00") + timedelta(microseconds=1)

    assert is_offered([expert("09:00-10:00")], HALF_HOURS, start, now=at("00:00")) == []


@pytest.mark.parametrize("fold", [0, 1])
def test_is_offered_at_a_time_its_zone_shows_twice(fold):
    start = datetime(2026, 10, 25, 1, 30, fold=fold, tzinfo=ZoneInfo("Europe/London"))

    assert is_offered([around_the_clock("UTC")], HALF_HOURS, start, now=at("00:00")) == ["ann"]


@pytest.mark.parametrize(("duration", "interval"), [(0, 60), (60, 0), (-60, 60)])
def test_policy_without_length_is_refused(duration, interval):
    with pytest.raises(ValueError, match="longer than nothing"):
        Policy(duration=duration, interval=interval)
