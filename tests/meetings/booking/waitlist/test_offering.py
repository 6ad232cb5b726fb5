"""Who gets a time that opens, for how long, and who is next."""

from datetime import time, timedelta
from uuid import uuid4

import pytest

from everwise.accounts.models import User
from experts.models import Expert
from meetings import booking
from meetings.booking.waitlist import held, in_line, joining, taking
from meetings.enums import AccountMail, EntryEnd, HeldEnd
from meetings.models import WEEKEND, DayPart, HeldTime, Notice, WaitlistEntry
from meetings.slots.openings import Openings
from paths.models import Path
from tests.meetings.racing import broken
from tests.meetings.waiting import booked_theme, cancel, go_round, holders, wait
from tests.scene import NOW, a_participant, a_theme, add, an_expert, at, book, leave

pytestmark = pytest.mark.django_db

HALF_HOUR = timedelta(minutes=30)
TEN = at(10)


@pytest.fixture
def world(path, pia):
    """Ben, Cleo and Dan wait for the one time of a theme, which Pia has booked."""
    theme, expert, meeting = booked_theme(pia, path)
    people = [a_participant(path, name) for name in ("Ben", "Cleo", "Dan")]
    for number, user in enumerate(people):
        wait(theme, user, now=NOW + timedelta(seconds=number))
    return theme, expert, meeting, people


def listed(theme, participant):
    openings = Openings(theme.path, since=NOW, until=at(0, day=5), now=NOW, theme=theme, participant=participant)
    return list(openings.starts(30))


def take(user, now=NOW, **fields):
    row = HeldTime.objects.open(now).select_related("entry__theme", "entry__sooner_than").get(user=user)
    return taking.take(held=row, by=user, token=uuid4(), now=now, **fields)


def test_freed_time_is_held_for_the_first_in_line_and_offered_to_nobody_else(world):
    theme, expert, meeting, (ben, cleo, _dan) = world
    assert go_round() == 0
    cancel(meeting)
    assert listed(theme, cleo) == [TEN]

    assert go_round() == 1

    assert holders() == [("Ben", TEN)]
    assert (listed(theme, ben), listed(theme, cleo)) == ([TEN], [])
    for named in (None, expert):
        with pytest.raises(booking.JustTaken):
            book(theme, cleo, TEN, expert=named)
    (row,) = HeldTime.objects.all()
    assert (row.told_at, row.until) == (NOW, NOW + HALF_HOUR)
    mail = Notice.objects.get(kind=AccountMail.TIME_HELD)
    assert (mail.user, mail.due_at, mail.facts) == (ben, NOW, {"held": str(row.pk)})
    assert go_round() == 0
    assert broken() == {}


def test_holder_books_it_and_is_out_of_the_line(world):
    theme, _expert, meeting, (ben, _cleo, _dan) = world
    cancel(meeting)
    go_round()

    made = take(ben)

    assert (made.starts_at, made.participants) == (TEN, [ben])
    assert HeldTime.objects.get().ended_by == HeldEnd.TAKEN
    assert WaitlistEntry.objects.get(user=ben).ended_by == EntryEnd.TAKEN
    assert in_line.waiting_by_theme(theme.path, NOW) == {theme.pk: 2}
    assert go_round() == 0
    assert broken() == {}


def test_whoever_books_the_held_start_by_another_page_has_taken_it(world):
    theme, _expert, meeting, (ben, _cleo, _dan) = world
    cancel(meeting)
    go_round()

    book(theme, ben, TEN)

    assert HeldTime.objects.get().ended_by == HeldEnd.TAKEN


def test_time_that_lapsed_goes_to_the_next_and_at_last_to_all(world):
    theme, _expert, meeting, _people = world
    cancel(meeting)
    go_round()
    held_by = []
    for number in range(1, 4):
        held_by += holders(NOW + (number - 1) * HALF_HOUR)
        moment = NOW + number * HALF_HOUR
        assert go_round(moment - timedelta(seconds=1)) == 0
        go_round(moment)

    assert held_by == [("Ben", TEN), ("Cleo", TEN), ("Dan", TEN)]
    assert set(HeldTime.objects.values_list("ended_by", flat=True)) == {HeldEnd.LAPSED}
    assert listed(theme, a_participant(theme.path)) == [TEN]
    # Nobody gets the same start again.
    assert go_round(NOW + 3 * HALF_HOUR) == 0
    assert broken() == {}


def test_time_is_nobody_elses_between_two_holders(world):
    """Until a worker has passed it on; a while later it is let go without one."""
    theme, _expert, meeting, (_ben, cleo, _dan) = world
    cancel(meeting)
    go_round()
    over = NOW + HALF_HOUR

    with pytest.raises(booking.JustTaken):
        book(theme, cleo, TEN, now=over + timedelta(minutes=9))

    assert book(theme, cleo, TEN, now=over + timedelta(minutes=10))
    assert broken() == {}


