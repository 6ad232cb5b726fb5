"""The rules by which an event is busy, one by one, and recurrence against a naive expansion of every day."""

from datetime import UTC, datetime, timedelta

import pytest
from dateutil.rrule import rrulestr
from hypothesis import example, given, settings
from hypothesis import strategies as st

from experts.feeds.ics import UnreadableCalendar
from experts.feeds.parse import parse
from tests.experts.feeds.refusals import refused

START, END = datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
ZONE = """
BEGIN:VTIMEZONE
TZID:{name}
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:{offset}
TZOFFSETTO:{offset}
END:STANDARD
END:VTIMEZONE"""


def file(*components):
    return "\r\n".join(["BEGIN:VCALENDAR", *components, "END:VCALENDAR", ""]).encode()


def event(*lines, uid="one"):
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", *lines, "END:VEVENT"])


def busy(*components, zone="Europe/Stockholm", start=START, end=END):
    """The busy times as readable texts; those under a UUID are left out."""
    found = parse(file(*components), zone, int(start.timestamp()), int(end.timestamp()))
    return [
        f"{datetime.fromtimestamp(first, UTC):%m-%d %H:%M} {datetime.fromtimestamp(last, UTC):%m-%d %H:%M}"
        for first, last in found.intervals
    ]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        # The night of 25 October has 25 hours in Stockholm, and half past two comes twice: the first is meant.
        (["DTSTART;VALUE=DATE:20261025"], ["10-24 22:00 10-25 23:00"]),
        (["DTSTART;TZID=Europe/Stockholm:20261025T023000", "DURATION:PT1H"], ["10-25 00:30 10-25 01:30"]),
        (["DTSTART:20261025T010000", "DTEND:20261025T040000"], ["10-24 23:00 10-25 03:00"]),
        # A nominal day over the change of clocks lasts as long as that day does, 24 hours do not.
        (["DTSTART;TZID=Europe/Stockholm:20261024T120000", "DURATION:P1D"], ["10-24 10:00 10-25 11:00"]),
        (["DTSTART;TZID=Europe/Stockholm:20261024T120000", "DURATION:PT24H"], ["10-24 10:00 10-25 10:00"]),
        (["DTSTART;VALUE=DATE:20261102", "DURATION:P2D"], ["11-01 23:00 11-03 23:00"]),
        (["DTSTART;VALUE=DATE:20261102", "DURATION:P1W"], ["11-01 23:00 11-08 23:00"]),
        (["DTSTART;VALUE=DATE:20261102", "DURATION:P0D"], ["11-01 23:00 11-02 23:00"]),
        # Some programs write the last day where the day after it should stand.
        (["DTSTART;VALUE=DATE:20261102", "DTEND;VALUE=DATE:20261102"], ["11-01 23:00 11-02 23:00"]),
        (["DTSTART:20261102"], ["11-01 23:00 11-02 23:00"]),
        (["DTSTART:20261102T090000Z"], []),
        (["DTSTART:20261102T090000Z", "DURATION:-PT1H"], []),
        (["DTSTART:20261102T090000Z", "DTEND:20261102T080000Z"], []),
        (["DTSTART;TZID=Nowhere/At_All:20261102T090000", "DURATION:PT1H"], ["11-02 08:00 11-02 09:00"]),
        (["DTSTART;TZID=../../etc/passwd:20261102T090000", "DURATION:PT1H"], ["11-02 08:00 11-02 09:00"]),
        (["dtstart;tzid=Asia/Tokyo:20261102T090000", "duration:pt1h"], ["11-02 00:00 11-02 01:00"]),
        (["DTSTART:20261102T090000Z", "DURATION:PT1H", "STATUS:cancelled"], []),
        (["DTSTART:20261102T090000Z", "DURATION:PT1H", "STATUS:TENTATIVE"], ["11-02 09:00 11-02 10:00"]),
        (["DTSTART:20261102T090000Z", "DURATION:PT1H", "TRANSP:OPAQUE"], ["11-02 09:00 11-02 10:00"]),
        (["DTSTART:20261102T090000Z", "DURATION:PT1H", "X-STATUS:CANCELLED"], ["11-02 09:00 11-02 10:00"]),
        (["DTSTART:20261102T235960Z", "DURATION:PT1H"], ["11-02 23:59 11-03 00:59"]),
        (["SUMMARY:No time at all"], []),
        # Outside the range, and reaching into it from both sides.
        (["DTSTART:20260930T230000Z", "DTEND:20261001T010000Z"], ["10-01 00:00 10-01 01:00"]),
        (["DTSTART:20261130T230000Z", "DTEND:20261201T010000Z"], ["11-30 23:00 12-01 00:00"]),
        (["DTSTART:20251102T090000Z", "DTEND:20251102T100000Z"], []),
    ],
)
def test_event_is_busy(lines, expected):
    assert busy(event(*lines)) == expected


