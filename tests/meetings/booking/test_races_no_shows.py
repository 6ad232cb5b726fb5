"""Somebody books while the session is marked that is one too many; two admins say yes at once."""

from functools import partial
from uuid import uuid4

import pytest

from meetings import booking
from meetings.booking import fresh_starts, no_shows
from meetings.enums import AccountMail, Happening, Status
from meetings.models import Meeting, MeetingEvent, Notice
from paths.models import FreshStart
from tests.meetings.racing import ROUNDS, broken, race, tally
from tests.scene import NOW, a_dropin, a_participant, a_path, a_theme, an_admin, an_expert, at, book

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
MISSED, BOOKINGS = Status.NO_SHOW_PARTICIPANT, 10


def test_nothing_is_booked_once_the_last_no_show_stands():
    path = a_path(no_shows_allowed=1, horizon_days=365)
    eva, ada = an_expert(path), an_admin(path)
    theme = a_theme(path, eva, an_expert(path, name="Ines"))
    for number in range(ROUNDS):
        pia = a_participant(path)
        a_dropin(theme, pia, eva, at(9, day=-2 - 2 * number), status=MISSED)
        last = a_dropin(theme, pia, eva, at(9, day=-3 - 2 * number))
        mark = partial(
            booking.mark_outcome, meeting=last, outcome=MISSED, was=Status.SCHEDULED, by=ada, token=uuid4(), now=NOW
        )
        days = [1 + BOOKINGS * number + each for each in range(BOOKINGS)]
        calls = [partial(book, theme, pia, at(10, day=day)) for day in days]
        calls.insert(BOOKINGS // 2, mark)

        (came,) = race(calls)

        tallied = tally(came)
        assert set(tallied) <= {"Meeting", "NoSessionsLeft"}
        # In the order in which they were written: no booking after the mark.
        booked = MeetingEvent.objects.filter(
            meeting__attendees__user=pia, happening=Happening.BOOKED, token__isnull=False
        )
        marked = MeetingEvent.objects.get(meeting=last, happening=Happening.OUTCOME)
        assert booked.count() == tallied["Meeting"] - 1
        assert not booked.filter(pk__gt=marked.pk).exists()
        with pytest.raises(booking.NoSessionsLeft):
            book(theme, pia, at(15, day=days[0]))
    # Those that were put straight into the tables have none.
    assert broken() == {"missing notices": 4 * ROUNDS}


def test_two_admins_say_yes_once():
    path = a_path(no_shows_allowed=1)
    eva = an_expert(path)
    theme, admins = a_theme(path, eva), [an_admin(path), an_admin(path, "Abe")]
    for number in range(ROUNDS):
        pia = a_participant(path)
        for day in (-2 - 2 * number, -3 - 2 * number):
            a_dropin(theme, pia, eva, at(9, day=day), status=MISSED)
        shown = fresh_starts.version(no_shows.missed_on(pia, [path])[path.pk])
        calls = [
            partial(fresh_starts.let_book, path=path, user=pia, by=by, token=uuid4(), shown=shown, now=NOW)
            for by in admins * 3
        ]

        (came,) = race(calls)

        assert tally(came) == {"FreshStart": 1, "NobodyWaits": 5}
        assert FreshStart.objects.filter(user=pia).count() == 1
        assert Notice.objects.filter(kind=AccountMail.BOOK_AGAIN, user=pia).count() == 1
    assert Meeting.objects.filter(status=MISSED).count() == 2 * ROUNDS
