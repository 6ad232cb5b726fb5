"""Meetings as iCalendar text (RFC 5545). Pure: plain facts in, bytes out, no Django and no clock.

What people have typed is cleaned here, so that no value can end its line; icalendar escapes, quotes and folds.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

import icalendar

from everwise.plaintext import lines, one_line

PRODID = "-//Everwise//Drop-in sessions//EN"
REQUEST, CANCEL = "REQUEST", "CANCEL"
CONFIRMED, CANCELLED = "CONFIRMED", "CANCELLED"
CHAIR, REQUIRED = "CHAIR", "REQ-PARTICIPANT"
# What an address may hold as it is (RFC 6068), so that programs find their owner's by its letters.
PLAIN = "@+!$&'*-._~="
# How often a subscribed application should look again.
REFRESH = timedelta(hours=1)


class TypedText(icalendar.vText):
    r"""What somebody has typed. icalendar takes a typed "\N" for the end of a line; here it stays what it is."""

    def to_ical(self) -> bytes:
        return rb"\\N".join(icalendar.vText(part).to_ical() for part in self.split(r"\N"))


@dataclass(frozen=True, slots=True)
class CalendarUser:
    """Somebody's name and e-mail address, with the role of an attendee (CHAIR or REQ-PARTICIPANT).

    `asked`: whether an answer of theirs would be read.
    """

    name: str
    email: str
    role: str = REQUIRED
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """A VEVENT. Times are aware datetimes; `stamp` is when its facts came to be, so that the same facts are the same
    bytes; `alarm` is a number of minutes before the start. `status` is CONFIRMED, CANCELLED or "" for none."""

    uid: str
    sequence: int
    stamp: datetime
    starts_at: datetime
    ends_at: datetime
    summary: str
    organizer: CalendarUser
    attendees: tuple[CalendarUser, ...]
    status: str = CONFIRMED
    description: str = ""
    location: str = ""
    url: str = ""
    alarm: int | None = None


def calendar(events: Iterable[Event], *, method: str = "", name: str = "") -> bytes:
    """A VCALENDAR as UTF-8, lines ended by CRLF and folded at 75 octets.

    `method` makes it a message (RFC 5546); `name` is what an application that subscribes to it calls it.
    """
    made = _vcalendar(method, name)
    for event in events:
        made.add_component(_vevent(event))
    return made.to_ical(sorted=False)


def calendar_in_pieces(events: Iterable[Event], *, name: str) -> Iterator[str]:
    """The same text, an event at a time: however many there are, one is in memory."""
    head, end, rest = _vcalendar("", name).to_ical(sorted=False).decode().rpartition("END:VCALENDAR")
    yield head
    for event in events:
        yield _vevent(event).to_ical(sorted=False).decode()
    yield end + rest


def _vcalendar(method: str, name: str) -> icalendar.Calendar:
    made = icalendar.Calendar()
    made.add("prodid", PRODID)
    made.add("version", "2.0")
    if method:
        made.add("method", method)
    if name:
        made.add("name", TypedText(one_line(name)))
        made.add("x-wr-calname", TypedText(one_line(name)))
        made.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
        made.add("x-published-ttl", icalendar.vDuration(REFRESH))
    return made


def _vevent(event: Event) -> icalendar.Event:
    made = icalendar.Event()
    made.add("uid", event.uid)
    made.add("sequence", event.sequence)
    made.add("dtstamp", event.stamp)
    made.add("dtstart", event.starts_at)
    made.add("dtend", event.ends_at)
    made.add("summary", TypedText(one_line(event.summary)))
    if event.status:
        made.add("status", event.status)
    if text := "\n".join(lines(event.description)):
        made.add("description", TypedText(text))
    if place := one_line(event.location):
        made.add("location", TypedText(place))
    if event.url:
        made.add("url", event.url)
    made.add("organizer", _address(event.organizer, {}))
    for attendee in event.attendees:
        # Whoever is in a meeting has it, asked or not.
        parameters = {"ROLE": attendee.role, "PARTSTAT": "ACCEPTED", "RSVP": "TRUE" if attendee.asked else "FALSE"}
        made.add("attendee", _address(attendee, parameters))
    if event.alarm is not None:
        made.add_component(_alarm(event))
    return made


def _address(person: CalendarUser, parameters: dict[str, str]) -> icalendar.vCalAddress:
    address = icalendar.vCalAddress(f"mailto:{quote(person.email, safe=PLAIN)}")
    # A quotation mark can't stand in a parameter (RFC 5545, 3.1), and ^ begins what RFC 6868 would decode.
    name = one_line(person.name).replace('"', "'").replace("^", "")
    for key, value in {"CN": name, **parameters}.items():
        if value:
            address.params[key] = value
    return address


def _alarm(event: Event) -> icalendar.Alarm:
    alarm = icalendar.Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", TypedText(one_line(event.summary)))
    alarm.add("trigger", timedelta(minutes=-(event.alarm or 0)))
    return alarm
