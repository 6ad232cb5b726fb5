"""A week laid out for one reader: bands by their clock, days by their dates, reasons for empty days."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from everwise.faces import Face
from everwise.timefmt import Reader
from meetings.pages import near_times
from meetings.pages.schedule import timetable

NOW = datetime(2026, 10, 20, 11, 10, tzinfo=UTC)
MONDAY = date(2026, 10, 19)
PRIYA, DANIEL = Face("Priya", 0), Face("Daniel", 1)


def week_of(starts, zone="Europe/Stockholm", **more):
    return timetable.lay_out(
        {int(start.timestamp()): timetable.Company(tuple(people[:3]), len(people)) for start, people in starts.items()},
        monday=MONDAY,
        span=(date(2026, 10, 20), date(2026, 12, 19)),
        length=timedelta(minutes=45),
        reader=Reader(ZoneInfo(zone)),
        **{"now": NOW, "why_empty": lambda day: (f"Nothing on {day:%a}", None)} | more,
    )


def at(hour, minute=0, day=23):
    return datetime(2026, 10, day, hour, minute, tzinfo=UTC)


def clocks(week, weekday):
    return [[chip.clock for chip in band] for band in week.days[weekday].bands]


def test_bands_are_the_readers_morning_afternoon_evening():
    starts = {at(9, 59): [PRIYA], at(10): [PRIYA], at(14, 59): [PRIYA], at(15): [PRIYA]}

    assert clocks(week_of(starts), 4) == [["11:59"], ["12:00", "16:59"], ["17:00"]]


def test_days_are_the_readers_dates():
    starts = {at(22, 30, day=22): [PRIYA]}

    assert clocks(week_of(starts), 4) == [["00:30"], [], []]
    assert clocks(week_of(starts, "Europe/London"), 3) == [[], [], ["23:30"]]


def test_chip_names_who_is_free():
    week = week_of({at(7, 30): [PRIYA, DANIEL]})
    chosen = week.choice("2026-10-23T07:30:00Z")

    assert chosen.chip.name == "09:30, with Priya or Daniel"
    assert chosen.chip.clock == "09:30"
    assert chosen.when == "Fri 23 October, 09:30 to 10:15"
    assert chosen.who == "In 3 days, with Priya or Daniel"


def test_chip_of_today_says_for_itself_how_far_off_it_is():
    week = week_of({at(13, day=20): [PRIYA], at(14, day=20): [PRIYA]})

    assert [chip.ahead for chip in week.days[1].bands[1]] == ["In 1 hour 50 minutes", "In 2 hours 50 minutes"]
    assert week.choice("2026-10-20T13:00:00Z").who == "In 1 hour 50 minutes, with Priya"


def test_chips_of_tomorrow_say_it_for_themselves_as_some_are_near():
    week = week_of({at(22, 30, day=20): [PRIYA], at(9, day=21): [PRIYA]}, now=at(21, day=20))

    assert week.days[2].bands[0][0].ahead == "In 1 hour 30 minutes"
    assert week.days[2].bands[0][1].ahead == "In 1 day"
    assert week.days[2].ahead == ""


def test_chip_names_two_of_many_people():
    people = [Face(name, 0) for name in "ABCD"]

    assert timetable.experts_in_words(["A", "B", "C"], 3) == "A, B or C"
    assert week_of({at(7, 30): people}).days[4].bands[0][0].name == "09:30, with A, B or 2 others"


def test_present_time_is_no_choice():
    week = week_of({}, current=at(7, 30))

    assert week.choice("2026-10-23T07:30:00Z") is None


def test_present_time_takes_the_place_of_a_start_and_does_not_count():
    week = week_of({at(7, 30): [DANIEL], at(8): [DANIEL]}, current=at(7, 30))

    assert [(chip.clock, chip.current) for chip in week.days[4].bands[0]] == [("09:30", True), ("10:00", False)]
    assert week.count == 1


def test_empty_days_say_why():
    week = week_of({at(7, 30): [PRIYA]})

    assert [day.why for day in week.days] == [
        "In the past",
        "Nothing on Tue",
        "Nothing on Wed",
        "Nothing on Thu",
        "",
        "Nothing on Sat",
        "Nothing on Sun",
    ]


def test_clock_change_is_noted_in_its_day():
    changes = [day.clock_change for day in week_of({}).days]

    assert changes[:6] == [None] * 6
    assert changes[6] == "Clocks go back 1 hour at 03:00. Times are GMT+1 from here."


@pytest.mark.parametrize(
    ("monday", "previous", "following"),
    [
        (date(2026, 10, 19), None, date(2026, 10, 26)),
        (date(2026, 10, 26), date(2026, 10, 19), date(2026, 11, 2)),
        (date(2026, 12, 14), date(2026, 12, 7), None),
    ],
)
def test_weeks_end_with_what_can_be_booked(monday, previous, following):
    week = timetable.Week(monday, [], date(2026, 10, 19), date(2026, 12, 14))

    assert (week.previous, week.next) == (previous, following)


@pytest.mark.parametrize(
    ("names", "text"),
    [([], ""), (["A"], "A"), (["A", "B"], "A or B"), (["A", "B", "C"], "A, B or C")],
)
def test_names_are_joined(names, text):
    assert timetable.joined(names) == text


def test_nearest_three_in_order_of_time():
    starts = {at(hour): [] for hour in (7, 9, 11, 12, 15)}

    assert near_times.nearest_first(starts, at(10)) == [at(9), at(11), at(12)]


def test_nearest_begins_with_the_same_time():
    starts = {at(hour): [] for hour in (7, 9, 10, 11, 15)}

    assert near_times.nearest_first(starts, at(10)) == [at(10), at(9), at(11)]
