"""Which start times are offered. The engine is pure; what it asks of the database stands beside it."""

from meetings.slots.engine import Calendar, Policy, first, free, is_offered, starts, times

__all__ = ["Calendar", "Policy", "first", "free", "is_offered", "starts", "times"]