def test_zone_of_iana_wins_over_what_the_file_calls_so():
    lines = ("DTSTART;TZID=Europe/Paris:20261102T090000", "DURATION:PT1H")

    assert busy(ZONE.format(name="Europe/Paris", offset="-0330"), event(*lines)) == ["11-02 08:00 11-02 09:00"]
    assert busy(event(*lines)) == ["11-02 08:00 11-02 09:00"]


def test_zone_of_the_file_may_stand_behind_its_events():
    lines = ("DTSTART;TZID=Ours:20261102T090000", "DURATION:PT1H")

    assert busy(event(*lines), ZONE.format(name="Ours", offset="+0000")) == ["11-02 09:00 11-02 10:00"]


STOCKHOLM = """
BEGIN:VTIMEZONE
TZID:Custom
BEGIN:DAYLIGHT
DTSTART:19700329T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19701025T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE"""


@pytest.mark.parametrize("tzid", ["Custom", "Europe/Stockholm"])
@pytest.mark.parametrize(
    ("local", "expected"),
    [
        # Skipped by the clocks: the offset from before counts. Shown twice: the first of the two.
        ("20260329T015900", "03-29 00:59"),
        ("20260329T023000", "03-29 01:30"),
        ("20260329T030000", "03-29 01:00"),
        ("20261025T015900", "10-24 23:59"),
        ("20261025T023000", "10-25 00:30"),
        ("20261025T030000", "10-25 02:00"),
    ],
)
def test_zone_of_the_file_changes_its_clocks_as_the_real_one(tzid, local, expected):
    lines = (f"DTSTART;TZID={tzid}:{local}", "DURATION:PT1M")

    (found,) = busy(STOCKHOLM, event(*lines), zone="UTC", start=datetime(2026, 1, 1, tzinfo=UTC))

    assert found[:11] == expected


SERIES = ("DTSTART;TZID=Europe/Stockholm:20261020T100000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=4")
# 10:00 is 08:00 UTC in summer, 09:00 from 25 October on.
WHOLE = ["10-20 08:00 10-20 09:00", "10-27 09:00 10-27 10:00", "11-03 09:00 11-03 10:00", "11-10 09:00 11-10 10:00"]


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(
    ("override", "expected"),
    [
        (["RECURRENCE-ID:20261027T090000Z", "STATUS:CANCELLED"], [WHOLE[0], *WHOLE[2:]]),
        (["RECURRENCE-ID;VALUE=DATE:20261027", "STATUS:CANCELLED"], [WHOLE[0], *WHOLE[2:]]),
        (["RECURRENCE-ID;TZID=Europe/Stockholm:20261027T100000", "TRANSP:TRANSPARENT"], [WHOLE[0], *WHOLE[2:]]),
        (
            ["RECURRENCE-ID;TZID=Europe/London:20261027T090000", "DTSTART:20261028T000000Z", "DURATION:PT5M"],
            [WHOLE[0], "10-28 00:00 10-28 00:05", *WHOLE[2:]],
        ),
        (
            ["RECURRENCE-ID;RANGE=THISANDFUTURE:20261103T090000Z", "DTSTART:20261104T100000Z", "DURATION:PT2H"],
            [*WHOLE[:2], "11-04 10:00 11-04 12:00", "11-11 10:00 11-11 12:00"],
        ),
        (["RECURRENCE-ID;RANGE=THISANDFUTURE:20261103T090000Z", "STATUS:CANCELLED"], WHOLE[:2]),
        # From before the clocks go back: an hour later on the wall, whatever the season.
        (
            ["RECURRENCE-ID;RANGE=THISANDFUTURE:20261020T080000Z", "DTSTART:20261020T090000Z", "DURATION:PT1H"],
            [
                "10-20 09:00 10-20 10:00",
                "10-27 10:00 10-27 11:00",
                "11-03 10:00 11-03 11:00",
                "11-10 10:00 11-10 11:00",
            ],
        ),
    ],
)
def test_override_takes_the_place_of_its_occurrence(override, expected, turned):
    events = [event(*SERIES), event(*override)]

    assert busy(*(reversed(events) if turned else events)) == expected


