"""The only writer of meetings. Each function is one atomic change: people locked in id order, who acts among them, then
the policy (meetings/integrity/locks), rows re-read, the same engine asked that listed the time, then the meeting, its
history and its outbox written together.

All take keywords only: the actor as `by`, the moment as `now`. Times are aware datetimes in UTC.
"""

from meetings.booking.adhoc import MeetingPlan, add_manually, asked_before, delete, edit, hand_over
from meetings.booking.dropin import cancel, change_note, reschedule, schedule
from meetings.booking.errors import (
    AlreadyBusy,
    BookingError,
    BookingRefused,
    Changed,
    Clashing,
    Doubtful,
    JustTaken,
    NoSessionsLeft,
    NotOffered,
    Overtaken,
    StaleMeeting,
    Unfit,
)
from meetings.booking.outcome import mark_outcome
from meetings.booking.records import done_by, made_by
from meetings.booking.rescue import rescue

__all__ = [
    "AlreadyBusy",
    "BookingError",
    "BookingRefused",
    "Changed",
    "Clashing",
    "Doubtful",
    "JustTaken",
    "MeetingPlan",
    "NoSessionsLeft",
    "NotOffered",
    "Overtaken",
    "StaleMeeting",
    "Unfit",
    "add_manually",
    "asked_before",
    "cancel",
    "change_note",
    "delete",
    "done_by",
    "edit",
    "hand_over",
    "made_by",
    "mark_outcome",
    "reschedule",
    "rescue",
    "schedule",
]
