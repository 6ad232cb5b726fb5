"""The rows of this app, by topic."""

from meetings.models.feedback import Note, Rating
from meetings.models.meeting import (
    AGENDA_LENGTH,
    LINK_LENGTH,
    NOTE_LENGTH,
    PLACE_LENGTH,
    REACH,
    TITLE_LENGTH,
    Attendee,
    AttendeeQuerySet,
    Meeting,
    MeetingEvent,
    MeetingQuerySet,
)
from meetings.models.outbox import Notice, NoticeQuerySet, Priority, Sweep, Worker
from meetings.models.subscription import Subscription, digest_of

__all__ = [
    "AGENDA_LENGTH",
    "LINK_LENGTH",
    "NOTE_LENGTH",
    "PLACE_LENGTH",
    "REACH",
    "TITLE_LENGTH",
    "Attendee",
    "AttendeeQuerySet",
    "Meeting",
    "MeetingEvent",
    "MeetingQuerySet",
    "Note",
    "Notice",
    "NoticeQuerySet",
    "Priority",
    "Rating",
    "Subscription",
    "Sweep",
    "Worker",
    "digest_of",
]