def test_who_passes_it_on_gets_another_one(world):
    theme, _expert, meeting, (ben, _cleo, _dan) = world
    cancel(meeting)
    go_round()
    for _twice in range(2):
        held.pass_on(held=HeldTime.objects.get(user=ben), by=ben, now=NOW)

    go_round()

    assert holders() == [("Cleo", TEN)]
    assert HeldTime.objects.get(user=ben).ended_by == HeldEnd.PASSED
    other = an_expert(theme.path, windows="11:00-11:30")
    theme.experts.add(other)
    go_round()
    assert ("Ben", NOW.replace(hour=11)) in holders()


def test_who_lets_one_lapse_rests_until_tomorrow(world):
    theme, _expert, meeting, (_ben, cleo, dan) = world
    for user in (cleo, dan):
        joining.leave(entry=WaitlistEntry.objects.get(user=user), by=user, now=NOW)
    cancel(meeting)
    go_round()
    theme.experts.add(an_expert(theme.path, windows="14:00-14:30"))

    go_round(NOW + HALF_HOUR)
    assert holders(NOW + HALF_HOUR) == []
    tomorrow = at(8)
    go_round(tomorrow)
    assert holders(tomorrow) == [("Ben", at(14))]


@pytest.mark.parametrize(
    ("window", "suits"),
    [
        ({}, True),
        ({"part": DayPart.MORNING}, True),
        ({"part": DayPart.AFTERNOON}, False),
        ({"first": 1, "last": 1}, True),
        ({"first": 2}, False),
        ({"weekdays": WEEKEND}, False),
        ({"weekdays": 0b10}, True),  # NOW is a Monday, the time on Tuesday
    ],
)
def test_time_is_held_only_for_whom_it_suits(path, pia, window, suits):
    theme, _expert, meeting = booked_theme(pia, path)
    wait(theme, a_participant(path, "Ben"), **window)
    cancel(meeting)

    assert go_round() == int(suits)


def test_window_is_in_the_persons_own_zone(path, pia):
    """10:00 in UTC is 15:30 in Kolkata."""
    theme, _expert, meeting = booked_theme(pia, path)
    wait(theme, a_participant(path, "Asha", time_zone="Asia/Kolkata"), part=DayPart.MORNING)
    wait(theme, a_participant(path, "Ravi", time_zone="Asia/Kolkata"), part=DayPart.AFTERNOON)
    cancel(meeting)

    go_round()

    assert holders() == [("Ravi", TEN)]


def test_night_is_no_time_to_be_told(path, pia):
    """Held at once, told and counted from the start of their usual hours."""
    theme, _expert, meeting = booked_theme(pia, path)
    wait(theme, a_participant(path, "Ben", usual_from=time(9), usual_until=time(20)))
    cancel(meeting)

    go_round()

    row = HeldTime.objects.get()
    assert (row.offered_at, row.told_at, row.until) == (NOW, NOW.replace(hour=9), NOW.replace(hour=9, minute=30))
    assert Notice.objects.get(kind=AccountMail.TIME_HELD).due_at == row.told_at


@pytest.mark.parametrize(("notice", "number"), [(0, 1), (90, 1), (91, 0)])
def test_whoever_has_no_half_hour_left_is_skipped(path, pia, notice, number):
    """At 08:00 tomorrow two hours are left, less the path's notice: they could answer until 08:30."""
    theme, _expert, meeting = booked_theme(pia, path)
    wait(theme, a_participant(path, "Ben"))
    cancel(meeting)
    Path.objects.update(notice_minutes=notice)

    assert go_round(at(8)) == number


def test_who_has_no_session_left_is_skipped_and_stays_in_line(world):
    theme, _expert, meeting, (ben, _cleo, _dan) = world
    Path.objects.update(sessions_per_participant=1)
    other = a_theme(theme.path, an_expert(theme.path))
    book(other, ben, at(15, day=3))
    cancel(meeting)

    go_round()

    assert holders() == [("Cleo", TEN)]
    assert WaitlistEntry.objects.live().filter(user=ben).exists()


def test_whoever_is_in_another_meeting_then_is_skipped(world):
    theme, _expert, meeting, (ben, _cleo, _dan) = world
    book(a_theme(theme.path, an_expert(theme.path)), ben, TEN)
    cancel(meeting)

    go_round()

    assert holders() == [("Cleo", TEN)]


@pytest.mark.parametrize("gone", ["left", "off", "retired", "closed"])
def test_who_is_gone_is_offered_nothing_and_leaves_the_line(world, gone):
    theme, _expert, meeting, (ben, _cleo, _dan) = world
    cancel(meeting)
    go_round()
    if gone == "left":
        leave(ben, theme.path)
    elif gone == "off":
        User.objects.filter(pk=ben.pk).update(is_active=False)
    elif gone == "retired":
        type(theme).objects.update(retired_at=NOW)
    else:
        Path.objects.update(closed_at=NOW)

    joining.end_over(NOW)
    go_round()

    assert WaitlistEntry.objects.get(user=ben).ended_by == EntryEnd.OVER
    assert holders() == ([("Cleo", TEN)] if gone in {"left", "off"} else [])
    assert broken() == {}


