import calendar
from datetime import UTC, date, datetime

import pytest

from experts import faults
from experts.availability import (
    Hours,
    InvalidRule,
    Override,
    RecurringWindows,
    instants_of,
    local_date,
    midnight,
    midnights,
    parse_rrule,
    to_instant,
    windows,
)


def utc(text):
    day, clock = text.split()
    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()) + 60 * minutes(clock)


def minutes(clock):
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


def spans(texts):
    return tuple(tuple(minutes(clock) for clock in text.split("-")) for text in texts)


def shown(found):
    return [tuple(f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M}" for at in window) for window in found]


def rule(rrule, first_date, *texts):
    return RecurringWindows(rrule, date.fromisoformat(first_date), spans(texts))


def override(day, *texts):
    return Override(date.fromisoformat(day), spans(texts))


def daily(zone, *texts, overrides=()):
    return Hours(zone, (rule("FREQ=DAILY", "2000-01-01", *texts),), tuple(overrides))


def dates_of(rrule, first_date, range_start, range_end):
    hours = Hours("UTC", (rule(rrule, first_date, "09:00-10:00"),), ())
    return [shown([window])[0][0][:10] for window in windows(hours, utc(range_start), utc(range_end))]


@pytest.mark.parametrize(
    ("zone", "local", "expected"),
    [
        pytest.param("UTC", "2026-10-25 01:30", "2026-10-25 01:30", id="utc"),
        pytest.param("Europe/London", "2026-07-01 09:00", "2026-07-01 08:00", id="summer"),
        pytest.param("Europe/London", "2026-10-25 01:30", "2026-10-25 00:30", id="ambiguous-is-the-first"),
        pytest.param("Europe/London", "2026-10-25 02:00", "2026-10-25 02:00", id="after-the-ambiguous-hour"),
        pytest.param("Europe/London", "2026-03-29 01:00", "2026-03-29 01:00", id="gap-starts"),
        pytest.param("Europe/London", "2026-03-29 01:59", "2026-03-29 01:00", id="in-the-gap"),
        pytest.param("Europe/London", "2026-03-29 02:00", "2026-03-29 01:00", id="gap-ends"),
        pytest.param("Australia/Lord_Howe", "2026-10-04 02:15", "2026-10-03 15:30", id="half-hour-gap"),
        pytest.param("Australia/Lord_Howe", "2026-04-05 01:45", "2026-04-04 14:45", id="half-hour-ambiguous"),
        pytest.param("America/Sao_Paulo", "2017-10-15 00:00", "2017-10-15 03:00", id="skipped-midnight"),
        pytest.param("Africa/Cairo", "2026-04-24 00:20", "2026-04-23 22:00", id="in-a-gap-at-midnight"),
        pytest.param("America/Havana", "2026-11-01 00:00", "2026-11-01 04:00", id="ambiguous-midnight"),
        pytest.param("Pacific/Apia", "2011-12-30 15:00", "2011-12-30 10:00", id="on-a-skipped-date"),
    ],
)
def test_to_instant(zone, local, expected):
    assert to_instant(datetime.fromisoformat(local), zone) == utc(expected)


def test_midnight_of_a_skipped_date_is_the_next_dates():
    assert midnight(date(2011, 12, 30), "Pacific/Apia") == midnight(date(2011, 12, 31), "Pacific/Apia")


def test_midnights_are_strictly_inside():
    found = midnights(utc("2026-10-24 23:00"), utc("2026-10-27 00:00"), "Europe/London")

    assert found == [utc("2026-10-26 00:00")]


def test_midnights_of_a_skipped_date_are_one():
    found = midnights(utc("2011-12-29 12:00"), utc("2011-12-31 12:00"), "Pacific/Apia")

    assert found == [utc("2011-12-30 10:00"), utc("2011-12-31 10:00")]


def test_midnights_where_clocks_go_back_over_midnight():
    # At 00:01 on 7 November the clocks showed 23:01 of the 6th again.
    found = midnights(utc("2010-11-06 12:00"), utc("2010-11-07 03:00"), "America/St_Johns")

    assert found == [utc("2010-11-07 02:30")]
    assert local_date(utc("2010-11-07 03:00"), "America/St_Johns") == date(2010, 11, 6)


@pytest.mark.parametrize(
    ("zone", "day", "expected"),
    [
        pytest.param("Asia/Tokyo", "2026-07-01", [("2026-06-30 15:00", "2026-07-01 15:00")], id="plain"),
        pytest.param("Europe/London", "2026-10-25", [("2026-10-24 23:00", "2026-10-26 00:00")], id="25-hours"),
        pytest.param("America/Sao_Paulo", "2018-02-17", [("2018-02-17 02:00", "2018-02-18 03:00")], id="23:00-twice"),
        pytest.param("America/Havana", "2024-11-03", [("2024-11-03 04:00", "2024-11-04 05:00")], id="midnight-twice"),
        pytest.param("Pacific/Apia", "2011-12-30", [], id="never"),
        pytest.param(
            "America/St_Johns",
            "2010-11-06",
            [("2010-11-06 02:30", "2010-11-07 02:30"), ("2010-11-07 02:31", "2010-11-07 03:30")],
            id="shown-again-after-midnight",
        ),
        pytest.param(
            "America/St_Johns",
            "2010-11-07",
            [("2010-11-07 02:30", "2010-11-07 02:31"), ("2010-11-07 03:30", "2010-11-08 03:30")],
            id="begun-twice",
        ),
    ],
)
def test_instants_of_a_local_date(zone, day, expected):
    assert shown(instants_of(date.fromisoformat(day), zone)) == expected


@pytest.mark.parametrize(
    ("rrule", "first_date", "expected"),
    [
        pytest.param("FREQ=DAILY", "2026-10-30", ["30", "31", "01", "02", "03", "04"], id="daily"),
        pytest.param("FREQ=DAILY;INTERVAL=3", "2026-10-01", ["28", "31", "03"], id="every-third-day"),
        pytest.param("FREQ=DAILY;BYDAY=MO,TU", "2026-10-01", ["26", "27", "02", "03"], id="daily-on-days"),
        pytest.param("FREQ=WEEKLY", "2026-10-01", ["29"], id="weekly-on-the-first-dates-day"),
        pytest.param("FREQ=WEEKLY;BYDAY=WE", "2026-10-27", ["28", "04"], id="first-date-does-not-match"),
        pytest.param("FREQ=WEEKLY;BYDAY=WE;COUNT=1", "2026-10-27", ["28"], id="count-of-real-occurrences"),
        pytest.param("FREQ=DAILY;UNTIL=20261028", "2026-10-01", ["26", "27", "28"], id="until-included"),
        pytest.param("FREQ=DAILY;UNTIL=20261001", "2026-10-26", [], id="until-before-the-first-date"),
        # The first week is that of Thursday 22 October; it began on Monday the 19th.
        pytest.param("FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO", "2026-10-22", ["02"], id="weeks-start-on-monday"),
        pytest.param("FREQ=MONTHLY", "2026-08-31", ["31"], id="monthly-on-the-31st"),
        pytest.param("FREQ=MONTHLY;BYDAY=-1FR,1MO", "2026-01-01", ["30", "02"], id="monthly-numbered"),
        pytest.param("FREQ=MONTHLY;BYDAY=1MO,WE", "2026-01-01", ["28", "02", "04"], id="numbered-and-every"),
        pytest.param("FREQ=DAILY;INTERVAL=14;BYDAY=TU", "2026-10-05", [], id="never-that-weekday"),
    ],
)
def test_rule_falls_on_dates(rrule, first_date, expected):
    found = dates_of(rrule, first_date, "2026-10-26 00:00", "2026-11-05 00:00")

    assert [day[-2:] for day in found] == expected


def test_rule_from_before_the_year_of_the_range():
    found = dates_of("FREQ=WEEKLY;INTERVAL=2", "2019-12-31", "2026-12-25 00:00", "2027-01-10 00:00")

    assert found == ["2027-01-05"]


def test_rule_that_can_never_fall_is_not_searched_for(monkeypatch):
    # dateutil would walk to the year 9999, seconds of work that anybody who may write a rule could ask for.
    monkeypatch.setattr("experts.availability.rrulestr", None)

    assert dates_of("FREQ=DAILY;INTERVAL=7;BYDAY=SA,SU", "2031-01-01", "2031-01-01 00:00", "2031-02-01 00:00") == []


def test_weeks_start_on_monday_whatever_the_process_says():
    before = calendar.firstweekday()
    calendar.setfirstweekday(calendar.SUNDAY)
    try:
        found = dates_of("FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO", "2030-05-16", "2030-05-16 00:00", "2030-06-01 00:00")
    finally:
        calendar.setfirstweekday(before)

    assert found == ["2030-05-19", "2030-05-27"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FREQ=DAILY", "FREQ=DAILY"),
        ("rrule:byday=mo,we,mo;freq=weekly;interval=2 ", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE"),
        ("FREQ=MONTHLY;BYDAY=+1MO,-1FR;COUNT=3", "FREQ=MONTHLY;BYDAY=+1MO,-1FR;COUNT=3"),
        ("FREQ=MONTHLY;BYDAY=2TU,MO", "FREQ=MONTHLY;BYDAY=2TU,1MO,2MO,3MO,4MO,5MO"),
        ("UNTIL=20280229;FREQ=DAILY", "FREQ=DAILY;UNTIL=20280229"),
    ],
)
def test_parse_rrule(text, expected):
    assert parse_rrule(text) == expected
    assert parse_rrule(expected) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "may not say “”"),
        ("INTERVAL=2", "must say FREQ"),
        ("FREQ=HOURLY", "DAILY, WEEKLY or MONTHLY"),
        ("FREQ=YEARLY", "DAILY, WEEKLY or MONTHLY"),
        ("FREQ=DAILY;BYHOUR=9", "may not say “BYHOUR=9”"),
        ("FREQ=DAILY;FREQ=WEEKLY", "FREQ only once"),
        ("FREQ=DAILY;INTERVAL=0", "INTERVAL must be"),
        ("FREQ=DAILY;COUNT=0", "COUNT must be"),
        ("FREQ=DAILY;COUNT=99999", "COUNT must be"),
        ("FREQ=DAILY;UNTIL=20261231T230000Z", "UNTIL must be a local date"),
        ("FREQ=DAILY;UNTIL=20260231", "UNTIL must be a local date"),
        ("FREQ=DAILY;UNTIL=20261231;COUNT=3", "not both"),
        ("FREQ=WEEKLY;BYDAY=", "BYDAY must list"),
        ("FREQ=WEEKLY;BYDAY=XX", "BYDAY must list"),
        ("FREQ=MONTHLY;BYDAY=6MO", "BYDAY must list"),
        ("FREQ=WEEKLY;BYDAY=1MO", "Only a monthly rule"),
        ("FREQ=DAILY\nRDATE:20260101", "DAILY, WEEKLY or MONTHLY"),
    ],
)
def test_parse_rrule_refuses(text, message):
    with pytest.raises(InvalidRule) as caught:
        parse_rrule(text)

    assert message in faults.in_words(caught.value)


