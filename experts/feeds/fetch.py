"""Reads a foreign address over http(s), and only one that lies on the public internet: a calendar, a server of rooms.

The address is checked where it matters: when connecting, and again at every redirect. The name is resolved once, and
the connection goes to the very address that was checked, so a name that changes its mind gains nothing. Pure: no
Django, no clock but the one that counts seconds. A calendar's address is a secret: no message here repeats it.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
import zlib
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit, urlunsplit

from experts.addresses import BadAddress, clean_address
from experts.feeds.limits import MAX_BYTES, MAX_REDIRECTS, TOTAL_SECONDS

REDIRECTS = {301, 302, 303, 307, 308}
# Cloud platforms answer with their keys at these, and not all of them count as private.
METADATA = {ipaddress.ip_address(address) for address in ("168.63.129.16", "192.0.0.192", "169.254.169.254")}
NAT64 = ipaddress.ip_network("64:ff9b::/96")
HEADERS = {"User-Agent": "Everwise", "Accept": "text/calendar, */*;q=0.5", "Accept-Encoding": "gzip, deflate"}

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Unreachable(Exception):
    """A reading that failed; it says why as a code, see experts/faults. `wait` is in seconds, as the server asks."""

    def __init__(self, code: str, wait: int = 0):
        super().__init__(code)
        self.wait = wait


@dataclass(frozen=True)
class HttpAnswer:
    """`body` is None where nothing has changed since the `etag` or `last_modified` that was sent."""

    body: bytes | None
    etag: str
    last_modified: str


def is_public(address: Address) -> bool:
    """Is this an address on the public internet, also when it is wrapped in another?"""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address in NAT64:
            return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        wrapped = [address.sixtofour] if address.sixtofour else list(address.teredo or ())
        if not all(is_public(inner) for inner in wrapped) or address.is_site_local:
            return False
    special = address.is_multicast or address.is_reserved or address.is_unspecified or address in METADATA
    return address.is_global and not special


def fetch(
    address: str,
    *,
    etag: str = "",
    last_modified: str = "",
    allow_loopback: bool = False,
    seconds: float | None = None,
    most_bytes: int = MAX_BYTES,
) -> HttpAnswer:
    """Read a cleaned address, following redirects, within TOTAL_SECONDS or these. Raises Unreachable."""
    ends = time.monotonic() + (TOTAL_SECONDS if seconds is None else seconds)
    conditions = {}
    if etag:
        conditions["If-None-Match"] = etag
    if last_modified:
        conditions["If-Modified-Since"] = last_modified
    for _ in range(MAX_REDIRECTS + 1):
        found = _visit(address, {**HEADERS, **conditions}, ends, allow_loopback, most_bytes)
        if isinstance(found, HttpAnswer):
            return found
        try:
            target = clean_address(urljoin(address, found))
        except (BadAddress, ValueError):
            raise Unreachable("leads-nowhere") from None
        if address.startswith("https:") and not target.startswith("https:"):
            raise Unreachable("leads-to-http")
        address = target
    raise Unreachable("leads-on")


def _visit(
    address: str, headers: dict[str, str], ends: float, allow_loopback: bool, most_bytes: int
) -> HttpAnswer | str:
    """One request: an answer, or the place where it is to be had."""
    parts = urlsplit(address)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    target = _resolve(host, port, ends, allow_loopback)
    connection = http.client.HTTPConnection(host, port, timeout=_left(ends))
    watch: threading.Timer | None = None
    try:
        connection.sock = socket.create_connection((str(target), port), timeout=_left(ends))
        if parts.scheme == "https":
            connection.default_port = 443
            context = ssl.create_default_context()
            # The handshake waits for the watch, too.
            connection.sock = context.wrap_socket(connection.sock, server_hostname=host, do_handshake_on_connect=False)
        # Each read has its own time-out, so a server that sends a byte now and then is cut off from outside.
        watch = threading.Timer(_left(ends), _cut, [connection.sock])
        watch.daemon = True
        watch.start()
        if isinstance(connection.sock, ssl.SSLSocket):
            connection.sock.do_handshake()
        path = urlunsplit(("", "", parts.path or "/", parts.query, ""))
        connection.request("GET", path, headers=headers)
        return _understood(connection.getresponse(), ends, most_bytes)
    except ssl.SSLCertVerificationError:
        raise Unreachable("certificate") from None
    except (OSError, http.client.HTTPException, zlib.error, ValueError):
        if time.monotonic() >= ends:
            raise Unreachable("slow") from None
        raise Unreachable("broken-off") from None
    finally:
        if watch is not None:
            watch.cancel()
        connection.close()


def _cut(connected: socket.socket) -> None:
    try:
        # Not the method of SSLSocket, which takes its state away under the thread that reads.
        socket.socket.shutdown(connected, socket.SHUT_RDWR)
    except OSError:
        # It was closed in time after all.
        return


def _left(ends: float) -> float:
    left = ends - time.monotonic()
    if left <= 0:
        raise Unreachable("slow")
    return left


def _resolve(host: str, port: int, ends: float, allow_loopback: bool) -> Address:
    """The address to connect to. One that is not public spoils the whole name."""
    found: list[Address] = []

    def look_up():
        try:
            rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            return
        found.extend(ipaddress.ip_address(str(row[4][0]).partition("%")[0]) for row in rows)

    # A resolver has no time-out of its own that a caller could set.
    thread = threading.Thread(target=look_up, daemon=True)
    thread.start()
    thread.join(_left(ends))
    addresses = list(found)
    if not addresses:
        _left(ends)
        raise Unreachable("no-server")
    for address in addresses:
        if not (is_public(address) or (allow_loopback and address.is_loopback)):
            raise Unreachable("private")
    # Most servers can't be reached by IPv6 from a machine that has only the other.
    return min(addresses, key=lambda address: address.version)


def _understood(response: http.client.HTTPResponse, ends: float, most_bytes: int) -> HttpAnswer | str:
    wait = _seconds(response.getheader("Retry-After", ""))
    match response.status:
        case 200:
            body = _body(response, ends, most_bytes)
            return HttpAnswer(body, _short(response, "ETag"), _short(response, "Last-Modified"))
        case 304:
            return HttpAnswer(None, _short(response, "ETag"), _short(response, "Last-Modified"))
        case status if status in REDIRECTS:
            return response.getheader("Location") or "broken:"
        case 401 | 403 | 407:
            raise Unreachable("sign-in", wait)
        case 404 | 410:
            raise Unreachable("no-calendar", wait)
        case 429 | 503:
            raise Unreachable("busy", wait)
        case status:
            raise Unreachable(f"server-error {status}", wait)


def _short(response: http.client.HTTPResponse, name: str) -> str:
    """A header to be sent back next time; one that is too long to keep is none."""
    value = response.getheader(name) or ""
    return value if len(value) <= 200 and value.isascii() and value.isprintable() else ""


def _seconds(header: str) -> int:
    """How long a Retry-After asks to wait, in seconds; 0 where it says nothing that can be read."""
    if header.strip().isdigit():
        return int(header.strip()[:9])
    try:
        return max(0, int(parsedate_to_datetime(header).timestamp() - time.time()))
    except (ValueError, TypeError, OverflowError):
        return 0


def _body(response: http.client.HTTPResponse, ends: float, most_bytes: int) -> bytes:
    """The whole body, unpacked, however little of it was sent. Raises Unreachable beyond `most_bytes`."""
    coding = (response.getheader("Content-Encoding") or "identity").strip().lower()
    if coding not in {"identity", "gzip", "x-gzip", "deflate"}:
        raise Unreachable("packed")
    unpack = _Unpacker(coding) if coding != "identity" else None
    body, sent = bytearray(), 0
    while chunk := response.read(65536):
        _left(ends)
        sent += len(chunk)
        body += unpack.feed(chunk, most_bytes + 1 - len(body)) if unpack else chunk
        if sent > most_bytes or len(body) > most_bytes:
            raise Unreachable("too-large")
    _left(ends)
    if response.length or (unpack and not unpack.finished):
        raise Unreachable("broken-off")
    return bytes(body)


class _Unpacker:
    """Unpacks gzip (of several members, too) and both kinds of deflate, never more than asked for."""

    def __init__(self, coding: str):
        self.coding = coding
        self.stream = zlib.decompressobj(zlib.MAX_WBITS | 32)
        self.fresh = True

    @property
    def finished(self) -> bool:
        return self.stream.eof

    def feed(self, data: bytes, most: int) -> bytes:
        """What the data unpacks to, no more than `most` bytes of it."""
        out = b""
        while data and len(out) < most:
            if self.stream.eof:
                self.stream = zlib.decompressobj(zlib.MAX_WBITS | 32)
            try:
                out += self.stream.decompress(data, most - len(out))
            except zlib.error:
                if not (self.fresh and self.coding == "deflate"):
                    raise
                # What RFC 9110 calls deflate has a header; many servers leave it out.
                self.stream = zlib.decompressobj(-zlib.MAX_WBITS)
                out += self.stream.decompress(data, most - len(out))
            self.fresh = False
            data = self.stream.unused_data if self.stream.eof else b""
        return out