def test_times_that_could_be_booked_before_are_not_offered(path):
    """Whoever joins has seen them. A new one is."""
    expert = an_expert(path, windows="10:00-10:30")
    theme, ben = a_theme(path, expert), a_participant(path, "Ben")
    wait(theme, ben)
    assert go_round() == 0

    expert.rules.create(rrule="FREQ=DAILY", first_date=at(9).date(), windows="15:00-15:30")
    go_round()

    assert holders() == [("Ben", at(15))]


def test_two_in_line_get_two_times(world):
    theme, _expert, meeting, _people = world
    theme.experts.add(an_expert(theme.path, windows="10:00-11:00"))
    cancel(meeting)

    assert go_round() == 3
    today = NOW.replace(hour=10)
    assert sorted(start for _name, start in holders()) == [today, today + HALF_HOUR, TEN]
    assert broken() == {}


def test_ad_hoc_meeting_takes_precedence_and_they_stay_first_in_line(world, path, ada):
    _theme, expert, meeting, (ben, _cleo, dan) = world
    cancel(meeting)
    go_round()
    # The e-mail has gone out.
    Notice.objects.filter(kind=AccountMail.TIME_HELD).update(sent_at=NOW)
    plan = booking.MeetingPlan("Review", TEN, TEN + HALF_HOUR, (expert.user,), (dan,))

    made = add(path, plan, ada)

    assert HeldTime.objects.get().ended_by == HeldEnd.GONE
    assert Notice.objects.get(kind=AccountMail.TIME_GONE).user == ben
    assert WaitlistEntry.objects.live().filter(user=ben).exists()
    assert broken() == {}
    booking.delete(meeting=made, by=ada, sequence=made.sequence, token=uuid4(), now=NOW)
    go_round()
    assert holders() == [("Ben", TEN)]


def test_held_time_counts_as_a_session_for_breaks_and_caps(world):
    theme, expert, meeting, (ben, _cleo, _dan) = world
    cancel(meeting)
    go_round()
    expert.rules.update(windows="10:00-12:00")
    half_past, eleven = at(10, 30), at(11)
    other = a_participant(theme.path)
    assert listed(theme, other) == [half_past, eleven, at(11, 30)]
    assert TEN in listed(theme, ben)

    Expert.objects.filter(pk=expert.pk).update(buffer_after_minutes=15)
    assert listed(theme, other) == [eleven, at(11, 30)]
    with pytest.raises(booking.JustTaken):
        book(theme, other, half_past)
    Expert.objects.filter(pk=expert.pk).update(cap_per_day=1)
    assert listed(theme, other) == []


class TestSooner:
    @pytest.fixture
    def waiting(self, path, pia):
        """Ben has a session in four days, and wants it sooner."""
        theme, _expert, meeting = booked_theme(pia, path)
        theme.experts.add(an_expert(path, windows="16:00-16:30"))
        ben = a_participant(path, "Ben")
        session = book(theme, ben, at(16, day=4))
        wait(theme, ben, sooner_than=session)
        cancel(meeting)
        return theme, ben, session

    def test_their_session_moves_and_stays_the_same(self, waiting):
        _theme, ben, session = waiting
        Path.objects.update(sessions_per_participant=1)
        go_round()
        assert holders() == [("Ben", TEN)]

        moved = take(ben)

        assert (moved.pk, moved.starts_at) == (session.pk, TEN)
        assert WaitlistEntry.objects.get().ended_by == EntryEnd.TAKEN
        assert broken() == {}

    def test_last_day_is_that_of_the_session(self, waiting):
        assert WaitlistEntry.objects.get().last_date == at(16, day=4).date()

    @pytest.mark.parametrize("what", ["cancelled", "moved up", "too late", "no moves"])
    def test_nothing_is_offered_once_it_can_move_no_more(self, waiting, what):
        _theme, ben, session = waiting
        if what == "cancelled":
            cancel(session)
        elif what == "moved up":
            fields = {"by": ben, "token": uuid4(), "now": NOW}
            booking.reschedule(meeting=session, start=at(16, day=2), **fields)
        elif what == "too late":
            Path.objects.update(change_until_minutes=4 * 24 * 60 + 8 * 60 + 1)
        else:
            Path.objects.update(most_moves=0)

        assert go_round() == 0
        joining.end_over(NOW)
        # Whose path lets nobody move a session may allow it again.
        assert WaitlistEntry.objects.live().exists() is (what == "no moves")
