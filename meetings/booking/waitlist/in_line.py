"""Who is in the line of a theme, and what is held for somebody: read for pages and for the worker alike."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, OuterRef, QuerySet, Subquery

from everwise.accounts.models import User
from meetings.booking.waitlist.windows import Window
from meetings.models import HeldTime, WaitlistEntry
from paths.models import Path, Theme


def with_sessions(entries: QuerySet[WaitlistEntry]) -> QuerySet[WaitlistEntry]:
    """The same rows, with all that `is_over` looks at."""
    return entries.select_related("user", "theme__path", "sooner_than__path")


def is_over(entry: WaitlistEntry, now: datetime) -> bool:
    """Whether nothing can suit any more, by what no query can say."""
    closes = entry.theme.path.closes_at
    if (closes and closes <= now) or Window.of(entry).ends <= now:
        return True
    meeting = entry.sooner_than
    if meeting is None:
        return False
    moved_up = entry.sooner_start is not None and meeting.starts_at < entry.sooner_start
    return not meeting.is_scheduled or moved_up or meeting.change_until < now


class HeldNow(NamedTuple):
    """What is held for somebody, without the rows around it."""

    pk: UUID
    starts_at: datetime
    ends_at: datetime
    until: datetime


def entries_of(
    user: User, now: datetime, *, path: Path | None = None, theme: Theme | None = None
) -> list[tuple[WaitlistEntry, HeldNow | None]]:
    """Their places in lines that can lead to anything, the oldest first, with what is held there now. One query."""
    rows = WaitlistEntry.objects.waiting(now).filter(user=user)
    if path is not None:
        rows = rows.filter(theme__path=path)
    if theme is not None:
        rows = rows.filter(theme=theme)
    held = HeldTime.objects.open(now).filter(entry=OuterRef("pk")).order_by()
    marked = rows.annotate(**{f"held_{name}": Subquery(held.values(name)[:1]) for name in HeldNow._fields})
    found = []
    for entry in with_sessions(marked).order_by("joined_at", "id"):
        if not is_over(entry, now):
            values = [getattr(entry, f"held_{name}") for name in HeldNow._fields]
            found.append((entry, HeldNow(*values) if values[0] else None))
    return found


def entry_of(user: User, theme: Theme, now: datetime) -> WaitlistEntry | None:
    return next((entry for entry, _held in entries_of(user, now, theme=theme)), None)


def waiting_by_theme(path: Path, now: datetime) -> dict[UUID, int]:
    """How many people wait for each theme of a path. One query."""
    waiting = WaitlistEntry.objects.waiting(now).filter(theme__path=path).order_by()
    return dict(waiting.values("theme").annotate(number=Count("pk")).values_list("theme", "number"))
