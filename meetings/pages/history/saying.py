"""How a line of the history is put together: a sentence of the catalogue, with names and links in their places."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from everwise.accounts.models import User
from meetings.models import Meeting
from paths.enums import Via


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence as HTML, and what is to be added in small print."""

    sentence: SafeString
    detail: str = ""


def say(
    yours: str, theirs: str, *, by: User | None, reader: User, via: str = Via.WEB, **parts: str | int
) -> SafeString:
    """One of two whole sentences: to whoever did it themselves, and about somebody else, who is %(person)s.

    The texts are the catalogue's and may hold tags; every part is escaped.
    """
    if by == reader:
        return _filled(yours, parts)
    name = format_html("<b>{}</b>", "Everwise" if by is None else by)
    if by is not None and via == Via.ADMIN:
        name = _filled(_("%(person)s (staff)"), {"person": name})
    return _filled(theirs, {**parts, "person": name})


def link_to(meeting: Meeting, title: str) -> SafeString:
    return format_html('<a href="{}">{}</a>', meeting.get_absolute_url(), title)


def _filled(text: str, parts: Mapping[str, str | int]) -> SafeString:
    safe = {name: part if isinstance(part, int) else conditional_escape(part) for name, part in parts.items()}
    return mark_safe(text % safe)
