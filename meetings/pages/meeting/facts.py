"""What the pages of one meeting show their reader, worked out before any template sees it."""

import re
from collections import Counter
from datetime import datetime
from typing import Any

from django.utils.translation import gettext, gettext_lazy, pgettext

from everwise import timefmt, wording
from everwise.accounts.models import User, first_names
from everwise.timefmt import Reader
from meetings.booking import reminders
from meetings.enums import Happening, Standing, Status
from meetings.models import Attendee, Meeting
from meetings.pages import calendar_answers, meeting_rows
from meetings.pages.meeting import rights
from meetings.pages.meeting_rows import DayAhead
from meetings.pages.zone_lines import offset_in, zone_lines
from meetings.permissions import deadlines, standings
from meetings.permissions.notes import booking_note_refusal, may_read_booking_note

# How people begin the lines of a list, which the page numbers by itself.
BULLET = re.compile(r"^\s*(?:[-*•–]|\d{1,2}[.)])\s+")


def facts(meeting: Meeting, user: User, held: frozenset[Standing], now: datetime) -> dict[str, object]:
    note_open = not booking_note_refusal(meeting, held, now)
    return {
        "badges": [key for key in (meeting_rows.kind_badge(meeting), meeting_rows.state_badge(meeting, now)) if key],
        "day": timefmt.long_day(meeting.starts_at, user.reader, now),
        "times": timefmt.clock_range(meeting.starts_at, meeting.ends_at, user.reader),
        "nearness": _nearness(meeting, user.reader, now),
        "zones": zone_lines(meeting.starts_at, meeting.ends_at, meeting_rows.others(meeting, user), user.reader),
        "past": meeting.is_past(now) and not meeting.is_called_off,
        "company": meeting_rows.with_whom(meeting, user),
        "people": people(meeting, user, held, now),
        "booked_by": booked_by(meeting, user, now),
        "where": where(meeting),
        "room": room(meeting, user.reader, now, withheld=bool(user.seen_as)),
        "agenda": [BULLET.sub("", line) for line in meeting.agenda.splitlines() if line.strip()],
        "rights": rights.sentences(meeting, user, held, now),
        "rights_summary": rights.summary(meeting, held, now),
        "called_off": called_off(meeting, user, now),
        "note_shown": note_open or (bool(meeting.note) and may_read_booking_note(meeting, user, held)),
        "note_title": note_title(meeting, user),
        "note_readers": (readers := note_readers(meeting, user)),
        # Translators: %(readers)s is “You, Ann and the path’s admins read it.”
        "note_empty": gettext("Nothing yet. %(readers)s") % {"readers": readers},
        "note_open": note_open,
        "bound": (bound := deadlines.is_bound(held)),
        # Until then a participant who can't move it can still cancel it for nothing.
        "cancels_until": meeting.change_until if bound and now <= meeting.change_until else None,
        "own": user in meeting.participants,
        # Somebody who has left the path still sees their meetings, not the path.
        "on_path": bool(held),
        "others": wording.names(first_names(meeting_rows.others(meeting, user))),
    }


def _nearness(meeting: Meeting, reader: Reader, now: datetime) -> str:
    """“in 3 days”, behind the time."""
    if meeting_rows.is_going_on(meeting, now):
        return pgettext("behind the time of a meeting", "going on now")
    return timefmt.distance(meeting.starts_at, now, reader)


REMINDED = {
    frozenset({Happening.REMINDER_DAY, Happening.REMINDER_HOUR}): gettext_lazy("By e-mail, a day and an hour before."),
    frozenset({Happening.REMINDER_DAY}): gettext_lazy("By e-mail, a day before."),
    frozenset({Happening.REMINDER_HOUR}): gettext_lazy("By e-mail, an hour before."),
}


def reminded(meeting: Meeting, user: User) -> dict[str, object]:
    """Which reminders will come, or why none will."""
    if coming := reminders.coming(meeting, user):
        return {"any": True, "text": REMINDED[coming]}
    if user.remind_day_before or user.remind_hour_before:
        return {"any": False, "text": gettext("It starts too soon for one.")}
    return {"any": False, "text": gettext("You’ve turned reminders off in your profile.")}


