"""Knows a database that is away, read-only or full from a fault of our own, and keeps the log short meanwhile."""

import logging
import time
from collections.abc import Callable, Iterator

from django.db import DatabaseError, InterfaceError, InternalError, OperationalError

EVERY_SECONDS = 1.0
READ_ONLY = "25006"
# SQLite has no codes for Django to see, and calls a missing table by the same class as a full disk.
SQLITE_SAYS = (
    "locked",
    "readonly",
    "read-only",
    "is full",
    "unable to open",
    "disk i/o",
    "malformed",
    "not a database",
)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def cause(error: BaseException | None) -> BaseException | None:
    """The outage that an error comes from; None if it comes from none."""
    return next((each for each in _chain(error) if _is_outage(each)), None)


def _is_outage(error: BaseException) -> bool:
    if not isinstance(error, DatabaseError | InterfaceError):
        return False
    driver = error.__cause__
    if type(driver).__module__.partition(".")[0] == "sqlite3":
        return any(words in str(error).lower() for words in SQLITE_SAYS)
    if isinstance(error, InternalError):
        return getattr(driver, "sqlstate", None) == READ_ONLY
    return isinstance(error, OperationalError | InterfaceError)


def in_words(error: BaseException) -> str:
    """One line for the log."""
    return f"{type(error).__name__}: {' '.join(str(error).split())}"[:300]


class OutageFilter(logging.Filter):
    """Lets one line a second through of all the requests that an outage fails, without their tracebacks."""

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        super().__init__()
        self._clock = clock
        self._reported_at: float | None = None
        self._unreported = 0

    def filter(self, record) -> bool:
        outage = cause(record.exc_info[1]) if record.exc_info else None
        if outage is None:
            return True
        now = self._clock()
        if self._reported_at is not None and now < self._reported_at + EVERY_SECONDS:
            self._unreported += 1
            return False
        record.msg, record.args = "Answered 503, and %s more before it: %s", (self._unreported, in_words(outage))
        record.exc_info = record.exc_text = None
        self._reported_at, self._unreported = now, 0
        return True
