"""What is typed about hours and dates, and what it means."""

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from django.http import QueryDict

from experts.availability import Override, RecurringWindows
from experts.fields import parse_windows
from experts.hours.editor import Editor
from experts.hours.parsing import NotATime, parse_time
from experts.hours.patterns import Pattern
from experts.hours.writer import Present

NOW = datetime(2026, 10, 20, 11, 10, tzinfo=UTC)  # a Tuesday
TODAY = NOW.date()
THEME = UUID("00000000-0000-4000-8000-000000000001")
SETTINGS = {
    "time_zone": "Europe/Stockholm",
    "accepting": True,
    "video_link": "",
    "buffer_before_minutes": 0,
    "buffer_after_minutes": 25,
    "notice_minutes": 0,
    "horizon_days": None,
    "cap_per_day": None,
    "cap_per_week": 3,
}
WEEKLY = RecurringWindows("FREQ=WEEKLY;BYDAY=MO,TU", date(2026, 1, 5), parse_windows("09:00-12:00, 13:00-17:00"))
OTHER = RecurringWindows("FREQ=MONTHLY;BYDAY=1MO", date(2026, 1, 5), parse_windows("18:00-20:00"))


def present(*rules, overrides=(), themes=()):
    return Present(SETTINGS, tuple(enumerate(rules or (WEEKLY,), 1)), tuple(overrides), frozenset(themes))


def editor_of(stored, **options):
    return Editor(stored, offered={THEME}, now=NOW, **{"twelve_hour": False, **options})


def form(stored, **options) -> dict[str, list[str]]:
    """What the page posts when nothing is changed on it."""
    editor = editor_of(stored, **options)
    data = {name: [str(value)] for name, value in SETTINGS.items() if value is not None}
    data |= {"version": [editor.version], "themes": [str(pk) for pk in editor.themes], "pattern": []}
    for pattern in editor.patterns:
        data["pattern"].append(str(pattern.number))
        data |= {f"{pattern.name}-{key}": [getattr(pattern, key)] for key in ("every", "first", "last")}
        for day in pattern.days:
            data |= {f"{day.name}-on": ["on"]} if day.on else {}
            data |= {
                f"{day.name}-from": [row.start for row in day.rows],
                f"{day.name}-to": [row.end for row in day.rows],
            }
    return data


def query(data):
    found = QueryDict(mutable=True)
    for name, values in data.items():
        found.setlist(name, values if isinstance(values, list) else [values])
    return found


def typed(stored=None, strict=True, **changes):
    """The editor after posting the unchanged page with some changes, and the plan it makes."""
    stored = stored or present()
    editor = editor_of(stored)
    editor.read(query(form(stored) | {name.replace("__", "-"): value for name, value in changes.items()}))
    return editor, editor.plan(strict=strict)


def rows(day):
    return [(row.start, row.end) for row in day.rows]


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("09:30", 570),
        ("9", 540),
        ("9.30", 570),
        ("0930", 570),
        ("930", 570),
        (" 9:30 pm ", 1290),
        ("12 am", 0),
        ("12:15 PM", 735),
        ("24:00", 1440),
        ("00:00", 0),
    ],
)
def test_parse_time_reads_what_people_write(text, minutes):
    assert parse_time(text) == minutes


@pytest.mark.parametrize(
    "text", ["25:00", "24:01", "9:60", "13 pm", "0 am", "noon", "٠٩:٠٠", "-1", "9:5", "1e3", "\x00"]
)
def test_parse_time_refuses_the_rest(text):
    with pytest.raises(NotATime):
        parse_time(text)


@pytest.mark.parametrize("twelve_hour", [False, True])
def test_unchanged_page_changes_nothing(twelve_hour):
    stored = present(WEEKLY, OTHER, overrides=[Override(TODAY, ())], themes=[THEME])
    editor = editor_of(stored, twelve_hour=twelve_hour)

    editor.read(query(form(stored, twelve_hour=twelve_hour)))
    plan = editor.plan(strict=True)

    assert editor.problems == []
    assert not plan.changes(stored)


