"""Tables of wordings, with the days on which clocks change."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest

from everwise import timefmt
from everwise.timefmt import Reader

STOCKHOLM = Reader(ZoneInfo("Europe/Stockholm"))
STOCKHOLM_12 = Reader(ZoneInfo("Europe/Stockholm"), twelve_hour=True)
LONDON = Reader(ZoneInfo("Europe/London"))
NEW_YORK = Reader(ZoneInfo("America/New_York"))
NEW_YORK_12 = Reader(ZoneInfo("America/New_York"), twelve_hour=True)
KOLKATA = Reader(ZoneInfo("Asia/Kolkata"))
LORD_HOWE = Reader(ZoneInfo("Australia/Lord_Howe"))

NOW = datetime(2026, 10, 20, 11, 10, tzinfo=UTC)  # Tuesday, 13:10 in Stockholm


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("instant", "reader", "expected"),
    [
        ("2026-10-23 07:30", STOCKHOLM, "09:30"),
        ("2026-10-23 07:30", STOCKHOLM_12, "9:30 am"),
        ("2026-10-23 10:00", STOCKHOLM_12, "12:00 pm"),
        ("2026-10-22 22:05", STOCKHOLM_12, "12:05 am"),
        ("2026-10-23 15:15", STOCKHOLM_12, "5:15 pm"),
        ("2026-10-23 07:30", KOLKATA, "13:00"),
        # Hours that come twice, and their edges.
        ("2026-10-24 23:59", LONDON, "00:59"),
        ("2026-10-25 00:30", LONDON, "01:30 GMT+1"),
        ("2026-10-25 01:30", LONDON, "01:30 GMT"),
        ("2026-10-25 02:00", LONDON, "02:00"),
        ("2026-11-01 05:30", NEW_YORK, "01:30 GMT-4"),
        ("2026-11-01 06:30", NEW_YORK_12, "1:30 am GMT-5"),
        ("2026-04-04 14:45", LORD_HOWE, "01:45 GMT+11"),
        ("2026-04-04 15:15", LORD_HOWE, "01:45 GMT+10:30"),
        ("2026-04-04 14:29", LORD_HOWE, "01:29"),
        # The hour before and after a skipped one comes once.
        ("2026-03-29 00:59", STOCKHOLM, "01:59"),
        ("2026-03-29 01:00", STOCKHOLM, "03:00"),
    ],
)
def test_clock(instant, reader, expected):
    assert timefmt.clock(at(instant), reader) == expected


def test_clock_of_a_naive_time_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        timefmt.clock(datetime(2026, 10, 23, 7, 30), STOCKHOLM)


@pytest.mark.parametrize(
    ("start", "end", "reader", "expected"),
    [
        ("2026-10-23 07:30", "2026-10-23 08:15", STOCKHOLM, "09:30 to 10:15"),
        ("2026-10-23 07:30", "2026-10-23 08:15", STOCKHOLM_12, "9:30 am to 10:15 am"),
        ("2026-10-23 21:30", "2026-10-23 22:15", STOCKHOLM, "23:30 to 00:15 (Sat)"),
        ("2026-10-23 21:15", "2026-10-23 22:00", STOCKHOLM, "23:15 to 00:00 (Sat)"),
        ("2026-10-23 21:30", "2026-10-23 22:15", NEW_YORK, "17:30 to 18:15"),
        ("2026-10-23 23:30", "2026-10-24 00:15", STOCKHOLM, "01:30 to 02:15"),
        ("2026-10-25 00:45", "2026-10-25 01:15", STOCKHOLM, "02:45 GMT+2 to 02:15 GMT+1"),
        ("2026-03-29 00:45", "2026-03-29 01:15", STOCKHOLM, "01:45 to 03:15"),
    ],
)
def test_clock_range(start, end, reader, expected):
    assert timefmt.clock_range(at(start), at(end), reader) == expected


@pytest.mark.parametrize(
    ("formatter", "this_year", "other_year"),
    [
        (timefmt.short_day, "Fri 23 October", "Sat 23 October 2027"),
        (timefmt.long_day, "Friday 23 October", "Saturday 23 October 2027"),
        (timefmt.tiny_day, "Fri 23 Oct", "Sat 23 Oct 2027"),
    ],
)
def test_day_names_the_year_only_if_it_is_another(formatter, this_year, other_year):
    assert formatter(at("2026-10-23 07:30"), STOCKHOLM) == this_year
    assert formatter(at("2026-10-23 07:30"), STOCKHOLM, NOW) == this_year
    assert formatter(at("2027-10-23 07:30"), STOCKHOLM, NOW) == other_year


def test_day_is_the_readers_own():
    instant = at("2026-10-23 22:30")
    assert timefmt.local_day(instant, STOCKHOLM) == date(2026, 10, 24)
    assert timefmt.short_day(instant, STOCKHOLM) == "Sat 24 October"
    assert timefmt.short_day(instant, NEW_YORK) == "Fri 23 October"


def test_day_compares_years_in_the_readers_zone():
    new_year_in_stockholm = at("2026-12-31 23:30")
    assert timefmt.tiny_day(date(2027, 1, 1), STOCKHOLM, new_year_in_stockholm) == "Fri 1 Jan"
    assert timefmt.tiny_day(date(2027, 1, 1), NEW_YORK, new_year_in_stockholm) == "Fri 1 Jan 2027"


def test_day_of_a_plain_date_moves_with_no_zone():
    assert timefmt.short_day(date(2026, 10, 23), NEW_YORK) == "Fri 23 October"


@pytest.mark.parametrize(
    ("instant", "reader", "expected"),
    [
        ("2026-10-20 15:30", STOCKHOLM, "today, 17:30"),
        ("2026-10-21 07:30", STOCKHOLM, "tomorrow, 09:30"),
        ("2026-10-20 22:30", STOCKHOLM, "tomorrow, 00:30"),
        ("2026-10-20 22:30", NEW_YORK_12, "today, 6:30 pm"),
        ("2026-10-23 13:00", STOCKHOLM, "Fri 23 Oct, 15:00"),
        ("2026-10-19 13:00", STOCKHOLM, "Mon 19 Oct, 15:00"),
        ("2027-01-04 08:00", STOCKHOLM, "Mon 4 Jan 2027, 09:00"),
    ],
)
def test_when(instant, reader, expected):
    assert timefmt.when(at(instant), reader, NOW) == expected


@pytest.mark.parametrize(
    ("now", "instant", "expected"),
    [
        ("2026-10-20 11:10", "2026-10-20 12:30", "in 1 hour 20 minutes"),
        ("2026-10-20 11:10:30", "2026-10-20 12:30", "in 1 hour 20 minutes"),
        ("2026-10-20 11:10", "2026-10-20 11:30", "in 20 minutes"),
        ("2026-10-20 11:10", "2026-10-20 13:10", "in 2 hours"),
        ("2026-10-20 11:10", "2026-10-20 11:11", "in 1 minute"),
        ("2026-10-20 11:10:45", "2026-10-20 11:11", "in 1 minute"),
        ("2026-10-20 11:10", "2026-10-20 11:10", "now"),
        ("2026-10-20 11:10:59", "2026-10-20 11:10", "now"),
        ("2026-10-20 11:11", "2026-10-20 11:10", "1 minute ago"),
        ("2026-10-20 11:30:59", "2026-10-20 11:10", "20 minutes ago"),
        ("2026-10-20 11:10", "2026-10-20 10:00", "1 hour 10 minutes ago"),
        ("2026-10-20 11:10", "2026-10-21 07:30", "in 1 day"),
        ("2026-10-20 11:10", "2026-10-21 21:30", "in 1 day"),
        ("2026-10-20 11:10", "2026-10-23 07:30", "in 3 days"),
        ("2026-10-20 11:10", "2026-11-05 09:00", "in 16 days"),
        ("2026-10-20 11:10", "2026-10-19 07:30", "1 day ago"),
        ("2026-10-20 11:10", "2026-10-17 13:00", "3 days ago"),
        # Sunday 25 October is 25 hours long in Stockholm: hours are the real ones.
        ("2026-10-24 22:30", "2026-10-25 02:30", "in 4 hours"),
        ("2026-10-24 22:00", "2026-10-25 22:30", "in 24 hours 30 minutes"),
    ],
)
def test_distance(now, instant, expected):
    assert timefmt.distance(at(instant), at(now), STOCKHOLM) == expected


def test_distance_between_times_of_one_zone_counts_real_hours():
    zone = STOCKHOLM.zone
    start, now = datetime(2026, 10, 25, 3, 30, tzinfo=zone), datetime(2026, 10, 25, 0, 30, tzinfo=zone)
    assert timefmt.distance(start, now, STOCKHOLM) == "in 4 hours"


def test_distance_counts_the_readers_dates():
    now, instant = at("2026-10-20 20:00"), at("2026-10-21 03:00")
    assert timefmt.distance(instant, now, STOCKHOLM) == "in 1 day"
    assert timefmt.distance(instant, now, NEW_YORK) == "in 7 hours"


def test_distance_over_a_near_midnight_is_told_in_minutes():
    now, instant = at("2026-10-20 21:50"), at("2026-10-20 22:10")  # 23:50 and 00:10 in Stockholm
    assert timefmt.distance(instant, now, STOCKHOLM) == "in 20 minutes"
    assert timefmt.distance(now, instant, STOCKHOLM) == "20 minutes ago"


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (0, "0 minutes"),
        (1, "1 minute"),
        (45, "45 minutes"),
        (60, "1 hour"),
        (61, "1 hour 1 minute"),
        (90, "1 hour 30 minutes"),
        (720, "12 hours"),
    ],
)
def test_minutes_and_gap(number, expected):
    assert timefmt.minutes(number) == expected
    assert timefmt.gap(number * 60) == expected


@pytest.mark.parametrize(
    ("zone", "instant", "expected"),
    [
        ("Europe/Stockholm", "2026-10-23 07:30", "Stockholm (GMT+2)"),
        ("Europe/Stockholm", "2026-10-26 07:30", "Stockholm (GMT+1)"),
        ("Europe/London", "2026-12-01 00:00", "London (GMT)"),
        ("Asia/Kolkata", "2026-10-23 07:30", "Kolkata (GMT+5:30)"),
        ("Asia/Kathmandu", "2026-10-23 07:30", "Kathmandu (GMT+5:45)"),
        ("America/New_York", "2026-12-01 00:00", "New York (GMT-5)"),
        ("America/St_Johns", "2026-12-01 00:00", "St Johns (GMT-3:30)"),
        ("America/Argentina/Buenos_Aires", "2026-12-01 00:00", "Buenos Aires (GMT-3)"),
        ("Australia/Lord_Howe", "2026-10-23 07:30", "Lord Howe (GMT+11)"),
        ("Australia/Lord_Howe", "2026-06-01 00:00", "Lord Howe (GMT+10:30)"),
        ("UTC", "2026-10-23 07:30", "UTC"),
        ("Etc/UTC", "2026-10-23 07:30", "UTC"),
    ],
)
def test_zone_label(zone, instant, expected):
    assert timefmt.zone_label(at(instant), ZoneInfo(zone)) == expected
    assert timefmt.zone_label(at(instant), zone) == expected


@pytest.mark.parametrize(
    ("monday", "expected"),
    [
        (date(2026, 10, 19), "19 – 25 October 2026"),
        (date(2026, 9, 28), "28 Sep – 4 Oct 2026"),
        (date(2026, 12, 28), "28 Dec 2026 – 3 Jan 2027"),
    ],
)
def test_week_label(monday, expected):
    assert timefmt.week_label(monday) == expected


@pytest.mark.parametrize(
    ("day", "zone", "expected"),
    [
        ("2026-10-25", "Europe/Stockholm", "Clocks go back 1 hour at 03:00. Times are GMT+1 from here."),
        ("2026-03-29", "Europe/Stockholm", "Clocks go forward 1 hour at 02:00. Times are GMT+2 from here."),
        ("2026-10-24", "Europe/Stockholm", None),
        ("2026-10-26", "Europe/Stockholm", None),
        ("2026-11-01", "America/New_York", "Clocks go back 1 hour at 02:00. Times are GMT-5 from here."),
        ("2026-03-08", "America/New_York", "Clocks go forward 1 hour at 02:00. Times are GMT-4 from here."),
        ("2026-10-25", "Europe/London", "Clocks go back 1 hour at 02:00. Times are GMT from here."),
        (
            "2026-04-05",
            "Australia/Lord_Howe",
            "Clocks go back 30 minutes at 02:00. Times are GMT+10:30 from here.",
        ),
        (
            "2026-10-04",
            "Australia/Lord_Howe",
            "Clocks go forward 30 minutes at 02:00. Times are GMT+11 from here.",
        ),
        # Changes at the edge of a date belong to the date that they shorten or lengthen.
        (
            "2026-09-06",
            "America/Santiago",
            "Clocks go forward 1 hour at midnight. Times are GMT-3 from here.",
        ),
        ("2026-09-05", "America/Santiago", None),
        ("2026-04-04", "America/Santiago", "Clocks go back 1 hour at midnight. Times are GMT-4 from here."),
        ("2026-04-05", "America/Santiago", None),
        ("2026-03-28", "America/Nuuk", "Clocks go forward 1 hour at 23:00. Times are GMT-1 from here."),
        ("2026-03-29", "America/Nuuk", None),
        ("2011-12-29", "Pacific/Apia", None),
        ("2011-12-30", "Pacific/Apia", "This date does not exist in Apia."),
        ("2011-12-31", "Pacific/Apia", None),
        ("2026-10-25", "Asia/Kolkata", None),
        ("2026-10-25", "UTC", None),
    ],
)
def test_clock_change(day, zone, expected):
    assert timefmt.clock_change(date.fromisoformat(day), ZoneInfo(zone)) == expected


def test_clock_change_on_a_twelve_hour_clock():
    text = timefmt.clock_change(date(2026, 10, 25), STOCKHOLM.zone, twelve_hour=True)
    assert text == "Clocks go back 1 hour at 3:00 am. Times are GMT+1 from here."


def test_clock_change_notes_two_days_of_a_year():
    days = (date(2026, 1, 1) + timedelta(days=number) for number in range(365))
    noted = [day for day in days if timefmt.clock_change(day, LORD_HOWE.zone)]
    assert noted == [date(2026, 4, 5), date(2026, 10, 4)]


def test_zone_choices_are_places_sorted_by_city():
    choices = timefmt.zone_choices(NOW)
    labels = [label for _, label in choices]
    by_name = dict(choices)
    assert labels == sorted(labels)
    assert len(set(labels)) == len(labels) == len(by_name)
    assert by_name["Europe/Stockholm"] == "Stockholm (GMT+2)"
    assert by_name["Asia/Kolkata"] == "Kolkata (GMT+5:30)"
    assert by_name["UTC"] == "UTC"
    assert {"Asia/Calcutta", "US/Eastern", "Etc/UTC", "GB", "EST"} & by_name.keys() == set()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Europe/Stockholm", "Europe/Stockholm"),
        ("europe/stockholm", "Europe/Stockholm"),
        ("Stockholm", "Europe/Stockholm"),
        ("  port  OF spain ", "America/Port_of_Spain"),
        ("Kathmandu (GMT+5:45)", "Asia/Kathmandu"),
        ("London (GMT)", "Europe/London"),
        ("UTC", "UTC"),
        ("Calcutta", "Asia/Calcutta"),
        ("US/Eastern", "US/Eastern"),
        # Of the USA, of Canada.
        ("Eastern", None),
        ("Mars/Base", None),
        ("", None),
        ("\x00", None),
        ("../../etc/passwd", None),
    ],
)
def test_find_zone(text, name):
    found = timefmt.find_zone(text)
    assert (found and found.key) == name


def test_zone_name_is_understood_for_every_zone():
    for key in available_timezones():
        assert timefmt.find_zone(timefmt.zone_name(NOW, key)).key == key
    assert timefmt.zone_name(NOW, "Europe/Stockholm") == "Stockholm (GMT+2)"
    assert timefmt.zone_name(NOW, "US/Eastern") == "US/Eastern"


def test_zone_choices_follow_the_date():
    assert dict(timefmt.zone_choices(at("2026-12-01 00:00")))["Europe/Stockholm"] == "Stockholm (GMT+1)"
