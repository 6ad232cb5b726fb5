"""One meeting for a calendar of one's own choice: the links of Google and Microsoft on the web, and the file."""

from dataclasses import replace
from datetime import UTC, datetime
from html import escape
from typing import NamedTuple
from urllib.parse import quote, urlencode

from django.utils.text import slugify

from everwise import languages
from everwise.accounts.models import User
from everwise.plaintext import lines, shortened
from meetings.calendars import ical, invitations
from meetings.models import Meeting, versions

GOOGLE = "https://calendar.google.com/calendar/render"
# An account of work or school opens at one, a personal one at the other; neither leads on to the other.
MICROSOFT_365 = "https://outlook.office.com/calendar/0/deeplink/compose"
OUTLOOK_COM = "https://outlook.live.com/calendar/0/deeplink/compose"
# Of the agenda: longer links than a few thousand characters are refused.
MOST_AGENDA = 600


class Links(NamedTuple):
    """Leading out of the site: the templates put rel="noreferrer" on them."""

    google: str
    outlook_com: str
    microsoft_365: str


def links(meeting: Meeting, now: datetime) -> Links | None:
    """Where the meeting can be added by a click; None where there is nothing to look forward to.

    They carry what the invitation says but its people, with our own address of the room and never the room's. Wants its
    people loaded.
    """
    if not meeting.is_scheduled or meeting.is_past(now):
        return None
    told = versions.present(meeting)
    told = replace(told, agenda=shortened("\n".join(lines(told.agenda)), MOST_AGENDA))
    event = invitations.event(meeting, told, {}, reader="", sequence=meeting.sequence, stamp=now)
    starts_at, ends_at = event.starts_at.astimezone(UTC), event.ends_at.astimezone(UTC)
    google = {
        "action": "TEMPLATE",
        "text": event.summary,
        "dates": f"{starts_at:%Y%m%dT%H%M%SZ}/{ends_at:%Y%m%dT%H%M%SZ}",
        "details": event.description,
        "location": event.location,
    }
    outlook = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": event.summary,
        "startdt": f"{starts_at:%Y-%m-%dT%H:%M:%SZ}",
        "enddt": f"{ends_at:%Y-%m-%dT%H:%M:%SZ}",
        # Read as HTML there, in which a line's end is nothing.
        "body": escape(event.description).replace("\n", "<br>"),
        "location": event.location,
    }
    return Links(_link(GOOGLE, google), _link(OUTLOOK_COM, outlook), _link(MICROSOFT_365, outlook))


def _link(address: str, told: dict[str, str]) -> str:
    """With spaces as %20, which every program reads; Outlook shows a + as it stands."""
    return f"{address}?{urlencode(told, quote_via=quote, safe='')}"


def file(meeting: Meeting, reader: User) -> bytes:
    """The meeting as it stands for a reader, in their language.

    Under the UID that its invitations have: it lands on the same entry.
    Without METHOD, for it asks nothing of anybody; PUBLISH would have to leave its people out (RFC 5546, 3.2.1).
    """
    changed_at = max(meeting.events.values_list("at", flat=True), default=meeting.created_at)
    with languages.reading(reader.language):
        return ical.calendar([invitations.present(meeting, changed_at, reader)])


def file_name(meeting: Meeting) -> str:
    return f"{slugify(meeting.title)[:60].strip('-') or 'meeting'}.ics"
