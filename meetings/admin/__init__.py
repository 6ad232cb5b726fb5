"""Meetings, their history, answers, feedback and the outbox, for staff."""

from meetings.admin import answers, feedback, meetings, outbox

__all__ = ["answers", "feedback", "meetings", "outbox"]
