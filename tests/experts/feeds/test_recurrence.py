"""Rules of recurrence and the dates beside them, each with the days on which its event is busy.

The owner lives in Stockholm unless told otherwise; what is read is 12 October to 15 November 2026.
"""

from datetime import UTC, datetime

import pytest

from tests.experts.feeds.test_parse import busy, event

RANGE = {"start": datetime(2026, 10, 12, tzinfo=UTC), "end": datetime(2026, 11, 16, tzinfo=UTC)}


def days(*lines):
    """The days on which an hour of it begins, as text."""
    return " ".join(str(int(each[3:5])) for each in busy(event("DURATION:PT1H", *lines), **RANGE))


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("FREQ=DAILY;COUNT=3", "14 15 16"),
        ("FREQ=DAILY;INTERVAL=10", "14 24 3 13"),
        ("FREQ=DAILY;COUNT=2;BYHOUR=10,10;BYMINUTE=0;BYSECOND=0", "14 15"),
        ("FREQ=DAILY;UNTIL=20261016", "14 15 16"),
        ("FREQ=DAILY;UNTIL=20261016T080000Z", "14 15 16"),
        ("FREQ=DAILY;UNTIL=20261016T075959Z", "14 15"),
        ("FREQ=DAILY;UNTIL=20261016T100000", "14 15 16"),
        ("FREQ=WEEKLY", "14 21 28 4 11"),
        ("FREQ=WEEKLY;BYDAY=1WE", "14 21 28 4 11"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,WE;WKST=MO", "14 27 28 10 11"),
        ("FREQ=MONTHLY", "14 14"),
        ("FREQ=MONTHLY;BYDAY=WE,1TH", "14 21 28 4 5 11"),
        ("FREQ=MONTHLY;BYMONTHDAY=31", "14 31"),
        ("FREQ=YEARLY;BYMONTH=11;BYDAY=1SU", "14 1"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "14"),
        # The first time counts, though the rule does not fall on it.
        ("FREQ=WEEKLY;BYDAY=FR;COUNT=3", "14 16 23"),
        # What some programs write for ever; a day later there is no calendar.
        ("FREQ=WEEKLY;UNTIL=99991231T235959Z", "14 21 28 4 11"),
        ("FREQ=WEEKLY;UNTIL=00010101T000000Z", "14"),
        ("RSCALE=GREGORIAN;FREQ=DAILY;COUNT=2", "14 15"),
    ],
)
def test_recurrence(rule, expected):
    assert days("DTSTART;TZID=Europe/Stockholm:20261014T100000", f"RRULE:{rule}") == expected


@pytest.mark.parametrize(
    ("start", "rule", "expected"),
    [
        ("19990101", "FREQ=DAILY;INTERVAL=9", "18 27 5 14"),
        ("19990108", "FREQ=WEEKLY;INTERVAL=3;BYDAY=MO,FR", "12 16 2 6"),
        ("19991231", "FREQ=MONTHLY", "31"),
        ("19991231", "FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=-1", "31"),
        ("19991114", "FREQ=YEARLY", "14"),
        ("19960229", "FREQ=YEARLY;BYMONTH=10,11", "29"),
        ("19990101", "FREQ=YEARLY;BYYEARDAY=-50", "12"),
        # A week means the start's weekday in it, unless the rule says which.
        ("19990104", "FREQ=YEARLY;BYWEEKNO=43", "19"),
        ("19990104", "FREQ=YEARLY;BYWEEKNO=43,45", "19 2"),
        ("19990104", "FREQ=YEARLY;BYWEEKNO=43;BYDAY=TU,SU", "20 25"),
    ],
)
def test_recurrence_that_began_long_ago(start, rule, expected):
    assert days(f"DTSTART:{start}T120000Z", f"RRULE:{rule}") == expected


def test_position_in_a_week_counts_from_the_weeks_first_day_long_after_the_start():
    lines = ("DTSTART:19990106T000000Z", "DURATION:P2DT12H", "RRULE:FREQ=WEEKLY;BYDAY=TU,SA;BYSETPOS=1")

    found = busy(event(*lines), **RANGE)

    assert [each[:5] for each in found] == ["10-13", "10-20", "10-27", "11-03", "11-10"]


@pytest.mark.parametrize(
    ("until", "owner"),
    [
        ("20261016", "Europe/Stockholm"),
        # Midnight of the 16th in the owner's zone, and in UTC.
        ("20261015T220000Z", "Europe/Stockholm"),
        ("20261016T000000Z", "America/New_York"),
        ("20261016T000000", "America/New_York"),
    ],
)
def test_end_of_a_series_of_dates_may_be_an_instant(until, owner):
    found = busy(event("DTSTART;VALUE=DATE:20261014", f"RRULE:FREQ=DAILY;UNTIL={until}"), zone=owner, **RANGE)

    assert (
        found
        == {
            "Europe/Stockholm": ["10-13 22:00 10-16 22:00"],
            "America/New_York": ["10-14 04:00 10-17 04:00"],
        }[owner]
    )


def test_rdate_exdate_and_periods():
    lines = (
        "DTSTART:20261014T100000Z",
        "DTEND:20261014T110000Z",
        "RRULE:FREQ=DAILY;COUNT=3",
        "RDATE:20261020T100000Z,20261021T100000Z",
        "RDATE;VALUE=PERIOD:20261022T100000Z/PT30M,20261023T100000Z/20261023T101500Z",
        "EXDATE;TZID=Europe/Stockholm:20261015T120000",
        "EXDATE;VALUE=DATE:20261021",
    )

    assert busy(event(*lines), **RANGE) == [
        "10-14 10:00 10-14 11:00",
        "10-16 10:00 10-16 11:00",
        "10-20 10:00 10-20 11:00",
        "10-22 10:00 10-22 10:30",
        "10-23 10:00 10-23 10:15",
    ]


def test_date_added_to_a_timed_series_has_its_hour_in_its_zone():
    # 10:00 in New York is 14:00 UTC until 1 November, 15:00 after it.
    lines = (
        "DTSTART;TZID=America/New_York:20261014T100000",
        "RDATE;VALUE=DATE:20261024,20261102,20261103",
        "EXDATE;TZID=America/New_York:20261103T100000",
    )

    assert busy(event("DURATION:PT1H", *lines), **RANGE) == [
        "10-14 14:00 10-14 15:00",
        "10-24 14:00 10-24 15:00",
        "11-02 15:00 11-02 16:00",
    ]


def test_date_added_to_a_series_of_dates_is_a_day():
    found = busy(event("DTSTART;VALUE=DATE:20261014", "RDATE;VALUE=DATE:20261102"), **RANGE)

    assert found == ["10-13 22:00 10-14 22:00", "11-01 23:00 11-02 23:00"]