def note_title(meeting: Meeting, user: User) -> str:
    if user in meeting.participants:
        if not meeting.experts:
            return gettext("Your note")
        return gettext("Your note to %(experts)s") % {"experts": wording.names(first_names(meeting.experts))}
    names = {"participants": wording.names(first_names(meeting.participants))}
    if user in meeting.experts:
        return gettext("Note to you from %(participants)s") % names
    return gettext("Note from %(participants)s") % names


def note_readers(meeting: Meeting, user: User) -> str:
    """Who reads the participant's note: the people of the meeting and the path's admins."""
    rest = first_names(meeting_rows.others(meeting, user))
    if len(rest) == len(meeting.attendees.all()):
        return gettext("%(people)s and the path’s admins read it.") % {"people": ", ".join(rest)}
    if not rest:
        return gettext("You and the path’s admins read it.")
    return gettext("You, %(people)s and the path’s admins read it.") % {"people": ", ".join(rest)}


def people(meeting: Meeting, user: User, held: frozenset[Standing], now: datetime) -> list[dict[str, Any]]:
    """Everybody of the meeting with the badges they wear, and how the reader knows them.

    Two of exactly one name are told apart by their addresses, which no participant is shown.
    """
    found: list[dict[str, Any]] = []
    for attendee in meeting.attendees.all():
        person = attendee.user
        organizes = person.pk == meeting.organizer_id and not meeting.is_dropin
        found.append(
            {
                "user": person,
                "you": person == user,
                "text": _beside(meeting, attendee, user, now),
                "answer": calendar_answers.beside(meeting, attendee, user, now),
                "badges": [attendee.role, *(["organizer"] if organizes else [])],
                "their_time": _their_time(meeting, person, user),
            }
        )
    if all(each["user"] != meeting.organizer for each in found):
        organizer = meeting.organizer
        found.append({"user": organizer, "you": organizer == user, "text": "", "badges": ["organizer"]})
    names: Counter[str] = Counter(str(each["user"]) for each in found) if held & standings.CHANGERS else Counter()
    for each in found:
        each["address"] = each["user"].email if names[str(each["user"])] > 1 else ""
    return found


def _beside(meeting: Meeting, attendee: Attendee, user: User, now: datetime) -> str:
    """An expert's title; of a participant, that the reader is the one who booked, or what the clock showed them."""
    person = attendee.user
    if attendee.role == Standing.EXPERT:
        return person.expert.title if hasattr(person, "expert") else ""
    if person == user:
        if not meeting.is_dropin or meeting.created_by_id != user.pk:
            return ""
        return gettext("Booked this on %(day)s") % {"day": timefmt.bare_day(meeting.created_at, user.reader, now)}
    if not meeting.is_past(now) or _same_clock(meeting, person, user):
        return ""
    reader = user.reader._replace(zone=person.time_zone)
    words = {
        "times": timefmt.clock_range(meeting.starts_at, meeting.ends_at, reader),
        "city": timefmt.city(person.time_zone),
    }
    return gettext("%(times)s in %(city)s") % words


def _same_clock(meeting: Meeting, person: User, user: User) -> bool:
    return offset_in(person.time_zone, meeting.starts_at) == offset_in(user.time_zone, meeting.starts_at)


def _their_time(meeting: Meeting, person: User, user: User) -> str:
    """What the clock shows them then, where it differs from the reader's."""
    if _same_clock(meeting, person, user):
        return ""
    reader = user.reader._replace(zone=person.time_zone)
    words = {
        "person": person.first_name,
        "time": timefmt.clock(meeting.starts_at, reader),
        "day": timefmt.tiny_day(meeting.starts_at, reader),
    }
    if timefmt.local_day(meeting.starts_at, reader) != timefmt.local_day(meeting.starts_at, user.reader):
        return gettext("It will be %(day)s, %(time)s for %(person)s.") % words
    return gettext("It will be %(time)s for %(person)s.") % words


