"""iCalendar text (RFC 5545) as a tree of components. Pure: no Django, no clock.

Knows the grammar alone, and of that only what busy times need: every other line, all titles and guests among them, is
dropped where it is read.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

MAX_BYTES = 1_000_000
MAX_EVENTS = 2_000
# An alarm in an event in a calendar is three deep.
MAX_DEPTH = 8
EVENTS = {"VEVENT", "VFREEBUSY"}
_KEPT = {
    *("METHOD", "UID", "SEQUENCE", "STATUS", "TRANSP"),
    *("DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "FREEBUSY"),
    *("TZID", "TZOFFSETFROM", "TZOFFSETTO"),
}
_SHOWABLE = re.compile(r"[0-9TZPWDHMS:.+/-]+")
_NAME = re.compile(r"[A-Za-z0-9-]+")
_PARAMETER = re.compile(r';\s*([A-Za-z0-9-]+)\s*=((?:"[^"]*"|[^";:])*)')


class Unreadable(ValueError):
    """A file whose busy times can't be told; its message says why, in words for the person whose calendar it is."""


def shown(value: str) -> str:
    """What an error may repeat of a value: one that is no date or length may be anything, a title included."""
    value = value.strip()[:20]
    return value if _SHOWABLE.fullmatch(value) else "…"


class Line(NamedTuple):
    """One property. Names of parameters are in upper case; a quoted value has lost its quotes, not its spaces."""

    parameters: dict[str, str]
    value: str


@dataclass(slots=True)
class Component:
    name: str
    lines: dict[str, list[Line]] = field(default_factory=dict)
    children: list["Component"] = field(default_factory=list)

    def all(self, name: str) -> list[Line]:
        return self.lines.get(name, [])

    def one(self, name: str) -> Line | None:
        return next(iter(self.all(name)), None)

    def word(self, name: str) -> str:
        """The value of a property that is one word, in upper case; "" where there is none."""
        line = self.one(name)
        return line.value.strip().upper() if line else ""


def calendars(data: bytes) -> list[Component]:
    """Each VCALENDAR of a file. Raises Unreadable, also for a file that ends in the middle of one."""
    if len(data) > MAX_BYTES:
        raise Unreadable("The calendar is larger than 1 MB.")
    found: list[Component] = []
    open_now: list[Component] = []
    events = 0
    for text in _unfolded(_decoded(data)):
        match = _NAME.match(text)
        if not match:
            continue
        name = match[0].upper()
        if name == "BEGIN":
            component = Component(text.partition(":")[2].strip().upper())
            if not open_now and component.name != "VCALENDAR":
                raise Unreadable("This is not a calendar file.")
            events += component.name in EVENTS
            if events > MAX_EVENTS:
                raise Unreadable(f"The calendar has more than {MAX_EVENTS:,} events.")
            if len(open_now) >= MAX_DEPTH:
                raise Unreadable("The calendar file is damaged: its parts lie too deep in each other.")
            (open_now[-1].children if open_now else found).append(component)
            open_now.append(component)
        elif name == "END":
            if not open_now or open_now.pop().name != text.partition(":")[2].strip().upper():
                raise Unreadable("The calendar file is damaged: its parts do not end where they should.")
        elif open_now and name in _KEPT:
            open_now[-1].lines.setdefault(name, []).append(_line(text[match.end() :]))
    if open_now:
        raise Unreadable("The calendar file ends in the middle.")
    if not found:
        raise Unreadable("This is not a calendar file. Perhaps it is a page that wants a sign-in.")
    return found


def _decoded(data: bytes) -> str:
    """UTF-8 as the standard says, UTF-16 where it says so itself; any other charset only spoils what isn't kept."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace")
    return data.decode("utf-8-sig", errors="replace")


def _unfolded(text: str) -> Iterator[str]:
    """The lines of a file, those that were broken in the middle joined again."""
    held: list[str] = []
    # Not splitlines(), which also breaks at characters that titles may hold.
    for line in re.split(r"\r\n|\n|\r", text.replace("\x00", "")):
        if line[:1] in {" ", "\t"} and held:
            held.append(line[1:])
            continue
        if held:
            yield "".join(held)
        held = [line]
    yield "".join(held)


def _line(rest: str) -> Line:
    """What follows a property's name: ;A=1;B="2":value"""
    parameters: dict[str, str] = {}
    position = 0
    while match := _PARAMETER.match(rest, position):
        value = match[2]
        if len(value) > 1 and value[0] == value[-1] == '"':
            value = value[1:-1]
        parameters[match[1].upper()] = value
        position = match.end()
    return Line(parameters, rest[position:].partition(":")[2])