def test_newest_version_of_an_override_stands():
    moved = "RECURRENCE-ID:20261027T090000Z"
    new = event(moved, "DTSTART:20261028T100000Z", "DURATION:PT1H", "SEQUENCE:3")
    old = event(moved, "DTSTART:20261029T100000Z", "DURATION:PT1H", "SEQUENCE:2")

    assert busy(new, event(*SERIES), old) == [WHOLE[0], "10-28 10:00 10-28 11:00", *WHOLE[2:]]


def test_override_whose_occurrence_lies_outside_the_range_is_busy_inside_it():
    moved = ("RECURRENCE-ID:20260929T080000Z", "DTSTART:20261005T080000Z", "DURATION:PT1H")
    old = ("DTSTART:20260929T080000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=1")

    assert busy(event(*old), event(*moved)) == ["10-05 08:00 10-05 09:00"]


def test_this_and_future_may_move_a_series_into_the_range():
    series = ("DTSTART:20260921T080000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=2")
    moved = ("RECURRENCE-ID;RANGE=THISANDFUTURE:20260921T080000Z", "DTSTART:20261012T080000Z", "DURATION:PT1H")

    assert busy(event(*series), event(*moved)) == ["10-12 08:00 10-12 09:00", "10-13 08:00 10-13 09:00"]


def test_events_without_uid_do_not_mix():
    nameless = [
        "BEGIN:VEVENT\r\nDTSTART:20261102T090000Z\r\nDURATION:PT1H\r\nSEQUENCE:1\r\nEND:VEVENT",
        "BEGIN:VEVENT\r\nDTSTART:20261103T090000Z\r\nDURATION:PT1H\r\nEND:VEVENT",
    ]

    assert busy(*nameless) == ["11-02 09:00 11-02 10:00", "11-03 09:00 11-03 10:00"]


def test_uids_that_begin_with_a_uuid_are_told_apart():
    own = "0F0E0D0C-0B0A-4908-8706-050403020100"
    lines = ("DTSTART:20261102T090000Z", "DURATION:PT1H")

    found = parse(file(event(*lines, uid=f"{own}@everwise.example")), "UTC", int(START.timestamp()), 2**31)

    assert found.intervals == []
    assert list(found.named) == [own.lower()]


