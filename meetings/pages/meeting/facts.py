"""What the pages of one meeting tell its reader, worked out before any template sees it."""

import re
from datetime import datetime

from everwise import timefmt, wording
from everwise.accounts.models import User, first_names
from everwise.timefmt import Reader
from meetings.booking import reminders
from meetings.enums import Happening, Standing, Status
from meetings.models import Attendee, Meeting
from meetings.pages import meeting_rows
from meetings.pages.meeting import rights
from meetings.pages.zone_lines import offset_in, zone_lines
from meetings.permissions import standings
from meetings.permissions.notes import booking_note_refusal, may_read_booking_note

# How people begin the lines of a list, which the page numbers by itself.
BULLET = re.compile(r"^\s*(?:[-*•–]|\d{1,2}[.)])\s+")


def facts(meeting: Meeting, user: User, held: frozenset[Standing], now: datetime) -> dict[str, object]:
    note_open = not booking_note_refusal(meeting, held, now)
    return {
        "badges": [key for key in (meeting_rows.kind_badge(meeting), meeting_rows.state_badge(meeting, now)) if key],
        "day": timefmt.long_day(meeting.starts_at, user.reader, now),
        "times": timefmt.clock_range(meeting.starts_at, meeting.ends_at, user.reader),
        "nearness": meeting_rows.nearness(meeting, user.reader, now),
        "zones": zone_lines(meeting.starts_at, meeting.ends_at, meeting_rows.others(meeting, user), user.reader),
        "past": meeting.is_past(now) and not meeting.is_called_off,
        "company": meeting_rows.with_whom(meeting, user),
        "people": people(meeting, user, now),
        "booked_by": booked_by(meeting, user, now),
        "where": where(meeting),
        "room": room(meeting, user.reader, now),
        "agenda": [BULLET.sub("", line) for line in meeting.agenda.splitlines() if line.strip()],
        "rights": rights.sentences(meeting, user, held, now),
        "rights_summary": rights.summary(meeting, held, now),
        "called_off": called_off(meeting, user, now),
        "note_shown": note_open or (bool(meeting.note) and may_read_booking_note(meeting, user, held)),
        "note_title": note_title(meeting, user),
        "note_readers": note_readers(meeting, user),
        "note_open": note_open,
        "bound": not held & standings.CHANGERS,
        "own": user in meeting.participants,
        # Somebody who has left the path still sees her meetings, not the path.
        "on_path": bool(held),
        "others": wording.names(first_names(meeting_rows.others(meeting, user))),
    }


REMINDED = {
    frozenset({Happening.REMINDER_DAY, Happening.REMINDER_HOUR}): "By e-mail, a day and an hour before.",
    frozenset({Happening.REMINDER_DAY}): "By e-mail, a day before.",
    frozenset({Happening.REMINDER_HOUR}): "By e-mail, an hour before.",
}


def reminded(meeting: Meeting, user: User) -> dict[str, object]:
    """Which reminders will come, or why none will."""
    coming = reminders.coming(meeting, user)
    asked = user.remind_day_before or user.remind_hour_before
    why_not = "It starts too soon for one." if asked else "You’ve turned reminders off in your profile."
    return {"any": bool(coming), "text": REMINDED.get(coming, why_not)}


def note_title(meeting: Meeting, user: User) -> str:
    if user in meeting.participants and meeting.experts:
        return f"Your note to {wording.names(first_names(meeting.experts))}"
    if user in meeting.participants:
        return "Your note"
    to = " to you" if user in meeting.experts else ""
    return f"Note{to} from {wording.names(first_names(meeting.participants))}"


def note_readers(meeting: Meeting, user: User) -> str:
    """Who reads the participant's note: the people of the meeting and the path's admins."""
    rest = first_names(meeting_rows.others(meeting, user))
    known = ["You", *rest] if len(rest) < len(meeting.attendees.all()) else rest
    return wording.sentence(f"{', '.join(known)} and the path’s admins read it.")


def people(meeting: Meeting, user: User, now: datetime) -> list[dict[str, object]]:
    """Everybody of the meeting with the badges they wear, and how the reader knows them."""
    found = []
    for attendee in meeting.attendees.all():
        person = attendee.user
        organizes = person.pk == meeting.organizer_id and not meeting.is_dropin
        found.append(
            {
                "user": person,
                "you": person == user,
                "text": _beside(meeting, attendee, user, now),
                "badges": [attendee.role, *(["organizer"] if organizes else [])],
                "their_time": _their_time(meeting, person, user),
            }
        )
    if all(each["user"] != meeting.organizer for each in found):
        organizer = meeting.organizer
        found.append({"user": organizer, "you": organizer == user, "text": "", "badges": ["organizer"]})
    return found


