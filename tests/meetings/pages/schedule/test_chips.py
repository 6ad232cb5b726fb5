"""The HTML of chips and of the choice of an expert: made without templates, so every text is escaped by hand."""

import re
from datetime import date

import pytest

from everwise.faces import Face
from meetings.pages.schedule import chips
from meetings.pages.schedule.timetable import Chip, Choice, Company, Day

HOSTILE = Face('<b>"Mallory" & \'co', 3)
ESCAPED = "&lt;b&gt;&quot;Mallory&quot;"
ANN, BEA, CID, DEE = (Face(name, number) for number, name in enumerate(["Ann Oh", "Bea", "Cid", "Dee"]))


def bands(company, *, ahead="", checked=False):
    chip = Chip("2026-10-23T07:30:00Z", "09:30", "09:30 to 10:15", ahead, company)
    day = Day(date(2026, 10, 23), False, bands=([chip], [], []), count=1)
    return chips.bands(day, Choice(day, chip) if checked else None)


def test_names_are_escaped_wherever_they_stand():
    html = bands(Company((HOSTILE,), 1), ahead='In "1" day')

    assert f'aria-label="09:30, with {ESCAPED}' in html
    assert '<b>"' not in html
    assert 'data-ahead="In &quot;1&quot; day"' in html
    assert ESCAPED in chips.expert_options({1: HOSTILE}, "any")
    assert ESCAPED.partition(" ")[0] in chips.expert_pills({1: HOSTILE}, "any", "?expert=")
    assert 'href="?a=&quot;&amp;expert=1"' in chips.expert_pills({1: ANN}, "any", '?a="&expert=')


@pytest.mark.parametrize(
    ("people", "many", "drawn"),
    [((ANN,), 1, ["AO"]), ((ANN, BEA), 2, ["AO", "B"]), ((ANN, BEA, CID), 3, ["AO", "B", "+1"])],
)
def test_two_are_drawn_and_the_others_counted(people, many, drawn):
    html = bands(Company(people, many))

    assert re.findall(r"<b [^>]*>([^<]*)</b>", html) == drawn


def test_of_many_two_are_drawn():
    assert '<b class="ew-avatar ew-avatar--more">+40</b>' in bands(Company((ANN, BEA, CID), 42))


def test_chosen_time_is_checked():
    assert " checked" in bands(Company((ANN,), 1), checked=True)
    assert " checked" not in bands(Company((ANN,), 1))


def test_chosen_expert_is_marked():
    pills, options = (
        draw({1: ANN, 2: BEA}, 2, *more) for draw, *more in ((chips.expert_pills, "?"), (chips.expert_options,))
    )

    assert pills.count("aria-current") == 1
    assert pills.index('id="expert-1"') < pills.index('id="expert-2"') < pills.index("aria-current")
    assert options == '<option value="1">Ann Oh</option><option value="2" selected>Bea</option>'
