"""What an e-mail holds of answers to invitations (RFC 5546, METHOD:REPLY). Pure: bytes in, plain facts out.

Everybody can write to the mailbox, so nothing is believed here and nothing raises: what can't be read is no answer.
Only the few lines that matter are taken apart. Zones, rules and texts, which cost time to read, are passed over.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message
from typing import NamedTuple
from urllib.parse import unquote

from icalendar.parser import Contentline

# Of a whole e-mail; answers have a few thousand, pictures in signatures some hundred thousand.
MOST_BYTES = 1_000_000
# Of the calendar in it, its parts, their headers, and how many answers it may hold.
MOST_CALENDAR_BYTES = 100_000
MOST_PARTS = 100
MOST_BORDERS = 2_000
# Each line is held against the border of every part around it: lines times parts.
MOST_WORK = 500_000
# Of one header that says what a part is: python takes its parameters apart in time that grows with its square.
MOST_HEADER_BYTES = 5_000
MOST_ADDRESSES = 20_000
MOST_EVENTS = 5
# What forwarding and delivery leave of the address that a mail was sent to.
ADDRESSED = ("To", "Delivered-To", "X-Original-To")
CALENDAR_TYPES = {"text/calendar", "application/ics"}
# Python knows codecs that are no charsets, and slow ones.
CHARSETS = re.compile(r"(iso-8859|windows-|cp|koi8|utf-16|gb|big5|shift_jis|iso-2022|euc)[a-z0-9_-]{0,12}", re.ASCII)
DESCRIBED = re.compile(rb"(?:\A|[\r\n])content-[a-z-]{1,40}:[^\r\n]*(?:(?:\r\n|\r|\n)[ \t][^\r\n]*)*", re.IGNORECASE)
FOLDED = re.compile(r"(?:\r\n|\r|\n)[ \t]")
LINE_END = re.compile(r"\r\n|\r|\n")
WANTED = re.compile(r"(BEGIN|END|METHOD|UID|SEQUENCE|DTSTAMP|ATTENDEE|RECURRENCE-ID)\s*[:;]", re.IGNORECASE | re.ASCII)
MOMENT = re.compile(r"(\d{8}T\d{6})Z?", re.ASCII | re.IGNORECASE)
NUMBER = re.compile(r"\d{1,9}", re.ASCII)


class CalendarReply(NamedTuple):
    """One answer as it claims to be. `attendee` is an address in lower case, `stamp` when it was given."""

    uid: str
    attendee: str
    participation: str
    sequence: int
    stamp: datetime


class ReadMessage(NamedTuple):
    """`addressed` is what its headers say of where it was sent to."""

    addressed: str
    replies: list[CalendarReply]


NOTHING = ReadMessage("", [])


def read(raw: bytes) -> ReadMessage:
    """The answers in an e-mail; none in most of them."""
    if len(raw) > MOST_BYTES or _is_costly(raw):
        return NOTHING
    try:
        message = message_from_bytes(raw)
        replies = [reply for text in _calendars(message) for reply in _replies(text)]
        return ReadMessage(_addressed(message), replies[:MOST_EVENTS]) if replies else NOTHING
    except Exception:  # noqa: BLE001 - a stranger's e-mail, whatever is wrong with it, stops nobody's
        return NOTHING


def _is_costly(raw: bytes) -> bool:
    """Whether to take its parts apart could take seconds. Of a part within another each says what it is."""
    parts = raw.lower().count(b"content-type")
    lines = raw.count(b"\n") + raw.count(b"\r")
    if parts > MOST_PARTS or raw.count(b"\n--") > MOST_BORDERS or parts * lines > MOST_WORK:
        return True
    return any(len(header[0]) > MOST_HEADER_BYTES for header in DESCRIBED.finditer(raw))


def _addressed(message: Message) -> str:
    return "\n".join(str(value) for name in ADDRESSED for value in message.get_all(name, []))[:MOST_ADDRESSES]


def _calendars(message: Message) -> Iterator[str]:
    """The text of each calendar in it, whether shown in the e-mail or attached."""
    for part in message.walk():
        if part.is_multipart() or not _is_calendar(part):
            continue
        content = part.get_payload(decode=True)
        if isinstance(content, bytes) and len(content) <= MOST_CALENDAR_BYTES:
            yield _decoded(content, part)


def _is_calendar(part: Message) -> bool:
    if part.get_content_type() in CALENDAR_TYPES:
        return True
    return (part.get_filename() or "").lower().endswith(".ics")


def _decoded(content: bytes, part: Message) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        charset = (part.get_content_charset() or "").lower()
        if CHARSETS.fullmatch(charset):
            try:
                return content.decode(charset, errors="replace")
            except LookupError:
                pass
        return content.decode("latin-1")


def _replies(text: str) -> Iterator[CalendarReply]:
    """Those of one calendar, if that is an answer: each VEVENT with one attendee, of no series."""
    within: list[str] = []
    method, events = "", 0
    found: list[CalendarReply | None] = []
    lines: dict[str, list[tuple[dict[str, str], str]]] = {}
    # Not splitlines(), which also breaks at characters that names may hold.
    for line in LINE_END.split(FOLDED.sub("", text.replace("\x00", ""))):
        if not WANTED.match(line):
            continue
        try:
            name, parameters, value = Contentline(line).parts()
        except ValueError:
            continue
        name, value = name.upper(), str(value).strip()
        if name == "BEGIN":
            within.append(value.upper())
            if within == ["VCALENDAR", "VEVENT"]:
                lines, events = {}, events + 1
        elif name == "END":
            if within == ["VCALENDAR", "VEVENT"] and events <= MOST_EVENTS:
                found.append(_reply(lines))
            while within and within.pop() != value.upper():
                pass
        elif within == ["VCALENDAR"] and name == "METHOD":
            method = value.upper()
        elif within == ["VCALENDAR", "VEVENT"]:
            lines.setdefault(name, []).append(({key.upper(): str(each) for key, each in parameters.items()}, value))
    if method == "REPLY":
        yield from filter(None, found)


def _reply(lines: dict[str, list[tuple[dict[str, str], str]]]) -> CalendarReply | None:
    attendees, stamps, uids = (lines.get(name, []) for name in ("ATTENDEE", "DTSTAMP", "UID"))
    if len(attendees) != 1 or len(stamps) != 1 or len(uids) != 1 or "RECURRENCE-ID" in lines:
        return None
    parameters, address = attendees[0]
    sequence = lines.get("SEQUENCE", [({}, "0")])[0][1]
    stamp = MOMENT.fullmatch(stamps[0][1])
    if not stamp or not NUMBER.fullmatch(sequence) or not address.lower().startswith("mailto:"):
        return None
    return CalendarReply(
        uid=uids[0][1],
        attendee=unquote(address[len("mailto:") :]).strip().lower(),
        participation=parameters.get("PARTSTAT", "").upper(),
        sequence=int(sequence),
        stamp=datetime.strptime(stamp[1].upper(), "%Y%m%dT%H%M%S").replace(tzinfo=UTC),
    )
