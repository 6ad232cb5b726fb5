"""Dates, times and names as languages other than English write them; narrow spaces count as spaces."""

import re
from datetime import UTC, date, datetime
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from django.conf.locale import LANG_INFO
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from everwise import timefmt, wording
from everwise.timefmt import Reader

STOCKHOLM = Reader(ZoneInfo("Europe/Stockholm"))
STOCKHOLM_12 = Reader(ZoneInfo("Europe/Stockholm"), twelve_hour=True)
NOW = datetime(2026, 10, 20, 11, 10, tzinfo=UTC)  # Tuesday, 13:10 in Stockholm
LANGUAGES = [code for code, info in LANG_INFO.items() if "fallback" not in info]
MARKS = re.compile("[\u200e\u200f\u202a-\u202e\u2066\u2067]")


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def plain(text):
    return re.sub("[\u202f\u2009\xa0]", " ", text)


def days(first, last):
    return date.fromisoformat(first), date.fromisoformat(last)


TODAY, OTHER_YEAR = at("2026-10-23 07:30"), at("2027-09-01 07:30")
NOON = at("2026-10-23 10:00")
# What is written, and how: in English, German, Spanish and Arabic.
TABLE = {
    "clock": (
        partial(timefmt.clock, TODAY, STOCKHOLM),
        ["09:30", "09:30", "9:30", "09:30"],
    ),
    "clock-12-before-noon": (
        partial(timefmt.clock, at("2026-10-23 09:59"), STOCKHOLM_12),
        ["11:59 am", "11:59 AM", "11:59 a. m.", "11:59 ص"],
    ),
    "clock-12-noon": (
        partial(timefmt.clock, NOON, STOCKHOLM_12),
        ["12:00 pm", "12:00 PM", "12:00 p. m.", "12:00 م"],
    ),
    "clock-12-midnight": (
        partial(timefmt.clock, at("2026-10-22 22:00"), STOCKHOLM_12),
        ["12:00 am", "12:00 AM", "12:00 a. m.", "12:00 ص"],
    ),
    "clock-doubled": (
        partial(timefmt.clock, at("2026-10-25 00:45"), STOCKHOLM),
        ["02:45 GMT+2", "02:45 GMT+2", "2:45 GMT+2", "02:45 غرينتش+2"],
    ),
    "range": (
        partial(timefmt.clock_range, TODAY, at("2026-10-23 08:15"), STOCKHOLM),
        ["09:30 to 10:15", "09:30–10:15 Uhr", "9:30–10:15", "09:30–10:15"],
    ),
    "range-within-an-hour": (
        partial(timefmt.clock_range, TODAY, at("2026-10-23 07:45"), STOCKHOLM),
        ["09:30 to 09:45", "09:30–09:45 Uhr", "9:30–9:45", "09:30–09:45"],
    ),
    "range-12-of-a-morning": (
        partial(timefmt.clock_range, TODAY, at("2026-10-23 08:15"), STOCKHOLM_12),
        ["9:30 am to 10:15 am", "9:30–10:15 AM", "9:30 – 10:15 a. m.", "9:30–10:15 ص"],
    ),
    "range-12-over-noon": (
        partial(timefmt.clock_range, TODAY, at("2026-10-23 10:15"), STOCKHOLM_12),
        ["9:30 am to 12:15 pm", "9:30 AM – 12:15 PM", "9:30 a. m. – 12:15 p. m.", "9:30 ص – 12:15 م"],
    ),
    "range-over-midnight": (
        partial(timefmt.clock_range, at("2026-10-23 21:30"), at("2026-10-23 22:15"), STOCKHOLM),
        ["23:30 to 00:15 (Sat)", "23:30–00:15 Uhr (Sa)", "23:30–0:15 (sáb)", "23:30–00:15 (السبت)"],
    ),
    "range-to-midnight": (
        partial(timefmt.clock_range, at("2026-10-23 21:15"), at("2026-10-23 22:00"), STOCKHOLM),
        ["23:15 to 00:00 (Sat)", "23:15–00:00 Uhr (Sa)", "23:15–0:00 (sáb)", "23:15–00:00 (السبت)"],
    ),
    "range-doubled": (
        partial(timefmt.clock_range, at("2026-10-25 00:45"), at("2026-10-25 01:15"), STOCKHOLM),
        [
            "02:45 GMT+2 to 02:15 GMT+1",
            "02:45 GMT+2 – 02:15 GMT+1",
            "2:45 GMT+2 – 2:15 GMT+1",
            "02:45 غرينتش+2 – 02:15 غرينتش+1",
        ],
    ),
    "hours-of-a-day": (
        partial(timefmt.hours_of_day, 0, 24 * 60),
        ["00:00 to 24:00", "00:00–24:00 Uhr", "0:00–24:00", "00:00–24:00"],
    ),
    "hours-of-a-day-12": (
        partial(timefmt.hours_of_day, 9 * 60, 24 * 60, twelve_hour=True),
        ["9:00 am to 12:00 am", "9:00 AM – 12:00 AM", "9:00 a. m. – 12:00 a. m.", "9:00 ص – 12:00 ص"],
    ),
    "hours-around-the-clock": (
        partial(timefmt.hours_of_day, 9 * 60, 9 * 60),
        ["09:00 to 09:00", "09:00–09:00 Uhr", "9:00–9:00", "09:00–09:00"],
    ),
    "end-of-day": (partial(timefmt.time_of_day, 24 * 60), ["24:00", "24:00", "24:00", "24:00"]),
    "hour-label": (partial(timefmt.hour_label, 6), ["06", "06", "06", "06"]),
    "hour-label-12": (partial(timefmt.hour_label, 24, twelve_hour=True), ["12 am", "12 AM", "12 a. m.", "12 ص"]),
    "short-day": (
        partial(timefmt.short_day, TODAY, STOCKHOLM, NOW),
        ["Fri 23 October", "Fr., 23. Oktober", "vie, 23 de octubre", "الجمعة، 23 أكتوبر"],
    ),
    "short-day-of-another-year": (
        partial(timefmt.short_day, OTHER_YEAR, STOCKHOLM, NOW),
        [
            "Wed 1 September 2027",
            "Mi., 1. September 2027",
            "mié, 1 de septiembre de 2027",
            "الأربعاء، 1 سبتمبر 2027",
        ],
    ),
    "long-day": (
        partial(timefmt.long_day, TODAY, STOCKHOLM, NOW),
        ["Friday 23 October", "Freitag, 23. Oktober", "viernes, 23 de octubre", "الجمعة، 23 أكتوبر"],
    ),
    "long-day-of-another-year": (
        partial(timefmt.long_day, OTHER_YEAR, STOCKHOLM, NOW),
        [
            "Wednesday 1 September 2027",
            "Mittwoch, 1. September 2027",
            "miércoles, 1 de septiembre de 2027",
            "الأربعاء، 1 سبتمبر 2027",
        ],
    ),
    "tiny-day": (
        partial(timefmt.tiny_day, TODAY, STOCKHOLM, NOW),
        ["Fri 23 Oct", "Fr., 23. Okt.", "vie, 23 oct", "الجمعة، 23 أكتوبر"],
    ),
    "tiny-day-of-another-year": (
        partial(timefmt.tiny_day, OTHER_YEAR, STOCKHOLM, NOW),
        ["Wed 1 Sep 2027", "Mi., 1. Sept. 2027", "mié, 1 sept 2027", "الأربعاء، 1 سبتمبر 2027"],
    ),
    "bare-day": (
        partial(timefmt.bare_day, TODAY, STOCKHOLM, NOW),
        ["23 October", "23. Oktober", "23 de octubre", "23 أكتوبر"],
    ),
    "bare-day-of-another-year": (
        partial(timefmt.bare_day, OTHER_YEAR, STOCKHOLM, NOW),
        ["1 September 2027", "1. September 2027", "1 de septiembre de 2027", "1 سبتمبر 2027"],
    ),
    "full-date": (
        partial(timefmt.full_date, date(2026, 5, 1)),
        ["1 May 2026", "1. Mai 2026", "1 de mayo de 2026", "1 مايو 2026"],
    ),
    "short-date": (
        partial(timefmt.short_date, date(2026, 9, 1)),
        ["1 Sep 2026", "1. Sept. 2026", "1 sept 2026", "1 سبتمبر 2026"],
    ),
    "week-of-a-month": (
        partial(timefmt.week_label, date(2026, 10, 19)),
        ["19 – 25 October 2026", "19.–25. Oktober 2026", "19–25 de octubre de 2026", "19–25 أكتوبر 2026"],
    ),
    "week-over-two-months": (
        partial(timefmt.week_label, date(2026, 9, 28)),
        [
            "28 Sep – 4 Oct 2026",
            "28. Sept. – 4. Okt. 2026",
            "28 sept – 4 oct 2026",
            "28 سبتمبر – 4 أكتوبر 2026",
        ],
    ),
    "week-over-two-years": (
        partial(timefmt.week_label, date(2026, 12, 28)),
        [
            "28 Dec 2026 – 3 Jan 2027",
            "28. Dez. 2026 – 3. Jan. 2027",
            "28 dic 2026 – 3 ene 2027",
            "28 ديسمبر 2026 – 3 يناير 2027",
        ],
    ),
    "span": (
        partial(timefmt.span, *days("2026-12-03", "2026-12-09")),
        ["3 to 9 December", "3.–9. Dezember", "3–9 de diciembre", "3–9 ديسمبر"],
    ),
    "span-over-two-months": (
        partial(timefmt.span, *days("2026-11-28", "2026-12-04")),
        [
            "28 November to 4 December",
            "28. November – 4. Dezember",
            "28 de noviembre – 4 de diciembre",
            "28 نوفمبر – 4 ديسمبر",
        ],
    ),
    "span-of-a-day": (
        partial(timefmt.span, *days("2026-12-03", "2026-12-03")),
        ["3 December", "3. Dezember", "3 de diciembre", "3 ديسمبر"],
    ),
    "in-days": (
        partial(timefmt.distance, TODAY, NOW, STOCKHOLM),
        ["in 3 days", "in 3 Tagen", "dentro de 3 días", "خلال 3 أيام"],
    ),
    "a-day-ago": (
        partial(timefmt.distance, at("2026-10-19 03:00"), NOW, STOCKHOLM),
        ["1 day ago", "vor 1 Tag", "hace 1 día", "قبل يوم واحد"],
    ),
    "in-hours": (
        partial(timefmt.distance, at("2026-10-20 13:10"), NOW, STOCKHOLM),
        ["in 2 hours", "in 2 Stunden", "dentro de 2 horas", "خلال ساعتين"],
    ),
    "minutes-ago": (
        partial(timefmt.distance, at("2026-10-20 10:50"), NOW, STOCKHOLM),
        ["20 minutes ago", "vor 20 Minuten", "hace 20 minutos", "قبل 20 دقيقة"],
    ),
    "no-minutes": (partial(timefmt.minutes, 0), ["0 minutes", "0 Minuten", "0 minutos", "0 دقيقة"]),
    "an-hour": (partial(timefmt.minutes, 60), ["1 hour", "1 Stunde", "1 hora", "ساعة"]),
    "hours-and-minutes": (
        partial(timefmt.gap, 90 * 60),
        ["1 hour 30 minutes", "1 Stunde, 30 Minuten", "1 hora 30 minutos", "ساعة و30 دقيقة"],
    ),
    "city": (
        partial(timefmt.city, ZoneInfo("Europe/Copenhagen")),
        ["Copenhagen", "Kopenhagen", "Copenhague", "كوبنهاغن"],
    ),
    "zone": (
        partial(timefmt.zone_label, NOW, "America/New_York"),
        ["New York (GMT-4)", "New York (GMT-4)", "Nueva York (GMT-4)", "نيويورك (غرينتش-4)"],
    ),
    "zone-of-half-hours": (
        partial(timefmt.zone_label, NOW, "Asia/Kolkata"),
        ["Kolkata (GMT+5:30)", "Kalkutta (GMT+5:30)", "Calcuta (GMT+5:30)", "كالكتا (غرينتش+5:30)"],
    ),
    "utc": (partial(timefmt.zone_time, "UTC", NOW), ["UTC", "UTC", "UTC", "UTC"]),
    "weekday": (partial(timefmt.weekday, TODAY), ["Friday", "Freitag", "viernes", "الجمعة"]),
    "short-weekday": (partial(timefmt.short_weekday, 4), ["Fri", "Fr", "vie", "الجمعة"]),
    "month": (partial(timefmt.month, TODAY), ["October", "Oktober", "octubre", "أكتوبر"]),
    "short-month": (partial(timefmt.short_month, 9), ["Sep", "Sep", "sept", "سبتمبر"]),
    "first-weekday": (lambda: timefmt.weekdays()[0][1], ["Monday", "Montag", "lunes", "السبت"]),
    "names": (
        partial(wording.names, ["Ann", "Bo", "Cy"]),
        ["Ann, Bo and Cy", "Ann, Bo und Cy", "Ann, Bo y Cy", "\u2068Ann\u2069 و\u2068Bo\u2069 و\u2068Cy\u2069"],
    ),
    "one-of": (
        partial(wording.one_of, ["Ann", "Bo", "Cy"]),
        ["Ann, Bo or Cy", "Ann, Bo oder Cy", "Ann, Bo o Cy", "Ann أو Bo أو Cy"],
    ),
    "count": (partial(wording.count, 12345.5), ["12,345.5", "12.345,5", "12.345,5", "12,345.5"]),
}


