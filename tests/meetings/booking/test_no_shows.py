"""Who has missed more sessions than the path allows books after an admin's yes alone, and with an admin."""

from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from meetings import booking
from meetings.booking import fresh_starts, no_shows
from meetings.booking.limits import BookingLimit, allowance_of, allowances_of_people
from meetings.enums import AccountMail, Status
from meetings.models import Meeting, Notice
from paths.enums import Happened
from paths.models import FreshStart, Path, PathEvent
from tests.scene import NOW, a_dropin, a_participant, a_path, a_theme, an_admin, an_expert, at, book, leave

pytestmark = pytest.mark.django_db
MISSED, HELD = Status.NO_SHOW_PARTICIPANT, Status.HELD


@pytest.fixture
def world():
    path = a_path(no_shows_allowed=2)
    eva = an_expert(path)
    return SimpleNamespace(
        path=path, eva=eva, theme=a_theme(path, eva), pia=a_participant(path), ada=an_admin(path), start=at(10)
    )


def miss(world, number, *, status=MISSED, last=-1, person=None):
    """So many sessions on the days before `last` and on it, which is NOW's day and so many."""
    days = range(last - number + 1, last + 1)
    return [a_dropin(world.theme, person or world.pia, world.eva, at(9, day=day), status=status) for day in days]


def let_book(world, **fields):
    missed = no_shows.missed_on(world.pia, [world.path]).get(world.path.pk, ())
    known = {"path": world.path, "user": world.pia, "by": world.ada, "token": uuid4(), "now": NOW}
    return fresh_starts.let_book(**{**known, "shown": fresh_starts.version(missed), **fields})


def letters(kind=AccountMail.SESSIONS_MISSED):
    return Notice.objects.filter(kind=kind)


# n, how many they missed, whether an admin said yes after those, and what becomes of a booking by each: by themselves,
# by an expert, by an admin.
TABLE = [
    (None, 0, False, "free", "free", "free"),
    (None, 20, False, "free", "free", "free"),
    (1, 0, False, "free", "free", "free"),
    (1, 1, False, "warned", "warned", "warned"),
    (1, 2, False, "refused", "refused", "free"),
    (1, 2, True, "free", "free", "free"),
    (2, 1, False, "free", "free", "free"),
    (2, 2, False, "warned", "warned", "warned"),
    (2, 3, False, "refused", "refused", "free"),
    (2, 4, False, "refused", "refused", "free"),
    (2, 3, True, "free", "free", "free"),
    (20, 20, False, "warned", "warned", "warned"),
    (20, 21, False, "refused", "refused", "free"),
    (20, 21, True, "free", "free", "free"),
]


@pytest.mark.parametrize("who", ["themselves", "expert", "admin"])
@pytest.mark.parametrize(("allowed", "missed", "said_yes", "themselves", "expert", "admin"), TABLE)
def test_the_list_the_page_and_the_writer_say_the_same(
    world, clock, client, allowed, missed, said_yes, themselves, expert, admin, who
):
    Path.objects.update(no_shows_allowed=allowed)
    world.path.refresh_from_db()
    miss(world, missed)
    if said_yes:
        let_book(world)
    by = {"themselves": world.pia, "expert": world.eva.user, "admin": world.ada}[who]
    expected = {"themselves": themselves, "expert": expert, "admin": admin}[who]

    allowance = allowance_of(world.pia, world.path, now=NOW, excused=who == "admin")
    [listed] = allowances_of_people([world.pia], world.path, now=NOW, excused=who == "admin").values()
    assert listed == allowance
    assert allowance.is_warned == (expected == "warned")
    assert bool(allowance.spent) == (expected == "refused")
    client.force_login(by)
    query = f"?theme={world.theme.pk}&for={world.pia.pk}"
    times = client.get(f"/paths/{world.path.pk}/schedule/time/{query}")
    confirm = client.get(f"/paths/{world.path.pk}/schedule/confirm/{query}&start={world.start:%Y-%m-%dT%H:%M:%SZ}")
    assert (times.status_code == 409) == (confirm.status_code == 409) == (expected == "refused")
    try:
        book(world.theme, world.pia, world.start, by=by)
    except booking.NoSessionsLeft:
        assert expected == "refused"
    else:
        assert expected in {"free", "warned"}


def test_only_missed_dropins_of_this_path_count(world):
    for last, status in enumerate([HELD, Status.NO_SHOW_EXPERT, Status.CANCELLED, Status.SCHEDULED], start=-8):
        miss(world, 1, status=status, last=last)
    Meeting.objects.filter(status=Status.CANCELLED).update(counts_as_used=True)
    elsewhere = a_path(no_shows_allowed=1)
    a_dropin(a_theme(elsewhere, world.eva), world.pia, world.eva, at(12, day=-1), status=MISSED)
    miss(world, 2, person=a_participant(world.path, "Omar"), last=-12)
    assert no_shows.missed_on(world.pia, [world.path]) == {}

    [missed] = miss(world, 1)
    assert no_shows.missed_on(world.pia, [world.path]) == {world.path.pk: (missed.starts_at,)}


