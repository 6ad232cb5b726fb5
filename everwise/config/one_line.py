"""Any text as one line of a message, whatever characters it has. Pure."""

SHOWN = 60


def one_line(text: str) -> str:
    """Without anything that could end or hide a line."""
    return "".join(character if character.isprintable() else f"\\x{ord(character):02x}" for character in text)


def shown(value: str) -> str:
    return f'"{one_line(value[:SHOWN])}{"..." if len(value) > SHOWN else ""}"'