def _beside(meeting: Meeting, attendee: Attendee, user: User, now: datetime) -> str:
    """An expert's title; of a participant, that the reader is the one who booked, or what the clock showed them."""
    person = attendee.user
    if attendee.role == Standing.EXPERT:
        return person.expert.title if hasattr(person, "expert") else ""
    if person == user:
        booked = meeting.is_dropin and meeting.created_by_id == user.pk
        return f"Booked this on {wording.bare_day(meeting.created_at, user.reader, now)}" if booked else ""
    if not meeting.is_past(now) or _same_clock(meeting, person, user):
        return ""
    reader = user.reader._replace(zone=person.time_zone)
    return f"{timefmt.clock_range(meeting.starts_at, meeting.ends_at, reader)} in {timefmt.city(person.time_zone)}"


def _same_clock(meeting: Meeting, person: User, user: User) -> bool:
    return offset_in(person.time_zone, meeting.starts_at) == offset_in(user.time_zone, meeting.starts_at)


def _their_time(meeting: Meeting, person: User, user: User) -> str:
    """What the clock shows them then, where it differs from the reader's."""
    if _same_clock(meeting, person, user):
        return ""
    reader = user.reader._replace(zone=person.time_zone)
    text = timefmt.clock(meeting.starts_at, reader)
    if timefmt.local_day(meeting.starts_at, reader) != timefmt.local_day(meeting.starts_at, user.reader):
        text = f"{timefmt.tiny_day(meeting.starts_at, reader)}, {text}"
    return f"It will be {text} for {person.first_name}."


def booked_by(meeting: Meeting, user: User, now: datetime) -> str:
    verb = "Booked" if meeting.is_dropin else "Added"
    who = "you" if meeting.created_by_id == user.pk else str(meeting.created_by)
    return f"{verb} by {who} {_on(meeting.created_at, user.reader, now)}."


def where(meeting: Meeting) -> str:
    """“Lake room, 4th floor, and by video”; a drop-in is always held in its expert's room."""
    if not meeting.place:
        return "Video room" if meeting.is_dropin or meeting.video_link else "No place has been set"
    return f"{meeting.place}, and by video" if meeting.video_link else meeting.place


def room(meeting: Meeting, reader: Reader, now: datetime) -> dict[str, object]:
    """Where the meeting takes place: whether the link is handed out, and otherwise why not."""
    if meeting.status in {Status.CANCELLED, Status.DELETED}:
        return {"open": False, "text": f"This meeting is {meeting.get_status_display().lower()}, so its room is shut."}
    if meeting.is_no_show and not meeting.room_is_open(now):
        return {"open": False, "text": f"{meeting.get_status_display()}."}
    if not meeting.video_link:
        return {"open": False, "text": "" if meeting.place else "No video link has been set for this meeting."}
    if meeting.room_is_open(now):
        return {"open": True, "text": "The room is open. No download needed."}
    if opens := meeting_rows.room_opens(meeting, reader, now):
        return {"open": False, "text": f"{opens}. No download needed."}
    return {"open": False, "text": "The meeting is over, and its room is shut."}


def called_off(meeting: Meeting, user: User, now: datetime) -> dict[str, str] | None:
    """Who called the meeting off, when, in which words, and what became of the session."""
    if meeting.status not in {Status.CANCELLED, Status.DELETED}:
        return None
    text = meeting.get_status_display()
    if meeting.cancelled_by:
        text += f" by {'you' if meeting.cancelled_by_id == user.pk else meeting.cancelled_by}"
    if meeting.cancelled_at:
        text += f" {_on(meeting.cancelled_at, user.reader, now)}"
    return {"text": f"{text}.", "message": meeting.cancel_message, "session": session_after(meeting, user)}


def session_after(meeting: Meeting, user: User) -> str:
    """Only a path that counts its sessions gives any back."""
    if not meeting.is_dropin or meeting.path.sessions_per_participant is None:
        return ""
    own = user in meeting.participants
    if meeting.counts_as_used:
        return "It was too late to get the session back: it counts as used."
    whose = "You have" if own else f"{wording.names(meeting.participants)} has"
    return f"{whose} the session back."


def _on(instant: datetime, reader: Reader, now: datetime) -> str:
    return f"on {timefmt.short_day(instant, reader, now)}, {timefmt.clock(instant, reader)}"
