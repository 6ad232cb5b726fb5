"""The mailbox that answers to invitations arrive in: where it is, and its e-mail address. Pure."""

import re
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from everwise.config import senders
from everwise.config.environment import Environment, ascii_host, is_loopback
from everwise.config.one_line import shown

PORTS = {"imap": 143, "imaps": 993}
EXAMPLE = "imaps://user:password@imap.example.com:993/INBOX"
# The part of an address before its @ has 64 characters at most (RFC 5321), and ours gets + and 32 more.
LONGEST_LOCAL = 31
LOCAL = re.compile(r"[A-Za-z0-9._-]+")
# Of a folder's name what needs no coding of its own (RFC 3501, 5.1.3) and no escape.
FOLDER = re.compile(r"""[ !#$'()+,./0-9:;<=>?@A-Z\[\]^_`a-z{|}~-]+""")


@dataclass(frozen=True, slots=True)
class RepliesAt:
    """A mailbox, and the address whose e-mails it gets: local@domain, and local+anything@domain."""

    host: str
    port: int
    tls: bool  # from the first byte on
    needs_tls: bool  # no password goes there in the clear
    user: str
    password: str = field(repr=False)
    folder: str
    local: str
    domain: str


def replies(env: Environment, url_name: str = "IMAP_URL", address_name: str = "REPLIES_ADDRESS") -> RepliesAt | None:
    """None where there is no such mailbox. Of a URL that is wrong nothing is repeated: it has a password in it."""
    url, address = env.text(url_name), env.text(address_name)
    if not url and not address:
        return None
    if not url:
        env.refuse(url_name, f"is not set, but {address_name} is", EXAMPLE)
        return None
    if fault := _fault(url):
        env.refuse(url_name, f"its value {fault}", EXAMPLE)
        return None
    if not address:
        env.refuse(address_name, f"is not set, but {url_name} is", "replies@example.com")
        return None
    try:
        local, _, domain = senders.parse(address).address.rpartition("@")
    except senders.Unusable as error:
        env.refuse(address_name, f"{shown(address)} {error}", "replies@example.com")
        return None
    if len(local) > LONGEST_LOCAL or not LOCAL.fullmatch(local):
        fault = f"has before its @ more than {LONGEST_LOCAL} characters, or others than letters, digits, . _ and -"
        env.refuse(address_name, f"{shown(address)} {fault}", "replies@example.com")
        return None
    parts = urlsplit(url)
    tls, host = parts.scheme == "imaps", parts.hostname or ""
    return RepliesAt(
        host=host,
        port=parts.port or PORTS[parts.scheme],
        tls=tls,
        needs_tls=not is_loopback(host),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        folder=unquote(parts.path.strip("/")) or "INBOX",
        local=local,
        domain=domain.lower(),
    )


def _fault(url: str) -> str:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "is no URL (its host or port can't be read)"
    if parts.scheme not in PORTS or "://" not in url:
        return "does not begin with imap:// or imaps://"
    if not host or not ascii_host(f"[{host}]" if ":" in host else host) or port == 0:
        return "has no host, or a host or port that can't be one"
    if not parts.username or not parts.password:
        return "has no user name or no password (write @ in them as %40, / as %2F)"
    if re.search(r"\s", url) or parts.query or parts.fragment:
        return "has a space, a ? or a # in it (write %20, %3F and %23)"
    words = (unquote(parts.username), unquote(parts.password), unquote(parts.path.strip("/")) or "INBOX")
    if not all(word.isascii() and word.isprintable() for word in words):
        return "has a user name, password or folder with other characters than those of ASCII"
    if not FOLDER.fullmatch(words[2]):
        return "has a folder whose name has a quotation mark, a backslash, % or & or * in it"
    return ""
