"""Which zone a time of a foreign calendar is in, whatever its program calls it."""

from datetime import UTC, datetime

import pytest

from experts.feeds.parse import parse
from tests.experts.feeds.test_parse import ZONE, busy, event, file


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("DTSTART:20261014T100000", "08:00"),
        ("DTSTART;TZID=:20261014T100000", "08:00"),
        ("DTSTART;TZID=UTC:20261014T100000", "10:00"),
        # A time in UTC is in UTC, whatever stands beside it.
        ("DTSTART;TZID=America/New_York:20261014T100000Z", "10:00"),
        ("DTSTART;TZID=America/New_York:20261014T100000", "14:00"),
        ("DTSTART;TZID=/mozilla.org/20050126_1/America/New_York:20261014T100000", "14:00"),
        ("DTSTART;TZID=/freeassociation.sourceforge.net/America/New_York:20261014T100000", "14:00"),
        ('DTSTART;TZID="Eastern Standard Time":20261014T100000', "14:00"),
        ("DTSTART;TZID=India Standard Time:20261014T100000", "04:30"),
        ("DTSTART;TZID=india standard time:20261014T100000", "04:30"),
    ],
)
def test_zone_of_a_time(start, expected):
    assert busy(event(start, "DURATION:PT1M")) == [f"10-14 {expected} 10-14 {expected[:-1]}1"]


def test_date_is_a_day_of_the_owner():
    assert busy(event("DTSTART;VALUE=DATE:20261014"), zone="Asia/Kolkata") == ["10-13 18:30 10-14 18:30"]


@pytest.mark.parametrize("name", ["Customized Time Zone", " 1", "India Standard Time"])
def test_zone_of_the_file_wins_for_its_name(name):
    zone = ZONE.format(name=name, offset="-0330")

    found = busy(zone, event(f"DTSTART;TZID={name}:20261014T100000", "DURATION:PT1H"))

    assert found == ["10-14 13:30 10-14 14:30"]


def defined(*parts):
    """A VTIMEZONE of (kind, start, offset before, offset from then on, more lines)."""
    lines = ["BEGIN:VTIMEZONE", "TZID:Odd"]
    for kind, start, before, after, *more in parts:
        offsets = (f"TZOFFSETFROM:{before}", f"TZOFFSETTO:{after}")
        lines += [f"BEGIN:{kind}", f"DTSTART:{start}", *offsets, *more, f"END:{kind}"]
    return "\r\n".join([*lines, "END:VTIMEZONE"])


def test_zone_of_the_file_whose_changes_end_stays_as_the_last_one_left_it():
    # The last change is at the very instant of its UNTIL.
    spring = "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU;UNTIL=20260329T010000Z"
    autumn = "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU;UNTIL=20251101T000000Z"
    zone = defined(
        ("DAYLIGHT", "20200329T020000", "+0100", "+0200", spring),
        ("STANDARD", "20201025T030000", "+0200", "+0100", autumn),
    )

    found = busy(zone, event("DTSTART;TZID=Odd:20261110T100000", "DURATION:PT1H"))

    assert found == ["11-10 08:00 11-10 09:00"]


def test_zone_of_the_file_before_its_first_change_has_the_offset_it_came_from():
    zone = defined(("STANDARD", "20261101T020000", "-0400", "-0500"))

    found = busy(zone, event("DTSTART;TZID=Odd:20261014T100000", "DURATION:PT1H"))

    assert found == ["10-14 14:00 10-14 15:00"]


def test_zone_of_one_calendar_is_not_another_ones():
    def one(offset):
        zone = ZONE.format(name="Odd", offset=offset)
        return file(zone, event("DTSTART;TZID=Odd:20261014T100000", "DURATION:PT1H", uid=offset))

    found = parse(one("+0300") + one("+0500"), "UTC", 0, 2**31)

    assert [(datetime.fromtimestamp(start, UTC).hour, end - start) for start, end in found.intervals] == [
        (5, 3600),
        (7, 3600),
    ]
