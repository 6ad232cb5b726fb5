"""What the form says about a time: with the date where it is not the form's own."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from everwise.accounts.models import User
from everwise.intervals import epoch
from everwise.timefmt import Reader
from meetings.booking.conflicts import Clash, Doubt
from meetings.pages.adhoc import words
from tests.scene import at

EVA = User(name="Eva Rao", called="Eva")
READER = Reader(ZoneInfo("UTC"))
DAY = at(0).date()
EARLY, LATE, NEXT = (at(9), at(10)), (at(13), at(14)), (at(9, day=2), at(10, day=2))


def called(user):
    return f"{user} (eva@lake.example)"


@pytest.mark.parametrize(
    ("day", "when"), [(DAY, "from 09:00 to 10:00"), (None, "on Tue 3 November from 09:00 to 10:00")]
)
def test_clash(day: date | None, when):
    text = words.clash(Clash(EVA, *EARLY), day, READER, called)

    assert text == (f"Eva Rao (eva@lake.example) already has a meeting {when}. Choose another time or take Eva out.")


@pytest.mark.parametrize(
    ("spans", "when"),
    [
        ([EARLY], "from 09:00 to 10:00"),
        ([EARLY, LATE], "from 09:00 to 10:00 and 13:00 to 14:00"),
        ([NEXT], "at these times: Wed 4 November, 09:00 to 10:00"),
    ],
)
def test_busy(spans, when):
    assert words.busy(Doubt(EVA, tuple(spans), "key"), DAY, READER, called) == (
        "Eva Rao (eva@lake.example) is busy elsewhere.",
        f"Their own calendar shows them as busy {when}.",
    )


@pytest.mark.parametrize(
    ("hours", "available"),
    [
        ([], "Eva is not available that day."),
        ([EARLY], "Eva is available 09:00 to 10:00 that day."),
        ([EARLY, LATE], "Eva is available 09:00 to 10:00 and 13:00 to 14:00 that day."),
    ],
)
def test_outside_hours(hours, available):
    given = [(epoch(start), epoch(end)) for start, end in hours]

    assert words.outside_hours(EVA, at(20), given, READER, called) == (
        "20:00 is outside Eva Rao (eva@lake.example)’s hours.",
        available,
    )
