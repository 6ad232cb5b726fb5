"""What a calendar application reads at a person's secret address."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import icalendar
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from meetings import booking
from meetings.calendars import feed, subscriptions
from meetings.models import Attendee, Meeting, Subscription
from tests.gate_world import signed_in
from tests.scene import (
    NOW,
    a_meeting,
    a_participant,
    a_person,
    a_theme,
    add,
    an_expert,
    at,
    book,
    edit,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def meeting(path, eva, pia):
    return book(a_theme(path, eva), pia, at(10), note="Between the two of us")


def address_of(user) -> str:
    held = Subscription.objects.filter(user=user).first()
    return f"/calendar/{subscriptions.renew(by=user, seen=held.mark if held else '', now=NOW)}.ics"


def read(address, **headers):
    return Client().get(address, headers=headers)


def told(response) -> dict[str, tuple[str, str]]:
    """Status and title of each entry, by UID."""
    entries = icalendar.Calendar.from_ical(response.content).walk("VEVENT")
    return {str(entry["UID"]).partition("@")[0]: (str(entry["STATUS"]), str(entry["SUMMARY"])) for entry in entries}


def test_feed_has_all_of_hers_and_nothing_else(path, eva, pia, meeting):
    other = a_participant(path, "Per")
    a_meeting(path, eva.user, other, at(12))
    organized = a_meeting(path, eva.user, other, at(13), organizer=pia)

    response = read(address_of(pia))

    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert told(response) == {
        str(meeting.pk): ("CONFIRMED", "Giving feedback"),
        str(organized.pk): ("CONFIRMED", "Catching up"),
    }
    assert "Between" not in response.text
    assert "Between" in signed_in(pia).get(meeting.get_absolute_url()).text
    assert "video.example.test" not in response.text
    assert "video.example.test" in meeting.video_link
    assert told(read(address_of(eva.user))).keys() > {str(meeting.pk)}


@pytest.mark.parametrize("signed", [False, True])
def test_feed_leaves_sessions_and_caches_alone(pia, meeting, signed):
    client, address = signed_in(pia if signed else None), address_of(pia)
    client.cookies["csrftoken"] = "x"

    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)

    assert len(queries) == 3
    assert not response.cookies
    assert response["Cache-Control"] == "private, no-cache"
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["X-Robots-Tag"] == "noindex"


def test_feed_reaches_back_ninety_days(path, eva, pia):
    inside = a_meeting(path, eva.user, pia, NOW - timedelta(days=90, minutes=30))
    a_meeting(path, eva.user, pia, NOW - timedelta(days=91))

    assert list(told(read(address_of(pia)))) == [str(inside.pk)]


def test_feed_keeps_the_latest_of_too_many(path, eva, pia, monkeypatch):
    monkeypatch.setattr(feed, "MOST", 2)
    meetings = [a_meeting(path, eva.user, pia, at(hour)) for hour in (9, 11, 10)]

    assert list(told(read(address_of(pia)))) == [str(meetings[2].pk), str(meetings[1].pk)]


def test_unchanged_feed_is_not_sent_again(pia, meeting):
    address = address_of(pia)
    first = read(address)

    again = read(address, if_none_match=first["ETag"])

    assert first["ETag"].startswith('"')
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert again["Cache-Control"] == "private, no-cache"
    assert read(address, if_none_match='"another"').status_code == 200
    assert read(address).content == first.content


@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_compressed_feed_has_a_weak_etag_that_is_known_again(pia, meeting, encoding):
    address = address_of(pia)
    first = read(address, accept_encoding=encoding)

    assert (first["Content-Encoding"], first["ETag"][:3]) == (encoding, 'W/"')
    again = read(address, accept_encoding=encoding, if_none_match=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")


def test_each_change_shows_on_the_next_read_under_another_etag(eva, pia, meeting):
    address = address_of(pia)
    seen = [read(address)]

    booking.reschedule(meeting=meeting, by=pia, start=at(11), token=uuid4(), now=NOW)
    seen.append(read(address))
    eva.user.name = "Eva Maria"
    eva.user.save()
    seen.append(read(address))
    booking.cancel(meeting=Meeting.objects.get(pk=meeting.pk), by=pia, now=NOW)
    seen.append(read(address))

    assert len({response["ETag"] for response in seen}) == 4
    assert len({response.content for response in seen}) == 4
    assert [entry.start for entry in icalendar.Calendar.from_ical(seen[1].content).walk("VEVENT")] == [at(11)]
    assert told(seen[-1]) == {str(meeting.pk): ("CANCELLED", "Cancelled: Giving feedback")}


def test_edited_meeting_follows_and_deleted_and_left_ones_are_out(path, eva, pia):
    ann, address = a_participant(path, "Ann"), address_of(pia)
    plans = [
        booking.MeetingPlan("Review", at(hour), at(hour + 1), (eva.user,), (pia, ann), eva.user)
        for hour in (10, 12, 14)
    ]
    edited, left, deleted = (add(path, plan, eva.user) for plan in plans)
    before = read(address)

    edit(edited, replace(plans[0], title="Retrospective"), eva.user)
    edit(left, replace(plans[1], participants=(ann,)), eva.user)
    booking.delete(meeting=deleted, by=eva.user, sequence=0, token=uuid4(), now=NOW)
    after = read(address)

    assert told(before).keys() == {str(edited.pk), str(left.pk), str(deleted.pk)}
    assert after["ETag"] != before["ETag"]
    assert told(after) == {str(edited.pk): ("CONFIRMED", "Retrospective")}


def test_feed_takes_as_many_queries_for_many(path, eva, pia):
    address = address_of(pia)

    def count():
        with CaptureQueriesContext(connection) as queries:
            assert read(address).status_code == 200
        return len(queries)

    a_meeting(path, eva.user, pia, at(9))
    one = count()
    for day in range(2, 12):
        a_meeting(path, an_expert(path, name=f"Eva {day}").user, pia, at(9, day=day))

    assert (one, count()) == (3, 3)


def test_everything_but_a_living_address_has_one_answer_by_one_query(pia, meeting):
    ended = address_of(pia)
    address_of(pia)
    gone = a_person("Gil", is_active=False)
    digest = Subscription.objects.get(user=pia).digest
    wrong = [ended, address_of(gone), f"/calendar/{'x' * 43}.ics", f"/calendar/{digest}.ics", "/calendar/"]
    odd = [
        "/calendar/x",
        "/calendar/.ics",
        "/calendar/a/b.ics",
        "/calendar/%ff%00%0d%0a.ics",
        f"/calendar/{'x' * 3000}",
    ]

    answers = set()
    for address in [*wrong, *odd]:
        with CaptureQueriesContext(connection) as queries:
            response = read(address)
        # Of each request its own.
        assert response.headers.pop("X-Request-ID")
        headers = tuple(sorted((name, value) for name, value in response.headers.items()))
        answers.add((response.status_code, response.content, headers, len(queries)))

    ((status, content, _, queries),) = answers
    assert (status, content, queries) == (404, b"There is no calendar at this address.\n", 1)


def test_feed_only_reads(pia, meeting):
    address = address_of(pia)

    assert Client().post(address).status_code == 405
    head = Client().head(address)
    assert (head.status_code, head.content) == (200, b"")
    assert head["ETag"] == read(address)["ETag"]


def test_person_taken_out_without_a_writer_is_out(pia, meeting):
    Meeting.objects.filter(pk=meeting.pk).update(organizer=a_person("Olga"))
    Attendee.objects.filter(meeting=meeting, user=pia).update(removed_at=NOW)

    assert told(read(address_of(pia))) == {}
