"""Times laid out for one reader: rows by their clock, days by their dates, folds by usual hours, one per half hour."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from everwise.timefmt import Reader
from meetings.pages import near_times
from meetings.pages.schedule import timetable
from meetings.pages.schedule.days import Day

# Tuesday; the days shown run to the Monday after.
NOW = datetime(2026, 10, 20, 11, 10, tzinfo=UTC)
FIRST = date(2026, 10, 20)
STOCKHOLM = Reader(ZoneInfo("Europe/Stockholm"))
LONG_DAY = (time(0), time.max)


def hours(reader=STOCKHOLM, begin=LONG_DAY[0], until=LONG_DAY[1], **more):
    return timetable.UsualHours(begin, until, reader, **more)


def days_of(starts, *, reader=STOCKHOLM, usual=None, many=2, **more):
    return timetable.lay_out(
        {int(start.timestamp()): timetable.WhoIsFree(many, "Priya") for start in starts},
        reader=reader,
        usual=usual or hours(reader),
        **{
            "first": FIRST,
            "last": date(2026, 12, 19),
            "chosen": None,
            "every": False,
            "now": NOW,
            "why_empty": lambda day: f"Nothing on {day:%a}",
        }
        | more,
    )


def at(hour, minute=0, day=23):
    return datetime(2026, 10, day, hour, minute, tzinfo=UTC)


def clocks(slots):
    return [slot.clock for slot in slots]


def bands(day):
    return {band.name: [slot.clock for hour in band.hours for slot in hour.slots] for band in day.bands}


def friday(days):
    return days.page[3]


def test_bands_are_the_readers_morning_afternoon_evening():
    days = days_of([at(9, 59), at(10), at(14, 59), at(15)])

    assert bands(friday(days)) == {"Morning": ["11:59"], "Afternoon": ["12:00", "16:59"], "Evening": ["17:00"]}
    assert (days.parted_at_noon, days.parted_at_five) == (True, True)
    assert not days_of([at(10)]).parted_at_noon


def test_days_are_the_readers_dates():
    starts = [at(22, 30, day=22)]

    assert clocks(friday(days_of(starts)).slots) == ["00:30"]
    assert clocks(days_of(starts, reader=Reader(ZoneInfo("Europe/London"))).page[2].slots) == ["23:30"]


@pytest.mark.parametrize(("many", "who"), [(1, "with Priya"), (2, "with 2 experts")])
def test_slot_says_the_day_first_and_names_one_expert_alone(many, who):
    [slot] = friday(days_of([at(7, 30)], many=many)).slots

    assert slot.name == f"Friday 23 October, 09:30, {who}"
    assert (slot.url, slot.clock, slot.late, slot.minutes) == ("2026-10-23T07:30:00Z", "09:30", True, "570")


def test_half_of_a_twelve_hour_clock_stands_beside_it():
    [slot] = friday(days_of([at(7)], reader=Reader(STOCKHOLM.zone, True))).slots

    assert (slot.clock, slot.half) == ("9:00", "am")


def test_one_start_a_half_hour_is_its_first_free_one():
    starts = [at(7), at(7, 15), at(7, 45), at(8, 30), at(8, 45)]
    few, every = days_of(starts), days_of(starts, every=True)

    assert clocks(friday(few).slots) == ["09:00", "09:45", "10:30"]
    assert clocks(friday(every).slots) == ["09:00", "09:15", "09:45", "10:30", "10:45"]
    assert [(days.count, days.every, days.halves) for days in (few, every)] == [(3, 5, 3), (5, 5, 3)]


def test_half_hours_are_those_of_the_readers_clock():
    starts = [at(3, 15), at(3, 30), at(3, 45)]

    # In Nepal it is 09:00, 09:15 and 09:30 then.
    assert clocks(friday(days_of(starts, reader=Reader(ZoneInfo("Asia/Kathmandu")))).slots) == ["09:00", "09:30"]
    assert clocks(friday(days_of(starts)).slots) == ["05:15", "05:30"]


def test_hour_that_is_lived_twice_shows_both():
    # 25 October: Stockholm's clocks go back at 03:00.
    days = days_of([at(0, day=25), at(1, day=25)])

    assert [(slot.clock, slot.half) for slot in days.page[5].slots] == [("02:00", "GMT+2"), ("02:00", "GMT+1")]


def test_time_that_was_chosen_before_is_shown_beside_the_first_of_its_half_hour():
    days = days_of([at(7), at(7, 15), at(7, 20)], marked=at(7, 15))

    assert [(slot.clock, slot.marked) for slot in friday(days).slots] == [("09:00", False), ("09:15", True)]


def test_times_outside_the_usual_hours_fold():
    usual = hours(begin=time(7), until=time(20))
    day = friday(days_of([at(4, 30), at(5), at(17, 30), at(18)], usual=usual))

    assert clocks(day.before) == ["06:30"]
    assert clocks(day.slots) == ["07:00", "19:30"]
    assert clocks(day.after) == ["20:00"]
    assert (day.count, day.earlier.number, day.later.number) == (4, 1, 1)
    assert not day.earlier.is_open


def test_fold_never_hides_all_that_a_day_has_nor_what_is_pointed_at():
    usual = hours(begin=time(7), until=time(20))

    assert friday(days_of([at(18)], usual=usual)).later.is_open
    assert friday(days_of([at(9), at(18)], usual=usual, marked=at(18))).later.is_open
    assert friday(days_of([at(9)], usual=usual, current=at(18))).later.is_open
    assert not friday(days_of([at(9), at(18)], usual=usual)).later.is_open


def test_for_somebody_it_folds_by_their_hours_and_shows_their_clock():
    lagos = Reader(ZoneInfo("Africa/Lagos"), True)
    usual = hours(lagos, time(7), time(20), of="Amara", shown_too=True)
    day = friday(days_of([at(13), at(18), at(19)], reader=Reader(ZoneInfo("America/Chicago"), True), usual=usual))

    [slot] = day.slots[-1:]
    assert (slot.clock, slot.half, slot.theirs) == ("1:00", "pm", "7:00 pm")
    assert slot.name == "Friday 23 October, 1:00 pm, 7:00 pm for Amara, with 2 experts"
    assert clocks(day.after) == ["2:00"]  # 20:00 in Lagos


def test_their_next_day_is_marked():
    usual = hours(Reader(ZoneInfo("Asia/Tokyo")), of="Kei", shown_too=True)

    assert [slot.theirs for slot in friday(days_of([at(7), at(15)], usual=usual)).slots] == ["16:00", "00:00 +1"]


def test_night_before_their_first_hour_is_earlier_and_after_it_later():
    # 07:00 to 20:00 in Tokyo is midnight to 13:00 in Stockholm.
    usual = hours(Reader(ZoneInfo("Asia/Tokyo")), time(7), time(20), of="Kei", shown_too=True)
    day = friday(days_of([at(22, day=22), at(10, 30), at(12)], usual=usual))

    assert (clocks(day.before), clocks(day.slots), clocks(day.after)) == ([], ["00:00", "12:30"], ["14:00"])


def test_present_time_takes_the_place_of_a_start_and_does_not_count():
    days = days_of([at(7, 30), at(8)], current=at(7, 30))

    assert [(slot.clock, bool(slot.name)) for slot in friday(days).slots] == [("09:30", False), ("10:00", True)]
    assert days.count == 1


def test_empty_days_say_why():
    days = days_of([at(7, 30)])

    assert [day.why for day in days.page] == [
        f"Nothing on {name}" if name else "" for name in ("Tue", "Wed", "Thu", "", "Sat", "Sun", "Mon")
    ]


def test_clock_change_is_noted_in_its_day():
    changes = [day.clock_change for day in days_of([]).page]

    assert changes[5] == "Clocks go back 1 hour at 03:00. Times are GMT+1 from here."
    assert [*changes[:5], changes[6]] == [None] * 6


def test_phone_opens_on_the_first_day_with_times_or_on_the_one_asked_for():
    starts = [at(7), at(7, day=24)]

    assert days_of(starts).chosen.date == date(2026, 10, 23)
    assert days_of(starts, chosen=date(2026, 10, 21)).chosen.date == date(2026, 10, 21)
    assert days_of([]).chosen.date == FIRST


def test_phone_goes_to_the_days_with_times_around():
    days = days_of([at(7), at(7, day=26), at(7, day=31)], chosen=date(2026, 10, 26))

    assert (days.day_before.date.day, days.day_after.date.day) == (23, 31)
    assert days_of([at(7)]).day_after is None


def test_strip_counts_two_weeks_and_ends_with_what_can_be_booked():
    days = days_of([at(7), at(7, day=28)], last=date(2026, 10, 29))

    assert [day.count for day in days.strip] == [0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0]
    assert [day.date for day in days.in_reach][-1] == date(2026, 10, 29)
    assert days.times == "1 time"


@pytest.mark.parametrize(
    ("count", "amount"), [(0, "none"), (1, "few"), (3, "few"), (4, "some"), (9, "some"), (10, "many")]
)
def test_bar_of_a_day(count, amount):
    assert Day(FIRST, False, count=count).amount == amount


@pytest.mark.parametrize(
    ("asked", "first"),
    [(20, 20), (26, 20), (27, 27), (31, 27), (1, 20)],
)
def test_pages_of_seven_days_count_from_today(asked, first):
    assert timetable.first_day(date(2026, 10, asked), FIRST) == date(2026, 10, first)


def test_last_page_has_no_next():
    assert days_of([], last=FIRST + timedelta(days=7)).next == FIRST + timedelta(days=7)
    assert days_of([], last=FIRST + timedelta(days=6)).next is None


def test_nearest_three_in_order_of_time():
    starts = {at(hour): [] for hour in (7, 9, 11, 12, 15)}

    assert near_times.nearest_first(starts, at(10)) == [at(9), at(11), at(12)]


def test_nearest_begins_with_the_same_time():
    starts = {at(hour): [] for hour in (7, 9, 10, 11, 15)}

    assert near_times.nearest_first(starts, at(10)) == [at(10), at(9), at(11)]
