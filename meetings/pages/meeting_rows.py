"""A meeting in the few words that lists, cards and its own page share. Plain data: templates only place it."""

from collections.abc import Iterable
from datetime import date, datetime
from enum import Enum, auto
from typing import NamedTuple

from django.utils.translation import gettext, gettext_lazy, ngettext

from everwise import timefmt
from everwise.timefmt import Reader
from everwise.wording import MOST_NAMES, isolated, names
from meetings.enums import Kind, Status
from meetings.models import Meeting

DAYS_OF_WEEK = 7
STATE_BADGES = {
    Status.SCHEDULED: "confirmed",
    Status.CANCELLED: "cancelled",
    Status.DELETED: "deleted",
    Status.HELD: "completed",
    Status.NO_SHOW_PARTICIPANT: "no_show",
    Status.NO_SHOW_EXPERT: "no_show",
}


class DayAhead(Enum):
    """How a sentence names a day ahead. Whatever speaks of one has a whole message for each."""

    TODAY = auto()
    TOMORROW = auto()
    DAY = auto()  # by its weekday within a week, by its date beyond


class Opening(NamedTuple):
    """When a meeting's room opens: the kind of day, and the values of a message for that kind."""

    kind: DayAhead
    words: dict[str, str]  # day and time


class Company(Enum):
    """Who is in a meeting, as its reader sees it."""

    WITH = auto()  # the reader, with people
    ALONE = auto()  # the reader, with nobody
    SIDES = auto()  # participants with experts, to an onlooker
    ONE_SIDE = auto()
    MANY = auto()


# Within a line, as a line of its own, and behind a time or a length.
# Translators: %(people)s is one or more names, or “5 people”.
INSIDE = {
    Company.WITH: gettext_lazy("with %(people)s"),
    Company.ALONE: "",
    Company.SIDES: gettext_lazy("%(participants)s with %(experts)s"),
    Company.ONE_SIDE: "%(people)s",
    Company.MANY: gettext_lazy("%(people)s, organized by %(organizer)s"),
}
LINE = INSIDE | {Company.WITH: gettext_lazy("With %(people)s")}
# Translators: %(time)s is a length or two times of the clock: “45 minutes”, “09:30 to 10:15”.
BESIDE = {
    Company.WITH: gettext_lazy("%(time)s with %(people)s"),
    Company.ALONE: "%(time)s",
    Company.SIDES: gettext_lazy("%(time)s, %(participants)s with %(experts)s"),
    Company.ONE_SIDE: gettext_lazy("%(time)s, %(people)s"),
    Company.MANY: gettext_lazy("%(time)s, %(people)s, organized by %(organizer)s"),
}


def rescues(lost: int, rescued: int) -> str:
    """“Experts and admins cancelled 5 sessions. 3 of them were rescued: ...”; empty where nothing was cancelled."""
    if not lost:
        return ""
    words = {"lost": lost, "rescued": rescued}
    if lost == 1 and rescued:
        text = gettext(
            "Experts and admins cancelled 1 session. It was rescued: the participant took the same time with another"
            " expert."
        )
    elif lost == 1:
        text = gettext("Experts and admins cancelled 1 session. It was not rescued.")
    elif rescued:
        text = ngettext(
            "Experts and admins cancelled %(lost)s sessions. %(rescued)s of them was rescued: the participant took the"
            " same time with another expert.",
            "Experts and admins cancelled %(lost)s sessions. %(rescued)s of them were rescued: the participant took the"
            " same time with another expert.",
            rescued,
        )
    else:
        text = ngettext(
            "Experts and admins cancelled %(lost)s session. None of them was rescued.",
            "Experts and admins cancelled %(lost)s sessions. None of them was rescued.",
            lost,
        )
    return text % words


def others(meeting: Meeting, user) -> list:
    return [attendee.user for attendee in meeting.attendees.all() if attendee.user_id != user.pk]


def with_whom(meeting: Meeting, user) -> str:
    """Who is in the meeting, as its reader would say it: “with Daniel Okafor”, or both sides to an onlooker."""
    company, words = _company(meeting, user)
    return str(INSIDE[company]) % words


def _company(meeting: Meeting, user) -> tuple[Company, dict[str, object]]:
    """Its kind, and the names that the messages of that kind have."""
    everybody = [attendee.user for attendee in meeting.attendees.all()]
    if user in everybody:
        rest = others(meeting, user)
        return Company.WITH if rest else Company.ALONE, {"people": names(rest)}
    if len(everybody) > MOST_NAMES:
        return Company.MANY, {"people": names(everybody), "organizer": isolated(meeting.organizer)}
    participants, experts = names(meeting.participants), names(meeting.experts)
    if participants and experts:
        return Company.SIDES, {"participants": participants, "experts": experts}
    return Company.ONE_SIDE, {"people": participants or experts}


def state_badge(meeting: Meeting, now: datetime) -> str:
    """The badge that says how the meeting stands."""
    if meeting.is_scheduled and meeting.is_past(now):
        return "completed" if meeting.counts_as_held(now) else "over"
    return STATE_BADGES[Status(meeting.status)]