def test_nothing_but_times_is_kept():
    lines = ("DTSTART:20261102T090000Z", "DURATION:PT1H", "SUMMARY:Secret", "LOCATION:Secret", "DESCRIPTION:Secret")

    found = parse(file(event(*lines)), "UTC", 0, 2**31)

    assert "Secret" in str(file(event(*lines)))
    assert "Secret" not in repr(found)
    assert len(found.intervals) == 1


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not a calendar file"),
        (b"<!doctype html><title>Sign in</title>", "not a calendar file"),
        (b"BEGIN:VCARD\r\nEND:VCARD\r\n", "not a calendar file"),
        (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", "ends in the middle"),
        (b"BEGIN:VCALENDAR\r\nEND:VEVENT\r\n", "do not end where they should"),
        (b"END:VCALENDAR\r\n", "do not end where they should"),
        (file(event("DTSTART:20261131T090000Z")), "does not exist"),
        (file(event("DTSTART:20261102T250000Z")), "does not exist"),
        (file(event("DTSTART:00000102", "RRULE:FREQ=DAILY")), "does not exist"),
        (file(event("DTSTART:tomorrow")), "neither a date nor a time"),
        (file(event("DTSTART:20261102T090000Z", "DURATION:1 hour")), "no length of time"),
        (file(event("DTSTART:20261102T090000Z", "DURATION:P")), "no length of time"),
        (file(event("DTSTART:20261102T090000Z", "RRULE:FREQ=HOURLY")), "more often than daily"),
        (file(event("DTSTART:20261102T090000Z", "RRULE:FREQ=MINUTELY;COUNT=2")), "more often than daily"),
        *(
            (file(event("DTSTART:20261102T090000Z", f"RRULE:FREQ=DAILY;{part}=1,2")), "more often than daily")
            for part in ("BYHOUR", "BYMINUTE", "BYSECOND")
        ),
        (file(event("DTSTART:20261102T090000Z", "RRULE:COUNT=2")), "recurrence rule"),
        (file(event("DTSTART:20261102T090000Z", "RRULE:every day")), "recurrence rule"),
        (file(*[event("DTSTART:20261102T090000Z")] * 50_001), "more than 50,000 events"),
        (file(event("DTSTART:20261102T090000Z", "RRULE:FREQ=WEEKLY;BYDAY=XX")), "recurrence rule"),
        (file(event("DTSTART:20261102T090000Z", "RRULE:FREQ=DAILY;INTERVAL=0")), "recurrence rule"),
        (file(event("DTSTART:20261102T090000Z", "RRULE:FREQ=MONTHLY;BYMONTHDAY=0")), "recurrence rule"),
        (file(event("DTSTART:20261102T090000Z", "RRULE:FREQ=YEARLY;BYDAY=0MO")), "recurrence rule"),
        (
            file(ZONE.format(name="x", offset="+9900"), event("DTSTART;TZID=x:20261102T090000", "DURATION:PT1H")),
            "no offset",
        ),
    ],
)
def test_file_is_refused_in_words(data, words):
    with refused(UnreadableCalendar, words):
        parse(data, "Europe/Stockholm", int(START.timestamp()), int(END.timestamp()))


@pytest.mark.parametrize(
    ("lines", "shown"),
    [
        (["DTSTART:dinner with Maya"], "…"),
        (["DTSTART:DINNER WITH MAYA, 2026"], "…"),
        (["DTSTART:20261102T090000Z", "DURATION:dinner"], "…"),
        (["DTSTART:20261102T090000Z", "RRULE:FREQ=DAILY;UNTIL=dinner"], "…"),
        (["DTSTART:2026-11-02T09:0"], "2026-11-02T09:0"),
        (["DTSTART:20361131T090000Z"], "20361131T090000Z"),
        (["DTSTART:" + "2" * 60], "2" * 20),
    ],
)
def test_words_never_repeat_a_title(lines, shown):
    with refused(UnreadableCalendar, rf"^“{shown}” in the calendar is "):
        parse(file(event(*lines)), "UTC", 0, 2**31)


def test_words_never_repeat_an_offset_that_is_none():
    offset = ZONE.format(name="x", offset="dinner")

    with refused(UnreadableCalendar, r"^“…” in the calendar is no offset from UTC"):
        parse(file(offset, event("DTSTART;TZID=x:20261102T090000")), "UTC", 0, 2**31)


def test_calendar_that_cancels_takes_no_time_and_frees_what_it_names():
    named = ("RECURRENCE-ID:20261027T090000Z", "DTSTART:20261027T090000Z", "DURATION:PT1H")
    periods = "BEGIN:VFREEBUSY\r\nFREEBUSY:20261102T090000Z/PT1H\r\nEND:VFREEBUSY"

    cancels = file("METHOD:CANCEL", event(*named), event(*SERIES, uid="two"), periods)
    found = parse(file(event(*SERIES)) + cancels, "UTC", int(START.timestamp()), int(END.timestamp()))

    assert found == parse(
        file(event(*SERIES, "EXDATE:20261027T090000Z")), "UTC", int(START.timestamp()), int(END.timestamp())
    )
    assert len(found.intervals) == 3


@pytest.mark.parametrize("charset", ["utf-8-sig", "utf-16", "utf-16-le", "latin-1"])
def test_charset_of_titles_does_not_matter(charset):
    data = file(event("DTSTART:20261102T090000Z", "DURATION:PT1H", "SUMMARY:Übung")).decode().encode(charset)

    assert len(parse(data, "UTC", 0, 2**31).intervals) == 1


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_folded_lines_are_joined_whatever_ends_them(end):
    lines = ("DTSTART:202611\r\n 02T090000Z", "DTEND:20261102T10\r\n\t0000Z", "", "not a property")
    data = file(event(*lines)).replace(b"\r\n", end.encode())

    ((start, last),) = parse(data, "UTC", 0, 2**31).intervals
    assert (datetime.fromtimestamp(start, UTC), last - start) == (datetime(2026, 11, 2, 9, tzinfo=UTC), 3600)


