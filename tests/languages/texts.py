"""What a page or an e-mail says outside of the accented language's brackets: texts that no language can have."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from zoneinfo import available_timezones

from django.apps import apps
from django.db.models import CharField, TextField

from everwise.accounts.models import User
from everwise.templatetags.ui import initials
from scripts.pseudo_languages import CLOSING, OPENING

# Attributes that are read aloud or shown.
SAID = {"alt", "title", "placeholder", "aria-label", "aria-description", "content", "label"}
SILENT = {"script", "style"}
# Names of products and formats, and what the browser's own clocks show.
NAMES = (
    *("Everwise", "Microsoft 365", "Outlook.com", "Outlook", "Google Calendar", "Google", "Apple", "iCalendar"),
    *("English", "Accented", "Mirrored"),
)
WORD = re.compile(r"[^\W\d_]{2,}")
BRACKETS = re.compile(f"([{OPENING}{CLOSING}])")
# Facts as JSON hold some, too.
ADDRESSES = re.compile(r"^\s*\{\".*\}\s*$|\S+@\S+|(?:https?|webcal)://\S+|[0-9a-f]{8}-[0-9a-f-]{27}")
# Names of zones, files and codes, passwords as hashes.
NOT_WORDS = re.compile(r"md5|\S+\*{6,}|[\w.-]+/[\w/.-]+|\S+\.(?:ics|txt|html)\b")


class Outside:
    """Follows a text piece by piece, since what one message says may have tags within."""

    def __init__(self, data: re.Pattern[str]):
        self._data = data
        self._depth = 0
        self.found: list[str] = []

    def read(self, text: str) -> None:
        outside = ""
        for piece in BRACKETS.split(text):
            if piece == OPENING:
                self._depth += 1
                outside += " "
            elif piece == CLOSING:
                self._depth -= 1
            elif self._depth == 0:
                outside += piece
        # Most texts stand in brackets whole, and there is much data to look for.
        if not WORD.search(outside):
            return
        left = NOT_WORDS.sub(" ", self._data.sub(" ", ADDRESSES.sub(" ", outside)))
        if WORD.search(left):
            self.found.append(" ".join(outside.split()))


class _Said(HTMLParser):
    def __init__(self, data: re.Pattern[str]):
        super().__init__()
        self._text = Outside(data)
        self._data = data
        self._silent = ""
        self.attributes: list[str] = []

    @property
    def found(self) -> list[str]:
        return self._text.found + self.attributes

    def handle_starttag(self, tag, attrs) -> None:
        values = dict(attrs)
        if tag in SILENT:
            self._silent = tag
        said = {name: value for name, value in values.items() if name in SAID and value}
        if tag == "meta" and values.get("name") != "description":
            said.pop("content", None)
        if tag == "input" and values.get("type") in {"submit", "button", "reset"}:
            said["value"] = values.get("value")
        for value in said.values():
            attribute = Outside(self._data)
            attribute.read(value or "")
            self.attributes += attribute.found

    def handle_endtag(self, tag) -> None:
        if tag == self._silent:
            self._silent = ""

    def handle_data(self, data) -> None:
        if not self._silent:
            self._text.read(data)


def in_page(html: str, data: re.Pattern[str]) -> list[str]:
    """Texts and spoken attributes of a page outside of brackets that are not data."""
    said = _Said(data)
    said.feed(html)
    return said.found


def in_text(text: str, data: re.Pattern[str]) -> list[str]:
    outside = Outside(data)
    for line in text.splitlines():
        outside.read(line)
    return outside.found


def data_of_rows() -> re.Pattern[str]:
    """Whatever somebody has typed into a row, and names that are the same everywhere."""
    typed = {line.strip() for value in _typed() for line in (*value.splitlines(), value)}
    # Parts of names: who is called by their first one.
    typed |= {part for value in _typed() for part in value.split() if part[:1].isupper()}
    typed |= {initials(name) for name in User.objects.values_list("name", flat=True)}
    # As Django's admin names them.
    typed |= {key.replace("_", " ") for key in available_timezones()}
    words = sorted((re.escape(each) for each in {*typed, *NAMES} if len(each) > 1), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)")


def _typed() -> Iterator[str]:
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, CharField | TextField) and not field.choices:
                values = model._default_manager.values_list(field.attname, flat=True)
                yield from (value for value in values.distinct() if isinstance(value, str))
