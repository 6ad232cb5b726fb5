"""What people have typed, made fit for plain text: an e-mail's lines and headers, a sentence around a title."""

import re
import unicodedata

# Control characters, and those that turn the reading direction of what follows them.
_UNSEEN = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
# An isolate finds its own direction, and what stands around it does not see inside.
_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"
# The blocks of scripts that are read from right to left.
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
# A program that makes links of addresses would take the end of an isolate for a part of them.
_ADDRESS = re.compile(r"\S*(?:://|@)\S*")


def one_line(text: str) -> str:
    """The text on one line, whatever it holds: a header and a line of facts end where they end."""
    return " ".join(text.split()).translate(_UNSEEN)


def isolated(text: str, *, rtl: bool) -> str:
    """The text as part of a sentence, which runs from right to left or not: neither reorders the other.

    Only what holds letters of the other direction is marked. Without, "with مريم, 09:30" shows its time before the
    name.
    """
    if not _turns(text, rtl) or text.startswith(_FIRST_STRONG_ISOLATE) or _ADDRESS.fullmatch(text):
        return text
    return f"{_FIRST_STRONG_ISOLATE}{text}{_POP_ISOLATE}"


def _turns(text: str, rtl: bool) -> bool:
    if rtl:
        return any(unicodedata.bidirectional(letter) == "L" for letter in text)
    return not text.isascii() and bool(_RIGHT_TO_LEFT.search(text))


def lines(text: str) -> list[str]:
    """The text's own lines, without empty ones around them."""
    return [line.translate(_UNSEEN).rstrip() for line in text.expandtabs(4).strip().splitlines()]


def shortened(text: str, length: int) -> str:
    """At most so many characters, the last of them an ellipsis where anything was left out."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
