"""What people have typed, made fit for plain text: an e-mail's lines and headers, a sentence around a title."""

import unicodedata

# Control characters, and those that turn the reading direction of what follows them.
_UNSEEN = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
# An invisible letter that is read from left to right.
_LEFT_TO_RIGHT = "\u200e"


def one_line(text: str) -> str:
    """The text on one line, whatever it holds: a header and a line of facts end where they end."""
    return " ".join(text.split()).translate(_UNSEEN)


def phrase(text: str) -> str:
    """The text on one line, as part of a sentence."""
    return closed(one_line(text))


def closed(text: str) -> str:
    """The text as part of a sentence from left to right: where it ends the other way, what follows does not.

    Without the mark, "with مريم, 09:30" would show its time before the name.
    """
    turns = (unicodedata.bidirectional(letter) for letter in reversed(text))
    last = next((turn for turn in turns if turn in {"L", "R", "AL"}), "L")
    return text if last == "L" else f"{text}{_LEFT_TO_RIGHT}"


def lines(text: str) -> list[str]:
    """The text's own lines, without empty ones around them."""
    return [line.translate(_UNSEEN).rstrip() for line in text.expandtabs(4).strip().splitlines()]


def shortened(text: str, length: int) -> str:
    """At most so many characters, the last of them an ellipsis where anything was left out."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
