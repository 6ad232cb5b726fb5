"""Words about numbers, people and days that pages and mails share."""

from collections.abc import Sequence
from datetime import date, datetime

from everwise import plaintext, timefmt
from everwise.timefmt import Reader

MOST_NAMES = 3
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def sentence(text: str) -> str:
    """The words with a capital first letter, and the rest as it is."""
    return text[:1].upper() + text[1:]


def counted(number: int, word: str) -> str:
    """“1 session”, “6 sessions”."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def number_in_words(number: int) -> str:
    """Small numbers as sentences have them: “no” to “twelve”, then digits."""
    return NUMBERS[number] if number < len(NUMBERS) else str(number)


def counted_in_words(number: int, word: str) -> str:
    """“one expert”, “five experts”, “18 experts”."""
    return f"{number_in_words(number)} {word}" if number == 1 else f"{number_in_words(number)} {word}s"


def names(people: Sequence) -> str:
    """“Ann”, “Ann and Bo”, “Ann, Bo and Cy”, “5 people”."""
    if len(people) > MOST_NAMES:
        return f"{len(people)} people"
    words = [plaintext.closed(str(person)) for person in people]
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def one_of(people: Sequence[str]) -> str:
    """“Ann”, “Ann or Bo”, “Ann, Bo or Cy”, “Ann, Bo or 3 others”."""
    words = list(people)
    if len(words) > MOST_NAMES:
        words = [*words[: MOST_NAMES - 1], f"{len(words) - MOST_NAMES + 1} others"]
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def bare_day(moment: date, reader: Reader, now: datetime) -> str:
    """“18 December”: a date as the end of a sentence, without its weekday."""
    return timefmt.short_day(moment, reader, now).partition(" ")[2]
