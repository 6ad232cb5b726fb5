"""Themes as they are typed: a name on each line, and how long it takes."""

import pytest

from paths import theme_lines
from paths.theme_lines import NewTheme


@pytest.mark.parametrize(
    ("text", "themes"),
    [
        ("", []),
        (" \n\n", []),
        ("Saying no", [("Saying no", 45)]),
        ("Saying no, 30\n\n  My next step ,60 ", [("Saying no", 30), ("My next step", 60)]),
        ("Saying no, kindly", [("Saying no, kindly", 45)]),
        ("Saying no, kindly, 30", [("Saying no, kindly", 30)]),
        ("Saying no, 30 minutes\nYes, 20 min\nPerhaps, 15'", [("Saying no", 30), ("Yes", 20), ("Perhaps", 15)]),
        ("Short, 5\nLong, 480", [("Short", 5), ("Long", 480)]),
        ("A\tb\u202ec", [("A b c", 45)]),
        ("1, 2, 30", [("1, 2", 30)]),
    ],
)
def test_lines_are_read(text, themes):
    assert theme_lines.read(text) == [NewTheme(*each) for each in themes]


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("Yes\nNo, 500", ["Line 2 of the themes: 500 minutes is more than 480."]),
        ("No, 4", ["Line 1 of the themes: 4 minutes is less than 5."]),
        ("No, " + "9" * 5000, ["Line 1 of the themes: 999999 minutes is more than 480."]),
        (", 30", ["Line 1 of the themes has no name."]),
        ("x" * 121, ["Line 1 of the themes: the name is longer than 120 characters."]),
        ("No\n\nNO, 30", ["Line 3 of the themes: line 1 has the same name."]),
        ("No, 0\nYes\n, 5", ["Line 1 of the themes: 0 minutes is less than 5.", "Line 3 of the themes has no name."]),
        ("a\n" * 10_000, ["10000 themes; 50 at most. Add the others later."]),
    ],
)
def test_lines_that_cannot_be(text, faults):
    with pytest.raises(theme_lines.ThemesRefused) as caught:
        theme_lines.read(text)
    assert caught.value.faults == faults
