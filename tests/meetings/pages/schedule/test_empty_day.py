"""Why a day has no times: each reason as a whole sentence, of anybody, of one expert, and of the reader."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from everwise.timefmt import Reader
from meetings.pages.schedule.empty_day import EmptyDay
from paths.models import Path
from tests.scene import NOW, at

TODAY = NOW.date()
SATURDAY = TODAY + timedelta(days=5)


def days(who=None, *, in_hours=(), **path):
    fields = {"time_zone": ZoneInfo("UTC"), "horizon_days": 30, "notice_minutes": 240, **path}
    return EmptyDay(
        path=Path(**fields),
        reader=Reader(ZoneInfo("UTC")),
        now=NOW,
        last_day=TODAY + timedelta(days=fields["horizon_days"]),
        who=who,
        in_hours=lambda: list(in_hours),
    )


@pytest.mark.parametrize(
    ("who", "today", "this", "ever", "all_of_them", "booked"),
    [
        (
            None,
            "No one is available today.",
            "No one is available this Saturday.",
            "No one is ever available on a Saturday.",
            "No one is available in these days.",
            "All experts are fully booked in these days.",
        ),
        (
            "you",
            "You don’t work today.",
            "You don’t work this Saturday.",
            "You never work on a Saturday.",
            "You don’t work in these days.",
            "You are fully booked in these days.",
        ),
        (
            "Priya",
            "Priya doesn’t work today.",
            "Priya doesn’t work this Saturday.",
            "Priya never works on a Saturday.",
            "Priya doesn’t work in these days.",
            "Priya is fully booked in these days.",
        ),
    ],
)
def test_nobody_works_then(who, today, this, ever, all_of_them, booked):
    in_a_week = [at(9, day=12)]

    assert days(who).why(TODAY) == today
    assert days(who, in_hours=in_a_week).why(SATURDAY) == this
    assert days(who).why(SATURDAY) == ever
    assert days(who).why_all([TODAY, SATURDAY]) == all_of_them
    assert days(who, in_hours=[at(9, day=5)]).why_all([TODAY, SATURDAY]) == booked
    assert days(who).why_all([SATURDAY]) == ever


def test_other_reasons():
    assert days(closes_on=TODAY).why(SATURDAY) == "The path has closed by then."
    assert days(opens_on=date(2027, 6, 1)).why(SATURDAY) == (
        "The path is not open yet. It opens Tue 1 Jun 2027, 00:00."
    )
    assert days(horizon_days=1).why(SATURDAY) == "Sessions can be booked 1 day ahead."
    assert days(horizon_days=3).why(SATURDAY) == "Sessions can be booked 3 days ahead."
    assert days(in_hours=[at(9, day=5)]).why(SATURDAY) == "Fully booked"
    assert days(in_hours=[at(23, day=0)]).why(TODAY) == "No times are left today."
    assert days(in_hours=[at(23, day=0)], notice_minutes=1440).why(TODAY) == (
        "Too late to book: sessions have to be booked at least 24 hours ahead."
    )