def test_windows_past_midnight_and_to_its_end_are_read():
    editor, plan = typed(**{"p0-d0-from": ["22:00", "09:00"], "p0-d0-to": ["02:00", "24:00"], "p0-d1-on": []})

    assert plan.patterns[0].days[0] == parse_windows("09:00-02:00")
    assert editor.notes == ["Monday: 09:00 to 24:00 and 22:00 to 02:00 were joined to 09:00 to 02:00."]
    assert [row.hint for row in editor.patterns[0].days[0].rows] == ["Ends on Tuesday at 02:00", ""]


def test_same_start_and_end_is_a_whole_day_and_says_so():
    editor, plan = typed(**{"p0-d6-on": "on", "p0-d6-from": "09:00", "p0-d6-to": "09:00"})

    assert plan.patterns[0].days[6] == parse_windows("09:00-09:00")
    assert editor.patterns[0].days[6].rows[0].hint == "Ends on Monday at 09:00, 24 hours later"


def test_hours_into_the_next_days_hours_are_told():
    editor, _ = typed(**{"p0-d0-from": "22:00", "p0-d0-to": "10:00"})

    assert editor.notes == ["Monday’s 22:00 to 10:00 runs into Tuesday’s 09:00 to 12:00: they count as one."]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        (
            {"p0-d0-from": "25:00", "p0-d0-to": "26:00"},
            ("p0-d0-0-from", "Monday: “25:00” is not a time of the day. Write it like 09:30, up to 24:00."),
        ),
        (
            {"p0-d0-from": "", "p0-d0-to": "12:00"},
            ("p0-d0-0-from", "Monday: Say when the hours until 12:00 begin, or clear both fields."),
        ),
        (
            {"p0-d0-from": ["09:00", "13:00"], "p0-d0-to": ["12:00"]},
            ("p0-d0-1-from", "Monday: Say when the hours from 13:00 end, or clear both fields."),
        ),
        (
            {"p0-d0-from": "24:00", "p0-d0-to": "02:00"},
            (
                "p0-d0-0-from",
                "Monday: Hours can’t begin at 24:00, where the day ends. Begin at 00:00 on the next day.",
            ),
        ),
        (
            {"p0-d0-from": ["08:00", "09:00"], "p0-d0-to": ["10:00", "09:00"]},
            (
                "p0-d0-0-from",
                "08:00 to 10:00 and 09:00 to 09:00 overlap, and together they are longer than a day. Let them end at"
                " 24:00 or before.",
            ),
        ),
        (
            {"p0-d0-from": ["09:00"] * 13, "p0-d0-to": ["10:00"] * 13},
            ("p0-d0-0-from", "A day can have at most 12 separate hours."),
        ),
        ({"p0-every": "0"}, ("p0-every", "Say every how many weeks, from 1 to 52.")),
        ({"p0-every": "x" * 1000}, ("p0-every", "Say every how many weeks, from 1 to 52.")),
        ({"p0-first": ""}, ("p0-first", "The first date is not a date we know. Write it like 2026-10-26.")),
        ({"p0-first": "0001-01-01"}, ("p0-first", "The first date must lie between 2000 and 2100.")),
        ({"p0-last": "2026-01-04"}, ("p0-last", "The last date lies before the first.")),
        (
            {"time_zone": "Mars/Olympus"},
            ("id_time_zone", "That is not a time zone we know. Type a city in it, like Stockholm."),
        ),
        ({"cap_per_day": "-1"}, ("id_cap_per_day", "Please choose a number from 0 to 100.")),
        (
            {"video_link": "javascript:alert(1)"},
            ("id_video_link", "This is not a web address. It looks like https://meet.example.com/your-room."),
        ),
        (
            {"block": "0", "x0-first": "", "x0-kind": "off"},
            ("x0-first", "The first date is not a date we know. Write it like 2026-10-26."),
        ),
        (
            {"block": "0", "x0-first": "2026-10-19", "x0-kind": "off"},
            ("x0-last", "These dates are past. Choose dates from today on."),
        ),
        (
            {"block": "0", "x0-first": "2026-10-21", "x0-last": "2027-10-22", "x0-kind": "off"},
            ("x0-last", "An exception can be at most 366 days long."),
        ),
        (
            {"block": "0", "x0-first": "2026-10-21", "x0-kind": "hours"},
            ("x0-0-from", "Enter the hours of these dates, or choose time off."),
        ),
        ({"block": "0", "x0-first": "2026-10-21"}, ("x0-kind", "Choose time off or other hours.")),
    ],
)
def test_what_cannot_be_meant_is_explained(changes, problem):
    editor, plan = typed(**changes)

    assert editor.problems == [problem]
    assert plan is None


