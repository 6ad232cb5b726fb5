"""Why no session is left: what is used and what is booked are counted apart."""

import pytest

from everwise.accounts.models import User
from meetings.booking.credits import Credits
from meetings.pages.schedule import used_up

AMARA = User(name="Amara Obi")


@pytest.mark.parametrize(
    ("used", "booked", "total", "own", "theirs"),
    [
        (6, 0, 6, "You’ve used all 6 of your sessions", "Amara Obi has used all 6 of their sessions"),
        (1, 0, 1, "You’ve used your one session", "Amara Obi has used their one session"),
        (0, 6, 6, "You’ve booked all 6 of your sessions", "Amara Obi has booked all 6 of their sessions"),
        (0, 1, 1, "You’ve booked your one session", "Amara Obi has booked their one session"),
        (
            2,
            4,
            6,
            "You’ve used 2 of your 6 sessions and booked the other 4",
            "Amara Obi has used 2 of their 6 sessions and booked the other 4",
        ),
        (
            5,
            1,
            6,
            "You’ve used 5 of your 6 sessions and booked the other one",
            "Amara Obi has used 5 of their 6 sessions and booked the other one",
        ),
        (
            2,
            4,
            3,
            "Your limit is now 3: 2 used, 4 booked",
            "Amara Obi’s limit is now 3: 2 used, 4 booked",
        ),
        (0, 0, 0, "Your limit is now 0: 0 used, 0 booked", "Amara Obi’s limit is now 0: 0 used, 0 booked"),
    ],
)
def test_used_and_booked_are_counted_apart(used, booked, total, own, theirs):
    credits = Credits(used, booked, total)

    assert (used_up.title(credits, None), used_up.title(credits, AMARA)) == (own, theirs)
