"""How many sessions a participant may have in a month and at once, and how often they may move one, at their edges."""

import random
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from meetings import booking
from meetings.booking import limits
from meetings.booking.limits import BookingLimit, allowance_of
from meetings.enums import Action, Status
from meetings.models import Meeting
from meetings.permissions import deadlines, standings
from meetings.slots.openings import Openings
from paths.models import ExtraSessions
from tests.scene import NOW, a_dropin, a_participant, a_path, a_theme, an_admin, an_expert, at, book

pytestmark = pytest.mark.django_db


def world(**policy):
    path = a_path(**policy)
    eva = an_expert(path, windows="00:00-24:00")
    return path, a_theme(path, eva), eva, a_participant(path)


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


def refused(path, pia, start, **fields):
    found = allowance_of(pia, path, now=NOW, **fields).refusal(start)
    return found and found.rule


# NOW is 2 November 2026, 08:00 UTC. Auckland (UTC+13 then) begins December on 30 November at 11:00 UTC, Honolulu
# (UTC-10) on 1 December at 10:00 UTC.
BORDERS = [
    ("UTC", utc(2026, 12, 1)),
    ("Pacific/Auckland", utc(2026, 11, 30, 11)),
    ("Pacific/Honolulu", utc(2026, 12, 1, 10)),
    ("Asia/Kolkata", utc(2026, 11, 30, 18, 30)),
]


@pytest.mark.parametrize(("zone", "border"), BORDERS)
def test_a_month_ends_at_midnight_of_the_paths_zone(zone, border):
    path, theme, eva, pia = world(time_zone=zone, sessions_per_month=1)
    pia.time_zone = "America/New_York"
    a_dropin(theme, pia, eva, border - timedelta(minutes=90))

    minute = timedelta(minutes=1)
    assert refused(path, pia, border - minute) is BookingLimit.IN_MONTH
    assert refused(path, pia, border) is None
    assert refused(path, pia, border + timedelta(days=31)) is None


@pytest.mark.parametrize(
    ("status", "fields", "counts"),
    [
        (Status.SCHEDULED, {}, True),
        (Status.HELD, {}, True),
        (Status.NO_SHOW_PARTICIPANT, {}, True),
        (Status.NO_SHOW_EXPERT, {}, False),
        (Status.CANCELLED, {"counts_as_used": True}, True),
        (Status.CANCELLED, {"counts_as_used": False}, False),
    ],
)
def test_a_session_comes_back_to_its_month_as_it_does_in_all(status, fields, counts):
    path, theme, eva, pia = world(sessions_per_month=1, sessions_per_participant=1)
    a_dropin(theme, pia, eva, at(10), status=status, **fields)

    in_month = allowance_of(pia, path, now=NOW, tally=limits.UNCOUNTED).refusal(at(12))
    assert bool(in_month) == counts
    assert allowance_of(pia, path, now=NOW).tally.exhausted == counts


@pytest.mark.parametrize(("minutes", "comes"), [(-1, False), (0, False), (1, True)])
def test_what_has_started_is_not_to_come(minutes, comes):
    path, theme, eva, pia = world(sessions_at_once=1)
    a_dropin(theme, pia, eva, NOW + timedelta(minutes=minutes))

    assert (refused(path, pia, at(12)) is BookingLimit.AT_ONCE) == comes


def test_the_next_one_is_named():
    path, theme, eva, pia = world(sessions_at_once=2)
    for day in (3, 4, 5):
        a_dropin(theme, pia, eva, at(10, day=day))
    spent = allowance_of(pia, path, now=NOW).spent

    # Of three, two have to start before there are fewer than two.
    assert spent.then == at(10, day=4)
    assert spent.words(pia.reader, NOW) == (
        "You can have 2 sessions coming up at a time, and they are booked."
        " The next one can be booked from Fri 6 Nov, 10:00 on."
    )


def test_a_full_month_leads_to_the_next_that_has_room():
    path, theme, eva, pia = world(sessions_per_month=1, horizon_days=200)
    for start in (utc(2026, 11, 20, 10), utc(2026, 12, 10, 10)):
        a_dropin(theme, pia, eva, start)
    allowance = allowance_of(pia, path, now=NOW)

    assert allowance.refusal(at(12)).words(pia.reader, NOW) == (
        "You’ve used or booked your 1 session of November. The next one can start from Fri 1 Jan 2027, 00:00 on."
    )
    starts = Openings(
        path, since=NOW, until=NOW + timedelta(days=90), now=NOW, participant=pia, theme=theme, shut=allowance.shut
    ).first(30)
    assert starts == utc(2027, 1, 1)


def test_nothing_is_promised_beyond_the_paths_last_date():
    path, theme, eva, pia = world(sessions_per_month=1, closes_on=utc(2026, 11, 30).date())
    a_dropin(theme, pia, eva, at(10))

    assert allowance_of(pia, path, now=NOW).refusal(at(12)).words(pia.reader, NOW) == (
        "You’ve used or booked your 1 session of November."
    )


def test_extra_sessions_add_to_those_in_all_alone():
    path, theme, _, pia = world(sessions_per_participant=1, sessions_per_month=1)
    ExtraSessions.objects.create(path=path, user=pia, number=3, by=an_admin(path), at=NOW, token=uuid4())
    book(theme, pia, at(10))

    with pytest.raises(booking.NoSessionsLeft, match="1 session of November"):
        book(theme, pia, at(12))
    book(theme, pia, utc(2026, 12, 2, 10))


