"""Who may give a session to another expert, and the words for no; empty when they may.

It follows the right to reschedule, of the path's admins and the meeting's own expert alone. No right of the matrix of
its own: whoever else can move the session chooses another expert there.
"""

from datetime import datetime

from django.utils.translation import gettext as _

from meetings.enums import Action, Standing
from meetings.models import Meeting
from meetings.permissions.deadlines import refusal
from meetings.permissions.standings import CHANGERS


def reassign_refusal(meeting: Meeting, held: frozenset[Standing], now: datetime) -> str:
    """Why these standings do not allow giving the session to another expert now, in words; empty when they do."""
    if not meeting.is_dropin:
        return _("An ad-hoc meeting is edited, not given to another expert.")
    if not held & CHANGERS:
        return _("Only its expert and the admins of this path can give this session to another expert.")
    return refusal(Action.RESCHEDULE, meeting, held, now)


def may_pass_caps(held: frozenset[Standing]) -> bool:
    """Whether they may give a session to somebody who has reached their limit of sessions."""
    return Standing.ADMIN in held
