"""Addresses of calendars as experts type them: checked, and shown without their secret. Pure: no Django."""

import ipaddress
import re
from urllib.parse import quote, urlsplit, urlunsplit

MAX_ADDRESS = 2000


class BadAddress(ValueError):
    """An address that is never read; its message says why, in words for the person who typed it."""


def clean_address(text: str) -> str:
    """The address as it is read: https for webcal, ASCII throughout, no fragment. Raises BadAddress."""
    text = text.strip()
    if len(text) > MAX_ADDRESS:
        raise BadAddress(f"The address is longer than {MAX_ADDRESS} characters.")
    if any(ord(each) <= 32 or ord(each) == 127 for each in text):
        raise BadAddress("An address has no spaces or control characters in it.")
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise BadAddress("This is not an address. It should look like https://example.com/calendar.ics.") from None
    scheme = {"webcal": "https", "webcals": "https"}.get(parts.scheme, parts.scheme)
    if scheme not in {"http", "https"}:
        raise BadAddress("The address must begin with https://, http:// or webcal://.")
    if parts.username is not None or parts.password is not None:
        raise BadAddress("The address may not hold a user name or password. Use the calendar’s secret address.")
    if port is not None and port < 1024 and port not in {80, 443}:
        raise BadAddress(f"Port {port} is not one that calendars are read from.")
    if "[" in parts.netloc and not re.fullmatch(r"\[[0-9A-Fa-f:.]+\](:\d*)?", parts.netloc):
        raise BadAddress("This is not an address: its host is no name and no number.")
    host = _clean_host(host)
    netloc = f"[{host}]" if ":" in host else host
    if port is not None:
        netloc += f":{port}"
    path, query = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._"), quote(parts.query, safe="/%:@!$&'()*+,;=~-._?")
    cleaned = urlunsplit((scheme, netloc, path, query, ""))
    if len(cleaned) > MAX_ADDRESS:
        raise BadAddress(f"The address is longer than {MAX_ADDRESS} characters.")
    return cleaned


def _clean_host(host: str) -> str:
    if ":" in host:
        try:
            return str(ipaddress.IPv6Address(host))
        except ValueError:
            raise BadAddress("This is not an address: its host is no name and no number.") from None
    try:
        # A trailing dot is the same host.
        host = host.rstrip(".").encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise BadAddress("This is not an address: its host name can’t be.") from None
    if not host or not all(label and label.replace("-", "").replace("_", "").isalnum() for label in host.split(".")):
        raise BadAddress("This is not an address: its host name can’t be.")
    last = host.rpartition(".")[2]
    if last.isdigit() or last.startswith("0x"):
        # 2130706433, 0177.0.0.1 and 0x7f.1 are all 127.0.0.1 to a resolver; only the plain spelling is taken.
        try:
            return str(ipaddress.IPv4Address(host))
        except ValueError:
            raise BadAddress("This is not an address: its host is no name and no plain number.") from None
    return host


def masked(address: str) -> str:
    """What of an address may be shown: its host. The rest is as good as a password."""
    return f"{urlsplit(address).hostname or ''}/…"
