"""The database's cache table, where the installation has no Redis: what has run out leaves it."""

from datetime import datetime

from django.conf import settings
from django.db import connection

DATABASE_CACHE = "django.core.cache.backends.db.DatabaseCache"
STEP = 1000


def delete_expired(now: datetime) -> int:
    """Delete at most STEP rows that have run out; how many. Django itself only deletes once the table is full.

    And then it takes living rows as well, which would wipe somebody's count of failed sign-ins.
    """
    if settings.CACHES["default"]["BACKEND"] != DATABASE_CACHE:
        return 0
    table = connection.ops.quote_name(settings.CACHES["default"]["LOCATION"])
    limit = connection.ops.adapt_datetimefield_value(now.replace(microsecond=0))
    # A database without DELETE ... LIMIT still has subqueries.
    old = f"SELECT cache_key FROM {table} WHERE expires < %s LIMIT {STEP}"  # noqa: S608 - a name of our own settings
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE cache_key IN ({old})", [limit])  # noqa: S608 - the same
        return cursor.rowcount
