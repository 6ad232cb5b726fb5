"""Series and their overrides: what is replaced is found by its instant, wherever in the file it stands."""

from datetime import UTC, datetime

import pytest

from tests.experts.feeds import test_parse
from tests.experts.feeds.test_parse import event

RANGE = {"start": datetime(2026, 10, 12, tzinfo=UTC), "end": datetime(2026, 11, 16, tzinfo=UTC)}
TEN = ("DTSTART:20261014T100000Z", "DTEND:20261014T110000Z")
TAKEN = ["10-14 10:00 10-14 11:00"]
# 10:00 in Stockholm every day, four times.
DAILY = ("DTSTART;TZID=Europe/Stockholm:20261014T100000", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=4")


def busy(*events):
    return test_parse.busy(*events, **RANGE)


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize(
    "named",
    [
        "RECURRENCE-ID;TZID=Europe/Stockholm:20261015T100000",
        "RECURRENCE-ID:20261015T080000Z",
        "RECURRENCE-ID:20261015T100000",
        "RECURRENCE-ID;VALUE=DATE:20261015",
        "RECURRENCE-ID;TZID=America/New_York:20261015T040000",
    ],
)
def test_override_moves_one_occurrence(named, before):
    moved = event(named, "DTSTART:20261015T200000Z", "DTEND:20261015T203000Z")

    assert busy(*([moved, event(*DAILY)] if before else [event(*DAILY), moved])) == [
        "10-14 08:00 10-14 09:00",
        "10-15 20:00 10-15 20:30",
        "10-16 08:00 10-16 09:00",
        "10-17 08:00 10-17 09:00",
    ]


@pytest.mark.parametrize("line", ["STATUS:CANCELLED", "TRANSP:TRANSPARENT"])
def test_override_with_a_time_of_its_own_frees_one_occurrence(line):
    named = "RECURRENCE-ID:20261015T080000Z"

    found = busy(event(*DAILY), event(named, "DTSTART:20261015T080000Z", "DURATION:PT1H", line))

    assert [each[3:5] for each in found] == ["14", "16", "17"]


def test_newest_override_counts_by_its_number_and_not_its_spelling():
    def override(sequence, hour):
        named = "RECURRENCE-ID:20261015T080000Z"
        return event(named, f"DTSTART:20261015T{hour}0000Z", "DURATION:PT1H", f"SEQUENCE:{sequence}")

    found = busy(event(*DAILY), override(10, "20"), override(9, "12"))

    assert [each[3:8] for each in found] == ["14 08", "15 20", "16 08", "17 08"]


@pytest.mark.parametrize("named", [":20261024T080000Z", ";VALUE=DATE:20261024"])
def test_override_for_the_future_moves_all_later_ones_by_the_clock(named):
    daily = ("DTSTART;TZID=Europe/Stockholm:20261023T100000", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=5")
    named = f"RECURRENCE-ID;RANGE=THISANDFUTURE{named}"
    moved = event(named, "DTSTART;TZID=Europe/Stockholm:20261024T120000", "DURATION:PT2H")
    single = event("RECURRENCE-ID:20261026T090000Z", "DTSTART:20261026T150000Z", "DURATION:PT1H")

    # Clocks go back on the 25th.
    assert busy(moved, event(*daily), single) == [
        "10-23 08:00 10-23 09:00",
        "10-24 10:00 10-24 12:00",
        "10-25 11:00 10-25 13:00",
        "10-26 15:00 10-26 16:00",
        "10-27 11:00 10-27 13:00",
    ]


@pytest.mark.parametrize("month", ["202608", "202703"])
def test_override_for_the_future_brings_occurrences_from_far_into_the_range(month):
    daily = (f"DTSTART:{month}01T100000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=3")
    named = f"RECURRENCE-ID;RANGE=THISANDFUTURE:{month}02T100000Z"

    found = busy(event(*daily), event(named, "DTSTART:20261020T100000Z", "DURATION:PT1H"))

    assert found == ["10-20 10:00 10-20 11:00", "10-21 10:00 10-21 11:00"]


def test_override_without_its_master_stands_alone():
    assert busy(event("RECURRENCE-ID;RANGE=THISANDFUTURE:20261015T080000Z", *TEN)) == TAKEN


@pytest.mark.parametrize("range_", ["", ";RANGE=THISANDFUTURE"])
def test_series_cancelled_is_free_and_its_override_is_not(range_):
    override = event(f"RECURRENCE-ID{range_}:20261014T080000Z", *TEN)

    assert busy(event(*DAILY, "STATUS:CANCELLED"), override) == TAKEN


def test_events_of_one_uid_and_sequence_all_count():
    second = event("DTSTART:20261020T100000Z", "DURATION:PT1H")

    assert busy(event(*TEN), second) == [*TAKEN, "10-20 10:00 10-20 11:00"]


def test_older_sequence_of_a_master_does_not_count():
    newer = event("SEQUENCE:2", "DTSTART:20261020T100000Z", "DURATION:PT1H")

    assert busy(event(*TEN), newer) == ["10-20 10:00 10-20 11:00"]
