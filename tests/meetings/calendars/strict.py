"""A strict reader of iCalendar messages, written against RFC 5545 and 5546 apart from what writes them.

Raises AssertionError with the line that breaks a rule. Knows only what an invitation may hold.
"""

import re
from datetime import UTC, datetime
from typing import NamedTuple

NAME = re.compile(r"[A-Z0-9-]+")
UTC_TIME = re.compile(r"\d{8}T\d{6}Z")
TRIGGER = re.compile(r"-PT\d+[MH]")
# What a quoted parameter may hold: no quotation mark, no control character (RFC 5545, 3.1: QSAFE-CHAR).
QUOTED = re.compile(r'"[^"\x00-\x08\x0a-\x1f\x7f]*"')
BARE = re.compile(r'[^",;:\x00-\x08\x0a-\x1f\x7f]*')
TEXT_ESCAPES = re.compile(r"\\(?![\\;,nN])")

ONCE, MANY, MAYBE, NEVER = (1, 1), (1, 999), (0, 1), (0, 0)
CALENDAR = {"PRODID": ONCE, "VERSION": ONCE, "METHOD": ONCE}
EVENT = {
    "UID": ONCE,
    "SEQUENCE": ONCE,
    "DTSTAMP": ONCE,
    "DTSTART": ONCE,
    "DTEND": ONCE,
    "SUMMARY": ONCE,
    "ORGANIZER": ONCE,
    "ATTENDEE": MANY,
    "STATUS": MAYBE,
    "DESCRIPTION": MAYBE,
    "LOCATION": MAYBE,
    "URL": MAYBE,
}
ALARM = {"ACTION": ONCE, "DESCRIPTION": ONCE, "TRIGGER": ONCE}
TEXTS = {"SUMMARY", "DESCRIPTION", "LOCATION", "PRODID"}
PARAMETERS = {"ATTENDEE": {"CN", "ROLE", "PARTSTAT", "RSVP"}, "ORGANIZER": {"CN"}}


class Line(NamedTuple):
    name: str
    parameters: dict[str, str]
    value: str


class Message(NamedTuple):
    method: str
    uid: str
    sequence: int
    stamp: datetime
    starts_at: datetime
    ends_at: datetime
    status: str
    summary: str
    description: str
    location: str
    organizer: str
    attendees: dict[str, tuple[str, str]]  # by address: (name, role)
    alarm: bool


def read(content: bytes) -> Message:
    lines = [_line(line) for line in _unfolded(content)]
    calendar, event, alarms = _components(lines)
    _counted(calendar, CALENDAR)
    _counted(event, EVENT)
    for alarm in alarms:
        _counted(alarm, ALARM)
        assert _one(alarm, "ACTION").value == "DISPLAY"
        assert TRIGGER.fullmatch(_one(alarm, "TRIGGER").value)
    assert _one(calendar, "VERSION").value == "2.0"
    method = _one(calendar, "METHOD").value
    status = _one(event, "STATUS").value if any(line.name == "STATUS" for line in event) else ""
    # RFC 5546, 3.2.2 and 3.2.5: a cancelled event says so, one person's farewell does not, and neither rings.
    allowed = {"REQUEST": ({"CONFIRMED"}, 1), "CANCEL": ({"CANCELLED", ""}, 0)}
    statuses, most_alarms = allowed[method]
    assert status in statuses, (method, status)
    assert len(alarms) <= most_alarms
    attendees = [line for line in event if line.name == "ATTENDEE"]
    found = {_mailto(line): (line.parameters.get("CN", ""), line.parameters["ROLE"]) for line in attendees}
    assert len(found) == len(attendees), "somebody is an attendee twice"
    assert {role for _, role in found.values()} <= {"CHAIR", "REQ-PARTICIPANT"}
    starts_at, ends_at = _instant(_one(event, "DTSTART")), _instant(_one(event, "DTEND"))
    assert starts_at < ends_at
    return Message(
        method=method,
        uid=_one(event, "UID").value,
        sequence=int(_one(event, "SEQUENCE").value),
        stamp=_instant(_one(event, "DTSTAMP")),
        starts_at=starts_at,
        ends_at=ends_at,
        status=status,
        summary=_text(event, "SUMMARY"),
        description=_text(event, "DESCRIPTION"),
        location=_text(event, "LOCATION"),
        organizer=_mailto(_one(event, "ORGANIZER")),
        attendees=found,
        alarm=bool(alarms),
    )


def _unfolded(content: bytes) -> list[str]:
    assert content.endswith(b"\r\n")
    assert b"\r" not in content.replace(b"\r\n", b""), "a bare CR"
    assert b"\n" not in content.replace(b"\r\n", b""), "a bare LF"
    raw = content[:-2].split(b"\r\n")
    for line in raw:
        assert 0 < len(line) <= 75, line
        line.decode("utf-8")  # no character is cut in two
    found: list[str] = []
    for line in raw:
        if line.startswith((b" ", b"\t")):
            found[-1] += line[1:].decode()
        else:
            found.append(line.decode())
    for text in found:
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", text), text
    return found


def _line(text: str) -> Line:
    name = NAME.match(text)
    assert name, text
    rest, parameters = text[name.end() :], {}
    while rest.startswith(";"):
        key = NAME.match(rest, 1)
        assert key, text
        assert rest[key.end()] == "=", text
        begin = key.end() + 1
        value = (QUOTED if rest[begin] == '"' else BARE).match(rest, begin)
        assert value, text
        assert key[0] not in parameters, text
        parameters[key[0]] = value[0].strip('"')
        rest = rest[value.end() :]
    assert rest.startswith(":"), text
    assert set(parameters) <= PARAMETERS.get(name[0], set()), text
    return Line(name[0], parameters, rest[1:])


def _components(lines):
    """The lines of the calendar, of its one event, and of that one's alarms."""
    stack, calendar, event, alarms = [], [], [], []
    for line in lines:
        if line.name == "BEGIN":
            stack.append(line.value)
            assert stack in (["VCALENDAR"], ["VCALENDAR", "VEVENT"], ["VCALENDAR", "VEVENT", "VALARM"]), stack
            if line.value == "VEVENT":
                assert not event, "two events in one message"
            elif line.value == "VALARM":
                alarms.append([])
        elif line.name == "END":
            assert stack.pop() == line.value
        else:
            assert stack, line
            {1: calendar, 2: event, 3: alarms[-1] if alarms else None}[len(stack)].append(line)
    assert not stack
    return calendar, event, alarms


def _counted(lines, known):
    names = [line.name for line in lines]
    assert set(names) <= set(known), set(names) - set(known)
    for name, (least, most) in known.items():
        assert least <= names.count(name) <= most, name


def _one(lines, name) -> Line:
    (line,) = [line for line in lines if line.name == name]
    return line


def _instant(line: Line) -> datetime:
    assert UTC_TIME.fullmatch(line.value), line
    return datetime.strptime(line.value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def _text(lines, name) -> str:
    found = [line.value for line in lines if line.name == name]
    if not found:
        return ""
    assert not TEXT_ESCAPES.search(found[0].replace("\\\\", "")), found
    assert not re.search(r"(?<!\\)(?:\\\\)*[;,]", found[0]), found
    escapes = {"n": "\n", "N": "\n"}
    return re.sub(r"\\(.)", lambda match: escapes.get(match[1], match[1]), found[0])


def _mailto(line: Line) -> str:
    assert re.fullmatch(r"mailto:[!-~]+@[!-~]+", line.value), line
    return line.value.removeprefix("mailto:")
