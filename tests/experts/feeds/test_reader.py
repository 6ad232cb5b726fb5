"""Calendars are kept fresh, and whatever goes wrong, the last good busy times stay."""

import logging
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from experts.feeds import calendars, reader
from experts.feeds.ics import UnreadableCalendar
from experts.feeds.limits import LONGEST_WAIT, READ_EVERY, READING_LEASE
from experts.feeds.parse import ParsedCalendar
from experts.models import BusyCalendar, BusyTime
from meetings import booking
from meetings.calendars.own_meetings import own_meetings
from meetings.models import Meeting
from meetings.slots.openings import Openings
from tests.experts.feeds.conftest import read_due, text
from tests.experts.feeds.refusals import refused
from tests.experts.feeds.server import serving
from tests.experts.feeds.test_parse import ZONE, event, file
from tests.scene import NOW, a_participant, a_path, a_theme, an_expert, at, book

# Each reading waits for a process with a time limit: libfaketime refuses Python's sleep in it now and then (EINVAL).
pytestmark = [pytest.mark.django_db, pytest.mark.real_clock]
DAY = timedelta(days=1)


def times(calendar):
    return [(row.starts_at, row.ends_at) for row in calendar.busy_times.all()]


def hours(*starts):
    return [(at(start), at(start + 1)) for start in starts]


def test_due_calendar_is_read_into_busy_times(calendar):
    assert read_due() is True

    calendar.refresh_from_db()
    assert times(calendar) == hours(10)
    assert (calendar.busy_count, calendar.error, calendar.failures) == (1, "", 0)
    assert (calendar.last_read_at, calendar.next_read_at, calendar.leased_until) == (NOW, NOW + READ_EVERY, None)


def test_calendar_that_is_not_due_waits(calendar):
    read_due()

    assert read_due(NOW + READ_EVERY - timedelta(seconds=1)) is None
    assert read_due(NOW + READ_EVERY) is True


def test_new_reading_takes_the_place_of_the_old_one(calendar, server):
    by_hand = BusyTime.objects.create(expert=calendar.expert, starts_at=at(7), ends_at=at(8))
    server.answers["/secret.ics"] = (200, {}, text(10, 12, 14))
    read_due()
    kept = calendar.busy_times.get(starts_at=at(12))
    server.answers["/secret.ics"] = (200, {}, text(12, 15))

    read_due(NOW + READ_EVERY)

    assert times(calendar) == hours(12, 15)
    assert calendar.busy_times.get(starts_at=at(12)) == kept
    assert BusyTime.objects.filter(pk=by_hand.pk).exists()


def test_unchanged_calendar_keeps_its_busy_times(calendar, server):
    server.answers["/secret.ics"] = (200, {"ETag": '"7"', "Last-Modified": "Mon"}, text(10))
    read_due()
    server.answers["/secret.ics"] = (304, {}, b"")

    assert read_due(NOW + READ_EVERY) is True

    calendar.refresh_from_db()
    assert server.asked[-1][1]["If-None-Match"] == '"7"'
    assert server.asked[-1][1]["If-Modified-Since"] == "Mon"
    assert times(calendar) == hours(10)
    assert (calendar.last_read_at, calendar.etag) == (NOW + READ_EVERY, '"7"')


def test_calendar_is_read_in_whole_now_and_then(calendar, server):
    """The range moves on: what nobody changed may have come into it."""
    server.answers["/secret.ics"] = (200, {"ETag": '"7"'}, text(10))
    read_due()

    for later in (READ_EVERY, 8 * DAY):
        read_due(NOW + later)

    assert ["If-None-Match" in headers for _, headers in server.asked] == [False, True, False]


