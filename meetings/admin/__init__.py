"""Meetings, their history, feedback and the outbox, for staff."""

from meetings.admin import feedback, meetings, outbox

__all__ = ["feedback", "meetings", "outbox"]
