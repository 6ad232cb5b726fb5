"""What one event gets wrong is that event's, never its calendar's: as the makers of calendars get it wrong.

Each sample is a whole calendar in some program's dialect, read for an owner in Berlin who is me@example.com; beside it
what is busy in November 2026, and what is left out (day, line).
"""

from datetime import UTC, datetime

import pytest

from everwise.intervals import merge
from experts.feeds.ics import UnreadableCalendar
from experts.feeds.limits import MAX_TOLD
from experts.feeds.parse import parse
from tests.experts.feeds.refusals import refused
from tests.experts.feeds.test_parse import event, file

START, END = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
# One good hour beside what is wrong: 10:00 to 11:00 in Berlin on 3 November.
GOOD = event("DTSTART;TZID=Europe/Berlin:20261103T100000", "DTEND;TZID=Europe/Berlin:20261103T110000", uid="good")
TOLD = "11-03 09:00 11-03 10:00"
HOUR = "DURATION:PT1H"


def read(data, zone="Europe/Berlin"):
    return parse(data, zone, int(START.timestamp()), int(END.timestamp()), ["Me@Example.com"])


def told(found):
    merged = merge([*found.intervals, *(each for some in found.named.values() for each in some)])
    return [
        f"{datetime.fromtimestamp(a, UTC):%m-%d %H:%M} {datetime.fromtimestamp(b, UTC):%m-%d %H:%M}" for a, b in merged
    ]


def zone(name, *parts):
    lines = [f"BEGIN:VTIMEZONE\r\nTZID:{name}"]
    for kind, start, before, after in parts:
        lines += [f"BEGIN:{kind}", f"DTSTART:{start}", f"TZOFFSETFROM:{before}", f"TZOFFSETTO:{after}", f"END:{kind}"]
    return "\r\n".join([*lines, "END:VTIMEZONE"])


def fixed(name, offset, before=None):
    return zone(name, ("STANDARD", "16010101T000000", before or offset, offset))


