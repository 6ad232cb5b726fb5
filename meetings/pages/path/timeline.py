"""A participant's sessions between a path's opening and its closing, as points of a line."""

from datetime import datetime
from operator import itemgetter
from typing import NamedTuple

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from everwise import cldr, timefmt
from everwise.accounts.models import User, first_names
from everwise.wording import names
from meetings.enums import Status
from meetings.models import Meeting
from paths.models import Path

# More points than this would hide each other.
MOST_POINTS = 40


class Timeline(NamedTuple):
    """Points as {% timeline %} takes them (share of the whole, kind, label, text), and the share gone by."""

    points: list[tuple[float, str, str, str]]
    gone: float


def path_timeline(path: Path, user: User, now: datetime) -> Timeline | None:
    """None for a path that lacks one of the two dates."""
    opens, closes = path.opens_at, path.dates_end_at
    if opens is None or closes is None:
        return None

    def share(instant: datetime) -> float:
        return (instant - opens) / (closes - opens)

    mine = Meeting.objects.of(user, since=opens).filter(path=path, starts_at__gte=opens, starts_at__lt=closes)
    kept = mine.exclude(status=Status.CANCELLED).with_people().order_by("starts_at", "id")[:MOST_POINTS]
    points = [(share(meeting.starts_at), _kind(meeting, now), *_words(meeting, user, now)) for meeting in kept]
    start = (0.0, "start", _date(opens, user), _("Path opened") if opens <= now else _("Path opens"))
    if path.closed_at:
        end = (max(0.0, share(path.closed_at)), "end", _date(path.closed_at, user), _("Path closed"))
    else:
        # The closing instant is the midnight after the last date, which is the one to name.
        end = (1.0, "end", _date(path.closes_on, user), _("Path closes") if now < closes else _("Path closed"))
    # What was booked before a path was closed may come after that.
    return Timeline(sorted([start, *points, end], key=itemgetter(0)), share(now))


def _kind(meeting: Meeting, now: datetime) -> str:
    if not meeting.is_scheduled or meeting.is_past(now):
        return "done"
    return "booked" if meeting.is_dropin else "adhoc"


def _words(meeting: Meeting, user: User, now: datetime) -> tuple[str, str]:
    reader = user.reader
    today = timefmt.local_day(meeting.starts_at, reader) == timefmt.local_day(now, reader)
    label = timefmt.clock(meeting.starts_at, reader) if today else _date(meeting.starts_at, user)
    experts = names(first_names(expert for expert in meeting.experts if expert != user))
    if meeting.is_dropin and experts:
        return label, _("with %(names)s") % {"names": experts}
    return label, str(meeting.get_kind_display())


def _date(moment, user: User) -> str:
    # Without the weekday: the labels of a line are narrow.
    return cldr.day(get_language() or "en", "MMMd", timefmt.local_day(moment, user.reader))
