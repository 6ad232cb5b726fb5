"""What a page has shown of length and policy, and what its reader is told where that has changed."""

import re

import pytest

from meetings.booking.terms import Limits, Terms

SHOWN = Terms(45, 720, 6)
LIMITED = Terms(45, 720, 6, Limits(2, None, 3))


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (SHOWN, []),
        (Terms(480, 720, 6), ["This theme now takes 8 hours instead of 45 minutes."]),
        (
            Terms(45, 1440, 6),
            ["A session can now be moved, or cancelled and got back, until 24 hours before it, not 12 hours."],
        ),
        (Terms(45, 720, 1), ["Sessions in all on this path: now 1 instead of 6."]),
        (Terms(45, 720, None), ["Sessions in all on this path: now without a limit instead of 6."]),
    ],
)
def test_changes_are_told_in_words(now, told):
    assert now.changes_since(SHOWN) == told


def test_each_change_is_a_sentence():
    assert len(Terms(5, 0, 0).changes_since(Terms(45, 720, None))) == 3


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        (Limits(2, None, 3), []),
        (Limits(1, None, 3), ["Sessions in one month: now 1 instead of 2."]),
        (Limits(2, 4, 3), ["Sessions coming up at the same time: now 4 instead of no limit."]),
        (Limits(2, None, None), ["Moves of one session: now no limit instead of 3."]),
        (Limits(2, None, 0), ["Moves of one session: now 0 instead of 3."]),
    ],
)
def test_limits_are_told_where_the_page_has_said_any(limits, told):
    now = Terms(45, 720, 6, limits)
    assert now.changes_since(LIMITED) == told
    assert now.changes_since(SHOWN) == []


@pytest.mark.parametrize(
    "terms", [SHOWN, LIMITED, Terms(5, 0, None, Limits(None, None, None)), Terms(45, 720, None), Terms(5, 0, 0)]
)
def test_read_is_what_was_written(terms):
    assert Terms.read(str(terms)) == terms


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "45",
        "45-720",
        "45-720-6-1",
        "45-720-6-1-2",
        "45-720-6-1-2-3-4",
        "-720-6",
        "45-720-x",
        "45-720- 6",
        "٤٥-720-6",
        "9" * 50,
    ],
)
def test_what_nobody_wrote_is_refused(text):
    with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
        Terms.read(text)
