"""The list of a path's themes: who takes each, when it is free next, and how often it was booked."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from everwise import timefmt
from everwise.accounts.models import User
from everwise.faces import Face
from everwise.wording import listed
from meetings.booking.waitlist.in_line import waiting_by_theme
from meetings.enums import Kind, Status
from meetings.models import Meeting
from meetings.slots.openings import Openings
from paths.models import Path, Theme

PAGE = 50
# As far as the overview looks for a free time.
LOOK_AHEAD = timedelta(days=60)
RECENT = timedelta(weeks=4)


@dataclass(frozen=True, slots=True)
class ThemeRow:
    theme: Theme
    faces: list[Face]
    names: str
    next_free: str  # empty: none
    sessions: int
    recent: str
    waiting: str  # empty: nobody is
    is_first: bool
    is_last: bool


def page_of(path: Path, asked: str | None) -> Page:
    return Paginator(path.themes.bookable(), PAGE).get_page(asked)


def rows(path: Path, page: Page, user: User, now: datetime) -> list[ThemeRow]:
    """In five queries and those of the engine, however many themes and experts there are."""
    themes = list(page)
    if not themes:
        return []
    openings = Openings(path, since=now, until=now + LOOK_AHEAD, now=now)
    # All at once: the longest session touches the widest range.
    openings.expect(max(theme.duration_minutes for theme in themes), [(now, now + LOOK_AHEAD)])
    takers = _takers(themes, openings)
    counts, in_line = sessions_of(themes, now), waiting_by_theme(path, now)
    found = []
    for place, theme in enumerate(themes, page.start_index()):
        ids = takers[theme.pk]
        start = openings.first(theme.duration_minutes, experts=ids) if ids else None
        people = [openings.experts.rows[pk] for pk in ids]
        total, recent = counts.get(theme.pk, (0, 0))
        found.append(
            ThemeRow(
                theme=theme,
                faces=[Face.of(one.person, one.name or one.address, one.called) for one in people],
                names=listed([one.name or one.address for one in people]) if people else "",
                next_free=timefmt.when(start, user.reader, now) if start else "",
                sessions=total,
                recent=_("%(number)d in 4 weeks") % {"number": recent},
                waiting=_waiting(in_line.get(theme.pk, 0)),
                is_first=place == 1,
                is_last=place == page.paginator.count,
            )
        )
    return found


def _waiting(number: int) -> str:
    if not number:
        return ""
    text = ngettext("%(number)d person is waiting", "%(number)d people are waiting", number)
    return text % {"number": number}


def _takers(themes: list[Theme], openings: Openings) -> dict[UUID, list[int]]:
    """Who takes each and takes sessions now, in the order of their names."""
    pairs = set(Theme.experts.through.objects.filter(theme__in=themes).values_list("theme", "expert"))
    order = list(openings.experts.rows)
    return {theme.pk: [pk for pk in order if (theme.pk, pk) in pairs] for theme in themes}


def sessions_of(themes: list[Theme], now: datetime) -> dict[UUID, tuple[int, int]]:
    """By theme, how many sessions were held or are booked, and how many of those began in the last four weeks."""
    lately = Q(starts_at__gt=now - RECENT, starts_at__lte=now)
    found = Meeting.objects.filter(theme__in=themes, kind=Kind.DROP_IN).exclude(status=Status.CANCELLED)
    counted = found.order_by().values_list("theme").annotate(total=Count("pk"), recent=Count("pk", filter=lately))
    return {theme: (total, recent) for theme, total, recent in counted}


def retired(path: Path, user: User, now: datetime) -> list[tuple[Theme, str]]:
    """Each with “45 minutes. 12 sessions; nobody can book it since 9 October.” In two queries."""
    themes = list(path.themes.exclude(retired_at=None))
    counts = sessions_of(themes, now) if themes else {}
    found = []
    for theme in themes:
        number = counts.get(theme.pk, (0, 0))[0]
        text = ngettext(
            "%(length)s. %(number)d session; nobody can book it since %(day)s.",
            "%(length)s. %(number)d sessions; nobody can book it since %(day)s.",
            number,
        )
        day = timefmt.bare_day(timefmt.local_day(cast("datetime", theme.retired_at), user.reader), user.reader, now)
        found.append((theme, text % {"length": theme.length, "number": number, "day": day}))
    return found