def test_calendar_is_read_in_whole_when_its_owner_moves(calendar, server):
    server.answers["/secret.ics"] = (200, {"ETag": '"7"'}, file(event("DTSTART:20261103T100000", "DURATION:PT1H")))
    read_due()
    read_due(NOW + READ_EVERY)
    assert times(calendar) == hours(10)
    calendar.expert.time_zone = "Europe/Stockholm"
    calendar.expert.save()

    read_due(NOW + 2 * READ_EVERY)

    assert ["If-None-Match" in headers for _, headers in server.asked] == [False, True, False]
    assert times(calendar) == hours(9)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((500, {}, b""), "The server answers with an error (500)."),
        ((200, {}, b"<html>"), "This is not a calendar file. Perhaps it is a page that wants a sign-in."),
        ((200, {}, text(11)[:-15]), "The calendar file ends in the middle."),
        (
            (200, {}, file(event("DTSTART:20261131"))),
            "“20261131” in the calendar is a date or time that does not exist.",
        ),
        ((304, {}, b""), "The server says “not changed” without having been asked."),
        (
            (302, {"Location": "http://10.0.0.1/"}, b""),
            "The address lies in a private network, where calendars are not read from.",
        ),
    ],
)
def test_failed_reading_leaves_the_last_good_busy_times(calendar, server, answer, words):
    read_due()
    BusyCalendar.objects.update(full_read_at=NOW - 30 * DAY)
    server.answers["/secret.ics"] = answer

    assert read_due(NOW + READ_EVERY) is False

    calendar.refresh_from_db()
    assert times(calendar) == hours(10)
    assert (calendar.error_in_words, calendar.failures, calendar.busy_count) == (words, 1, 1)
    assert (calendar.last_read_at, calendar.tried_at) == (NOW, NOW + READ_EVERY)
    assert calendar.leased_until is None