def booked_by(meeting: Meeting, user: User, now: datetime) -> str:
    own = meeting.created_by_id == user.pk
    if meeting.is_dropin:
        text = gettext("Booked by you on %(when)s.") if own else gettext("Booked by %(person)s on %(when)s.")
    else:
        text = gettext("Added by you on %(when)s.") if own else gettext("Added by %(person)s on %(when)s.")
    return text % {"person": wording.isolated(meeting.created_by), "when": _when(meeting.created_at, user.reader, now)}


def where(meeting: Meeting) -> str:
    """“Lake room, 4th floor, and by video”; a drop-in is always held in its expert's room."""
    if not meeting.place:
        by_video = meeting.is_dropin or meeting.has_room
        return gettext("Video room") if by_video else gettext("No place has been set")
    return gettext("%(place)s, and by video") % {"place": meeting.place} if meeting.has_room else meeting.place


# Translators: the room of a video call.
OPENS = {
    DayAhead.TODAY: gettext_lazy("Opens at %(time)s. No download needed."),
    DayAhead.TOMORROW: gettext_lazy("Opens tomorrow at %(time)s. No download needed."),
    DayAhead.DAY: gettext_lazy("Opens on %(day)s at %(time)s. No download needed."),
}


def room(meeting: Meeting, reader: Reader, now: datetime, *, withheld: bool = False) -> dict[str, object]:
    """Where the meeting takes place: whether the link is handed out, and otherwise why not."""
    is_open = not meeting.is_called_off and meeting.has_room and meeting.room_is_open(now)
    return {"open": is_open and not withheld, "text": _room_text(meeting, reader, now)}


def _room_text(meeting: Meeting, reader: Reader, now: datetime) -> str:
    if meeting.status == Status.CANCELLED:
        return gettext("This meeting is cancelled, so its room is shut.")
    if meeting.status == Status.DELETED:
        return gettext("This meeting is deleted, so its room is shut.")
    if meeting.is_no_show and not meeting.room_is_open(now):
        by_expert = meeting.status == Status.NO_SHOW_EXPERT
        return gettext("Expert did not come.") if by_expert else gettext("Participant did not come.")
    if not meeting.has_room:
        return "" if meeting.place else gettext("No video link has been set for this meeting.")
    if meeting.room_is_open(now):
        return gettext("The room is open. No download needed.")
    if opens := meeting_rows.room_opens(meeting, reader, now):
        return str(OPENS[opens.kind]) % opens.words
    return gettext("The meeting is over, and its room is shut.")


def called_off(meeting: Meeting, user: User, now: datetime) -> dict[str, str] | None:
    """Who cancelled or deleted the meeting, when, in which words, and what became of the session."""
    if meeting.status not in {Status.CANCELLED, Status.DELETED}:
        return None
    when = _when(meeting.cancelled_at, user.reader, now) if meeting.cancelled_at else ""
    return {
        "text": _called_off_text(meeting, user) % {"person": wording.isolated(meeting.cancelled_by), "when": when},
        "message": meeting.cancel_message,
        "session": session_after(meeting, user),
    }


def _called_off_text(meeting: Meeting, user: User) -> str:
    own = meeting.cancelled_by_id == user.pk
    if not meeting.cancelled_by or not meeting.cancelled_at:
        return gettext("Cancelled.") if meeting.status == Status.CANCELLED else gettext("Deleted.")
    if meeting.status == Status.CANCELLED:
        return gettext("Cancelled by you on %(when)s.") if own else gettext("Cancelled by %(person)s on %(when)s.")
    return gettext("Deleted by you on %(when)s.") if own else gettext("Deleted by %(person)s on %(when)s.")


def session_after(meeting: Meeting, user: User) -> str:
    """Only a path that counts its sessions gives any back."""
    if not meeting.is_dropin or meeting.path.sessions_per_participant is None:
        return ""
    if meeting.counts_as_used:
        return gettext("It was too late to get the session back: it counts as used.")
    if user in meeting.participants:
        return gettext("You have the session back.")
    return gettext("%(person)s has the session back.") % {"person": wording.names(meeting.participants)}


def _when(instant: datetime, reader: Reader, now: datetime) -> str:
    """“Mon 26 October, 09:30”."""
    words = {"day": timefmt.short_day(instant, reader, now), "time": timefmt.clock(instant, reader)}
    return gettext("%(day)s, %(time)s") % words