def test_other_peoples_other_paths_and_other_kinds_count_not():
    path, theme, eva, pia = world(sessions_per_month=1, sessions_at_once=1)
    elsewhere = a_path(sessions_per_month=1)
    a_dropin(theme, a_participant(path, "Quinn"), eva, at(10))
    a_dropin(a_theme(elsewhere, eva), pia, eva, at(11))
    assert refused(path, pia, at(12)) is None

    a_dropin(theme, pia, eva, at(13))
    assert refused(path, pia, at(12)) is BookingLimit.AT_ONCE


class TestMoves:
    def moved(self, meeting, by, hour):
        return booking.reschedule(meeting=meeting, by=by, start=at(hour, day=9), token=uuid4(), now=NOW)

    def may(self, meeting, user):
        current = Meeting.objects.with_people().get(pk=meeting.pk)
        held = standings.meeting_standings(user, current)
        return not deadlines.refusal(Action.RESCHEDULE, current, held, NOW)

    @pytest.mark.parametrize("most", [0, 1, 2])
    def test_a_participant_moves_a_session_so_often(self, most):
        _path, theme, _, pia = world(most_moves=most)
        meeting = book(theme, pia, at(8, day=9))
        for hour in range(most):
            assert self.may(meeting, pia)
            meeting = self.moved(meeting, pia, 10 + hour)
        assert not self.may(meeting, pia)
        with pytest.raises(booking.BookingRefused, match="move"):
            self.moved(meeting, pia, 20)
        # Another session has moves of its own, and it can be cancelled.
        assert self.may(book(theme, pia, at(9, day=10)), pia) == bool(most)
        booking.cancel(meeting=meeting, by=pia, now=NOW)

    def test_moves_by_others_count_not_and_have_no_limit(self):
        path, theme, eva, pia = world(most_moves=1)
        admin, meeting = an_admin(path), book(theme, pia, at(8, day=9))
        for hour, by in enumerate((admin, eva.user, admin, eva.user)):
            meeting = self.moved(meeting, by, 10 + hour)
        assert self.may(meeting, pia)

        meeting = self.moved(meeting, pia, 16)
        assert not self.may(meeting, pia)
        assert self.may(meeting, admin)
        assert self.may(meeting, eva.user)

    def test_without_a_limit_nothing_is_counted(self):
        _path, theme, _, pia = world()
        meeting = Meeting.objects.with_people().get(pk=book(theme, pia, at(8, day=9)).pk)
        held = standings.meeting_standings(pia, meeting)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            deadlines.refusal(Action.RESCHEDULE, meeting, held, NOW)
        assert len(asked) == 0

        meeting.path.most_moves = 1
        with CaptureQueriesContext(connection) as asked:
            deadlines.refusal(Action.RESCHEDULE, meeting, held, NOW)
        assert len(asked) == 1

    def test_into_a_full_month_nothing_is_moved_whoever_moves_it(self):
        path, theme, _, pia = world(sessions_per_month=1)
        november = book(theme, pia, at(10))
        december = book(theme, pia, utc(2026, 12, 2, 10))
        for by in (pia, an_admin(path)):
            with pytest.raises(booking.NoSessionsLeft, match="December"):
                booking.reschedule(meeting=november, by=by, start=utc(2026, 12, 3, 10), token=uuid4(), now=NOW)
        # Within its own month it may be moved, however full that is.
        booking.reschedule(meeting=december, by=pia, start=utc(2026, 12, 3, 10), token=uuid4(), now=NOW)

    def test_moving_takes_nothing_more(self):
        _path, theme, _, pia = world(sessions_per_participant=1, sessions_at_once=1)
        self.moved(book(theme, pia, at(10)), pia, 12)


def test_the_listing_is_what_the_writer_accepts():
    """Random worlds: each start that is listed can be booked, none that only the months take away can."""
    chance = random.Random(20261102)
    for _ in range(6):
        zone = chance.choice(["UTC", "Pacific/Auckland", "Pacific/Honolulu", "Asia/Kathmandu"])
        path, theme, eva, pia = world(
            time_zone=zone, sessions_per_month=chance.choice([1, 2]), start_interval_minutes=240, horizon_days=60
        )
        for _ in range(chance.randint(1, 4)):
            start = NOW + timedelta(days=chance.randint(1, 58), hours=chance.randint(0, 23), minutes=30)
            status = chance.choice([Status.SCHEDULED, Status.CANCELLED])
            a_dropin(theme, pia, eva, start, status=status, counts_as_used=chance.random() < 0.5)
        allowance = allowance_of(pia, path, now=NOW)
        span = {"since": NOW, "until": NOW + timedelta(days=62), "now": NOW, "participant": pia, "theme": theme}
        every = set(Openings(path, **span).starts(30))
        listed = set(Openings(path, **span, shut=allowance.shut).starts(30))

        assert listed == {start for start in every if allowance.refusal(start) is None}
        if hidden := sorted(every - listed):
            with pytest.raises(booking.NoSessionsLeft):
                book(theme, pia, chance.choice(hidden))
        if listed:
            book(theme, pia, chance.choice(sorted(listed)))


@pytest.mark.parametrize(
    ("policy", "statements"),
    [
        ({}, 0),
        ({"sessions_per_participant": 3}, 1),
        ({"sessions_per_month": 3}, 1),
        ({"sessions_at_once": 3, "sessions_per_month": 3}, 1),
        ({"sessions_per_participant": 3, "sessions_at_once": 3}, 2),
    ],
)
def test_only_what_is_limited_is_read(policy, statements):
    path, _, _, pia = world(**policy)
    with CaptureQueriesContext(connection) as asked:
        allowance_of(pia, path, now=NOW)
    assert len(asked) == statements
