"""Why a person may not do a thing to a meeting, in words; empty when they may."""

from datetime import datetime

from everwise.accounts.models import User
from meetings.enums import Action, Kind, Standing, Status
from meetings.models import Meeting
from meetings.permissions.matrix import can
from meetings.permissions.standings import CHANGERS, meeting_standings

REFUSED = {
    (Action.SCHEDULE, Kind.DROP_IN): "Only people of this path can book a session on it.",
    (Action.SCHEDULE, Kind.AD_HOC): "Only admins and experts of this path can add a meeting manually.",
    (
        Action.RESCHEDULE,
        Kind.DROP_IN,
    ): "Only its people and the admins of this path can reschedule this meeting.",
    (Action.RESCHEDULE, Kind.AD_HOC): "An ad-hoc meeting is edited, not rescheduled.",
    (Action.CANCEL, Kind.DROP_IN): "Only its people and the admins of this path can cancel this meeting.",
    (Action.CANCEL, Kind.AD_HOC): "An ad-hoc meeting is deleted, not cancelled.",
    (Action.EDIT, Kind.DROP_IN): "A drop-in session is rescheduled, not edited.",
    (Action.EDIT, Kind.AD_HOC): "Only its organizer and the admins of this path can edit this meeting.",
    (Action.DELETE, Kind.DROP_IN): "A drop-in session is cancelled, not deleted.",
    (Action.DELETE, Kind.AD_HOC): "Only its organizer and the admins of this path can delete this meeting.",
}


def refusal(action: Action, meeting: Meeting, held: frozenset[Standing], now: datetime) -> str:
    """Why these standings do not allow the action now, in words; empty when they do."""
    kind = Kind(meeting.kind)
    if not can(action, kind, held):
        return REFUSED[action, kind]
    if meeting.status in {Status.CANCELLED, Status.DELETED}:
        return f"This meeting is {meeting.get_status_display().lower()}, so it can’t be changed any more."
    if meeting.status != Status.SCHEDULED or meeting.has_started(now):
        return "This meeting has started, so it can’t be changed any more."
    if action is Action.RESCHEDULE and now > meeting.change_until and not held & CHANGERS:
        return "It is too late to move this session. You can still cancel it, but it counts as used."
    return ""


def meeting_refusals(user, meeting: Meeting, now: datetime) -> dict[str, str]:
    """For each action on a meeting, why this person may not take it; empty when she may."""
    held = meeting_standings(user, meeting)
    return {action.value: refusal(action, meeting, held, now) for action in Action if action is not Action.SCHEDULE}


def note_refusal(meeting: Meeting, held: frozenset[Standing], now: datetime) -> str:
    """Why these standings do not allow writing the participant's note now, in words; empty when they do."""
    if not meeting.is_dropin:
        return "An ad-hoc meeting has an agenda, and no note of its participant."
    if Standing.PARTICIPANT not in held:
        return "Only the participant can change this note."
    if not meeting.is_scheduled or meeting.has_started(now):
        return "This meeting has started or was cancelled, so its note can’t be changed any more."
    return ""


def outcome_refusal(meeting: Meeting, held: frozenset[Standing], now: datetime) -> str:
    """Why these standings do not allow saying how the meeting went now, in words; empty when they do.

    An expert can until the meeting counts as held anyway; what is found out later, an admin puts right.
    """
    if not held & CHANGERS:
        return "Only its expert and the admins of this path can say how this meeting went."
    if meeting.is_called_off:
        return f"This meeting is {meeting.get_status_display().lower()}, so it has no outcome."
    if not meeting.has_started(now):
        return "This meeting has not started yet, so it has no outcome."
    if meeting.held_from <= now and Standing.ADMIN not in held:
        return "The two days for saying how this meeting went are over. An admin of this path can still correct it."
    return ""


def rating_refusal(meeting: Meeting, held: frozenset[Standing], now: datetime) -> str:
    """Why these standings do not allow rating the meeting now, in words; empty when they do."""
    if Standing.PARTICIPANT not in held:
        return "Only its participants can rate this meeting."
    if meeting.is_called_off or meeting.is_no_show:
        return "This meeting did not take place, so it can’t be rated."
    if not meeting.is_past(now):
        return "This meeting is not over yet, so it can’t be rated."
    return ""


def notes_refusal(meeting: Meeting, held: frozenset[Standing]) -> str:
    """Why these standings do not allow writing one's own notes to the meeting, in words; empty when they do.

    They may be written before, during and after it, and also when it was cancelled.
    """
    if not held & {Standing.EXPERT, Standing.PARTICIPANT}:
        return "Only the people of this meeting can write notes to it."
    if meeting.status == Status.DELETED:
        return "This meeting is deleted, so no notes can be written to it."
    return ""


def may_read_note(meeting: Meeting, user: User, held: frozenset[Standing]) -> bool:
    """The people of the meeting and the admins of its path: not an organizer who is neither."""
    return Standing.ADMIN in held or user in meeting.participants or user in meeting.experts
