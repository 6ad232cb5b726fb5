"""Hostile and merely odd texts."""

import pytest

from everwise.plaintext import isolated, lines, one_line, shortened


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
    ("text", "rtl", "turns"),
    [
        pytest.param("مريم", False, True, id="arabic-in-english"),
        pytest.param("דנה 2!", False, True, id="hebrew-in-english"),
        pytest.param("Maya (مريم) Lindqvist", False, True, id="both-in-english"),
        pytest.param("Zoë 2", False, False, id="latin-in-english"),
        pytest.param("李 娜", False, False, id="chinese-in-english"),
        pytest.param("", False, False, id="nothing-in-english"),
        pytest.param("Maya 2", True, True, id="latin-in-arabic"),
        pytest.param("李 娜", True, True, id="chinese-in-arabic"),
        pytest.param("مريم 2", True, False, id="arabic-in-arabic"),
        pytest.param("09:30", True, False, id="no-letters-in-arabic"),
        pytest.param("https://example.com/", True, False, id="link-in-arabic"),
        pytest.param("maya@example.com", True, False, id="address-in-arabic"),
    ],
)
def test_text_of_the_other_direction_is_isolated_once(text, rtl, turns):
    expected = f"\u2068{text}\u2069" if turns else text

    assert isolated(text, rtl=rtl) == expected
    assert isolated(expected, rtl=rtl) == expected
