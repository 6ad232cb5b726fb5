"""The invariants, counted by a worker every INVARIANTS_MINUTES and kept in the shared cache, for whoever looks."""

import logging
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.core.cache import cache

from everwise.seeing.logs import told
from meetings.integrity import invariants

logger = logging.getLogger(__name__)

DUE, FOUND = "invariants-counted", "invariants-found"


class Counted(NamedTuple):
    at: datetime
    broken: dict[str, int]


def count(now: datetime) -> bool:
    """Count, if it is time and no other worker has; whether it was done."""
    minutes = settings.INVARIANTS_MINUTES
    if not minutes or not cache.add(DUE, 1, minutes * 60):
        return False
    broken = invariants.count_broken(now)
    cache.set(FOUND, Counted(now, broken), None)
    if any(broken.values()):
        amiss = {words: number for words, number in broken.items() if number}
        logger.error("Something that must always hold does not", extra=told(broken=amiss))
    return True


def last() -> Counted | None:
    return cache.get(FOUND)