DAYS = st.lists(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), min_size=1, max_size=4, unique=True)
BY = {
    "DAILY": st.just("") | st.builds(lambda month: f";BYMONTH={month}", st.integers(1, 12)),
    "WEEKLY": st.just("") | DAYS.map(lambda days: f";BYDAY={','.join(days)}"),
    "MONTHLY": st.just("")
    | st.builds(lambda day: f";BYMONTHDAY={day}", st.integers(1, 31) | st.integers(-31, -1))
    | st.builds(lambda number, day: f";BYDAY={number}{day}", st.sampled_from([1, 2, 5, -1, -2]), DAYS.map(min))
    | st.builds(lambda days, at: f";BYDAY={','.join(days)};BYSETPOS={at}", DAYS, st.sampled_from([1, 2, -1])),
    "YEARLY": st.just("")
    | st.builds(lambda month, day: f";BYMONTH={month};BYDAY=-1{day}", st.integers(1, 12), DAYS.map(min)),
}


@st.composite
def rules(draw):
    frequency = draw(st.sampled_from(sorted(BY)))
    end = draw(st.sampled_from(["", "COUNT", "UNTIL"]))
    rule = f"FREQ={frequency};INTERVAL={draw(st.integers(1, 5))}{draw(BY[frequency])}"
    rule += f";WKST={draw(st.sampled_from(['MO', 'SU']))}"
    if end == "COUNT":
        rule += f";COUNT={draw(st.integers(1, 60))}"
    elif end == "UNTIL":
        rule += f";UNTIL={draw(st.dates(datetime(2026, 1, 1).date(), datetime(2027, 6, 1).date())):%Y%m%d}T120000Z"
    return rule


@settings(max_examples=200, deadline=None)
@given(
    rule=rules(),
    start=st.datetimes(datetime(2019, 1, 1), datetime(2026, 11, 20)),
    excluded=st.lists(st.integers(0, 30), max_size=3),
)
@example(rule="FREQ=MONTHLY;INTERVAL=1;WKST=MO", start=datetime(2020, 8, 31, 9), excluded=[])
@example(rule="FREQ=YEARLY;INTERVAL=4;WKST=MO", start=datetime(2020, 2, 29, 9), excluded=[])
@example(rule="FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU", start=datetime(2019, 8, 5, 10), excluded=[])
# Across both borders of what is asked for.
@example(rule="FREQ=DAILY;INTERVAL=1;WKST=MO", start=datetime(2019, 1, 1, 23, 51), excluded=[])
def test_recurrence_is_that_of_a_naive_expansion(rule, start, excluded):
    """dateutil from the very first occurrence on, in UTC, its start always one of them."""
    start = start.replace(second=0, microsecond=0)
    # The start counts, whether or not it fits: then it is one more than dateutil would give.
    naive = list(
        rrulestr(f"{rule}", dtstart=start.replace(tzinfo=UTC)).between(START - timedelta(365 * 8), END, inc=True)
    )
    count = int(rule.partition("COUNT=")[2] or 0)
    if start.replace(tzinfo=UTC) not in naive:
        naive = [start.replace(tzinfo=UTC), *naive]
    if count:
        naive = naive[:count]
    gone = {naive[number] for number in excluded if number < len(naive)}
    length = timedelta(minutes=10)
    expected = [
        f"{max(at, START):%m-%d %H:%M} {min(at + length, END):%m-%d %H:%M}"
        for at in naive
        if at not in gone and START - length < at < END
    ]

    lines = [f"DTSTART:{start:%Y%m%dT%H%M%SZ}", "DURATION:PT10M", f"RRULE:{rule}"]
    if gone:
        lines.append("EXDATE:" + ",".join(f"{at:%Y%m%dT%H%M%SZ}" for at in sorted(gone)))
    assert busy(event(*lines)) == expected
