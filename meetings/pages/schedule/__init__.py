"""Booking and rescheduling: theme, time, confirm."""
