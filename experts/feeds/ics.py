"""iCalendar text (RFC 5545), read line by line into components. Pure: no Django, no clock.

Knows the grammar alone, and of that only what busy times need: every other line, all titles and guests among them, is
dropped where it is read. What was over before a given day is dropped, too, before anything is counted.
"""

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from experts.feeds.limits import MAX_BYTES, MAX_DEPTH, MAX_EVENTS, MAX_ZONES

TOO_LARGE = "too-large"
EVENTS = {"VEVENT", "VFREEBUSY"}
# What a file without a VCALENDAR around it may begin with.
_BARE = {"VEVENT", "VFREEBUSY", "VTIMEZONE", "VTODO", "VJOURNAL"}
_ZONES = {"VTIMEZONE", "STANDARD", "DAYLIGHT"}
_KEPT = (
    *("METHOD", "UID", "SEQUENCE", "STATUS", "TRANSP", "ATTENDEE", "DTSTAMP", "LAST-MODIFIED"),
    *("DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "FREEBUSY"),
    *("TZID", "TZOFFSETFROM", "TZOFFSETTO"),
)
_WANTED = re.compile(rf"({'|'.join(('BEGIN', 'END', *_KEPT))})\s*(?=[:;])", re.IGNORECASE | re.ASCII)
_NAME = re.compile(r"[A-Z-]+")
_SHOWABLE = re.compile(r"[0-9TZPWDHMS:.+/-]+")
# Outlook's "(UTC+01:00) Berlin" has a colon, which some programs do not quote.
_PARAMETER = re.compile(r';\s*([A-Za-z0-9-]+)\s*=((?:"[^"]*"|\((?:UTC|GMT)[^")]*\)|[^";:])*)')
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_CARET = re.compile(r"\^([n^'])")
_DECLINED = re.compile(r';\s*PARTSTAT\s*=\s*"?DECLINED', re.IGNORECASE)
_UID = re.compile(r"^UID(?:[^\":\n]|\"[^\"\n]*\")*:(.*)$", re.MULTILINE)
_UNTIL = re.compile(r"UNTIL=(\d{8})(?!\d)", re.IGNORECASE)
_SHORT = re.compile(r":\s*\+?P(?:[1-8]W|\d{0,2}D)?(?:T(?:\d{1,3}H)?(?:\d{1,4}M)?(?:\d{1,5}S)?)?\s*$", re.IGNORECASE)


class UnreadableCalendar(ValueError):
    """What can't be read, a file or an event; it says why as a code, see experts/faults."""


class TooMuch(UnreadableCalendar):
    """The whole file costs more than it may."""


def shown(value: str) -> str:
    """What an error may repeat of a value: one that is no date or length may be anything, a title included."""
    value = value.strip()[:20]
    return value if _SHOWABLE.fullmatch(value) else "…"


def unescaped(text: str) -> str:
    """What a TEXT value means: \\, stands for a comma, \\n for the end of a line."""
    return _ESCAPED.sub(lambda match: "\n" if match[1] in "nN" else match[1], text) if "\\" in text else text


class Property(NamedTuple):
    """One property. Names of parameters are in upper case; a quoted value has lost its quotes, not its spaces."""

    parameters: dict[str, str]
    value: str


@dataclass(slots=True)
class Component:
    """`at` is the number of its first line in the file; lines are taken apart when somebody asks for them."""

    name: str
    at: int = 0
    raw: list[str] = field(default_factory=list)
    children: list["Component"] = field(default_factory=list)
    _lines: dict[str, list[Property]] | None = None

    def all(self, name: str) -> list[Property]:
        if self._lines is None:
            self._lines = {}
            for text in self.raw:
                end = _NAME.match(text).end()  # type: ignore[union-attr]
                self._lines.setdefault(text[:end], []).append(_line(text[end:]))
        return self._lines.get(name, [])

    def one(self, name: str) -> Property | None:
        return next(iter(self.all(name)), None)

    def word(self, name: str) -> str:
        """The value of a property that is one word, in upper case; "" where there is none."""
        line = self.one(name)
        return unescaped(line.value).strip().upper() if line else ""


class EventLines(NamedTuple):
    """One event as its lines stand in the file: tens of thousands of them must fit into little memory."""

    name: str
    at: int
    past: bool
    text: str

    @property
    def component(self) -> Component:
        return Component(self.name, self.at, self.text.split("\n") if self.text else [])

    @property
    def uid(self) -> str:
        found = _UID.search(self.text)
        return unescaped(found[1]).strip() if found else ""


@dataclass(slots=True)
class CalendarFile:
    """A VCALENDAR, or what stands bare in a file that has none."""

    head: Component
    zones: list[Component] = field(default_factory=list)
    blocks: list[EventLines] = field(default_factory=list)


def calendars(data: bytes, today: str = "00000000") -> list[CalendarFile]:
    """Each calendar of a file; events that were over long before `today` (YYYYMMDD) are marked as past.

    Raises Unreadable, also for a file that ends in the middle of one.
    """
    if len(data) > MAX_BYTES:
        raise TooMuch(TOO_LARGE)
    return _Reading(today).read(data)


class _Reading:
    def __init__(self, today: str):
        self.today = today
        self.long_ago = str(max(int(today[:4]) - 1, 0)).rjust(4, "0") + today[4:]
        self.found: list[CalendarFile] = []
        self.open: list[Component] = []
        self.events = self.zones = 0
        self.astray = False

    def read(self, data: bytes) -> list[CalendarFile]:
        for at, name, rest in _unfolded(data):
            if name == "BEGIN":
                self._begin(rest.partition(":")[2].strip().upper(), at)
            elif name == "END":
                self._end(rest.partition(":")[2].strip().upper())
            elif self.open and (name != "ATTENDEE" or _DECLINED.search(rest)):
                self.open[-1].raw.append(name + rest)
        if self.astray and (self.open or not any(calendar.blocks for calendar in self.found)):
            raise UnreadableCalendar("damaged")
        if self.open:
            raise UnreadableCalendar("cut-short")
        if not self.found:
            raise UnreadableCalendar("perhaps-a-page")
        return self.found

    def _begin(self, name: str, at: int) -> None:
        component = Component(name, at)
        if not self.open:
            if name == "VCALENDAR":
                self.found.append(CalendarFile(component))
            elif name not in _BARE:
                raise UnreadableCalendar("no-calendar-file")
            elif not self.found or self.found[-1].head.name != "BARE":
                self.found.append(CalendarFile(Component("BARE")))
        if len(self.open) >= MAX_DEPTH:
            raise UnreadableCalendar("too-deep")
        if name == "VTIMEZONE":
            self.zones += 1
            if self.zones > MAX_ZONES:
                raise TooMuch("too-many-zones")
            self.found[-1].zones.append(component)
        elif name in _ZONES and self.open and self.open[-1].name == "VTIMEZONE":
            self.open[-1].children.append(component)
        self.open.append(component)

    def _end(self, name: str) -> None:
        if all(component.name != name for component in self.open):
            self.astray = True
            return
        while self.open:
            # What was begun inside and never ended ends here.
            component = self.open.pop()
            if component.name in EVENTS:
                self._keep(component)
            if component.name == name:
                return

    def _keep(self, component: Component) -> None:
        past = component.name == "VEVENT" and self._is_past(component.raw)
        self.events += not past
        if self.events > MAX_EVENTS:
            raise TooMuch("too-many-events")
        block = EventLines(component.name, component.at, past, "\n".join(component.raw))
        self.found[-1].blocks.append(block)

    def _is_past(self, raw: list[str]) -> bool:
        """Was it over before today, beyond all doubt? Read from the digits of its dates, without taking it apart."""
        dates: list[str] = []
        lasts = False
        for line in raw:
            if line.startswith(("DTSTART", "DTEND", "RECURRENCE-ID")):
                date = line.rpartition(":")[2].strip()[:8]
                if len(date) < 8 or not (date.isascii() and date.isdigit()) or "RANGE=" in line.upper():
                    return False
                dates.append(date)
            elif line.startswith("RRULE"):
                until = _UNTIL.search(line)
                if not until:
                    return False
                dates.append(until[1])
                lasts = True
            elif line.startswith("DURATION"):
                if not _SHORT.search(line):
                    return False
                lasts = True
            elif line.startswith("RDATE"):
                return False
        if not dates or max(dates) >= (self.long_ago if lasts else self.today):
            return False
        # Each occurrence of a series lasts as long as the first.
        return not lasts or _brief(raw)


def _brief(raw: list[str]) -> bool:
    """Does it last less than some months?"""
    found = [line.rpartition(":")[2].strip() for line in raw if line.startswith(("DTSTART", "DTEND"))]
    months = [int(each[:4]) * 12 + int(each[4:6]) for each in found]
    return not months or max(months) - min(months) < 6


def _unfolded(data: bytes) -> Iterator[tuple[int, str, str]]:
    """The lines that are kept, (number, name in upper case, rest), those that were broken in the middle joined again.

    UTF-8 as the standard says, UTF-16 where it says so itself; any other charset only spoils what isn't kept.
    """
    encoding = "utf-8-sig"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    elif b"\x00" in data:
        data = data.replace(b"\x00", b"")
    # Its lines end as files' do; not splitlines(), which also breaks at characters that titles may hold.
    stream = io.TextIOWrapper(io.BytesIO(data), encoding=encoding, errors="replace", newline=None)
    held: list[str] = []
    began = 0
    for at, text in enumerate(stream, 1):
        if text[0] in " \t" and at > 1:
            if held:
                held.append(text[1:].rstrip("\n"))
            continue
        if held:
            yield from _named(began, "".join(held))
            held = []
        # A name may itself be broken in two.
        if _WANTED.match(text) or not (":" in text or ";" in text):
            held, began = [text.rstrip("\n")], at
    if held:
        yield from _named(began, "".join(held))


def _named(at: int, text: str) -> Iterator[tuple[int, str, str]]:
    text = text.replace("\x00", "")
    if match := _WANTED.match(text):
        yield at, match[1].upper(), text[match.end() :]


def _line(rest: str) -> Property:
    """What follows a property's name: ;A=1;B="2":value"""
    parameters: dict[str, str] = {}
    position = 0
    while match := _PARAMETER.match(rest, position):
        value = match[2]
        if len(value) > 1 and value[0] == value[-1] == '"':
            value = value[1:-1]
        if "^" in value:
            # RFC 6868.
            value = _CARET.sub(lambda each: {"n": "\n", "^": "^", "'": '"'}[each[1]], value)
        parameters[match[1].upper()] = value
        position = match.end()
    return Property(parameters, rest[position:].partition(":")[2])
