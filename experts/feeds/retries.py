"""When a calendar that could not be read is tried again: after twice the time of each failure before, up to a day."""

from datetime import timedelta

from experts.feeds.limits import LONGEST_WAIT, READ_EVERY


def wait_after(failures: int, *, asked: timedelta) -> timedelta:
    """How long to wait after so many failures in a row; `asked` is what the server asked for (Retry-After)."""
    return min(max(READ_EVERY * 2 ** min(failures, 10), asked), LONGEST_WAIT)
