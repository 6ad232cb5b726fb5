"""A meeting in the few words that lists, cards and its own page share. Plain data: templates only place it."""

from collections.abc import Iterable
from datetime import date, datetime

from everwise import timefmt
from everwise.timefmt import Reader
from everwise.wording import MOST_NAMES, counted, names, sentence
from meetings.enums import Kind, Status
from meetings.models import Meeting

DAYS_OF_WEEK = 7
RESCUED = ": the participant took the same time with another expert"
STATE_BADGES = {
    Status.SCHEDULED: "confirmed",
    Status.CANCELLED: "cancelled",
    Status.DELETED: "deleted",
    Status.HELD: "completed",
    Status.NO_SHOW_PARTICIPANT: "no_show",
    Status.NO_SHOW_EXPERT: "no_show",
}


def rescues(lost: int, rescued: int) -> str:
    """“Experts and admins cancelled 5 sessions. 3 of them were rescued: ...”; empty where nothing was cancelled."""
    if not lost:
        return ""
    if lost == 1:
        which = "It was rescued" if rescued else "It was not rescued"
    else:
        which = f"{rescued or 'None'} of them {'was' if rescued < 2 else 'were'} rescued"
    return f"Experts and admins cancelled {counted(lost, 'session')}. {which}{RESCUED if rescued else ''}."


def others(meeting: Meeting, user) -> list:
    return [attendee.user for attendee in meeting.attendees.all() if attendee.user_id != user.pk]


def with_whom(meeting: Meeting, user) -> str:
    """Who is in the meeting, as its reader would say it: “with Daniel Okafor”, or both sides to an onlooker."""
    everybody = [attendee.user for attendee in meeting.attendees.all()]
    if user in everybody:
        rest = others(meeting, user)
        return f"with {names(rest)}" if rest else ""
    if len(everybody) > MOST_NAMES:
        return f"{len(everybody)} people, organized by {meeting.organizer}"
    return " with ".join(words for words in (names(meeting.participants), names(meeting.experts)) if words)


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
        "text": _beside(times, with_whom(meeting, user)),
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
            "company": sentence(with_whom(meeting, user)),
            "url": meeting.get_absolute_url(),
            "badge_key": kind_badge(meeting),
        }
        for meeting in meetings
    ]


def past_row(meeting: Meeting, user, now: datetime) -> dict[str, object]:
    """A meeting that is over or called off, for components/meeting_row.html."""
    length = timefmt.minutes(meeting.duration_minutes)
    off_ahead = meeting.is_called_off and not meeting.has_started(now)
    return {
        "day": meeting.starts_at,
        "title": meeting.title,
        "text": _beside(length, with_whom(meeting, user)),
        # Called off before it began: a date ahead among what is over.
        "second": f"Would have been {timefmt.distance(meeting.starts_at, now, user.reader)}" if off_ahead else "",
        "off": meeting.is_called_off,
        "url": meeting.get_absolute_url(),
        "badge_key": state_badge(meeting, now),
    }


def _beside(words: str, company: str) -> str:
    """“45 minutes with Ann”, “45 minutes, Ann with Bo”."""
    return f"{words} {company}" if company.startswith("with ") else ", ".join(filter(None, (words, company)))


def nearness(meeting: Meeting, reader: Reader, now: datetime) -> str:
    """“In 3 days”, “2 days ago”, or that it is going on."""
    if meeting.is_scheduled and meeting.has_started(now) and not meeting.is_past(now):
        return "Going on now"
    return sentence(timefmt.distance(meeting.starts_at, now, reader))


def day_words(moment: date, reader: Reader, now: datetime) -> str:
    """“Today”, “Tomorrow” or “Friday 23 October”."""
    days = (timefmt.local_day(moment, reader) - timefmt.local_day(now, reader)).days
    return {0: "Today", 1: "Tomorrow"}.get(days) or timefmt.long_day(moment, reader, now)


def day_heading(moment: date, reader: Reader, now: datetime) -> str:
    """“Today, Tuesday 20 October”."""
    words, full = day_words(moment, reader, now), timefmt.long_day(moment, reader, now)
    return words if words == full else f"{words}, {full}"


def room_opens(meeting: Meeting, reader: Reader, now: datetime) -> str:
    """“Opens at 09:15” today, “Opens on Monday at 09:15” in the days ahead; empty once it has opened."""
    opens = meeting.room_opens_at
    if now >= opens:
        return ""
    day, time = on_day(opens, reader, now), timefmt.clock(opens, reader)
    return f"Opens at {time}" if day == "today" else f"Opens {day} at {time}"


def on_day(moment: datetime, reader: Reader, now: datetime) -> str:
    """“today”, “tomorrow”, “on Monday” within a week, “on Monday 14 December” beyond."""
    days = (timefmt.local_day(moment, reader) - timefmt.local_day(now, reader)).days
    if days in {0, 1}:
        return ("today", "tomorrow")[days]
    full = timefmt.long_day(moment, reader, now)
    return f"on {full.partition(' ')[0] if 0 < days < DAYS_OF_WEEK else full}"


def rows(meetings: Iterable[Meeting], user, now: datetime) -> list[dict[str, object]]:
    """Rows of a list that may hold both: what is ahead and what is over."""
    return [
        (coming_row if meeting.is_scheduled and not meeting.is_past(now) else past_row)(meeting, user, now)
        for meeting in meetings
    ]
