"""What becomes of a held time whose expert can't give it any more, and which times nobody is called to."""

from datetime import timedelta
from uuid import uuid4

import pytest

from everwise.accounts.models import User
from experts.models import BusyTime, Expert
from meetings import booking
from meetings.booking.waitlist import gone, joining, offering
from meetings.enums import AccountMail, EntryEnd, HeldEnd
from meetings.models import HeldTime, Notice, WaitlistEntry
from paths.models import Path
from tests.meetings.racing import broken
from tests.meetings.waiting import booked_theme, cancel, go_round, holders, wait
from tests.scene import NOW, a_participant, a_path, a_theme, an_admin, an_expert, at, book, leave

pytestmark = pytest.mark.django_db

TEN = at(10)


@pytest.fixture
def path():
    return a_path()


@pytest.fixture
def world(path):
    """Ten o'clock is held for Ben, who has read it."""
    theme, eva, meeting = booked_theme(a_participant(path), path)
    ben = a_participant(path, "Ben")
    wait(theme, ben)
    cancel(meeting)
    go_round()
    assert holders() == [("Ben", TEN)]
    Notice.objects.filter(kind=AccountMail.TIME_HELD).update(sent_at=NOW)
    return theme, eva, ben


def nothing(theme, eva):
    pass


def left(theme, eva):
    leave(eva.user, theme.path)


def off(theme, eva):
    User.objects.filter(pk=eva.user_id).update(is_active=False)


def not_accepting(theme, eva):
    Expert.objects.filter(pk=eva.pk).update(accepting=False)


def other_hours(theme, eva):
    eva.rules.all().delete()


def off_the_theme(theme, eva):
    theme.experts.remove(eva)


def busy_elsewhere(theme, eva):
    BusyTime.objects.create(expert=eva, starts_at=TEN, ends_at=TEN + timedelta(hours=1))


def longer_notice(theme, eva):
    Path.objects.update(notice_minutes=48 * 60)


@pytest.mark.parametrize(
    "change", [nothing, left, off, not_accepting, other_hours, off_the_theme, busy_elsewhere, longer_notice]
)
def test_time_that_its_holder_could_not_book_is_held_no_more_and_they_are_told(world, change):
    theme, eva, ben = world
    change(theme, eva)

    for _twice in range(2):
        go_round()

    lost = change is not nothing
    assert holders() == ([] if lost else [("Ben", TEN)])
    assert HeldTime.objects.get().ended_by == (HeldEnd.GONE if lost else "")
    assert [each.user for each in Notice.objects.filter(kind=AccountMail.TIME_GONE)] == ([ben] if lost else [])
    assert WaitlistEntry.objects.live().filter(user=ben).exists()
    assert broken() == {}


def test_whoever_was_not_told_of_it_yet_hears_nothing(world):
    theme, eva, _ben = world
    Notice.objects.filter(kind=AccountMail.TIME_HELD).update(sent_at=None)
    left(theme, eva)

    assert gone.end_gone(theme, NOW) == 1

    assert not Notice.objects.filter(kind=AccountMail.TIME_GONE).exists()


def test_time_for_a_session_that_moves_is_asked_for_its_own_length(path):
    theme, eva = a_theme(path), an_expert(path, windows="10:00-10:30,15:00-16:00")
    theme.experts.add(eva)
    ben = a_participant(path, "Ben")
    session = book(theme, ben, at(15, day=4))
    wait(theme, ben, sooner_than=session)
    WaitlistEntry.objects.update(not_suiting=[])
    assert go_round() == 1

    assert gone.end_gone(theme, NOW) == 0

    session.ends_at += timedelta(minutes=30)
    type(session).objects.filter(pk=session.pk).update(ends_at=session.ends_at)
    assert gone.end_gone(theme, NOW) == 1


class TestGivenUp:
    """An expert who cancels can't come then: nobody is sent to them by e-mail."""

    @pytest.fixture
    def booked(self, path):
        theme, eva, meeting = booked_theme(a_participant(path), path)
        wait(theme, a_participant(path, "Ben"))
        return theme, eva, meeting

    def test_time_that_its_expert_cancelled_is_held_for_nobody(self, booked):
        _theme, eva, meeting = booked
        cancel(meeting, by=eva.user)

        assert go_round() == 0

    def test_time_that_its_expert_gave_away_is_held_for_nobody(self, booked, path):
        theme, eva, meeting = booked
        max_ = an_expert(path, name="Max", windows="10:00-10:30", rrule="FREQ=DAILY;COUNT=1")
        max_.rules.update(first_date=TEN.date())
        theme.experts.add(max_)
        booking.reassign(meeting=meeting, to=max_, by=eva.user, token=uuid4(), now=NOW)
        WaitlistEntry.objects.update(not_suiting=[])

        assert go_round() == 0

    def test_time_from_which_its_expert_moved_a_session_is_held_for_nobody(self, booked):
        _theme, eva, meeting = booked
        eva.rules.create(rrule="FREQ=DAILY", first_date=at(9).date(), windows="15:00-15:30")
        booking.reschedule(meeting=meeting, start=at(15), by=eva.user, token=uuid4(), now=NOW)
        WaitlistEntry.objects.update(first_date=TEN.date(), last_date=TEN.date())

        assert go_round() == 0
        # Nor is the other one, once it is moved back.
        booking.reschedule(meeting=meeting, start=TEN, by=eva.user, token=uuid4(), now=NOW)
        assert go_round() == 0

    @pytest.mark.parametrize("by", ["participant", "expert"])
    def test_other_times_of_somebody_who_moved_a_session_are_held(self, booked, by):
        _theme, eva, meeting = booked
        eva.rules.create(rrule="FREQ=DAILY", first_date=at(9).date(), windows="13:00-13:30,15:00-15:30")
        who = eva.user if by == "expert" else meeting.organizer
        booking.reschedule(meeting=meeting, start=at(15), by=who, token=uuid4(), now=NOW)
        WaitlistEntry.objects.update(first_date=TEN.date(), last_date=TEN.date())

        assert go_round() == 1
        assert HeldTime.objects.get().starts_at == (at(13) if by == "expert" else TEN)

    def test_time_that_an_admin_freed_is_held(self, booked, path):
        _theme, _eva, meeting = booked
        cancel(meeting, by=an_admin(path))

        assert go_round() == 1

    def test_another_expert_of_that_time_is_held(self, booked, path):
        theme, eva, meeting = booked
        cancel(meeting, by=eva.user)
        theme.experts.add(an_expert(path, name="Max", windows="10:00-10:30"))
        WaitlistEntry.objects.update(first_date=TEN.date(), last_date=TEN.date())

        assert go_round() == 1
        assert HeldTime.objects.get().expert.name == "Max"