def kind_badge(meeting: Meeting) -> str:
    return "dropin" if meeting.kind == Kind.DROP_IN else "adhoc"


def coming_row(meeting: Meeting, user, now: datetime) -> dict[str, object]:
    """A meeting ahead, for components/meeting_row.html."""
    reader = user.reader
    times = timefmt.clock_range(meeting.starts_at, meeting.ends_at, reader)
    return {
        "day": meeting.starts_at,
        "title": meeting.title,
        "text": beside(times, meeting, user),
        "second": nearness(meeting, reader, now),
        "url": meeting.get_absolute_url(),
        "badge_key": kind_badge(meeting),
    }


def day_rows(meetings: Iterable[Meeting], user, now: datetime) -> list[dict[str, object]]:
    """Meetings under the headings of their days, with the name of today."""
    reader = user.reader
    return [
        {
            "heading": day_heading(meeting.starts_at, reader, now),
            "start": timefmt.clock(meeting.starts_at, reader),
            "end": timefmt.clock(meeting.ends_at, reader),
            "title": meeting.title,
            "company": line(meeting, user),
            "url": meeting.get_absolute_url(),
            "badge_key": kind_badge(meeting),
        }
        for meeting in meetings
    ]


def past_row(meeting: Meeting, user, now: datetime) -> dict[str, object]:
    """A meeting that is over or cancelled, for components/meeting_row.html."""
    length = timefmt.minutes(meeting.duration_minutes)
    off_ahead = meeting.is_called_off and not meeting.has_started(now)
    return {
        "day": meeting.starts_at,
        "title": meeting.title,
        "text": beside(length, meeting, user),
        # Cancelled before it began: a date ahead among what is over.
        "second": _would_have_been(timefmt.distance(meeting.starts_at, now, user.reader)) if off_ahead else "",
        "off": meeting.is_called_off,
        "url": meeting.get_absolute_url(),
        "badge_key": state_badge(meeting, now),
    }


def beside(time: str, meeting: Meeting, user) -> str:
    """“45 minutes with Ann”, “45 minutes, Ann with Bo”."""
    company, words = _company(meeting, user)
    return str(BESIDE[company]) % {"time": time, **words}


def line(meeting: Meeting, user) -> str:
    """“With Ann”, “Ann with Bo”."""
    company, words = _company(meeting, user)
    return str(LINE[company]) % words


def _would_have_been(distance: str) -> str:
    # Translators: %(distance)s is “in 3 days”.
    return gettext("Would have been %(distance)s") % {"distance": distance}


def is_going_on(meeting: Meeting, now: datetime) -> bool:
    return meeting.is_scheduled and meeting.has_started(now) and not meeting.is_past(now)


def nearness(meeting: Meeting, reader: Reader, now: datetime) -> str:
    """“In 3 days”, “2 days ago”, or that it is going on."""
    if is_going_on(meeting, now):
        return gettext("Going on now")
    words = timefmt.distance(meeting.starts_at, now, reader)
    return words[:1].upper() + words[1:]


def day_words(moment: date, reader: Reader, now: datetime) -> str:
    """“Today”, “Tomorrow” or “Friday 23 October”."""
    days = (timefmt.local_day(moment, reader) - timefmt.local_day(now, reader)).days
    if days in {0, 1}:
        return gettext("Tomorrow") if days else gettext("Today")
    return timefmt.long_day(moment, reader, now)


def day_heading(moment: date, reader: Reader, now: datetime) -> str:
    """“Today, Tuesday 20 October”."""
    days = (timefmt.local_day(moment, reader) - timefmt.local_day(now, reader)).days
    full = timefmt.long_day(moment, reader, now)
    if days in {0, 1}:
        text = gettext("Tomorrow, %(day)s") if days else gettext("Today, %(day)s")
        return text % {"day": full}
    return full


def room_opens(meeting: Meeting, reader: Reader, now: datetime) -> Opening | None:
    """None once it has opened."""
    opens = meeting.room_opens_at
    if now >= opens:
        return None
    kind, day = day_ahead(opens, reader, now)
    return Opening(kind, {"day": day, "time": timefmt.clock(opens, reader)})


def day_ahead(moment: datetime, reader: Reader, now: datetime) -> tuple[DayAhead, str]:
    """With “Monday” within a week, “Monday 14 December” beyond."""
    day = timefmt.local_day(moment, reader)
    days = (day - timefmt.local_day(now, reader)).days
    if days in {0, 1}:
        return (DayAhead.TOMORROW if days else DayAhead.TODAY), ""
    near = 0 < days < DAYS_OF_WEEK
    return DayAhead.DAY, timefmt.weekday(day) if near else timefmt.long_day(moment, reader, now)


def rows(meetings: Iterable[Meeting], user, now: datetime) -> list[dict[str, object]]:
    """Rows of a list that may hold both: what is ahead and what is over."""
    return [
        (coming_row if meeting.is_scheduled and not meeting.is_past(now) else past_row)(meeting, user, now)
        for meeting in meetings
    ]
