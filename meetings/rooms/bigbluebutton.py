"""Rooms of a BigBlueButton server, by its API: created when the first person joins, and found again by all others."""

from dataclasses import dataclass, field
from hashlib import sha256
from urllib.parse import quote, urlencode

from django.conf import settings
from lxml import etree

from experts.feeds.fetch import Unreachable, fetch

# Somebody waits for it.
SECONDS = 5.0
# A name with fewer characters is refused, since 2.4.
SHORTEST_NAME = 2
# Of an answer; they have a few hundred. The list of all meetings, which `check` asks for, may be long.
MOST_BYTES = 5_000_000


class NoAnswer(Exception):
    """The server can't be reached, or says what can't be read. Its text is a code, for the log."""


class Declined(Exception):
    """The server refuses what it was asked, such as for a wrong secret. Its text is its own code, for the log."""


@dataclass(frozen=True, slots=True)
class ConferenceServer:
    address: str
    secret: str = field(repr=False)

    def url(self, call: str, **parameters: str) -> str:
        query = urlencode(parameters, quote_via=quote)
        checksum = sha256(f"{call}{query}{self.secret}".encode()).hexdigest()
        return f"{self._base}/{call}?{query}{'&' * bool(query)}checksum={checksum}"

    @property
    def _base(self) -> str:
        base = self.address.rstrip("/")
        return base if base.endswith("/api") else f"{base}/api"


@dataclass(frozen=True, slots=True)
class Conference:
    """A room as it is created. The same once more is the same room: the passwords show that we mean it."""

    id: str
    title: str
    attendee_password: str = field(repr=False)
    moderator_password: str = field(repr=False)
    back: str  # where people land who leave it


def check(server: ConferenceServer) -> None:
    """Ask what takes nothing but the right secret. Raises NoAnswer or Declined."""
    _ask(server.url("getMeetings"))


def link(server: ConferenceServer, conference: Conference, *, name: str, leads: bool) -> str:
    """Create the room, unless it is there, and let one person into it. Raises NoAnswer or Declined."""
    created = _ask(
        server.url(
            "create",
            name=conference.title.ljust(SHORTEST_NAME, "."),
            meetingID=conference.id,
            attendeePW=conference.attendee_password,
            moderatorPW=conference.moderator_password,
            record="false",
            logoutURL=conference.back,
        )
    )
    entry = {
        "fullName": name,
        "meetingID": conference.id,
        # Versions before 2.4 go by the password, later ones by the role.
        "password": conference.moderator_password if leads else conference.attendee_password,
        "role": "MODERATOR" if leads else "VIEWER",
        "redirect": "true",
    }
    # With it the link ends with the room, and opens no later one of the same name.
    if time := created.findtext("createTime", "").strip():
        entry["createTime"] = time
    return server.url("join", **entry)


def _ask(url: str) -> etree._Element:
    try:
        answer = fetch(url, allow_loopback=settings.FEEDS_ALLOW_LOOPBACK, seconds=SECONDS, most_bytes=MOST_BYTES)
    except Unreachable as error:
        raise NoAnswer(str(error)) from None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(answer.body or b"", parser)
    except (etree.XMLSyntaxError, ValueError):
        raise NoAnswer("no-xml") from None
    if root.findtext("returncode", "").strip() != "SUCCESS":
        # Of a stranger, and written into our log.
        key = root.findtext("messageKey", "")[:40]
        raise Declined(key if key.isalnum() else "unknown")
    return root