SAMPLES = {
    # 1. What can't be read leaves out its event.
    "joomla, DTEND:None": ([GOOD, event("DTSTART:20261105T090000Z", "DTEND:None")], [TOLD], [("2026-11-05", 7)]),
    "joomla, DTEND:None of 2012": (
        [GOOD, event("DTSTART:20120105T090000Z", "DTEND:None")],
        [TOLD],
        [("2012-01-05", 7)],
    ),
    "old android, a birthday with RDATE:20131210Z": (
        [GOOD, event("DTSTART;VALUE=DATE:20131210", "RRULE:FREQ=YEARLY", "RDATE:20131210Z")],
        [TOLD],
        [],
    ),
    "old android, RDATE:20261110Z": (
        [GOOD, event("DTSTART;VALUE=DATE:20131210", "RDATE:20261110Z")],
        [TOLD, "11-09 23:00 11-10 23:00"],
        [],
    ),
    "one date of several": (
        [GOOD, event("DTSTART:20261105T090000Z", HOUR, "RDATE:20261106T090000Z,someday,20261107T090000Z")],
        [TOLD, *(f"11-0{day} 09:00 11-0{day} 10:00" for day in (5, 6, 7))],
        [("2026-11-05", 7)],
    ),
    "excluded date that is none stays busy": (
        [GOOD, event("DTSTART:20261105T090000Z", HOUR, "RRULE:FREQ=DAILY;COUNT=2", "EXDATE:tomorrow")],
        [TOLD, "11-05 09:00 11-05 10:00", "11-06 09:00 11-06 10:00"],
        [],
    ),
    "hourly reminders": (
        [GOOD, event("DTSTART:20261105T090000Z", HOUR, "RRULE:FREQ=HOURLY")],
        [TOLD],
        [("2026-11-05", 7)],
    ),
    "no rule at all": ([GOOD, event("DTSTART:20261105T090000Z", HOUR, "RRULE:every day")], [TOLD], [("2026-11-05", 7)]),
    "31 November": ([GOOD, event("DTSTART:20261131T090000Z", HOUR)], [TOLD], [("2026-11-31", 7)]),
    "a day of its own for nothing": ([GOOD, event("DTSTART:Thursday", HOUR)], [TOLD], [("", 7)]),
    "sharepoint, END of nothing": (
        [GOOD, "END:VALARM", event("DTSTART:20261105T090000Z", HOUR, uid="2")],
        [TOLD, "11-05 09:00 11-05 10:00"],
        [],
    ),
    "an alarm that never ends": (
        [event("DTSTART:20261105T090000Z", HOUR, "BEGIN:VALARM", "TRIGGER:-PT15M", uid="2"), GOOD],
        [TOLD, "11-05 09:00 11-05 10:00"],
        [],
    ),
    "a freebusy with one bad period": (
        [GOOD, "BEGIN:VFREEBUSY\r\nFREEBUSY:20261105T090000Z/PT1H,never,20261106T090000Z/PT1H\r\nEND:VFREEBUSY"],
        [TOLD, "11-05 09:00 11-05 10:00", "11-06 09:00 11-06 10:00"],
        [("", 7)],
    ),
    # What is clear all the same is read.
    "exchange, UNTIL without zeros": (
        [GOOD, event("DTSTART:20261105T090000Z", HOUR, "RRULE:FREQ=DAILY;UNTIL=20261107T90000Z")],
        [TOLD, *(f"11-0{day} 09:00 11-0{day} 10:00" for day in (5, 6, 7))],
        [],
    ),
    "UNTIL whose day has no zero": (
        [GOOD, event("DTSTART:20261105T090000Z", HOUR, "RRULE:FREQ=DAILY;UNTIL=2026117")],
        [TOLD, *(f"11-0{day} 09:00 11-0{day} 10:00" for day in (5, 6, 7))],
        [],
    ),
    "PT1W": ([GOOD, event("DTSTART:20261105T090000Z", "DURATION:PT1W")], [TOLD, "11-05 09:00 11-12 09:00"], []),
    "P1H": ([GOOD, event("DTSTART:20261105T090000Z", "DURATION:P1H")], [TOLD, "11-05 09:00 11-05 10:00"], []),
    "P30M may be months": ([GOOD, event("DTSTART:20261105T090000Z", "DURATION:P30M")], [TOLD], [("2026-11-05", 7)]),
    "dashes and colons": (
        [GOOD, event("DTSTART:2026-11-05T09:00:00.000Z", "DTEND:2026-11-05T10:00:00Z")],
        [TOLD, "11-05 09:00 11-05 10:00"],
        [],
    ),
    "an offset for a Z": ([GOOD, event("DTSTART:20261105T090000+0200", HOUR)], [TOLD, "11-05 07:00 11-05 08:00"], []),
    "midnight as 24 o'clock": (
        [GOOD, event("DTSTART:20261105T220000Z", "DTEND:20261105T240000Z")],
        [TOLD, "11-05 22:00 11-06 00:00"],
        [],
    ),
    "empty parts of a rule": (
        [GOOD, event("DTSTART:20261105T090000Z", HOUR, "RRULE:FREQ=WEEKLY;BYDAY=;COUNT=2;UNTIL=")],
        [TOLD, "11-05 09:00 11-05 10:00", "11-12 09:00 11-12 10:00"],
        [],
    ),
    # Broken zones: the rest of the file does not suffer.
    "TZOFFSETFROM of four digits too many": (
        [fixed("Lab", "+0300", "+03000000"), GOOD, event("DTSTART;TZID=Lab:20261105T090000", HOUR)],
        [TOLD, "11-05 06:00 11-05 07:00"],
        [],
    ),
    "TZOFFSETFROM that is none": (
        [fixed("Lab", "+0300", "+05351234"), GOOD, event("DTSTART;TZID=Lab:20261105T090000", HOUR)],
        [TOLD, "11-05 06:00 11-05 07:00"],
        [],
    ),
    "a broken zone takes its own events": (
        [fixed("Lab", "+9900"), GOOD, event("DTSTART;TZID=Lab:20261105T090000", HOUR)],
        [TOLD],
        [("2026-11-05", 15)],
    ),
    "a broken zone of a known name": (
        [
            fixed("Europe/Berlin", "+9900"),
            GOOD,
            fixed("India Standard Time", "x"),
            event("DTSTART;TZID=India Standard Time:20261105T090000", HOUR),
        ],
        [TOLD, "11-05 03:30 11-05 04:30"],
        [],
    ),
    # 3. TEXT.
    "outlook, Bangkok with escaped commas": (
        [
            fixed("(UTC+07:00) Bangkok\\, Hanoi\\, Jakarta", "+0700"),
            event('DTSTART;TZID="(UTC+07:00) Bangkok, Hanoi, Jakarta":20261105T090000', HOUR),
        ],
        ["11-05 02:00 11-05 03:00"],
        [],
    ),
    "outlook, Bangkok without quotes": (
        [
            fixed("(UTC+07:00) Bangkok\\, Hanoi\\, Jakarta", "+0700"),
            event("DTSTART;TZID=(UTC+07:00) Bangkok, Hanoi, Jakarta:20261105T090000", HOUR),
        ],
        ["11-05 02:00 11-05 03:00"],
        [],
    ),
    "a name with carets": (
        [fixed('The "Lab"', "+0300"), event("DTSTART;TZID=The ^'Lab^':20261105T090000", HOUR)],
        ["11-05 06:00 11-05 07:00"],
        [],
    ),
    "UID escaped in one of two": (
        [
            event("DTSTART:20261105T090000Z", HOUR, "RRULE:FREQ=DAILY;COUNT=2", uid="a\\,b"),
            event("RECURRENCE-ID:20261106T090000Z", "DTSTART:20261106T120000Z", HOUR, uid="a,b"),
        ],
        ["11-05 09:00 11-05 10:00", "11-06 12:00 11-06 13:00"],
        [],
    ),
    # 4. Zones.
    "an end takes its start's zone": (
        [event("DTSTART;TZID=Australia/Melbourne:20261105T094500", "DTEND:20261105T184500")],
        ["11-04 22:45 11-05 07:45"],
        [],
    ),
    "so does what is excluded": (
        [
            event(
                "DTSTART;TZID=Australia/Melbourne:20261105T094500",
                HOUR,
                "RRULE:FREQ=DAILY;COUNT=2",
                "EXDATE:20261106T094500",
            )
        ],
        ["11-04 22:45 11-04 23:45"],
        [],
    ),
    "capitals of a zone": (
        [event("DTSTART;TZID=america/new_york:20261105T090000", HOUR)],
        ["11-05 14:00 11-05 15:00"],
        [],
    ),
    # 5. Ghosts, bare events, and what its owner has declined.
    "google, an override whose occurrence was taken out later": (
        [
            event(
                "DTSTART:20261105T090000Z", HOUR, "RRULE:FREQ=DAILY;COUNT=3", "EXDATE:20261106T090000Z", "SEQUENCE:3"
            ),
            event("RECURRENCE-ID:20261106T090000Z", "DTSTART:20261106T120000Z", HOUR, "SEQUENCE:2"),
        ],
        ["11-05 09:00 11-05 10:00", "11-07 09:00 11-07 10:00"],
        [],
    ),
    "google, an override behind a newer UNTIL": (
        [
            event("RECURRENCE-ID:20261112T090000Z", "DTSTART:20261112T120000Z", HOUR, "LAST-MODIFIED:20260801T000000Z"),
            event(
                "DTSTART:20261105T090000Z",
                HOUR,
                "RRULE:FREQ=DAILY;UNTIL=20261106T090000Z",
                "LAST-MODIFIED:20261001T000000Z",
            ),
        ],
        ["11-05 09:00 11-05 10:00", "11-06 09:00 11-06 10:00"],
        [],
    ),
    "an override newer than what took it out stands": (
        [
            event(
                "DTSTART:20261105T090000Z", HOUR, "RRULE:FREQ=DAILY;COUNT=2", "EXDATE:20261106T090000Z", "SEQUENCE:2"
            ),
            event("RECURRENCE-ID:20261106T090000Z", "DTSTART:20261106T120000Z", HOUR, "SEQUENCE:2"),
        ],
        ["11-05 09:00 11-05 10:00", "11-06 12:00 11-06 13:00"],
        [],
    ),
    "exchange, declined by its owner": (
        [
            GOOD,
            event("DTSTART:20261105T090000Z", HOUR, "ATTENDEE;CN=Me;PARTSTAT=DECLINED;RSVP=TRUE:MAILTO:me@example.COM"),
        ],
        [TOLD],
        [],
    ),
    "apple, declined under an EMAIL parameter": (
        [
            GOOD,
            event(
                "DTSTART:20261105T090000Z",
                HOUR,
                "ATTENDEE;CN=Me;EMAIL=me@example.com;PARTSTAT=DECLINED:/aMTI/principal/",
            ),
        ],
        [TOLD],
        [],
    ),
    "declined by somebody else": (
        [
            event(
                "DTSTART:20261105T090000Z",
                HOUR,
                "ATTENDEE;PARTSTAT=DECLINED:mailto:you@example.com",
                "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:me@example.com",
            )
        ],
        ["11-05 09:00 11-05 10:00"],
        [],
    ),
    "declined for one day of a series": (
        [
            event("DTSTART:20261105T090000Z", HOUR, "RRULE:FREQ=DAILY;COUNT=2"),
            event(
                "RECURRENCE-ID:20261106T090000Z",
                "DTSTART:20261106T090000Z",
                HOUR,
                "ATTENDEE;PARTSTAT=DEC\r\n LINED:mailto:me@example.com",
            ),
        ],
        ["11-05 09:00 11-05 10:00"],
        [],
    ),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_sample(name):
    components, busy, left = SAMPLES[name]

    found = read(file(*components))

    assert told(found) == busy
    assert [(each.date, each.line) for each in found.left] == left
    assert found.left_out == len({line for _, line in left})
    assert found.unknown == ()


@pytest.mark.parametrize("name", ["Eastern Standard Time 1", "(UTC-05:00) Eastern Time (US & Canada)", "Customized"])
def test_zone_that_nobody_knows_counts_in_the_owners_and_is_told(name):
    found = read(file(GOOD, event(f'DTSTART;TZID="{name}":20261105T090000', HOUR)))

    assert told(found) == [TOLD, "11-05 08:00 11-05 09:00"]
    assert [each for each, _ in found.unknown] == [name]


def test_zone_that_only_the_past_names_is_not_told():
    found = read(file(event("DTSTART;TZID=Nowhere:20121105T090000", HOUR), GOOD))

    assert (told(found), found.unknown) == ([TOLD], ())


def test_events_without_a_calendar_around_them_are_read():
    bare = "\r\n".join([fixed("Lab", "+0300"), GOOD, event("DTSTART;TZID=Lab:20261105T090000", HOUR), ""]).encode()

    assert told(read(bare)) == [TOLD, "11-05 06:00 11-05 07:00"]


def test_owner_without_an_address_is_busy():
    declined = event(
        "DTSTART:20261105T090000Z",
        HOUR,
        "ATTENDEE;PARTSTAT=DECLINED:mailto:me@example.com",
        "ATTENDEE;PARTSTAT=DECLINED:",
    )

    found = parse(file(declined), "Europe/Berlin", int(START.timestamp()), int(END.timestamp()))

    assert len(found.intervals) == 1


def test_years_of_history_do_not_count():
    """The limit is of what is to come: 60,000 past events are no more than none."""
    past = [event("DTSTART:20120105T090000Z", "DTEND:20120105T100000Z", uid=number) for number in range(60_000)]

    assert told(read(file(*past, GOOD))) == [TOLD]


@pytest.mark.parametrize(
    "lines",
    [
        # Each still reaches November, or changes what does.
        ["DTSTART:20120105T090000Z", "DTEND:20261105T100000Z"],
        ["DTSTART:20120105T090000Z", "DURATION:P800W"],
        ["DTSTART:20121105T090000Z", HOUR, "RRULE:FREQ=YEARLY;UNTIL=20261231"],
        ["DTSTART:20121105T090000Z", HOUR, "RDATE:20261105T090000Z"],
        ["DTSTART:20100105T090000Z", "DTEND:20260105T090000Z", "RRULE:FREQ=YEARLY;UNTIL=20151231"],
    ],
)
def test_past_that_reaches_into_the_range_is_no_past(lines):
    assert told(read(file(event(*lines)))) != []


def test_newer_version_of_the_past_takes_the_place_of_a_coming_one():
    coming = event("DTSTART:20261105T090000Z", HOUR, "SEQUENCE:1")
    moved = event("DTSTART:20120105T090000Z", HOUR, "SEQUENCE:2")

    assert told(read(file(coming, moved, GOOD))) == [TOLD]


def test_file_with_nothing_readable_is_refused_in_the_words_of_its_first_event():
    bad = [event("DTSTART:20261131", uid="1"), event("DTSTART:20261132", uid="2")]

    with refused(UnreadableCalendar, "“20261131” in the calendar is a date"):
        read(file(*bad))


def test_latest_of_very_many_are_told():
    bad = [event(f"DTSTART:202611{number % 28 + 1:02}T090000Z", "DTEND:None", uid=number) for number in range(500)]

    found = read(file(GOOD, *bad))

    assert (found.left_out, len(found.left), found.left[0].date) == (500, MAX_TOLD, "2026-11-28")


def test_what_is_told_repeats_no_title():
    bad = event("DTSTART:20261105T090000Z", "DTEND:Dinner with Maya", "SUMMARY:Dinner")
    found = read(file(GOOD, bad))

    assert found.left_out == 1
    assert "Dinner" in repr(bad)
    assert "Dinner" not in repr(found)
