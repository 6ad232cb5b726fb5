"""The installation's own name and address, of which headers of e-mails and invitations are made. Pure.

What is accepted here works in each of them; what would not is refused with the reason.
"""

import re
from typing import NamedTuple

ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
MAILBOX = re.compile(rf"{ATOM}(\.{ATOM})*")
QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
# In a bare name these would begin another address or a comment.
NEEDS_QUOTES = set(',;:@()[]<>"\\')
LONGEST_NAME, LONGEST_MAILBOX, LONGEST_DOMAIN = 100, 64, 253


class Unusable(ValueError):
    """Why this can't be a sender; follows the value in a sentence."""


class Sender(NamedTuple):
    """`name` as people read it, "" for none; `address` in ASCII, its domain as it goes over the wire."""

    name: str
    address: str

    @property
    def header(self) -> str:
        """As Django takes it and encodes it: the name in quotes, so that nothing in it has a meaning."""
        if not self.name:
            return self.address
        escaped = self.name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}" <{self.address}>'


def parse(text: str) -> Sender:
    """Read `Learning <learn@example.com>`, `"Müller, Anna" <a@b.de>` or the address alone. Raises Unusable."""
    if not all(character.isprintable() for character in text):
        raise Unusable("has a line end or another character that can't be seen")
    text = text.strip()
    if "<" not in text and ">" not in text:
        return Sender("", _address(text))
    if not text.endswith(">") or "<" not in text:
        raise Unusable("does not end with one address in < and >")
    name, _, address = text[:-1].rpartition("<")
    return Sender(_name(name.strip()), _address(address.strip()))


def _name(text: str) -> str:
    quoted = QUOTED.fullmatch(text)
    if quoted:
        name = re.sub(r"\\(.)", r"\1", quoted[1]).strip()
    elif found := sorted(NEEDS_QUOTES & set(text)):
        raise Unusable(f"has {' '.join(found)} in its name, which then needs double quotes around it")
    else:
        name = text
    if "=?" in name:
        raise Unusable("has an encoded name: write it as it is read")
    if len(name) > LONGEST_NAME:
        raise Unusable(f"has a name of more than {LONGEST_NAME} characters")
    return name


def _address(text: str) -> str:
    mailbox, at, domain = text.rpartition("@")
    if not at or not mailbox or not domain:
        raise Unusable("has no e-mail address")
    if "," in text or ";" in text or "@" in mailbox:
        raise Unusable("has more than one e-mail address")
    if not MAILBOX.fullmatch(mailbox) or len(mailbox) > LONGEST_MAILBOX:
        raise Unusable("has an address with something before its @ that not every mail server takes")
    try:
        name = domain.encode("idna").decode()
    except UnicodeError:
        name = ""
    labels = name.split(".")
    good = len(name) <= LONGEST_DOMAIN and all(LABEL.fullmatch(label) for label in labels)
    if not good or (len(labels) == 1 and name != "localhost") or labels[-1].isdigit():
        raise Unusable("has an address with something after its @ that is no domain")
    return f"{mailbox}@{name}"
