"""Themes are retired and moved while bookings and other admins are at it."""

from functools import partial
from uuid import uuid4

import pytest

from meetings.models import Meeting
from paths import themes
from paths.models import PathEvent, Theme
from tests.meetings.racing import ROUNDS, assert_no_deadlock, broken, race, tally, watch_lost_races
from tests.scene import NOW, a_participant, a_path, a_theme, an_admin, an_expert, at, book

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
PEOPLE = 8


def test_no_session_of_a_retired_theme_is_booked(monkeypatch):
    """Whoever comes before the retire is booked, whoever comes after it is told; all that is booked stays."""
    states = watch_lost_races(monkeypatch)
    for _ in range(ROUNDS):
        path = a_path()
        admin = an_admin(path)
        theme = a_theme(path, *(an_expert(path, name=f"Eva {number}") for number in range(2)))
        people = [a_participant(path, f"Pia {number}") for number in range(PEOPLE)]
        calls = [partial(book, theme, pia, at(8 + number), token=uuid4()) for number, pia in enumerate(people)]
        calls.insert(PEOPLE // 2, partial(themes.retire, theme=theme, by=admin, now=NOW))

        (outcomes,) = race(calls)

        came = tally(outcomes)
        assert came.pop("Theme") == 1
        assert set(came) <= {"Meeting", "NotOffered"}
        assert sum(came.values()) == PEOPLE
        assert Meeting.objects.filter(theme=theme).count() == came.get("Meeting", 0)
        (late,) = race([partial(book, theme, people[0], at(17), token=uuid4())])
        assert tally(late) == {"NotOffered": 1}
        assert broken() == {}
    assert_no_deadlock(states)


def test_two_who_move_at_once_lose_no_place():
    for _ in range(ROUNDS):
        path = a_path()
        admins = [an_admin(path, "Ada"), an_admin(path, "Ben")]
        rows = [a_theme(path, name=f"Theme {number}", position=number) for number in range(4)]

        (outcomes,) = race(
            [
                partial(themes.move, theme=rows[number], up=bool(number % 2), by=admins[number % 2], now=NOW)
                for number in (1, 2, 3)
            ]
        )

        assert tally(outcomes).keys() == {"bool"}
        assert sorted(Theme.objects.filter(path=path).values_list("position", flat=True)) == [0, 1, 2, 3]
        assert PathEvent.objects.filter(path=path, what="theme-moved").count() == sum(outcomes)
