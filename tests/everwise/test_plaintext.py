"""Hostile and merely odd texts."""

import pytest

from everwise.plaintext import lines, one_line, phrase, shortened


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Lake room", "Lake room", id="plain"),
        pytest.param("Talk\r\nBcc: all@example.com", "Talk Bcc: all@example.com", id="line-break"),
        pytest.param("a\u2028b\x85c\x0bd", "a b c d", id="other-line-breaks"),
        pytest.param("  wide \t open ", "wide open", id="spaces"),
        pytest.param("a\x00b\x1b[31mc\x7f", "ab[31mc", id="control"),
        pytest.param("\u202egnp.exe\u2066x\u2069", "gnp.exex", id="turned-around"),
        pytest.param("“Ann” O'Neil & <b>", "“Ann” O'Neil & <b>", id="quotes"),
        pytest.param("\U0001f469\u200d\U0001f680 שלום", "\U0001f469\u200d\U0001f680 שלום", id="joined-and-hebrew"),
    ],
)
def test_one_line(text, expected):
    assert one_line(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", [], id="empty"),
        pytest.param("\n one \r\n  - two\n\nthree \n\n", ["one", "  - two", "", "three"], id="own-lines-kept"),
        pytest.param("a\u202eb\x00\n\tc", ["ab", "    c"], id="unseen"),
    ],
)
def test_lines(text, expected):
    assert lines(text) == expected


@pytest.mark.parametrize(("length", "expected"), [(5, "ab cd"), (4, "ab…"), (3, "ab…"), (2, "a…")])
def test_shortened(length, expected):
    assert shortened("ab cd", length) == expected


@pytest.mark.parametrize(
    ("text", "closed"),
    [
        ("مريم", "مريم\u200e"),
        ("דנה 2!", "דנה 2!\u200e"),
        ("Maya (مريم) Lindqvist", "Maya (مريم) Lindqvist"),
        ("Maya 2", "Maya 2"),
        ("", ""),
    ],
)
def test_text_that_ends_from_right_to_left_is_closed(text, closed):
    assert phrase(text) == closed
    assert phrase(closed) == closed
