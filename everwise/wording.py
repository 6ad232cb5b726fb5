"""Words about numbers and people that pages and mails share."""

from collections.abc import Sequence
from typing import Literal

from django.utils.translation import get_language, get_language_bidi, ngettext

from everwise import cldr, plaintext

MOST_NAMES = 3


def names(people: Sequence) -> str:
    """“Ann”, “Ann and Bo”, “Ann, Bo and Cy”, “5 people”."""
    number = len(people)
    if number > MOST_NAMES:
        return ngettext("%(number)s person", "%(number)s people", number) % {"number": count(number)}
    return listed([isolated(person) for person in people])


def one_of(people: Sequence[str]) -> str:
    """“Ann”, “Ann or Bo”, “Ann, Bo or Cy”, “Ann, Bo or 3 others”."""
    words = list(people)
    if len(words) > MOST_NAMES:
        rest = len(words) - MOST_NAMES + 1
        others = ngettext("%(number)s other", "%(number)s others", rest) % {"number": count(rest)}
        words = [*words[: MOST_NAMES - 1], others]
    return listed(words, "or")


def listed(words: Sequence[str], style: Literal["standard", "or"] = "standard") -> str:
    """“Ann”, “Ann and Bo”, “Ann, Bo and Cy”, however many; with the style "or", “Ann or Bo”."""
    return cldr.listed(get_language() or "en", words, style)


def isolated(value: object) -> str:
    """A name or title within a sentence of the active language: where they run in other directions, neither turns.

    Templates need not ask for it: their `blocktranslate` does (everwise/templatetags/sentences.py).
    """
    return plaintext.isolated(str(value), rtl=get_language_bidi())


def phrase(text: str) -> str:
    """What somebody has typed, on one line, as part of a sentence."""
    return isolated(plaintext.one_line(text))


def count(number: float) -> str:
    """“1,200”, “4.5”: a number with the language's own signs."""
    return cldr.number(get_language() or "en", number)


def percent(part: float, whole: float) -> str:
    """“86%”, of something that there is."""
    return cldr.percent(get_language() or "en", part / whole)