@pytest.mark.parametrize("language", ["en", "de", "es", "ar"])
@pytest.mark.parametrize("what", TABLE)
def test_as_a_language_writes_it(what, language):
    write, expected = TABLE[what]
    with override(language):
        text = write()
    assert plain(text) == expected[["en", "de", "es", "ar"].index(language)]
    # Letters have their own direction; a mark that forced one would be wrong in a sentence of the other.
    assert not MARKS.search(text)


@pytest.mark.parametrize(
    ("days", "expected"),
    [(0, "heute, 09:30"), (1, "morgen, 09:30"), (2, "Do., 22. Okt., 09:30"), (-1, "Mo., 19. Okt., 09:30")],
)
def test_when_in_german(days, expected):
    with override("de"):
        assert timefmt.when(at(f"2026-10-{20 + days} 07:30"), STOCKHOLM, NOW) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", False),
        ("en-us", True),
        ("en-gb", False),
        ("de", False),
        ("es", False),
        ("es-co", True),
        ("ar", True),
        ("ja", False),
        ("ko", True),
        ("zz", False),
    ],
)
def test_twelve_hour_in(language, expected):
    assert timefmt.twelve_hour_in(language) is expected


@pytest.mark.parametrize(
    ("language", "first"), [("en", 0), ("en-us", 6), ("de", 0), ("pt-br", 6), ("ar", 5), ("he", 6)]
)
def test_weekdays_stand_in_the_order_of_the_language(language, first):
    with override(language):
        found = timefmt.weekdays()
        assert [number for number, _ in found] == [(first + each) % 7 for each in range(7)]
        assert [name for _, name in found] == [timefmt.weekday(number) for number, _ in found]


