"""Where limits are counted and whatever else all processes have to agree on. Pure: a URL in, Django's CACHES out."""

from typing import Any

TABLE = {
    "BACKEND": "everwise.db.cache_table.DatabaseCache",
    "LOCATION": "everwise_cache",
    # Full, it loses rows that are still counted; the worker deletes those that have run out.
    "OPTIONS": {"MAX_ENTRIES": 100_000},
}


def configuration(redis_url: str) -> dict[str, dict[str, Any]]:
    """A Redis, and a table of the database where there is none or while it is away."""
    if not redis_url:
        return {"default": TABLE}
    return {
        "default": {
            "BACKEND": "everwise.db.redis_cache.RedisCache",
            "LOCATION": redis_url,
            # Seconds: one that has gone without a word is noticed while people wait.
            "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
        },
        "table": TABLE,
    }