def test_failures_wait_twice_as_long_each_time_up_to_a_day(calendar, server):
    server.answers["/secret.ics"] = (500, {}, b"")
    now, waits = NOW, []
    for _ in range(9):
        assert read_due(now) is False
        calendar.refresh_from_db()
        waits.append((calendar.next_read_at - now) // timedelta(minutes=1))
        now = calendar.next_read_at

    assert waits == [30, 60, 120, 240, 480, 960, 1440, 1440, 1440]


def test_success_ends_the_waiting(calendar, server):
    server.answers["/secret.ics"] = (500, {}, b"")
    read_due()
    server.answers["/secret.ics"] = (200, {}, text(10))

    read_due(NOW + timedelta(minutes=30))

    calendar.refresh_from_db()
    assert (calendar.failures, calendar.error, calendar.next_read_at) == (0, "", NOW + timedelta(minutes=45))


@pytest.mark.parametrize(
    ("asked", "waits"), [("7200", timedelta(hours=2)), ("9999999", LONGEST_WAIT), ("1", 2 * READ_EVERY)]
)
def test_server_that_asks_for_patience_gets_it(calendar, server, asked, waits):
    server.answers["/secret.ics"] = (503, {"Retry-After": asked}, b"")

    read_due()

    calendar.refresh_from_db()
    assert calendar.next_read_at == NOW + waits


def test_address_is_not_logged(calendar, server, caplog, monkeypatch):
    def fail(address, **kwargs):
        raise RuntimeError(f"cannot read {address}")

    monkeypatch.setattr(reader, "fetch", fail)
    with caplog.at_level(logging.DEBUG):
        assert read_due() is False

    calendar.refresh_from_db()
    assert calendar.error_in_words == "The calendar can’t be read."
    assert "secret.ics" in calendar.url
    assert "secret.ics" not in caplog.text
    assert "RuntimeError" in caplog.text


def test_two_workers_never_hold_the_same_calendar(calendar):
    first = reader.claim(NOW)

    assert first == calendar
    assert reader.claim(NOW) is None


def test_killed_reader_loses_nothing(calendar):
    reader.claim(NOW)

    assert read_due(NOW + READING_LEASE - timedelta(seconds=1)) is None
    assert read_due(NOW + READING_LEASE) is True
    assert times(calendar) == hours(10)


@pytest.mark.parametrize("body", [text(10), b"broken"])
def test_late_reader_leaves_the_calendar_to_the_next_one(calendar, server, body):
    stalled = reader.claim(NOW)
    later = NOW + READING_LEASE
    holder = reader.claim(later)
    server.answers["/secret.ics"] = (200, {}, body)

    assert reader.read_calendar(stalled, clock=lambda: later, ours=own_meetings) is False

    calendar.refresh_from_db()
    assert calendar.leased_until == holder.leased_until
    assert (calendar.error, times(calendar)) == ("", [])


def test_calendar_removed_while_it_is_read_leaves_no_busy_times(calendar, expert):
    held = reader.claim(NOW)
    calendars.remove(calendar=BusyCalendar.objects.get(), by=expert.user, now=NOW)

    assert reader.read_calendar(held, clock=lambda: NOW, ours=own_meetings) is False
    assert BusyTime.objects.count() == 0


def test_failure_while_storing_keeps_what_was_there(calendar, server, monkeypatch):
    read_due()
    server.answers["/secret.ics"] = (200, {}, text(12))

    def fail(*args, **kwargs):
        raise OperationalError("gone")

    monkeypatch.setattr(BusyTime.objects, "bulk_create", fail)
    with pytest.raises(OperationalError):
        read_due(NOW + READ_EVERY)

    assert times(calendar) == hours(10)


@pytest.mark.postgres
@pytest.mark.parametrize("change", ["read", "upload", "remove"])
def test_owner_is_locked_before_their_busy_times_change(calendar, expert, change):
    """As a booking locks them: what it asks of their time holds until it has written."""
    read_due()
    with CaptureQueriesContext(connection) as queries:
        if change == "read":
            BusyTime.objects.all().delete()
            read_due(NOW + READ_EVERY)
        elif change == "upload":
            calendars.add_upload(expert=expert, label="File", data=text(12), by=expert.user, now=NOW, ours=own_meetings)
        else:
            calendars.remove(calendar=calendar, by=expert.user, now=NOW)

    said = [query["sql"] for query in queries]
    locked = next(number for number, sql in enumerate(said) if "FOR NO KEY UPDATE" in sql and "accounts_user" in sql)
    verb = "DELETE FROM" if change == "remove" else "INSERT INTO"
    written = max(number for number, sql in enumerate(said) if f'{verb} "experts_busytime"' in sql)
    assert locked < written


def test_two_calendars_that_mean_different_zones_by_one_name(expert, server):
    """Read one after the other by the same worker, and again: neither zone reaches the other calendar."""
    lines = ("DTSTART;TZID=Office:20261103T120000", "DURATION:PT1H")
    for name, offset in (("/east.ics", "+0200"), ("/west.ics", "-0300")):
        server.answers[name] = (200, {}, file(ZONE.format(name="Office", offset=offset), event(*lines)))
        calendars.add_address(expert=expert, label=name, address=server.url(name), by=expert.user, now=NOW)
    now = NOW
    for _ in range(2):
        assert [read_due(now), read_due(now), read_due(now)] == [True, True, None]
        assert {row.label: times(row) for row in expert.busy_calendars.all()} == {
            "/east.ics": hours(10),
            "/west.ics": hours(15),
        }
        now += READ_EVERY


def test_our_own_meeting_come_back_does_not_block_its_expert(server):
    path = a_path()
    expert = an_expert(path)
    meeting = book(a_theme(path, expert), a_participant(path), at(10))
    own = event("DTSTART:20261103T100000Z", "DURATION:PT30M", uid=f"{str(meeting.pk).upper()}@everwise.example")
    other = event("DTSTART:20261103T120000Z", "DURATION:PT1H", uid="5f1d4d0c-0d5f-4a57-8d3a-8b0b7b1f1111@else.example")
    server.answers["/own.ics"] = (200, {}, file(own, other))
    calendars.add_address(expert=expert, label="Own", address=server.url("/own.ics"), by=expert.user, now=NOW)

    read_due()

    assert times(expert.busy_calendars.get()) == hours(12)


def test_more_times_than_are_kept_are_refused_once_merged(monkeypatch):
    monkeypatch.setattr(reader, "MAX_TIMES", 2)
    one, other, next_to_it, third = (0, 10), (20, 30), (30, 40), (50, 60)

    assert reader.intervals_of(ParsedCalendar([one, other], {"a": [next_to_it]}), lambda uids: set()) == [
        (0, 10),
        (20, 40),
    ]
    # Our own are not kept, so they do not count; what they would have joined does.
    assert reader.intervals_of(ParsedCalendar([one, other], {"a": [third]}), set) == [one, other]
    with refused(UnreadableCalendar, r"^The calendar has more than 2 busy times\.$"):
        reader.intervals_of(ParsedCalendar([one, other], {"a": [(0, 60)], "b": [third]}), lambda uids: {"a"})


def test_calendar_with_more_times_than_are_kept_leaves_the_last_good_ones(calendar, server, monkeypatch):
    read_due()
    monkeypatch.setattr(reader, "MAX_TIMES", 2)
    server.answers["/secret.ics"] = (200, {}, text(10, 12, 14))

    assert read_due(NOW + READ_EVERY) is False

    calendar.refresh_from_db()
    assert times(calendar) == hours(10)
    assert calendar.error_in_words == "The calendar has more than 2 busy times."


def test_fresh_busy_time_closes_its_time_at_once_and_changes_no_meeting(server):
    path = a_path()
    expert = an_expert(path)
    theme, participant = a_theme(path, expert, minutes=60), a_participant(path)
    meeting = book(theme, participant, at(10))
    calendars.add_address(expert=expert, label="Work", address=server.url("/secret.ics"), by=expert.user, now=NOW)
    server.answers["/secret.ics"] = (200, {}, text(10, 12))
    before = Meeting.objects.values().get()

    def offered():
        return at(12) in Openings(path, since=at(0), until=at(23), now=NOW, theme=theme).starts(60)

    assert offered() is True
    read_due()

    assert offered() is False
    with pytest.raises(booking.JustTaken):
        book(theme, a_participant(path), at(12))
    assert Meeting.objects.values().get() == before
    assert meeting.pk == before["id"]


def test_upload_is_never_due(expert):
    calendars.add_upload(expert=expert, label="File", data=text(10), by=expert.user, now=NOW, ours=own_meetings)

    assert read_due(NOW + 365 * DAY) is None
    assert times(expert.busy_calendars.get()) == hours(10)


def test_loopback_is_not_read_in_production(expert, settings):
    settings.FEEDS_ALLOW_LOOPBACK = False
    with serving({"/": (200, {}, text(10))}) as server:
        calendars.add_address(expert=expert, label="x", address=server.url(), by=expert.user, now=NOW)
        assert read_due() is False
        assert server.asked == []


def test_worker_reads_what_is_due(calendar):
    call_command("worker", once=True)

    calendar.refresh_from_db()
    assert calendar.last_read_at is not None
    assert calendar.next_read_at > calendar.last_read_at


def test_calendar_is_read_in_whole_when_its_owner_names_another_address(calendar, expert, server):
    declined = event("DTSTART:20261103T100000Z", "DURATION:PT1H", "ATTENDEE;PARTSTAT=DECLINED:mailto:alias@example.com")
    server.answers["/secret.ics"] = (200, {"ETag": '"7"'}, file(declined))
    read_due()
    read_due(NOW + READ_EVERY)
    assert times(calendar) == hours(10)

    calendars.name_addresses(calendar=calendar, addresses="alias@example.com", by=expert.user, now=NOW)
    assert read_due(NOW + READ_EVERY) is True

    assert ["If-None-Match" in headers for _, headers in server.asked] == [False, True, False]
    assert times(calendar) == []


def test_notes_of_a_reading_stand_until_the_next_whole_one(calendar, server):
    bad = event("DTSTART:20261105T090000Z", "DTEND:None", uid="bad")
    good = event("DTSTART:20261103T100000Z", "DURATION:PT1H")
    server.answers["/secret.ics"] = (200, {}, file(good, bad))
    read_due()
    calendar.refresh_from_db()
    assert (calendar.left_out, calendar.left[0]["line"], times(calendar)) == (1, 7, hours(10))

    server.answers["/secret.ics"] = (200, {}, file(good))
    read_due(NOW + READ_EVERY)

    calendar.refresh_from_db()
    assert (calendar.notes, calendar.left_out) == ({}, 0)