def test_two_exceptions_for_one_date_are_refused():
    block = {"x0-first": "2026-10-21", "x0-kind": "off", "x1-first": "2026-10-20", "x1-last": "2026-10-22"}

    editor, plan = typed(**block | {"block": ["0", "1"], "x1-kind": "off"})

    assert editor.problems == [("x1-first", "These dates have another exception on this page already.")]
    assert plan is None


def test_exceptions_are_set_changed_and_cleared():
    stored = present(overrides=[Override(date(2026, 10, day), ()) for day in (21, 22, 26)])

    _, plan = typed(
        stored,
        **{
            "drop": "2026-10-26/2026-10-26",
            "block": ["0", "4"],
            "x0-first": "2026-10-22",
            "x0-kind": "hours",
            "x0-from": "10:00",
            "x0-to": "12:00",
            "x0-was": "2026-10-21/2026-10-22",
            "x4-first": "2026-11-02",
            "x4-last": "2026-11-03",
            "x4-kind": "off",
        },
    )

    assert plan.overrides(stored) == {
        date(2026, 10, 22): parse_windows("10:00-12:00"),
        date(2026, 11, 2): (),
        date(2026, 11, 3): (),
    }


def test_exception_in_place_of_another_says_so():
    stored = present(overrides=[Override(date(2026, 10, day), ()) for day in (21, 22)])
    block = {"block": "0", "x0-first": "2026-10-20", "x0-last": "2026-10-22", "x0-kind": "off"}

    assert typed(stored, **block)[0].notes == ["What differed on 21 October and 1 more date until now is replaced."]
    assert typed(stored, **block, **{"x0-was": "2026-10-21/2026-10-22"})[0].notes == []


def test_exceptions_of_the_past_stay_and_are_not_listed():
    stored = present(overrides=[Override(date(2026, 10, 19), ()), Override(TODAY, ())])

    _, plan = typed(stored, **{"drop": "2026-10-20/2026-10-20"})

    assert [(each.first, each.last) for each in editor_of(stored).listed] == [(TODAY, TODAY)]
    assert plan.overrides(stored) == {date(2026, 10, 19): ()}


def test_patterns_of_the_same_weeks_become_one():
    changes = {"pattern": ["0", "7"], "p7-every": "1", "p7-first": "2026-01-05", "p7-last": ""}

    editor, plan = typed(**changes | {"p7-d2-on": "on", "p7-d2-from": "10:00", "p7-d2-to": "11:00"})

    assert [[len(day) for day in pattern.days] for pattern in plan.patterns] == [[2, 2, 1, 0, 0, 0, 0]]
    assert editor.notes == ["Two sets of weekly hours with the same weeks and dates were put together."]


def test_add_gives_an_empty_row_and_keeps_what_was_typed():
    editor, _ = typed(add="p0-d0", **{"p0-d0-from": ["9", "what"], "p0-d0-to": ["12", ""]})

    assert rows(editor.patterns[0].days[0]) == [("9", "12"), ("what", ""), ("", "")]


