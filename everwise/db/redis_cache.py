"""The cache of CACHE_URL: a Redis, and while it is away the database's cache table, so that limits go on counting.

What Redis had counted is not in the table: an outage gives each limit anew, once, and never lifts one. Processes notice
within AWAY_SECONDS of each other that it is back.
"""

import logging
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.cache import caches
from django.core.cache.backends import redis as django_redis
from redis import exceptions

logger = logging.getLogger(__name__)

# The alias of the database's cache table in CACHES.
TABLE = "table"
# So long Redis is not asked again, lest each request waits for it.
AWAY_SECONDS = 5.0
LOGGED_EVERY_SECONDS = 60.0
# Besides what is away: a standby that was not told to take over, and a memory that is full.
OUTAGES = (
    exceptions.ConnectionError,
    exceptions.TimeoutError,
    exceptions.ReadOnlyError,
    exceptions.OutOfMemoryError,
)


class Outage:
    """Whether Redis is away, as the process last saw it: each thread has a cache of its own."""

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock = clock
        self._until: float | None = None
        self._logged_at: float | None = None

    @property
    def lasts(self) -> bool:
        return self._until is not None and self._clock() < self._until

    def seen(self, error: Exception) -> None:
        now = self._clock()
        self._until = now + AWAY_SECONDS
        if self._logged_at is None or now >= self._logged_at + LOGGED_EVERY_SECONDS:
            self._logged_at = now
            logger.warning("Redis is away, the database counts meanwhile: %s: %s", type(error).__name__, error)


outage = Outage()


def _or_table(name: str) -> Callable[..., Any]:
    """The cache's method of that name, asked of the table while Redis is away."""
    of_redis = getattr(django_redis.RedisCache, name)

    @wraps(of_redis)
    def method(self, *args, **more):
        if not outage.lasts:
            try:
                return of_redis(self, *args, **more)
            except OUTAGES as error:
                outage.seen(error)
        return getattr(caches[TABLE], name)(*args, **more)

    return method


class RedisCache(django_redis.RedisCache):
    add = _or_table("add")
    get = _or_table("get")
    set = _or_table("set")
    touch = _or_table("touch")
    delete = _or_table("delete")
    get_many = _or_table("get_many")
    has_key = _or_table("has_key")
    incr = _or_table("incr")
    set_many = _or_table("set_many")
    delete_many = _or_table("delete_many")
    clear = _or_table("clear")