@pytest.mark.parametrize(
    ("hours", "day", "expected"),
    [
        pytest.param(
            daily("Europe/London", "09:00-12:00", "12:00-13:00", "14:00-15:00"),
            "2026-07-01",
            [("2026-07-01 08:00", "2026-07-01 12:00"), ("2026-07-01 13:00", "2026-07-01 14:00")],
            id="touching-are-merged",
        ),
        pytest.param(
            daily("Europe/London", "00:30-24:00"),
            "2026-10-25",
            [("2026-10-24 23:30", "2026-10-26 00:00")],
            id="day-of-25-hours",
        ),
        pytest.param(
            daily("Europe/London", "00:30-24:00"),
            "2026-03-29",
            [("2026-03-29 00:30", "2026-03-29 23:00"), ("2026-03-29 23:30", "2026-03-30 23:00")],
            id="day-of-23-hours",
        ),
        pytest.param(daily("Europe/London", "01:10-01:50"), "2026-03-29", [], id="window-inside-the-gap-is-nothing"),
        pytest.param(
            daily("Europe/London", "01:15-01:45"),
            "2026-10-25",
            [("2026-10-25 00:15", "2026-10-25 00:45")],
            id="ambiguous-window-once",
        ),
        pytest.param(
            daily("UTC", "22:00-02:00"),
            "2026-07-01",
            [("2026-06-30 22:00", "2026-07-01 02:00"), ("2026-07-01 22:00", "2026-07-02 02:00")],
            id="past-midnight",
        ),
        pytest.param(
            Hours("UTC", (rule("FREQ=DAILY;COUNT=1", "2026-07-01", "10:00-10:00"),), ()),
            "2026-07-01",
            [("2026-07-01 10:00", "2026-07-02 10:00")],
            id="end-equal-to-the-start-is-a-day",
        ),
        pytest.param(daily("UTC", "09:00-10:00", overrides=[override("2026-07-01")]), "2026-07-01", [], id="day-off"),
        pytest.param(
            daily("UTC", "09:00-10:00", overrides=[override("2026-07-01", "11:00-12:00", "15:00-16:00")]),
            "2026-07-01",
            [("2026-07-01 11:00", "2026-07-01 12:00"), ("2026-07-01 15:00", "2026-07-01 16:00")],
            id="override-replaces",
        ),
        pytest.param(
            daily("UTC", "22:00-02:00", overrides=[override("2026-07-01")]),
            "2026-06-30",
            [("2026-06-29 22:00", "2026-06-30 02:00"), ("2026-06-30 22:00", "2026-07-01 00:00")],
            id="day-off-cuts-the-spill",
        ),
        pytest.param(
            daily("UTC", "22:00-02:00", overrides=[override("2026-07-01", "00:00-01:00")]),
            "2026-07-01",
            [("2026-06-30 22:00", "2026-07-01 01:00")],
            id="override-takes-over-at-midnight",
        ),
        pytest.param(
            Hours("UTC", (), (override("2026-06-30", "22:00-02:00"), override("2026-07-01"))),
            "2026-06-30",
            [("2026-06-30 22:00", "2026-07-01 00:00")],
            id="override-cuts-an-overrides-spill",
        ),
        pytest.param(
            daily("America/Sao_Paulo", "22:00-02:00", overrides=[override("2017-10-15")]),
            "2017-10-15",
            [("2017-10-15 01:00", "2017-10-15 03:00")],
            id="cut-at-a-skipped-midnight",
        ),
        pytest.param(
            daily("Pacific/Apia", "10:00-12:00"),
            "2011-12-30",
            [("2011-12-30 20:00", "2011-12-30 22:00")],
            id="skipped-date-is-nothing",
        ),
        pytest.param(
            daily("Pacific/Apia", "22:00-02:00"),
            "2011-12-30",
            [("2011-12-30 08:00", "2011-12-30 10:00")],
            id="spill-into-a-skipped-date-ends-with-the-date-before",
        ),
    ],
)
def test_windows_of_one_utc_day(hours, day, expected):
    found = windows(hours, utc(f"{day} 00:00"), utc(f"{day} 24:00"))

    assert shown(found) == expected


def test_windows_are_not_clipped_and_end_before_the_range_counts_as_out():
    hours = daily("UTC", "09:00-10:00", "11:00-12:00", "13:00-14:00")

    found = windows(hours, utc("2026-07-01 10:00"), utc("2026-07-01 11:30"))

    assert shown(found) == [("2026-07-01 11:00", "2026-07-01 12:00")]


def test_windows_of_an_invalid_rule_raise():
    with pytest.raises(InvalidRule):
        windows(Hours("UTC", (rule("FREQ=MINUTELY", "2026-01-01", "09:00-10:00"),), ()), 0, 1)
