"""Hours, dates and rules of recurrence in words."""

from datetime import date

import pytest

from experts.availability import RecurringWindows
from experts.fields import parse_windows
from experts.hours.words import rule_words

MONDAY = date(2026, 10, 19)


@pytest.mark.parametrize(
    ("rrule", "words"),
    [
        ("FREQ=DAILY", "Every day, 09:00 to 12:00, from 19 October 2026"),
        ("FREQ=DAILY;INTERVAL=3;COUNT=4", "Every 3 days, 09:00 to 12:00, from 19 October 2026, 4 times"),
        ("FREQ=DAILY;BYDAY=MO,FR", "Every day, if it is a Monday or Friday, 09:00 to 12:00, from 19 October 2026"),
        ("FREQ=WEEKLY;COUNT=1", "Every week on Monday, 09:00 to 12:00, from 19 October 2026, once"),
        ("FREQ=MONTHLY", "Every month on day 19, 09:00 to 12:00, from 19 October 2026"),
        (
            "FREQ=MONTHLY;INTERVAL=2;BYDAY=1MO,-2FR;UNTIL=20261231",
            "Every 2 months on the first Monday and the second to last Friday, 09:00 to 12:00, from 19 October 2026"
            " until 31 December 2026",
        ),
        ("FREQ=MONTHLY;BYDAY=MO", "Every month on every Monday, 09:00 to 12:00, from 19 October 2026"),
    ],
)
def test_rule_words_name_what_no_pattern_says(rrule, words):
    assert rule_words(RecurringWindows(rrule, MONDAY, parse_windows("09:00-12:00"))) == words
