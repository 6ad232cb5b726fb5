"""The Overview of an open path for its admins: what needs them, its numbers, what comes next, and its experts."""

from datetime import UTC, datetime, time, timedelta

from django.conf import settings
from django.core.paginator import Paginator
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from everwise import cldr, timefmt, wording
from everwise.accounts.models import User
from everwise.faces import Face
from everwise.timefmt import Reader
from experts.availability import to_instant
from experts.models import Expert
from meetings.models import Meeting
from meetings.pages import meeting_rows
from meetings.pages.path import mapped
from meetings.pages.path.attention import Attention
from meetings.pages.path.frame import frame
from meetings.pages.path.numbers import Numbers, ReaderWeek
from meetings.pages.path.offer import PathOffer
from meetings.pages.path.overview import Overview

MOST_ROWS = 8
ALL_ROWS = 50
WEEK = timedelta(days=7)


def context(overview: Overview, user: User, *, show_all: bool, number: str | None) -> dict[str, object]:
    """What templates/paths/_overview.html asks for; `number` is of the page of all that needs somebody."""
    path, now, reader = overview.path, overview.now, user.reader
    numbers = Numbers(path, now, span(reader, now))
    offer = PathOffer(overview)
    named = [key for what in ("next", "oldest", "lost", "declined") for key in numbers.keys(what)]
    rows_of = (
        Meeting.objects.filter(pk__in=named).with_people().select_related("cancelled_by").order_by("starts_at", "id")
    )
    meetings = {meeting.pk: meeting for meeting in rows_of}
    # Without an organisation nothing can be there, and nothing is asked.
    of_providers = (mapped.unmapped(path, now), mapped.disowned(path, now)) if settings.SSO_PROVIDERS else ()
    needed = Attention(overview, offer, numbers, meetings, user, *of_providers)
    rows = list(needed.rows())
    page = Paginator(rows, ALL_ROWS if show_all else MOST_ROWS).get_page(number if show_all else 1)
    return {
        **frame(path, user, now, "detail", numbers.frame),
        "needed": page,
        "needed_count": len(rows),
        "quiet": _("Every theme can be booked, every expert has hours, every session has an outcome."),
        "all_shown": show_all,
        "show_all": "" if show_all or len(rows) <= MOST_ROWS else _show_all(len(rows)),
        "looked_at": _("Looked at just now, %(time)s.") % {"time": timefmt.clock(now, reader)},
        "strip": strip(overview, offer, numbers, reader),
        "coming": meeting_rows.day_rows([m for key, m in meetings.items() if key in numbers.keys("next")], user, now),
        "coming_count": numbers.number("coming"),
        "watched": [_expert(each, needed, offer, numbers) for each in overview.experts],
    }


def span(reader: Reader, now: datetime) -> ReaderWeek:
    """The reader's week, which begins when weeks begin in their language, and the end of their day."""
    today = timefmt.local_day(now, reader)
    first = cldr.first_weekday(get_language() or "en")
    monday = today - timedelta(days=(today.weekday() - first) % 7)

    def midnight(day):
        return datetime.fromtimestamp(to_instant(datetime.combine(day, time.min), reader.zone.key), tz=UTC)

    return ReaderWeek(midnight(monday), midnight(monday + WEEK), midnight(today + timedelta(days=1)))


def strip(overview: Overview, offer: PathOffer, numbers: Numbers, reader: Reader) -> list[tuple[str, str, str]]:
    """Four numbers: what each is of, the number, and a line below."""
    return [
        (_("Sessions this week"), wording.count(numbers.number("this-week")), _today(numbers.number("today"))),
        (_("Sessions used"), *_used(overview, numbers)),
        (_("Offered in the next two weeks"), *_offered(overview, offer, reader)),
        (_("People who have booked"), *_bookers(numbers)),
    ]


def _today(number: int) -> str:
    text = ngettext("%(number)s still to come today", "%(number)s still to come today", number)
    return text % {"number": wording.count(number)} if number else _("None still to come today")


def _used(overview: Overview, numbers: Numbers) -> tuple[str, str]:
    used, booked = numbers.number("used"), numbers.number("booked")
    words = {"used": wording.count(used), "booked": wording.count(booked)}
    if overview.path.sessions_per_participant is None:
        return _("%(used)s used") % words, _("%(booked)s booked. There is no limit.") % words
    total = numbers.number("total")
    words |= {"total": wording.count(total), "left": wording.count(max(0, total - used - booked))}
    return _("%(used)s of %(total)s") % words, _("%(booked)s booked, %(left)s left") % words


def _offered(overview: Overview, offer: PathOffer, reader: Reader) -> tuple[str, str]:
    text = ngettext("%(number)s time", "%(number)s times", offer.number) % {"number": wording.count(offer.number)}
    if offer.first is None:
        return text, _("This path is closed") if overview.is_closed else _("Nobody can book")
    return text, _("First %(when)s") % {"when": timefmt.when(offer.first, reader, overview.now)}


def _bookers(numbers: Numbers) -> tuple[str, str]:
    words = {"number": wording.count(numbers.have_booked), "all": wording.count(numbers.participants)}
    more = numbers.more_than_once
    text = ngettext("%(number)s of them more than once", "%(number)s of them more than once", more)
    below = text % {"number": wording.count(more)} if more else _("None of them more than once")
    return _("%(number)s of %(all)s") % words, below if numbers.have_booked else _("Nobody so far")


def _show_all(number: int) -> str:
    return ngettext("Show all %(number)s", "Show all %(number)s", number) % {"number": wording.count(number)}


def _expert(expert: Expert, needed: Attention, offer: PathOffer, numbers: Numbers) -> dict[str, object]:
    """A line of the list of experts. `warns`: why nobody can book them, for a badge."""
    name = needed.name(expert.user)
    words, warns = "", ""
    if not expert.accepting:
        words = _("Not taking sessions now")
    elif expert.pk in offer.without_hours:
        warns = _("No hours")
    elif expert.pk not in needed.overview.shortest:
        warns = _("Takes no theme yet")
    else:
        times, booked = offer.by_expert[expert.pk], numbers.number("given", expert.user_id)
        text = ngettext("%(times)s time, %(booked)s booked", "%(times)s times, %(booked)s booked", times)
        words = text % {"times": wording.count(times), "booked": wording.count(booked)}
    return {"name": name, "face": Face.of(expert.user_id, name), "title": expert.title, "words": words, "warns": warns}
