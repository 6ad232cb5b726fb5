"""A BigBlueButton and a Jitsi on loopback, as far as whoever joins meets them: they let in whom the real ones would."""

from contextlib import contextmanager
from hashlib import sha256
from types import SimpleNamespace
from urllib.error import HTTPError
from urllib.parse import parse_qsl, urlsplit
from urllib.request import urlopen

import jwt

from tests.experts.feeds.server import serving

BBB_SECRET = "639259d4-9dd8-4b25-bf01-95f9567eaf4b"
JITSI_SECRET, JITSI_APP = "a-secret-of-jitsi-that-is-long-enough", "everwise"
XML = {"Content-Type": "text/xml"}


class Receiver(dict):
    """Answers any path by `answer`, or as `broken` says. `inside`: who was let in, to which room, to lead it or not."""

    def __init__(self):
        super().__init__()
        self.inside, self.broken = [], None

    def __getitem__(self, address):
        parts = urlsplit(address)
        return self.broken or self.answer(parts.path, parts.query, dict(parse_qsl(parts.query)))


class BigBlueButton(Receiver):
    def __init__(self):
        super().__init__()
        self.rooms = {}

    def answer(self, path, query, asked):
        call = path.rpartition("/")[2]
        signed, _, checksum = query.rpartition("checksum=")
        if checksum != sha256(f"{call}{signed.rstrip('&')}{BBB_SECRET}".encode()).hexdigest():
            return _failed("checksumError")
        return getattr(self, f"_{call}", lambda _: _failed("unsupportedRequest"))(asked)

    def _getMeetings(self, _):
        return _success("<meetings/>")

    def _create(self, asked):
        if not 2 <= len(asked["name"]) <= 256:
            return _failed("sizeError")
        passwords = asked["attendeePW"], asked["moderatorPW"]
        if self.rooms.setdefault(asked["meetingID"], passwords) != passwords:
            return _failed("idNotUnique")
        return _success(f"<meetingID>{asked['meetingID']}</meetingID><createTime>1531155809613</createTime>")

    def _join(self, asked):
        attendee, moderator = self.rooms[asked["meetingID"]]
        leads = asked["role"] == "MODERATOR"
        assert asked["password"] == (moderator if leads else attendee)
        assert asked["createTime"] == "1531155809613"
        self.inside.append((asked["meetingID"], asked["fullName"], leads))
        return 200, {}, b"in"


class Jitsi(Receiver):
    def answer(self, path, query, asked):
        try:
            claims = jwt.decode(
                asked["jwt"],
                JITSI_SECRET,
                algorithms=["HS256"],
                audience="jitsi",
                issuer=JITSI_APP,
                subject="127.0.0.1",
            )
        except jwt.InvalidTokenError as error:
            return 403, {}, type(error).__name__.encode()
        if claims["room"] != path.lstrip("/"):
            return 403, {}, b"another room"
        user = claims["context"]["user"]
        self.inside.append((claims["room"], user["name"], user["moderator"]))
        return 200, {}, b"in"


def _success(more):
    return 200, XML, f"<response><returncode>SUCCESS</returncode>{more}</response>".encode()


def _failed(key):
    return 200, XML, f"<response><returncode>FAILED</returncode><messageKey>{key}</messageKey></response>".encode()


@contextmanager
def receiving(receiver):
    with serving(receiver) as server:
        yield SimpleNamespace(receiver=receiver, address=server.url("/"), asked=server.asked)


def visit(link) -> int:
    """As a browser follows it."""
    try:
        with urlopen(link, timeout=10) as answer:
            return answer.status
    except HTTPError as error:
        return error.code
