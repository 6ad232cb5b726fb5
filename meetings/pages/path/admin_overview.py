"""The Overview of an open path for its admins: what needs them, its numbers, what comes next, and its experts."""

from datetime import UTC, datetime, time, timedelta

from django.core.paginator import Paginator
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from everwise import cldr, timefmt, wording
from everwise.accounts.models import User
from everwise.faces import Face
from everwise.timefmt import Reader
from experts.availability import to_instant
from meetings.models import Meeting
from meetings.pages import meeting_rows
from meetings.pages.path import attention
from meetings.pages.path.attention import Attention
from meetings.pages.path.frame import frame
from meetings.pages.path.numbers import Numbers, Span
from meetings.pages.path.offer import Offer
from meetings.pages.path.overview import Overview

MOST_ROWS = 8
ALL_ROWS = 50
WEEK = timedelta(days=7)


def context(overview: Overview, user: User, *, show_all: bool, number: str | None) -> dict[str, object]:
    """What templates/paths/_overview.html asks for; `number` is of the page of all that needs somebody."""
    path, now, reader = overview.path, overview.now, user.reader
    numbers = Numbers(path, now, span(reader, now))
    offer = Offer(overview)
    named = [key for what in ("next", "oldest", "lost") for key in numbers.people(what)]
    rows_of = Meeting.objects.filter(pk__in=named).with_people().select_related("cancelled_by").order_by("starts_at", "id")
    meetings = {meeting.pk: meeting for meeting in rows_of}
    needed = Attention(overview, offer, numbers, meetings, user)
    rows = list(needed.rows())
    page = Paginator(rows, ALL_ROWS if show_all else MOST_ROWS).get_page(number if show_all else 1)
    return {
        **frame(path, user, now, "detail", numbers.frame),
        "needed": page,
        "all_shown": show_all,
        "show_all": "" if show_all or len(rows) <= MOST_ROWS else _show_all(len(rows)),
        "looked_at": _("Looked at just now, %(time)s.") % {"time": timefmt.clock(now, reader)},
        "strip": strip(overview, offer, numbers, reader),
        "coming": meeting_rows.day_rows([m for key, m in meetings.items() if key in numbers.people("next")], user, now),
        "coming_count": numbers.number("coming"),
        "watched": [_expert(each, needed, offer, numbers) for each in overview.experts],
    }
