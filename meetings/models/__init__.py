"""The rows of this app, by topic."""

from meetings.models.answers import ANSWER_LENGTH, BriefPart, MeetingAnswer
from meetings.models.feedback import Note, Rating
from meetings.models.insights import ANY_DAY, DayPart, OfferedHours, UnmetSearch
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
from meetings.models.nudges import Nudge, NudgeOptOut, NudgeRecipient
from meetings.models.outbox import Notice, NoticeQuerySet, Priority, Sweep, Worker
from meetings.models.replies import CalendarAnswer, ReplyMailbox, standing_answer
from meetings.models.subscription import Subscription, digest_of
from meetings.models.waitlist import (
    ANY_WEEKDAY,
    WEEKDAYS,
    WEEKEND,
    HeldTime,
    HeldTimeQuerySet,
    WaitlistEntry,
    WaitlistEntryQuerySet,
)

__all__ = [
    "AGENDA_LENGTH",
    "ANSWER_LENGTH",
    "ANY_DAY",
    "ANY_WEEKDAY",
    "LINK_LENGTH",
    "NOTE_LENGTH",
    "PLACE_LENGTH",
    "REACH",
    "TITLE_LENGTH",
    "WEEKDAYS",
    "WEEKEND",
    "Attendee",
    "AttendeeQuerySet",
    "BriefPart",
    "CalendarAnswer",
    "DayPart",
    "HeldTime",
    "HeldTimeQuerySet",
    "Meeting",
    "MeetingAnswer",
    "MeetingEvent",
    "MeetingQuerySet",
    "Note",
    "Notice",
    "NoticeQuerySet",
    "Nudge",
    "NudgeOptOut",
    "NudgeRecipient",
    "OfferedHours",
    "Priority",
    "Rating",
    "ReplyMailbox",
    "Subscription",
    "Sweep",
    "UnmetSearch",
    "WaitlistEntry",
    "WaitlistEntryQuerySet",
    "Worker",
    "digest_of",
    "standing_answer",
]