def test_remove_takes_one_row_out():
    editor, plan = typed(remove="p0-d0/0")

    assert rows(editor.patterns[0].days[0]) == [("13:00", "17:00")]
    assert plan.patterns[0].days[0] == parse_windows("13:00-17:00")


def test_remove_of_the_only_row_switches_the_day_off():
    editor, plan = typed(remove="p0-d0/0", **{"p0-d0-from": "09:00", "p0-d0-to": "12:00"})

    assert not editor.patterns[0].days[0].on
    assert plan.patterns[0].days[0] == ()


def test_copy_gives_other_days_the_same_hours():
    _, plan = typed(copy="p0-d0", **{"p0-d0-copy": ["1", "4", "0", "9"], "p0-d0-from": "8", "p0-d0-to": "9"})

    eight = parse_windows("08:00-09:00")
    assert plan.patterns[0].days == (eight, eight, (), (), eight, (), ())


def test_cleared_day_is_not_available():
    _, plan = typed(**{"p0-d0-from": ["", ""], "p0-d0-to": ["", ""]})

    assert plan.patterns[0].days[0] == ()


def test_pattern_can_be_added_and_removed():
    editor, _ = typed(**{"add-pattern": "1"})
    assert [(pattern.number, pattern.every) for pattern in editor.patterns] == [(0, "1"), (1, "2")]

    editor, plan = typed(**{"remove-pattern": "0"})
    assert plan.patterns == ()
    assert len(editor.patterns) == 1


def test_rule_that_no_pattern_says_goes_only_when_asked():
    stored = present(WEEKLY, OTHER)

    assert typed(stored)[1].kept_rules(stored) == [OTHER]
    assert typed(stored, **{"drop-rule": ["2", "1", "99"]})[1].kept_rules(stored) == []


def test_exception_buttons_change_the_page_only():
    stored = present(overrides=[Override(date(2026, 10, 26), parse_windows("10:00-12:00"))])
    value = "2026-10-26/2026-10-26"

    editor, plan = typed(stored, **{"change-date": value})
    assert [(block.first, block.kind, rows(block.hours)) for block in editor.blocks] == [
        ("2026-10-26", "hours", [("10:00", "12:00")])
    ]
    assert not plan.changes(stored)
    editor, _ = typed(stored, **{"remove-date": value})
    assert editor.dropped == [(date(2026, 10, 26), date(2026, 10, 26))]
    editor, _ = typed(stored, **{"drop": value, "keep-date": value})
    assert editor.dropped == []
    editor, _ = typed(stored, **{"add-date": "1", "block": "3", "x3-kind": "off"}, strict=False)
    assert [block.number for block in editor.blocks] == [3, 4]
    editor, _ = typed(stored, **{"block": "3", "x3-kind": "off", "remove-block": "3"})
    assert editor.blocks == []


def test_themes_are_only_those_offered():
    _, plan = typed(themes=[str(THEME), str(uuid4()), "x"])

    assert (plan.themes, plan.offered) == ({THEME}, {THEME})


def test_number_that_staff_set_stays_among_the_choices():
    form = editor_of(present()).settings

    assert (25, "25 minutes") in form.fields["buffer_after_minutes"].widget.choices


def test_hostile_buttons_change_nothing():
    junk = {"add": "p9-d9", "remove": "p0-d0/99", "copy": "x", "remove-pattern": "x", "remove-block": "\x00"}
    junk |= {"change-date": "2026-99-99/x", "remove-date": "/", "keep-date": "", "dates-page": "9" * 50}

    editor, plan = typed(**junk | {"block": ["x", "-1", "9" * 9], "pattern": ["0", "0", "y"]})

    assert editor.problems == []
    assert plan.patterns == (Pattern(1, date(2026, 1, 5), None, (WEEKLY.windows, WEEKLY.windows, (), (), (), (), ())),)
