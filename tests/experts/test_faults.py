"""What is wrong with addresses, calendars and rules: as codes where it is found, in words where people read it."""

import ast
import re
from pathlib import Path

import pytest
from django.utils import translation

from experts import addresses, availability, faults
from experts.feeds import fetch, ics

FOLDER = Path(faults.__file__).parent
RAISED = {
    each.__name__
    for each in (addresses.BadAddress, availability.InvalidRule, fetch.Unreachable, ics.UnreadableCalendar, ics.TooMuch)
}


def codes_raised() -> set[str]:
    """The first word of what these errors are raised with, wherever it is written as a text."""
    found = set()
    for path in [*FOLDER.glob("*.py"), *(FOLDER / "feeds").glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in RAISED and node.args:
                text = node.args[0].values[0] if isinstance(node.args[0], ast.JoinedStr) else node.args[0]
                if isinstance(text, ast.Constant):
                    found.add(text.value.partition(" ")[0])
    # Said by what a rule's part is called.
    return found - {"rule-"} | {f"rule-{name.lower()}" for name in availability.PARTS}


def test_each_code_that_is_raised_has_words():
    raised = codes_raised()

    assert len(raised) > 35
    assert raised - faults.TEXTS.keys() == set()


def test_words_hold_what_they_are_about():
    assert faults.in_words("server-error 503") == "The server answers with an error (503)."
    assert faults.in_words("too-many-events") == "The calendar has more than 50,000 events that are not over."
    assert faults.in_words("rule-part X-A=1") == (
        "A rule may not say “X-A=1”: it has only FREQ, INTERVAL, BYDAY, UNTIL, COUNT."
    )


@pytest.mark.parametrize("text", ["", "The calendar takes too long to read.", "No answer.", "100 % wrong"])
def test_text_of_before_the_codes_stays(text):
    assert faults.in_words(text) == text


@pytest.mark.parametrize("code", faults.TEXTS)
def test_words_are_whole_sentences(code):
    said = faults.in_words(f"{code} 7")

    assert re.fullmatch(r"[A-Z“].*\.", said)
    assert "%" not in said


def test_words_follow_the_reader(monkeypatch):
    monkeypatch.setattr(translation._trans, "gettext", lambda text: f"[{text}]")

    assert faults.in_words("cut-short") == "[The calendar file ends in the middle.]"