def test_a_corrected_outcome_lets_them_book_again(world):
    *_others, last = miss(world, 3)
    with pytest.raises(booking.NoSessionsLeft) as refused:
        book(world.theme, world.pia, world.start)
    assert str(refused.value) == (
        "You missed 3 sessions, so an admin of the path has to let you book again."
        " They were on 30 October, 31 October and 1 November."
    )

    booking.mark_outcome(meeting=last, outcome=HELD, was=MISSED, by=world.ada, token=uuid4(), now=NOW)

    assert book(world.theme, world.pia, world.start)


@pytest.mark.parametrize("allowed", [None, 3])
def test_switched_off_or_raised_the_rule_holds_nobody(world, allowed):
    miss(world, 3)
    Path.objects.update(no_shows_allowed=allowed)
    assert book(world.theme, world.pia, world.start)


def test_what_is_booked_already_is_moved_and_cancelled_as_ever(world):
    ahead = book(world.theme, world.pia, world.start)
    miss(world, 3)

    booking.reschedule(meeting=ahead, by=world.pia, start=at(11), token=uuid4(), now=NOW)
    booking.cancel(meeting=ahead, by=world.eva.user, now=NOW)

    other = an_expert(world.path, name="Ines")
    world.theme.experts.add(other)
    ahead.refresh_from_db()
    assert booking.rescue(meeting=ahead, by=world.pia, token=uuid4(), now=NOW).rescues == ahead
    with pytest.raises(booking.NoSessionsLeft):
        book(world.theme, world.pia, at(15))


def test_an_expert_reads_nothing_of_what_was_missed(world):
    miss(world, 3)
    refusal = allowance_of(world.pia, world.path, now=NOW).spent
    assert refusal.rule is BookingLimit.NO_SHOWS
    said = refusal.words(world.eva.user.reader, NOW, world.pia)
    assert said.replace("\u2068", "").replace("\u2069", "") == (
        "Only an admin of this path can book the next session for Pia."
    )


def test_without_a_rule_nothing_is_asked(world):
    Path.objects.update(no_shows_allowed=None)
    world.path.refresh_from_db()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        allowance_of(world.pia, world.path, now=NOW)
    assert len(asked) == 0


def mark(world, meeting, outcome=MISSED, was=Status.SCHEDULED):
    return booking.mark_outcome(meeting=meeting, outcome=outcome, was=was, by=world.ada, token=uuid4(), now=NOW)


def test_they_are_told_once_however_often_the_outcome_turns(world):
    first, second, third = miss(world, 3, status=Status.SCHEDULED)
    mark(world, first)
    assert not letters().exists()
    mark(world, second)
    [letter] = letters()
    assert (letter.user, letter.facts) == (world.pia, {"path": str(world.path.pk), "meeting": str(second.pk)})

    mark(world, second, HELD, MISSED)
    mark(world, second, MISSED, HELD)
    assert letters().count() == 1

    # With the next one the number is passed, not reached; after a correction another meeting reaches it.
    mark(world, third)
    assert letters().count() == 1
    mark(world, second, HELD, MISSED)
    mark(world, third, HELD, MISSED)
    mark(world, third, MISSED, HELD)
    assert letters().count() == 2


def test_many_outcomes_at_once_tell_each_person_once(world):
    omar = a_participant(world.path, "Omar")
    meetings = [
        *miss(world, 3, status=Status.SCHEDULED),
        *miss(world, 1, status=Status.SCHEDULED, person=omar, last=-7),
    ]
    said = {meeting.pk: MISSED for meeting in meetings}
    token = uuid4()
    for _twice in range(2):
        booking.mark_outcomes(path=world.path, said=said, by=world.ada, token=token, now=NOW)
    assert [letter.user for letter in letters()] == [world.pia]


def test_a_yes_begins_anew_and_tells_them(world):
    miss(world, 3)
    given = let_book(world, why="  A hard autumn. ")

    event = PathEvent.objects.get(what=Happened.LET_BOOK)
    assert (event.by, event.about, event.facts, event.words.text) == (
        world.ada,
        world.pia,
        {"missed": 3},
        "A hard autumn.",
    )
    [letter] = letters(AccountMail.BOOK_AGAIN)
    assert (letter.user, letter.facts["fresh"]) == (world.pia, given.pk)
    later = NOW + timedelta(days=9)
    for day, refused in [(1, False), (2, False), (3, True)]:
        a_dropin(world.theme, world.pia, world.eva, at(9, day=day), status=MISSED)
        assert bool(allowance_of(world.pia, world.path, now=later).spent) == refused


