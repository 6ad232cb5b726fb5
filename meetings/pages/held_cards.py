"""Somebody's places in lines, as other pages show them: what they wait for, and what is held for them."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse

from everwise import timefmt
from everwise.accounts.models import User
from meetings.booking.waitlist.in_line import HeldNow, entries_of
from meetings.booking.waitlist.windows import Window, until_words
from meetings.enums import Action
from meetings.models import Meeting, WaitlistEntry
from paths.models import Path, Theme


@dataclass(frozen=True, slots=True)
class HeldCard:
    url: str
    day: str
    times: str
    until: str


@dataclass(frozen=True, slots=True)
class WaitingCard:
    """One place in a line. `held` is what is held for them now."""

    entry: WaitlistEntry
    window: str
    url: str
    held: HeldCard | None

    @property
    def theme(self) -> Theme:
        return self.entry.theme


def waiting_cards(
    user: User, now: datetime, *, path: Path | None = None, theme: Theme | None = None
) -> list[WaitingCard]:
    """What they wait for; what is held for them comes first. One query."""
    found = [_card(entry, held, user, now) for entry, held in entries_of(user, now, path=path, theme=theme)]
    return sorted(found, key=lambda card: card.held is None)


def wait_url(theme: Theme, session: Meeting | None = None) -> str:
    """Where somebody joins the line of a theme, or changes what they wait for."""
    address = reverse("schedule:wait", args=[theme.path_id, theme.pk])
    return f"{address}?{urlencode({'sooner': session.pk})}" if session else address


def sooner_url(meeting: Meeting, user: User, refused: dict[str, str]) -> str:
    """Where they ask for a sooner time than their own session's; empty where it can't be moved, or isn't theirs.

    `refused` are the obstacles to each action (permissions/deadlines).
    """
    theirs = meeting.is_dropin and user in meeting.participants and not refused[Action.RESCHEDULE]
    return wait_url(meeting.theme, meeting) if theirs and meeting.theme and not meeting.theme.is_retired else ""


def _card(entry: WaitlistEntry, held: HeldNow | None, user: User, now: datetime) -> WaitingCard:
    reader, card = user.reader, None
    if held:
        card = HeldCard(
            url=reverse("meetings:held", args=[held.pk]),
            day=timefmt.day_in_words(held.starts_at, reader, now),
            times=timefmt.clock_range(held.starts_at, held.ends_at, reader),
            until=until_words(held.until, reader, now),
        )
    window = Window.of(entry).words(reader, now)
    return WaitingCard(entry, window, wait_url(entry.theme, entry.sooner_than), card)
