"""How a writer takes its turn: everybody concerned is locked in id order, and a lost race is tried again.

The order of locks, in every transaction: people by id, then the path, then its theme. Whoever acts is locked among the
people, alone if it is their time too, else shared. Path and theme are shared: bookings don't wait for each other, only
for who is just changing the policy, and that one for them. Nobody who holds a path or theme waits for a person.
"""

import functools
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import ParamSpec, TypeVar
from uuid import UUID

from django.db import DatabaseError, connection
from django.utils.translation import gettext as _

from everwise.accounts.locks import hold, share_at_once
from everwise.db.fair_lock import FairLock
from everwise.seeing.metrics import RETRIES, counted
from meetings.integrity.overlap import HELD_RULE, RULE

__all__ = ["in_turn", "lock_people", "lost_race", "share_at_once"]

P = ParamSpec("P")
T = TypeVar("T")

ATTEMPTS = 5
# PostgreSQL: deadlock detected, serialization failure, exclusion violation, unique violation (a form posted twice).
RETRIED_STATES = {"40P01", "40001", "23P01", "23505"}
RETRIED_WORDS = (RULE, HELD_RULE, "UNIQUE constraint failed: meetings_meetingevent.by_id")


# SQLite has one writer at a time and lets the others try again at random: some would wait for seconds, others never.
# So the threads of a process queue for their turn.
_queue = FairLock()


def lock_people(ids, by: UUID | None = None) -> None:
    """Hold these people's time until the transaction ends, and what `by`, who acts, has a right to."""
    hold(ids, by)


def lost_race(error: DatabaseError) -> bool:
    state = getattr(error.__cause__, "sqlstate", None)
    return state in RETRIED_STATES or any(word in str(error) for word in RETRIED_WORDS)


def _turn() -> AbstractContextManager:
    """The writer's place in the queue; none inside a transaction, which has had its turn already."""
    return _queue if connection.vendor == "sqlite" and not connection.in_atomic_block else nullcontext()


def in_turn(overtaken: type[Exception]) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Run a writer again when it lost a race: on `overtaken`, or when the database refused or broke a tie.

    The last attempt ends with `overtaken`, an exception that takes the words for the person.
    """

    def decorate(writer: Callable[P, T]) -> Callable[P, T]:
        @functools.wraps(writer)
        def attempt(*args: P.args, **kwargs: P.kwargs) -> T:
            with counted(writer.__name__):
                return _attempts(*args, **kwargs)

        def _attempts(*args: P.args, **kwargs: P.kwargs) -> T:
            for number in range(ATTEMPTS):
                if number:
                    RETRIES.labels(writer.__name__).inc()
                try:
                    with _turn():
                        return writer(*args, **kwargs)
                except DatabaseError as error:
                    # Inside somebody's transaction nothing can be tried again: it is broken.
                    if connection.in_atomic_block or not lost_race(error):
                        raise
                    lost = overtaken(_("Somebody else was quicker. Please try again."))
                except overtaken as error:
                    lost = error
            raise lost

        return attempt

    return decorate
