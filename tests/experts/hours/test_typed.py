"""Hours as they are typed, where the reader's language is not English."""

from datetime import date

import pytest
from django.utils.translation import override

from everwise import timefmt
from experts.hours.parsing import NotATime, parse_time
from experts.hours.patterns import Pattern
from experts.hours.typed import DayFields, PatternFields, WindowFields

HOURS = ((9 * 60, 17 * 60),)
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def a_week() -> PatternFields:
    days = [DayFields(name, name, [WindowFields("9", "17")], weekday=number) for number, name in enumerate(DAYS)]
    return PatternFields(0, "1", "2026-01-05", "", days)


@pytest.mark.parametrize("language", ["en", "de", "fi", "bg", "ar", "ja"])
@pytest.mark.parametrize("twelve_hour", [True, False])
def test_times_are_read_as_the_page_writes_them(language, twelve_hour):
    with override(language):
        for minute in (0, 1, 59, 60, 719, 720, 780, 1439):
            text = timefmt.time_of_day(minute, twelve_hour)
            assert WindowFields(text, "24:00").window() == (minute, 1440), text


def test_time_in_the_signs_of_a_language_is_none_without_it():
    with override("ja"):
        text = timefmt.time_of_day(13 * 60, True)

    with pytest.raises(NotATime):
        parse_time(text)


@pytest.mark.parametrize(
    ("language", "first"), [("en", "Mon"), ("de", "Mon"), ("en-us", "Sun"), ("ja", "Sun"), ("ar", "Sat")]
)
def test_days_come_in_the_order_of_the_language_and_mean_the_same(language, first):
    with override(language):
        fields = a_week()
        shown = [day.name for day in fields.week]
        pattern, _ = fields.check(False)

    begins = DAYS.index(first)
    assert shown == [*DAYS[begins:], *DAYS[:begins]]
    assert pattern == Pattern(1, date(2026, 1, 5), None, (HOURS,) * 7)
