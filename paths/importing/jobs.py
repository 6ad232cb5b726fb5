"""Imports of many lines, which the worker writes: taken by a lease, written in one transaction, stopped at any time.

Of a worker that is killed nothing is left, and the next one takes the import again when the lease has run out; after
three times it has failed. Only who holds the lease can say that it is done: the row is asked in that very transaction.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q

from paths.enrolment import EnrolmentError
from paths.enums import ImportState
from paths.importing import stored, world
from paths.importing.writer import ChangedMeanwhile, Written, write
from paths.models import PeopleImport

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 3


class Stopped(Exception):
    """Somebody has stopped it, or another worker holds it by now."""


def claim(now: datetime) -> PeopleImport | None:
    """Take the import that waits longest, for the length of the lease."""
    waiting = Q(state=ImportState.QUEUED) | Q(state=ImportState.RUNNING, leased_until__lte=now)
    with transaction.atomic():
        due = PeopleImport.objects.filter(waiting).order_by("made_at")
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True, no_key=True)
        found = due.first()
        if found is None:
            return None
        # Asked again in the UPDATE, which is what keeps two workers apart on SQLite.
        held = PeopleImport.objects.filter(waiting, pk=found.pk, attempts=found.attempts)
        if found.attempts >= MOST_ATTEMPTS:
            _fail(held)
            return None
        taken = held.update(state=ImportState.RUNNING, leased_until=now + LEASE, attempts=found.attempts + 1, written=0)
    if not taken:
        return None
    return PeopleImport.objects.select_related("path", "by").get(pk=found.pk)


def run(kept: PeopleImport, *, clock: Callable[[], datetime], taken: world.Taken) -> bool:
    """Write what was claimed; whether it is written. `clock` gives the moment as it is."""
    mine = PeopleImport.objects.filter(pk=kept.pk, state=ImportState.RUNNING, attempts=kept.attempts)
    now = clock()
    try:
        with _Watch(kept, clock) as watch:
            write(
                path=kept.path,
                lines=stored.lines_of(kept),
                shown=kept.shown,
                leaves_out=kept.leaves_out,
                by=kept.by,
                now=now,
                token=kept.pk,
                taken=taken,
                progress=watch.tell,
                finish=lambda written: _finish(kept, written),
            )
    except Stopped:
        return False
    except ChangedMeanwhile as error:
        # To be looked at again.
        shown = stored.plan_of(kept, taken=taken, now=now).signatures
        mine.update(state=ImportState.PREVIEW, leased_until=None, attempts=0, changed=error.number, shown=shown)
        return False
    except EnrolmentError as error:
        logger.warning("An import of people was refused: %s", error)
        _fail(mine)
        return False
    return True


def _finish(kept: PeopleImport, written: Written) -> None:
    if not stored.done(kept, written, ImportState.RUNNING, attempts=kept.attempts):
        raise Stopped


def _fail(imports) -> None:
    imports.update(state=ImportState.FAILED, lines=[], shown=[], leased_until=None)


class _Watch:
    """Says how far it is and hears of a Stop, while the transaction lasts: by a connection of its own.

    SQLite lets nobody write beside it: there a Stop waits, and comes too late.
    """

    def __init__(self, kept: PeopleImport, clock: Callable[[], datetime]):
        self._kept, self._clock = kept, clock
        self._connection = connection.copy() if connection.vendor == "postgresql" else None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self._connection:
            self._connection.close()

    def tell(self, written: int) -> None:
        if self._connection is None:
            return
        with self._connection.cursor() as cursor:
            cursor.execute(
                "UPDATE paths_peopleimport SET written = %s, leased_until = %s"
                " WHERE id = %s AND state = %s AND attempts = %s",
                [written, self._clock() + LEASE, self._kept.pk, ImportState.RUNNING.value, self._kept.attempts],
            )
            if not cursor.rowcount:
                raise Stopped
