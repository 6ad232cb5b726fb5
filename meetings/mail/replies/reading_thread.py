"""Reads the mailbox of answers beside the worker's other work, which a slow server must never hold up."""

import logging
from threading import Event, Thread

from django.conf import settings
from django.db import Error, close_old_connections, connection

from everwise.db.clock import DatabaseClock
from everwise.web import outage
from meetings.mail.replies import reader

logger = logging.getLogger(__name__)

POLL_SECONDS = 2.0
# So long the worker waits for the e-mail in hand when it stops; what is cut off is read again.
FAREWELL_SECONDS = 5.0


class ReadingThread:
    """Nothing at all where there is no mailbox."""

    def __init__(self) -> None:
        self._stop = Event()
        self._thread = Thread(target=self._run, name="replies", daemon=True) if settings.REPLIES else None
        if self._thread:
            self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread:
            self._thread.join(FAREWELL_SECONDS)

    def _run(self) -> None:
        now = DatabaseClock()
        while not self._stop.is_set():
            more = False
            try:
                now.read()
                more = reader.read_due(now, self._stop.is_set)
            except Error as error:
                # A restarted or locked database comes back, and the lease runs out.
                logger.warning("Answers are read later: %s", outage.in_words(error))
            except Exception:
                # Whatever it is, answers are read again after it, and the worker goes on.
                logger.exception("Answers could not be read")
            if not more:
                close_old_connections()
                self._stop.wait(POLL_SECONDS)
        connection.close()