def test_clock_of_twelve_hours_says_its_half_where_cldr_leaves_it_out():
    with override("ru"):
        morning_to_afternoon = timefmt.clock_range(at("2026-10-23 09:30"), at("2026-10-23 12:00"), STOCKHOLM_12)
    assert plain(morning_to_afternoon) == "11:30 AM — 2:00 PM"


def test_interval_spells_its_month_as_single_dates_do():
    with override("zh-hans"):
        assert plain(timefmt.week_label(date(2026, 10, 19))) == "2026年10月19日 – 25日"


@pytest.mark.parametrize("language", ["zz", "io"])
def test_language_that_babel_does_not_know_reads_as_english(language):
    with override(language):
        assert timefmt.clock_range(TODAY, NOON, STOCKHOLM) == "09:30 to 12:00"
        assert timefmt.tiny_day(OTHER_YEAR, STOCKHOLM, NOW) == "Wed 1 Sep 2027"
        assert timefmt.city("America/St_Johns") == "St Johns"


def test_nothing_active_reads_as_english():
    with override(None):
        assert timefmt.short_day(TODAY, STOCKHOLM) == "Fri 23 October"
        assert wording.names(["Ann", "Bo"]) == "Ann and Bo"


@pytest.mark.parametrize(
    ("language", "text", "name"),
    [
        ("de", "Kopenhagen", "Europe/Copenhagen"),
        ("de", "Kopenhagen (GMT+2)", "Europe/Copenhagen"),
        ("de", "copenhagen", "Europe/Copenhagen"),
        ("de", "Copenhagen (GMT+2)", "Europe/Copenhagen"),
        ("es", " nueva  YORK ", "America/New_York"),
        ("es", "New York (GMT-4)", "America/New_York"),
        ("fr", "Londres (UTC+1)", "Europe/London"),
        ("pt-br", "Londres (+1 GMT)", "Europe/London"),
        ("zh-hans", "哥本哈根（GMT+2）", "Europe/Copenhagen"),
        ("en", "Kopenhagen", None),
        ("en", "Ho Chi Minh City", "Asia/Ho_Chi_Minh"),
        # With its offset it is Juba, without it the zone's own name.
        ("tr", "Cuba (GMT+2)", "Africa/Juba"),
        ("tr", "Cuba", "Cuba"),
    ],
)
def test_zone_is_found_by_a_city_in_the_language_and_in_english(language, text, name):
    with override(language):
        found = timefmt.find_zone(text)
    assert (found and found.key) == name


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_of_zones_lead_back_to_them_in_every_language(language):
    with override(language):
        choices = timefmt.zone_choices(NOW)
        assert len({label for _, label in choices}) == len(choices)
        assert [(name, found and found.key) for name, label in choices for found in [timefmt.find_zone(label)]] == [
            (name, name) for name, _ in choices
        ]


