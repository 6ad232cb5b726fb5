"""What people have typed, made fit for plain text: an e-mail's lines and headers, a sentence around a title."""

# Control characters, and those that turn the reading direction of what follows them.
_UNSEEN = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)])


def one_line(text: str) -> str:
    """The text on one line, whatever it holds: a header and a line of facts end where they end."""
    return " ".join(text.split()).translate(_UNSEEN)


def lines(text: str) -> list[str]:
    """The text's own lines, without empty ones around them."""
    return [line.translate(_UNSEEN).rstrip() for line in text.expandtabs(4).strip().splitlines()]


def shortened(text: str, length: int) -> str:
    """At most so many characters, the last of them an ellipsis where anything was left out."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
