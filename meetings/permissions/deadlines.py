"""Whether a person may still change a meeting, and why not, in words: the matrix, and until when.

Nothing that has started or was cancelled can be changed, and a participant can move a session only until the path's
change-until (12 hours before the start unless the path says otherwise), and only as often as the path allows.
"""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from meetings.enums import Action, Kind, Standing, Status
from meetings.models import Meeting
from meetings.permissions.matrix import can
from meetings.permissions.standings import CHANGERS
from paths.models import Path

REFUSED = {
    (Action.SCHEDULE, Kind.DROP_IN): gettext_lazy("Only people of this path can book a session on it."),
    (Action.SCHEDULE, Kind.AD_HOC): gettext_lazy("Only admins and experts of this path can add a meeting manually."),
    (Action.RESCHEDULE, Kind.DROP_IN): gettext_lazy(
        "Only its people and the admins of this path can reschedule this meeting."
    ),
    (Action.RESCHEDULE, Kind.AD_HOC): gettext_lazy("An ad-hoc meeting is edited, not rescheduled."),
    (Action.CANCEL, Kind.DROP_IN): gettext_lazy("Only its people and the admins of this path can cancel this meeting."),
    (Action.CANCEL, Kind.AD_HOC): gettext_lazy("An ad-hoc meeting is deleted, not cancelled."),
    (Action.EDIT, Kind.DROP_IN): gettext_lazy("A drop-in session is rescheduled, not edited."),
    (Action.EDIT, Kind.AD_HOC): gettext_lazy("Only its organizer and the admins of this path can edit this meeting."),
    (Action.DELETE, Kind.DROP_IN): gettext_lazy("A drop-in session is cancelled, not deleted."),
    (Action.DELETE, Kind.AD_HOC): gettext_lazy(
        "Only its organizer and the admins of this path can delete this meeting."
    ),
}
OVER = {
    Status.CANCELLED: gettext_lazy("This meeting is cancelled, so it can’t be changed any more."),
    Status.DELETED: gettext_lazy("This meeting is deleted, so it can’t be changed any more."),
}


def refusal(action: Action, meeting: Meeting, held: frozenset[Standing], now: datetime) -> str:
    """Why these standings do not allow the action now, in words; empty when they do."""
    kind = Kind(meeting.kind)
    if not can(action, kind, held):
        return str(REFUSED[action, kind])
    if meeting.status in OVER:
        return str(OVER[Status(meeting.status)])
    if meeting.status != Status.SCHEDULED or meeting.has_started(now):
        return _("This meeting has started, so it can’t be changed any more.")
    if action is Action.RESCHEDULE and is_bound(held):
        if now > meeting.change_until:
            return _("It is too late to move this session. You can still cancel it, but it counts as used.")
        return _moved_enough(meeting)
    return ""


def _moved_enough(meeting: Meeting) -> str:
    """Why a participant can't move it once more; moves are counted only where the path limits them."""
    most = meeting.path.most_moves
    if most is None or meeting.moves_by_participants < most:
        return ""
    if not most:
        return _("Participants can’t move sessions on this path. You can still cancel it.")
    text = ngettext(
        "You have moved this session %(number)d time, as often as this path allows. You can still cancel it.",
        "You have moved this session %(number)d times, as often as this path allows. You can still cancel it.",
        most,
    )
    return text % {"number": most}


def obstacle(action: Action, meeting: Meeting, held: frozenset[Standing], now: datetime) -> str:
    """What every page and e-mail goes by that leads to the action: a right that nobody could use is not promised.

    On a path that was closed early whoever may move a session finds no time to move it to.
    """
    if reason := refusal(action, meeting, held, now):
        return reason
    if action is Action.RESCHEDULE and meeting.path.closed_at:
        return _("This path is closed, so this session can’t be moved any more. You can still cancel it.")
    return ""


def obstacles(meeting: Meeting, held: frozenset[Standing], now: datetime) -> dict[str, str]:
    """For each action on a meeting, what stands in these people's way now; empty where nothing does."""
    return {action.value: obstacle(action, meeting, held, now) for action in Action if action is not Action.SCHEDULE}


def is_bound(held: frozenset[Standing]) -> bool:
    """Whether change-until and the number of moves are for somebody of these standings."""
    return not held & CHANGERS


def ever_moves(path: Path, *, bound: bool) -> bool:
    """Whether a session that is still to be booked on the path could be moved afterwards, if it is booked early."""
    return not (bound and path.most_moves == 0)