def test_choices_of_zones_are_kept_by_language():
    with override("de"):
        assert dict(timefmt.zone_choices(NOW))["Europe/Copenhagen"] == "Kopenhagen (GMT+2)"
    assert dict(timefmt.zone_choices(NOW))["Europe/Copenhagen"] == "Copenhagen (GMT+2)"


ZONES = [
    *("UTC", "Europe/Stockholm", "America/New_York", "America/St_Johns", "Asia/Kathmandu", "Africa/Juba"),
    *("Australia/Lord_Howe", "Pacific/Apia", "Pacific/Kiritimati", "US/Eastern", "America/Nuuk"),
]
INSTANTS = st.datetimes(datetime(2000, 1, 2), datetime(2100, 12, 30), timezones=st.just(UTC))


@given(st.sampled_from(LANGUAGES), st.sampled_from(ZONES), st.booleans(), INSTANTS, INSTANTS, st.integers(0, 1440))
def test_every_language_has_words_for_all_of_it(language, name, twelve_hour, instant, now, minute):
    reader = Reader(ZoneInfo(name), twelve_hour)
    with override(language):
        texts = [
            timefmt.clock(instant, reader),
            timefmt.clock_range(min(instant, now), max(instant, now), reader),
            timefmt.time_of_day(minute, twelve_hour),
            timefmt.hours_of_day(minute % 1440, minute, twelve_hour),
            timefmt.hour_label(minute // 60, twelve_hour),
            *(each(instant, reader, now) for each in (timefmt.short_day, timefmt.long_day, timefmt.tiny_day)),
            timefmt.day_in_words(instant, reader, now),
            timefmt.when(instant, reader, now),
            timefmt.distance(instant, now, reader),
            timefmt.minutes(minute),
            timefmt.zone_label(instant, reader.zone),
            timefmt.zone_time(reader.zone, instant),
            timefmt.week_label(instant.date()),
            timefmt.span(*sorted([instant.date(), now.date()])),
            timefmt.full_date(instant.date()),
            timefmt.short_date(instant.date()),
            timefmt.month(instant),
            timefmt.short_month(instant),
            *(each(instant) for each in (timefmt.weekday, timefmt.short_weekday)),
            *(wording.names(list("abcde")[:number]) for number in range(1, 6)),
            *(wording.one_of(list("abcde")[:number]) for number in range(1, 6)),
            wording.count(minute),
        ]
        timefmt.clock_change(instant.date(), reader.zone, twelve_hour)
    assert all(text.strip() and "{" not in text and "%" not in text for text in texts)
