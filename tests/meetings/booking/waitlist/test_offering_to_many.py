"""A long line: whoever can't have a time keeps it from nobody behind them, and costs little."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from meetings.booking.waitlist import offering
from meetings.enums import AccountMail, HeldEnd
from meetings.mail import account_mails
from meetings.models import HeldTime, Notice
from tests.meetings.waiting import holders, one_hour_theme, wait
from tests.scene import NOW, a_meeting, a_participant, a_path, a_theme, an_expert, at, book

pytestmark = pytest.mark.django_db

TEN = at(10)


def opened(expert, theme):
    """From now on the theme has times."""
    theme.experts.add(expert)


@pytest.fixture
def path():
    return a_path()


def test_people_who_are_in_meetings_keep_no_time_from_those_behind_them(path):
    """Four people with more times in vain than a worker tries in a turn."""
    theme, eva = a_theme(path), an_expert(path)
    for number in range(4):
        busy, elsewhere = a_participant(path, f"Busy {number}"), an_expert(path)
        wait(theme, busy, now=NOW + timedelta(seconds=number))
        for day in range(10):
            a_meeting(path, elsewhere.user, busy, at(9, day=day), ends_at=at(17, day=day))
    wait(theme, a_participant(path, "Ben"), now=NOW + timedelta(minutes=1))
    opened(eva, theme)

    assert offering.offer(theme, NOW + timedelta(minutes=1)) == 1

    assert [name for name, _start in holders()] == ["Ben"]


def test_own_session_keeps_nobody_from_a_sooner_time_beside_it(path):
    """The control: what moves is in nobody's way, not even a time that touches it."""
    eva, max_ = an_expert(path, windows="10:00-11:00"), an_expert(path, windows="09:45-10:15")
    theme = a_theme(path, eva)
    ben = a_participant(path, "Ben")
    meeting = book(theme, ben, TEN)
    wait(theme, ben, first=1, sooner_than=meeting)
    opened(max_, theme)

    assert offering.offer(theme, NOW) == 1

    assert holders()[0][1] == at(9, 45)


def test_time_that_no_worker_passed_on_is_over_for_whoever_had_it(path):
    """Somebody else books it after a while: nobody is told of what they have let lapse."""
    theme, eva = one_hour_theme(path)
    theme.experts.clear()
    wait(theme, a_participant(path, "Ben"))
    opened(eva, theme)
    offering.offer(theme, NOW)
    Notice.objects.update(sent_at=NOW)

    book(theme, a_participant(path, "Ole"), TEN, now=HeldTime.objects.get().until + timedelta(hours=1))

    assert HeldTime.objects.get().ended_by == HeldEnd.LAPSED
    assert not Notice.objects.filter(kind=AccountMail.TIME_GONE).exists()


def test_line_whom_nothing_suits_is_not_read(path):
    theme, eva = one_hour_theme(path)
    theme.experts.clear()
    counts = []
    for number in range(2):
        for _ in range(1 + 4 * number):
            wait(theme, a_participant(path), first=3, last=5)
        opened(eva, theme)
        with CaptureQueriesContext(connection) as queries:
            assert offering.offer(theme, NOW) == 0
        counts.append(len(queries))
        theme.experts.clear()

    assert counts[0] == counts[1] <= 7


def test_expert_who_is_full_is_not_tried_by_one_after_another(path):
    """Their limit of a day is reached by the first who holds a time: the others find the next day."""
    theme, eva = a_theme(path), an_expert(path, cap_per_day=1)
    for number in range(3):
        wait(theme, a_participant(path, f"P{number}"), first=1, last=3, now=NOW + timedelta(seconds=number))
    opened(eva, theme)

    assert offering.offer(theme, NOW + timedelta(minutes=1)) == 3

    assert [start for _name, start in holders()] == [at(9, day=1), at(9, day=2), at(9, day=3)]


@pytest.mark.parametrize(
    "change", [{}, {"retired_at": NOW}, {"path__closed_at": NOW}], ids=["control", "retired", "closed"]
)
def test_nobody_is_written_to_of_a_theme_that_can_not_be_booked_any_more(path, change):
    theme, eva = one_hour_theme(path)
    theme.experts.clear()
    wait(theme, a_participant(path, "Ben"))
    opened(eva, theme)
    offering.offer(theme, NOW)
    for name, value in change.items():
        row = path if name.startswith("path__") else theme
        type(row).objects.filter(pk=row.pk).update(**{name.removeprefix("path__"): value})

    letter = account_mails.render(Notice.objects.get(kind=AccountMail.TIME_HELD), NOW)

    assert (letter is None) is bool(change)
