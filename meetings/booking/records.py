"""What every writer of meetings does: read again under the lock, put people in, write the history and the outbox."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from everwise.accounts.models import User
from meetings.booking import reminders
from meetings.booking.errors import BookingRefused, StaleMeeting
from meetings.enums import Action, Happening, Status
from meetings.models import NOTE_LENGTH, Attendee, Meeting, MeetingEvent, Notice
from meetings.permissions import deadlines, standings
from paths.enums import Role

# The columns of a meeting that cancelling or deleting it changes.
CALLED_OFF = ("status", "cancelled_by", "cancelled_at", "cancel_message", "counts_as_used", "sequence")


def made_by(by: User, token: UUID) -> Meeting | None:
    """The meeting that this form has already changed."""
    found = done_by(by, token)
    return found[0] if found else None


def done_by(by: User, token: UUID) -> tuple[Meeting, Happening] | None:
    """The same, and what the form has done to it."""
    event = MeetingEvent.objects.filter(by=by, token=token).first()
    return (Meeting.objects.get(pk=event.meeting_id), Happening(event.happening)) if event else None


def reread(meeting: Meeting, by: User, action: Action, now: datetime, sequence: int | None) -> Meeting:
    """The meeting as it stands under the lock, still open to this action and unchanged since the form was shown.

    `sequence` is the meeting's as the form showed it; with None any will do.
    """
    current = Meeting.objects.with_people().get(pk=meeting.pk)
    refuse(current, by, action, now)
    check_sequence(current, sequence)
    return current


def check_sequence(current: Meeting, sequence: int | None) -> None:
    if sequence is not None and sequence != current.sequence:
        raise StaleMeeting(_("This meeting was changed while you had it open. Here is how it stands now."))


def refuse(meeting: Meeting, by: User, action: Action, now: datetime) -> None:
    if reason := deadlines.refusal(action, meeting, standings.meeting_standings(by, meeting), now):
        raise BookingRefused(reason)


def people_of(meeting: Meeting) -> list[UUID]:
    return list(meeting.attendees.present().values_list("user", flat=True))


def concerned(meeting: Meeting) -> list[UUID]:
    """Everybody who is in the meeting, and its organizer."""
    return list(dict.fromkeys([*people_of(meeting), meeting.organizer_id]))


def attend(meeting: Meeting, user: UUID, role: Role, now: datetime) -> None:
    """Put a person into the meeting, or back into it."""
    # Not through meeting.attendees: once prefetched, that manager knows only who is present, and its joins can't be
    # locked.
    Attendee.objects.update_or_create(
        meeting=meeting,
        user_id=user,
        defaults={
            "role": role,
            "starts_at": meeting.starts_at,
            "ends_at": meeting.ends_at,
            "live": True,
            "added_at": now,
            "removed_at": None,
        },
    )


def fill(meeting: Meeting, roles: dict[UUID, Role], now: datetime) -> None:
    """Put the first people into a new meeting, all at once."""
    times = {"starts_at": meeting.starts_at, "ends_at": meeting.ends_at, "added_at": now}
    Attendee.objects.bulk_create(
        Attendee(meeting=meeting, user_id=user, role=role, **times) for user, role in roles.items()
    )


def move_attendees(meeting: Meeting) -> None:
    meeting.attendees.filter(live=True).update(starts_at=meeting.starts_at, ends_at=meeting.ends_at)


def facts_of(meeting: Meeting, roles: dict[UUID, Role] | None = None) -> dict:
    """What the history keeps of a meeting: plain JSON, people by id, times in UTC (ISO 8601).

    `roles` spares the query for its people where they are known.
    """
    people = meeting.attendees.present().order_by("pk").values_list("user", "role") if roles is None else roles.items()
    return {
        "starts_at": meeting.starts_at.isoformat(),
        "ends_at": meeting.ends_at.isoformat(),
        "experts": [str(user) for user, role in people if role == Role.EXPERT],
        "participants": [str(user) for user, role in people if role == Role.PARTICIPANT],
        "organizer": str(meeting.organizer_id),
        "title": meeting.title,
        "agenda": meeting.agenda,
        "place": meeting.place,
        "video_link": meeting.video_link,
    }


def record(meeting: Meeting, happening: Happening, by: User, now: datetime, **fields: Any) -> MeetingEvent:
    """Write a line of the history; `fields` are those of `line`."""
    event = line(meeting, happening, by, now, **fields)
    event.save(force_insert=True)
    return event


def line(
    meeting: Meeting,
    happening: Happening,
    by: User,
    now: datetime,
    *,
    token: UUID | None = None,
    before: dict | None = None,
    message: str = "",
    overridden: Iterable[UUID] = (),
    outcome: tuple[Status, Status] | None = None,
    roles: dict[UUID, Role] | None = None,
) -> MeetingEvent:
    """A line of the history, not written yet: the facts after the change, what differed before, against whose hours.

    `outcome` is how the meeting stood before it was marked, and how after.
    """
    facts = facts_of(meeting, roles)
    if people := sorted({str(user) for user in overridden}):
        facts["overridden"] = people
    if before is not None:
        facts["before"] = {name: value for name, value in before.items() if facts[name] != value}
    if outcome is not None:
        was, marked = outcome
        facts |= {"outcome": marked.value, "before": {"outcome": was.value}}
    return MeetingEvent(
        meeting=meeting,
        happening=happening,
        by=by,
        at=now,
        sequence=meeting.sequence,
        token=token,
        facts=facts,
        message=message,
    )


def call_off(
    meeting: Meeting, by: User, now: datetime, *, message: str = "", used: bool = False, token: UUID | None = None
) -> None:
    """Cancel a drop-in or delete an ad-hoc meeting that was re-read under the lock: its time is free, its row stays.

    `used`: whether the participant's session counts as used all the same.
    """
    happening = Happening.CANCELLED if meeting.is_dropin else Happening.DELETED
    meeting.status = Status.CANCELLED if meeting.is_dropin else Status.DELETED
    meeting.cancelled_by, meeting.cancelled_at = by, now
    meeting.cancel_message = message[:NOTE_LENGTH]
    if meeting.is_dropin:
        meeting.counts_as_used = used
    meeting.sequence += 1
    meeting.save(update_fields=CALLED_OFF)
    meeting.attendees.filter(live=True).update(live=False)
    event = record(meeting, happening, by, now, token=token, message=message[:NOTE_LENGTH])
    tell(event, dict.fromkeys(people_of(meeting) if meeting.is_dropin else concerned(meeting), happening), now)


def tell(event: MeetingEvent, told: dict[UUID, Happening], now: datetime) -> None:
    """Put an e-mail to each of these people into the outbox, and the reminders that the meeting now asks for."""
    rows = [
        Notice(event=event, meeting=event.meeting, user_id=user, kind=kind, sequence=event.sequence, due_at=now)
        for user, kind in told.items()
    ]
    if event.sequence:
        Notice.objects.bulk_create(rows)
        reminders.plan(event, now)
    else:
        # A new meeting has none yet: one insert for all.
        Notice.objects.bulk_create([*rows, *reminders.reminders_of(event, now)])
