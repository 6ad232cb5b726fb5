"""One participant presses many times at once with one session left: exactly one is booked, whichever rule it is."""

from functools import partial
from uuid import uuid4

import pytest

from meetings.models import Meeting
from tests.meetings.racing import broken, race, tally
from tests.scene import a_participant, a_path, a_theme, an_expert, at, book

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
PRESSES = 50


@pytest.mark.parametrize("rule", ["sessions_per_participant", "sessions_per_month", "sessions_at_once"])
def test_the_last_session_is_booked_once(rule):
    path = a_path(**{rule: 2})
    theme = a_theme(path, *(an_expert(path, name=f"Eva {number}") for number in range(3)))
    pia = a_participant(path)
    book(theme, pia, at(9))
    starts = [at(10 + number % 6, day=2 + number // 6) for number in range(PRESSES)]

    (outcomes,) = race([partial(book, theme, pia, start, token=uuid4()) for start in starts])

    assert tally(outcomes) == {"Meeting": 1, "NoSessionsLeft": PRESSES - 1}
    assert Meeting.objects.filter(path=path).count() == 2
    assert broken() == {}
