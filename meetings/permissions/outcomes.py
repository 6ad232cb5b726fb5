"""Who may say how a meeting went or rate it, until when, and the words for no; empty when they may."""

from datetime import datetime

from django.utils.translation import gettext as _

from meetings.enums import Standing, Status
from meetings.models import Meeting
from meetings.permissions.standings import CHANGERS


def outcome_refusal(meeting: Meeting, held: frozenset[Standing], now: datetime) -> str:
    """Why these standings do not allow saying how the meeting went now, in words; empty when they do.

    An expert can until the meeting counts as held anyway; what is found out later, an admin puts right.
    """
    if not held & CHANGERS:
        return _("Only its expert and the admins of this path can say how this meeting went.")
    if meeting.status == Status.CANCELLED:
        return _("This meeting is cancelled, so it has no outcome.")
    if meeting.status == Status.DELETED:
        return _("This meeting is deleted, so it has no outcome.")
    if not meeting.has_started(now):
        return _("This meeting has not started yet, so it has no outcome.")
    if meeting.held_from <= now and Standing.ADMIN not in held:
        return _("The two days for saying how this meeting went are over. An admin of this path can still correct it.")
    return ""


def rating_refusal(meeting: Meeting, held: frozenset[Standing], now: datetime) -> str:
    """Why these standings do not allow rating the meeting now, in words; empty when they do."""
    if Standing.PARTICIPANT not in held:
        return _("Only its participants can rate this meeting.")
    if meeting.is_called_off or meeting.is_no_show:
        return _("This meeting did not take place, so it can’t be rated.")
    if not meeting.is_past(now):
        return _("This meeting is not over yet, so it can’t be rated.")
    return ""
