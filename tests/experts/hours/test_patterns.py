from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experts.availability import WEEKDAYS, Hours, Override, RecurringWindows, windows
from experts.fields import parse_windows
from experts.hours import patterns
from experts.hours.patterns import Join, Pattern, Stretch, TooLong

MONDAY = date(2026, 10, 19)
NONE = ((),) * 7


def hours(text):
    return parse_windows(text)


def week(**days):
    return tuple(hours(days.get(code, "")) for code in WEEKDAYS)


@pytest.mark.parametrize(
    ("typed", "joined", "joins"),
    [
        ("", "", []),
        ("13:00-17:00, 09:00-12:00", "09:00-12:00, 13:00-17:00", []),
        ("09:00-12:00, 09:00-12:00", "09:00-12:00", []),
        ("09:00-12:00, 11:00-13:00", "09:00-13:00", [("09:00-12:00, 11:00-13:00", "09:00-13:00")]),
        ("09:00-12:00, 12:00-13:00", "09:00-13:00", [("09:00-12:00, 12:00-13:00", "09:00-13:00")]),
        ("09:00-17:00, 10:00-11:00", "09:00-17:00", [("09:00-17:00, 10:00-11:00", "09:00-17:00")]),
        ("20:00-24:00, 22:00-02:00", "20:00-02:00", [("20:00-24:00, 22:00-02:00", "20:00-02:00")]),
        ("09:00-09:00", "09:00-09:00", []),
        ("00:00-24:00, 09:00-17:00", "00:00-24:00", [("00:00-24:00, 09:00-17:00", "00:00-24:00")]),
    ],
)
def test_join_makes_one_of_what_overlaps_or_touches(typed, joined, joins):
    found = patterns.join(hours(typed))

    assert found == (hours(joined), [Join(hours(parts), *hours(whole)) for parts, whole in joins])


@pytest.mark.parametrize("typed", ["08:00-10:00, 09:00-09:00", "00:00-24:00, 23:00-01:00"])
def test_join_refuses_more_than_a_day(typed):
    with pytest.raises(TooLong):
        patterns.join(hours(typed))


minute = st.integers(0, 1439)
window = st.tuples(minute, st.integers(0, 1440))
day = st.lists(window, max_size=3)


def utc(day):
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def joined_or_none(windows):
    try:
        return patterns.join(windows)[0]
    except TooLong:
        return ()


@given(
    st.lists(day, min_size=7, max_size=7),
    st.integers(1, 3),
    st.dates(MONDAY, MONDAY + timedelta(days=20)),
    st.none() | st.integers(0, 30),
)
def test_rules_say_what_the_pattern_says(days, every, first, length):
    last = None if length is None else first + timedelta(days=length)
    pattern = Pattern(every, first, last, tuple(joined_or_none(each) for each in days))

    written = patterns.rules(pattern)

    assert patterns.patterns(written) == ([pattern] if any(pattern.days) else [])


@given(day, st.sampled_from(["Europe/Stockholm", "America/St_Johns", "Australia/Lord_Howe"]), st.booleans())
def test_joined_windows_hold_the_same_time(typed, zone, next_day_off):
    overrides = (Override(MONDAY + timedelta(days=7), ()),) if next_day_off else ()

    def span(windows_of_day):
        rules = (RecurringWindows("FREQ=DAILY", MONDAY - timedelta(days=9), tuple(windows_of_day)),)
        return windows(Hours(zone, rules, overrides), utc(MONDAY), utc(MONDAY + timedelta(days=14)))

    try:
        joined, _ = patterns.join(typed)
    except TooLong:
        return

    assert span(joined) == span(typed)


def test_patterns_put_together_what_has_the_same_weeks():
    stored = [
        RecurringWindows("FREQ=WEEKLY;BYDAY=MO,TU", MONDAY, hours("09:00-12:00")),
        RecurringWindows("FREQ=WEEKLY;BYDAY=MO", MONDAY, hours("13:00-17:00")),
        RecurringWindows("FREQ=WEEKLY;INTERVAL=2", MONDAY + timedelta(days=5), hours("10:00-11:00")),
        RecurringWindows("FREQ=WEEKLY;BYDAY=WE;UNTIL=20261231", MONDAY, hours("09:00-12:00")),
        RecurringWindows("FREQ=MONTHLY;BYDAY=1MO", MONDAY, hours("09:00-12:00")),
        RecurringWindows("FREQ=WEEKLY;COUNT=3", MONDAY, hours("09:00-12:00")),
    ]

    assert patterns.patterns(stored) == [
        Pattern(1, MONDAY, None, week(MO="09:00-12:00, 13:00-17:00", TU="09:00-12:00")),
        Pattern(1, MONDAY, date(2026, 12, 31), week(WE="09:00-12:00")),
        Pattern(2, MONDAY + timedelta(days=5), None, week(SA="10:00-11:00")),
    ]


def test_stretches_hold_neighbouring_dates_with_the_same_hours():
    days = [MONDAY + timedelta(days=number) for number in range(5)]
    off, short = (), hours("10:00-12:00")
    stored = [Override(day, windows) for day, windows in zip(days, (off, off, short, off, off), strict=True)]

    assert patterns.stretches(reversed(stored)) == [
        Stretch(days[0], days[1], off),
        Stretch(days[2], days[2], short),
        Stretch(days[3], days[4], off),
    ]