class TestOwnTime:
    """Nobody is offered what they had, and did not want."""

    def test_who_cancelled_it_is_passed_over(self, path):
        pia, ben = a_participant(path), a_participant(path, "Ben")
        theme, _eva, meeting = booked_theme(pia, path)
        wait(theme, pia)
        wait(theme, ben, now=NOW + timedelta(seconds=1))
        cancel(meeting)

        go_round()

        assert [name for name, _start in holders()] == ["Ben"]

    def test_who_moved_a_session_from_it_is_passed_over(self, path):
        pia, ben = a_participant(path), a_participant(path, "Ben")
        eva = an_expert(path, windows="10:00-10:30")
        theme = a_theme(path, eva)
        meeting = book(theme, pia, at(10, day=2))
        for number, user in enumerate((pia, ben)):
            wait(theme, user, first=2, last=2, now=NOW + timedelta(seconds=number))

        booking.reschedule(meeting=meeting, start=at(10, day=4), by=pia, token=uuid4(), now=NOW)
        go_round()

        assert holders() == [("Ben", at(10, day=2))]


class TestLongerSessions:
    """A session keeps its length when it moves, and its theme may take less by now."""

    @pytest.fixture
    def waiting(self, path):
        """Ben, the first in line, has a session of an hour; each time that opens lasts half of one."""
        eva = an_expert(path, windows="15:00-16:00")
        theme = a_theme(path, eva, minutes=60)
        ben = a_participant(path, "Ben")
        wait(theme, ben, sooner_than=book(theme, ben, at(15, day=8)))
        theme.duration_minutes = 30
        theme.save(update_fields=["duration_minutes"])
        theme.experts.clear()
        wait(theme, a_participant(path, "Cleo"), now=NOW + timedelta(seconds=1))
        return theme

    @pytest.mark.parametrize("number", [1, 6])
    def test_time_too_short_for_it_goes_to_the_next_in_line(self, waiting, path, number):
        """Also where there are more of them than a worker tries in a turn."""
        windows = ",".join(f"{hour:02}:00-{hour:02}:30" for hour in range(9, 9 + number))
        waiting.experts.add(an_expert(path, windows=windows))

        offering.offer(waiting, NOW + timedelta(minutes=1))

        assert [name for name, _start in holders()] == ["Cleo"]

    def test_time_too_short_for_it_is_passed_on_to_the_next(self, waiting, path):
        dan = a_participant(path, "Dan")
        wait(waiting, dan, now=NOW - timedelta(seconds=1))
        eva = an_expert(path, windows="10:00-10:30", rrule="FREQ=DAILY;COUNT=1")
        eva.rules.update(first_date=TEN.date())
        waiting.experts.add(eva)
        offering.offer(waiting, NOW)
        over = HeldTime.objects.get()
        assert over.user == dan

        offering.pass_on_over(over.until)

        assert [name for name, _start in holders(over.until)] == ["Cleo"]

    def test_longer_time_is_held_for_it(self, waiting, path):
        waiting.experts.add(an_expert(path, windows="10:00-11:00"))

        offering.offer(waiting, NOW + timedelta(minutes=1))

        row = HeldTime.objects.get(user__name="Ben")
        assert row.ends_at - row.starts_at == timedelta(hours=1)


def test_place_that_is_over_makes_room_for_a_new_one_before_any_worker_comes(path):
    theme = a_theme(path, an_expert(path))
    ben = a_participant(path, "Ben")
    old = wait(theme, ben, last=1)
    later = at(9, day=3)

    new = wait(theme, ben, first=3, last=9, now=later, version=0)

    assert new.pk != old.pk
    old.refresh_from_db()
    assert (old.ended_by, new.joined_at) == (EntryEnd.OVER, later)
    assert joining.end_over(later) == 0


@pytest.mark.parametrize("day", [1, 9])
def test_held_time_is_passed_on_by_whoever_now_waits_for_a_sooner_one(path, day):
    """Else their session could be moved to a later time by the button of a sooner one."""
    eva, max_ = an_expert(path, windows="10:00-10:30"), an_expert(path, windows="15:00-15:30")
    theme = a_theme(path, max_)
    ben = a_participant(path, "Ben")
    session = book(theme, ben, at(15, day=5))
    wait(theme, ben, first=day, last=day)
    theme.experts.set([eva])
    go_round()
    row = HeldTime.objects.get()
    assert row.starts_at == at(10, day=day)

    wait(theme, ben, sooner_than=session)

    row.refresh_from_db()
    assert (row.passed_at is None) is (day == 1)
