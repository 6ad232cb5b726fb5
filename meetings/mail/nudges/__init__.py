"""Reminders of sessions that are left, and the last call before a path closes.

`audience` says who they are for, `writer` queues them, each person once, `last_calls` does so by itself; `letters` says
what they read, `opting_out` ends them, `effects` counts what they did.
"""
