"""What the check of words takes for “she” or “he” of somebody."""

import pytest

from scripts.check_pronouns import LEFT_OUT, found_in


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("Who books\nfinds her meeting", [2]),
        ("She is told, and he isn’t.\nthey\n<b>His</b> own", [1, 3]),
        ("“hers”, herself, him-self", [1]),
        ('["he", "sv"]\n"he said"', [2]),
        ("there, other, where, whether, the hero, the history, Sheila’s cheese, time_he", []),
    ],
)
def test_whole_words_alone_are_found(text, lines):
    assert found_in(text) == lines


def test_texts_of_languages_and_calendars_of_others_are_left_out():
    names = ["locale/de/LC_MESSAGES/django.po", "tests/experts/feeds/samples_autumn/zoho.ics", "README.md"]

    assert [bool(LEFT_OUT.match(name)) for name in names] == [True, True, False]
