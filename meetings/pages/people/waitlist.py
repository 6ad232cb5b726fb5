"""What somebody on a path waits for, and what became of the times that were held for them, as its admins read it."""

from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext as _

from everwise import timefmt
from everwise.accounts.models import User
from everwise.timefmt import Reader
from everwise.wording import isolated
from meetings.booking.waitlist.in_line import entries_of
from meetings.booking.waitlist.windows import Window, until_words
from meetings.enums import EntryEnd, HeldEnd
from meetings.models import HeldTime, WaitlistEntry
from paths.models import Path

# So many of the latest lines.
LINES = 10


class WaitlistLine(NamedTuple):
    at: datetime
    text: str


def places(user: User, path: Path, reader: Reader, now: datetime) -> list[str]:
    """“Giving feedback: weekday mornings until 4 December. 14:00 is held for them until 11:30.” One query."""
    said = []
    for entry, held in entries_of(user, now, path=path):
        words = {"theme": isolated(entry.theme), "window": Window.of(entry).words(reader, now)}
        text = _("%(theme)s: %(window)s.") % words
        if entry.sooner_than:
            text = f"{text} {_('Sooner than their session.')}"
        if held:
            words = {
                "when": timefmt.when(held.starts_at, reader, now),
                "until": until_words(held.until, reader, now),
            }
            text = f"{text} {_('Held for them until %(until)s: %(when)s.') % words}"
        said.append(text)
    return said


def lines(user: User, path: Path, reader: Reader, now: datetime) -> list[WaitlistLine]:
    """The latest first. Two queries."""
    found = []
    entries = WaitlistEntry.objects.filter(user=user, theme__path=path).select_related("theme")
    for entry in entries.order_by("-joined_at")[:LINES]:
        words = {"theme": isolated(entry.theme)}
        found.append(WaitlistLine(entry.joined_at, _("Joined the waitlist of %(theme)s.") % words))
        if entry.ended_at:
            found.append(WaitlistLine(entry.ended_at, _ended(entry.ended_by) % words))
    rows = HeldTime.objects.filter(user=user, entry__theme__path=path).select_related("entry__theme")
    for held in rows.order_by("-offered_at")[:LINES]:
        words = {"theme": isolated(held.entry.theme), "when": timefmt.when(held.starts_at, reader, now)}
        found.append(WaitlistLine(held.offered_at, _("%(theme)s, %(when)s, was held for them.") % words))
        if held.ended_at:
            found.append(WaitlistLine(held.ended_at, _became(held.ended_by) % words))
    return sorted(found, reverse=True)[:LINES]


def _ended(how: str) -> str:
    return {
        EntryEnd.TAKEN: _("Got a session of %(theme)s from the waitlist."),
        EntryEnd.LEFT: _("Left the waitlist of %(theme)s."),
        EntryEnd.OVER: _("Their time on the waitlist of %(theme)s was over."),
    }[EntryEnd(how)]


def _became(how: str) -> str:
    return {
        HeldEnd.TAKEN: _("They took %(theme)s, %(when)s."),
        HeldEnd.PASSED: _("They passed on %(theme)s, %(when)s."),
        HeldEnd.LAPSED: _("They did not answer: %(theme)s, %(when)s, was passed on."),
        HeldEnd.GONE: _("%(theme)s, %(when)s, was no longer to be had."),
    }[HeldEnd(how)]
