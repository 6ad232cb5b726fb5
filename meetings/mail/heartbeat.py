"""The heartbeat of workers, so that staff see whether any is alive."""

import os
import socket
from datetime import datetime, timedelta

from django.db.models import QuerySet

from meetings.constants import WORKER_ALIVE
from meetings.models import Worker

EVERY = timedelta(seconds=10)
FORGOTTEN = timedelta(days=1)


class Heart:
    """One worker's own row: written at most every ten seconds, gone when the worker ends by itself."""

    def __init__(self) -> None:
        self.name = f"{socket.gethostname()[:100]} {os.getpid()}"
        self._beat_at: datetime | None = None

    def beat(self, now: datetime) -> bool:
        """Say that this worker lives, unless it has just been said; whether it was said now."""
        # A clock that was put back must not silence it.
        if self._beat_at is not None and self._beat_at <= now < self._beat_at + EVERY:
            return False
        first = self._beat_at is None
        since = {"started_at": now} if first else {}
        Worker.objects.update_or_create(
            name=self.name, defaults={"beat_at": now, **since}, create_defaults={"beat_at": now, "started_at": now}
        )
        if first:
            Worker.objects.filter(beat_at__lt=now - FORGOTTEN).delete()
        self._beat_at = now
        return True

    def stop(self) -> None:
        Worker.objects.filter(name=self.name).delete()


def living(now: datetime) -> QuerySet[Worker]:
    return Worker.objects.filter(beat_at__gt=now - WORKER_ALIVE)
