"""Who may say how a meeting went or rate it, until when, and the words for no; empty when they may."""

from datetime import datetime

from meetings.enums import Standing
from meetings.models import Meeting
from meetings.permissions.standings import CHANGERS


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
