"""Admins take sessions back while their participant books the last of them: none is ever booked that is not there."""

from functools import partial
from itertools import chain, zip_longest
from uuid import uuid4

import pytest

from meetings.booking import extra_sessions
from meetings.booking.credits import credits_of
from paths.models import ExtraSessions
from tests.meetings.racing import ROUNDS, broken, race, tally
from tests.scene import NOW, a_participant, a_path, a_theme, an_admin, an_expert, at, book

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
SESSIONS = 4


def test_taking_sessions_back_while_they_are_booked():
    path = a_path(sessions_per_participant=SESSIONS, horizon_days=365)
    theme = a_theme(path, an_expert(path), an_expert(path))
    admins = [an_admin(path), an_admin(path, "Abe")]
    for number in range(ROUNDS):
        pia = a_participant(path)
        taking = [
            partial(extra_sessions.give, path=path, user=pia, number=-1, by=by, token=uuid4(), now=NOW)
            for by in admins * (SESSIONS // 2)
        ]
        days = range(1 + SESSIONS * number, 1 + SESSIONS * (number + 1))
        booking = [partial(book, theme, pia, at(10, day=day)) for day in days]

        (outcomes,) = race(list(chain(*zip_longest(taking, booking))))

        tallied, left = tally(outcomes), credits_of(pia, [path], now=NOW)[path.pk]
        assert set(tallied) <= {"Credits", "AlreadyUsed", "Meeting", "NoSessionsLeft"}
        assert (left.booked, -left.extra) == (tallied["Meeting"], tallied["Credits"])
        assert ExtraSessions.objects.filter(user=pia).count() == tallied["Credits"]
        # Twice as many were wanted as there are: each went to one of them, and none to both.
        assert left.booked == left.total == SESSIONS - tallied["Credits"]
    assert broken() == {}
