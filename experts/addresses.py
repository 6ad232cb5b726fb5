"""Addresses of calendars as experts type them: checked, and shown without their secret. Pure: no Django."""

import ipaddress
import re
from urllib.parse import quote, urlsplit, urlunsplit

MAX_ADDRESS = 2000


class BadAddress(ValueError):
    """An address that is never read; it says why as a code, see experts/faults."""


def clean_address(text: str) -> str:
    """The address as it is read: https for webcal, ASCII throughout, no fragment. Raises BadAddress."""
    text = text.strip()
    if len(text) > MAX_ADDRESS:
        raise BadAddress("address-too-long")
    if any(ord(each) <= 32 or ord(each) == 127 for each in text):
        raise BadAddress("address-with-spaces")
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise BadAddress("no-address") from None
    scheme = {"webcal": "https", "webcals": "https"}.get(parts.scheme, parts.scheme)
    if scheme not in {"http", "https"}:
        raise BadAddress("address-scheme")
    if parts.username is not None or parts.password is not None:
        raise BadAddress("address-with-password")
    if port is not None and port < 1024 and port not in {80, 443}:
        raise BadAddress(f"address-port {port}")
    if "[" in parts.netloc and not re.fullmatch(r"\[[0-9A-Fa-f:.]+\](:\d*)?", parts.netloc):
        raise BadAddress("address-host")
    host = _clean_host(host)
    netloc = f"[{host}]" if ":" in host else host
    if port is not None:
        netloc += f":{port}"
    path, query = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._"), quote(parts.query, safe="/%:@!$&'()*+,;=~-._?")
    cleaned = urlunsplit((scheme, netloc, path, query, ""))
    if len(cleaned) > MAX_ADDRESS:
        raise BadAddress("address-too-long")
    return cleaned


def _clean_host(host: str) -> str:
    if ":" in host:
        try:
            return str(ipaddress.IPv6Address(host))
        except ValueError:
            raise BadAddress("address-host") from None
    try:
        # A trailing dot is the same host.
        host = host.rstrip(".").encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise BadAddress("address-host-name") from None
    if not host or not all(label and label.replace("-", "").replace("_", "").isalnum() for label in host.split(".")):
        raise BadAddress("address-host-name")
    last = host.rpartition(".")[2]
    if last.isdigit() or last.startswith("0x"):
        # 2130706433, 0177.0.0.1 and 0x7f.1 are all 127.0.0.1 to a resolver; only the plain spelling is taken.
        try:
            return str(ipaddress.IPv4Address(host))
        except ValueError:
            raise BadAddress("address-host-number") from None
    return host


def masked(address: str) -> str:
    """What of an address may be shown: its host. The rest is as good as a password."""
    return f"{urlsplit(address).hostname or ''}/…"
