"""Reads themes from lines that somebody has typed: a name on each, and how long it takes."""

import re
from typing import NamedTuple

from django.utils.translation import gettext as _

from paths.adding import one_line
from paths.models import Theme

MOST_LINES = 50
LONGEST_NAME = 120
SHORTEST, LONGEST, USUAL = 5, 480, int(Theme._meta.get_field("duration_minutes").default)
# “My own next step, 60”; a unit may follow, and a comma within a name is the name's.
WITH_LENGTH = re.compile(r"(?P<name>.*),\s*(?P<minutes>[0-9]+)\s*(?:min\.?|minut\w*|['′])?", re.IGNORECASE)
# More digits than any length has; so many more are not worth reading.
MOST_DIGITS = 6


class NewTheme(NamedTuple):
    name: str
    minutes: int


class ThemesRefused(Exception):
    """`faults` say in whole sentences which lines are why."""

    def __init__(self, faults: list[str]):
        super().__init__("\n".join(faults))
        self.faults = faults


def read(text: str) -> list[NewTheme]:
    """The themes in a text, in order; empty lines count for nothing but their number. Raises ThemesRefused."""
    written = [(number, one_line(line)) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if len(written) > MOST_LINES:
        words = {"number": len(written), "most": MOST_LINES}
        raise ThemesRefused([_("%(number)d themes; %(most)d at most. Add the others later.") % words])
    themes, faults = [], []
    places: dict[str, int] = {}
    for number, line in written:
        parts = WITH_LENGTH.fullmatch(line)
        name, digits = (parts["name"].strip(), parts["minutes"]) if parts else (line, str(USUAL))
        minutes = int(digits[: MOST_DIGITS + 1])
        if fault := _fault(number, name, minutes, digits, places.get(name.casefold())):
            faults.append(fault)
        else:
            places[name.casefold()] = number
            themes.append(NewTheme(name, minutes))
    if faults:
        raise ThemesRefused(faults)
    return themes


def _fault(line, name, minutes, digits, other) -> str:
    words = {"line": line, "minutes": digits[:MOST_DIGITS], "other": other}
    if not name:
        return _("Line %(line)d of the themes has no name.") % words
    if len(name) > LONGEST_NAME:
        text = _("Line %(line)d of the themes: the name is longer than %(most)d characters.")
        return text % {**words, "most": LONGEST_NAME}
    if minutes > LONGEST:
        return _("Line %(line)d of the themes: %(minutes)s minutes is more than %(most)d.") % {**words, "most": LONGEST}
    if minutes < SHORTEST:
        text = _("Line %(line)d of the themes: %(minutes)s minutes is less than %(least)d.")
        return text % {**words, "least": SHORTEST}
    if other:
        return _("Line %(line)d of the themes: line %(other)d has the same name.") % words
    return ""