def test_a_session_before_the_yes_never_counts_again(world):
    miss(world, 3)
    [unmarked] = miss(world, 1, last=-5, status=Status.SCHEDULED)
    let_book(world)
    mark(world, unmarked)
    assert no_shows.missed_on(world.pia, [world.path]) == {}


def test_the_same_form_twice_is_one_yes(world):
    miss(world, 3)
    token = uuid4()
    assert let_book(world, token=token) == let_book(world, token=token)
    assert FreshStart.objects.count() == letters(AccountMail.BOOK_AGAIN).count() == 1


def test_only_who_waits_is_let_book(world):
    miss(world, 2)
    with pytest.raises(fresh_starts.NobodyWaits):
        let_book(world)
    miss(world, 1, last=-9)
    for by in (world.pia, world.eva.user, an_admin(a_path(), "Abe")):
        with pytest.raises(fresh_starts.FreshStartRefused):
            let_book(world, by=by)
    leave(world.pia, world.path)
    with pytest.raises(fresh_starts.NobodyWaits):
        let_book(world)
    assert not FreshStart.objects.exists()


def test_an_admin_who_is_one_no_more_says_nothing(world):
    miss(world, 3)
    leave(world.ada, world.path)
    with pytest.raises(fresh_starts.FreshStartRefused):
        let_book(world)


def test_a_yes_to_less_than_was_missed_since_is_stale(world):
    miss(world, 3)
    shown = fresh_starts.version(no_shows.missed_on(world.pia, [world.path])[world.path.pk])
    miss(world, 1, last=-9)
    with pytest.raises(fresh_starts.StaleFreshStart):
        let_book(world, shown=shown)
    assert not FreshStart.objects.exists()


def test_taken_back_it_is_as_if_never_given(world):
    miss(world, 3)
    given = let_book(world)
    for _twice in range(2):
        fresh_starts.take_back(fresh=given, by=world.ada, now=NOW + timedelta(minutes=1))
    with pytest.raises(booking.NoSessionsLeft):
        book(world.theme, world.pia, world.start)
    assert PathEvent.objects.filter(what=Happened.LET_BOOK_NO_MORE).count() == letters().count() == 1
    with pytest.raises(fresh_starts.FreshStartRefused):
        fresh_starts.take_back(fresh=given, by=world.pia, now=NOW)


def test_after_a_booking_it_is_not_taken_back(world):
    miss(world, 3)
    given = let_book(world)
    book(world.theme, world.pia, world.start, now=NOW + timedelta(minutes=1))
    with pytest.raises(fresh_starts.BookedSince, match="Pia has booked a session since"):
        fresh_starts.take_back(fresh=given, by=world.ada, now=NOW + timedelta(minutes=2))
    given.refresh_from_db()
    assert given.taken_back_at is None


def test_asking_writes_to_each_admin_once_in_a_day(world):
    abe = an_admin(world.path, "Abe")
    with pytest.raises(fresh_starts.NobodyWaits):
        fresh_starts.ask(path=world.path, by=world.pia, now=NOW)
    miss(world, 3)
    fresh_starts.ask(path=world.path, by=world.pia, now=NOW)
    with pytest.raises(fresh_starts.AskedToday, match="once in 24 hours"):
        fresh_starts.ask(path=world.path, by=world.pia, now=NOW + timedelta(hours=23))
    assert {each.user for each in letters(AccountMail.BOOKING_ASKED)} == {world.ada, abe}
    fresh_starts.ask(path=world.path, by=world.pia, now=NOW + timedelta(hours=24))
    assert letters(AccountMail.BOOKING_ASKED).count() == 4
    with pytest.raises(fresh_starts.FreshStartRefused):
        fresh_starts.ask(path=world.path, by=world.ada, now=NOW)


def test_how_many_a_rule_concerns(world):
    omar, gone = a_participant(world.path, "Omar"), a_participant(world.path, "Gus")
    for number, person, last in [(3, world.pia, -1), (1, omar, -5), (3, gone, -10)]:
        miss(world, number, person=person, last=last)
    leave(gone, world.path)
    assert [no_shows.concerned(world.path, allowed) for allowed in (1, 2, 3, 4)] == [(1, 1), (0, 1), (1, 0), (0, 0)]
    assert list(no_shows.needing_yes(world.path)) == [world.pia]
    let_book(world)
    assert no_shows.concerned(world.path, 1) == (1, 0)


@pytest.mark.parametrize("fields", [{"taken_back_at": NOW}, {"taken_back_by": "ada"}])
def test_the_database_knows_who_took_it_back(world, fields):
    miss(world, 3)
    given = let_book(world)
    values = {name: world.ada if value == "ada" else value for name, value in fields.items()}
    with pytest.raises(IntegrityError, match="fresh_start_taken_back_by_somebody"), transaction.atomic():
        FreshStart.objects.filter(pk=given.pk).update(**values)
