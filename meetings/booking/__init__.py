"""The only writer of meetings. Each function is one atomic change: people locked in id order, rows re-read, the same
engine asked that listed the time, then the meeting, its history and its outbox written together.

All take keywords only: the actor as `by`, the moment as `now`. Times are aware datetimes in UTC.
"""

from meetings.booking.dropin import cancel, change_note, reschedule, schedule
from meetings.booking.errors import (
    AlreadyBusy,
    BookingError,
    JustTaken,
    NoSessionsLeft,
    NotOffered,
    Overtaken,
    Refused,
    Stale,
)

__all__ = [
    "AlreadyBusy",
    "BookingError",
    "JustTaken",
    "NoSessionsLeft",
    "NotOffered",
    "Overtaken",
    "Refused",
    "Stale",
    "cancel",
    "change_note",
    "reschedule",
    "schedule",
]
