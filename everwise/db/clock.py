"""The database's clock, which all workers go by.

What one has in hand is its own until a certain time: by a clock that is wrong another would take it as well, and send
an e-mail a second time.
"""

import logging
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

logger = logging.getLogger(__name__)

TOLD_FROM = timedelta(seconds=10)


class DatabaseClock:
    """Called, it gives the time: that of this machine until the database's has been read."""

    def __init__(self):
        self._ahead = timedelta(0)
        self._told = False

    def read(self) -> None:
        """See how far the database is ahead of this machine. SQLite has the machine's own clock."""
        if connection.vendor != "postgresql":
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            self._ahead = cursor.fetchone()[0] - timezone.now()
        wrong = abs(self._ahead) >= TOLD_FROM
        if wrong and not self._told:
            logger.warning("This machine's clock is %s off the database's, which counts.", abs(self._ahead))
        self._told = wrong

    def __call__(self) -> datetime:
        return timezone.now() + self._ahead
