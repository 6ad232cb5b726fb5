"""Who may read and write the notes of a meeting, until when, and the words for no; empty when they may.

The participant's note and answers belong to the booking: the people of the meeting and the admins of its path read
them. What a participant chooses of earlier sessions is for the experts of this one. Notes are
each person's own: a private one is its author's alone, a shared one is for the others of the meeting
(`Note.objects.visible_to`).
"""

from datetime import datetime

from django.utils.translation import gettext as _

from everwise.accounts.models import User
from meetings.enums import Standing, Status
from meetings.models import Meeting


def booking_note_refusal(meeting: Meeting, held: frozenset[Standing], now: datetime) -> str:
    """Why these standings do not allow writing the participant's note now, in words; empty when they do."""
    if not meeting.is_dropin:
        return _("An ad-hoc meeting has an agenda instead of a note from its participant.")
    if Standing.PARTICIPANT not in held:
        return _("Only the participant can change this note.")
    if not meeting.is_scheduled or meeting.has_started(now):
        return _("This meeting has started or was cancelled, so its note can’t be changed any more.")
    return ""


def answers_refusal(meeting: Meeting, held: frozenset[Standing], now: datetime, *, any_asked: bool) -> str:
    """Why these standings do not allow answering the theme's questions now, in words; empty when they do.

    `any_asked`: whether the theme had any when the session was booked.
    """
    if not meeting.is_dropin:
        return _("An ad-hoc meeting has no theme that asks anything.")
    if Standing.PARTICIPANT not in held:
        return _("Only the participant can change these answers.")
    if not meeting.is_scheduled or meeting.has_started(now):
        return _("This meeting has started or was cancelled, so its answers can’t be changed any more.")
    return "" if any_asked else _("Nothing was asked when this session was booked.")


def brief_refusal(meeting: Meeting, held: frozenset[Standing], now: datetime) -> str:
    """Why these standings do not allow choosing what its expert sees of earlier sessions; empty when they do."""
    if not meeting.is_dropin:
        return _("For an ad-hoc meeting nothing of earlier sessions can be chosen.")
    if Standing.PARTICIPANT not in held:
        return _("Only the participant can choose what the expert sees of earlier sessions.")
    if not meeting.is_scheduled or meeting.has_started(now):
        return _("This meeting has started or was cancelled, so this can’t be chosen any more.")
    return ""


def may_read_brief(meeting: Meeting, user: User) -> bool:
    """Whoever chose, and the experts of a session that was not called off: no admin, who may know none of it."""
    return user in meeting.participants or (user in meeting.experts and not meeting.is_called_off)


def own_notes_refusal(meeting: Meeting, held: frozenset[Standing]) -> str:
    """Why these standings do not allow writing one's own notes to the meeting, in words; empty when they do.

    They may be written before, during and after it, and also when it was cancelled.
    """
    if not held & {Standing.EXPERT, Standing.PARTICIPANT}:
        return _("Only the people of this meeting can write notes to it.")
    if meeting.status == Status.DELETED:
        return _("This meeting is deleted, so no notes can be written to it.")
    return ""


def may_read_booking_note(meeting: Meeting, user: User, held: frozenset[Standing]) -> bool:
    """The people of the meeting and the admins of its path: not an organizer who is neither."""
    return Standing.ADMIN in held or user in meeting.participants or user in meeting.experts
