"""The database's cache table, without a Redis or while it is away. It reports an outage; what has run out leaves it."""

from datetime import datetime

from django.conf import settings
from django.core.cache.backends import db
from django.db import DatabaseError, connection

from everwise.web import outage

DATABASE_CACHE = "everwise.db.cache_table.DatabaseCache"
STEP = 1000


class DatabaseCache(db.DatabaseCache):
    """Django's own takes a write that failed for one that somebody else made first: with a read-only database everybody
    would read that they had tried too often."""

    def _base_set(self, mode, key, value, timeout=db.DEFAULT_TIMEOUT):
        failed: list[DatabaseError] = []

        def noting(execute, *query):
            try:
                return execute(*query)
            except DatabaseError as error:
                failed.append(error)
                raise

        with connection.execute_wrapper(noting):
            done = super()._base_set(mode, key, value, timeout)
        if not done and failed and outage.cause(failed[-1]):
            raise failed[-1]
        return done


def delete_expired(now: datetime) -> int:
    """Delete at most STEP rows that have run out; how many. Django itself only deletes once the table is full.

    And then it takes living rows as well, which would wipe somebody's count of failed sign-ins.
    """
    name = next((each["LOCATION"] for each in settings.CACHES.values() if each["BACKEND"] == DATABASE_CACHE), None)
    if name is None:
        return 0
    table = connection.ops.quote_name(name)
    limit = connection.ops.adapt_datetimefield_value(now.replace(microsecond=0))
    # A database without DELETE ... LIMIT still has subqueries.
    old = f"SELECT cache_key FROM {table} WHERE expires < %s LIMIT {STEP}"  # noqa: S608 - a name of our own settings
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE cache_key IN ({old})", [limit])  # noqa: S608 - the same
        return cursor.rowcount
