"""How Django connects to the database that DATABASE_URL names. Pure: a URL in, Django's settings out."""

from pathlib import Path
from typing import Any

import dj_database_url

from everwise.config.database_urls import each_host

IDLE_SECONDS = 60
POOL_WAIT_SECONDS = 10
# A server that is not there is reported within seconds, to people and to a load balancer; and one that has gone without
# a word is noticed by the connections that were open (libpq's seconds, and milliseconds in the last).
DEADLINES = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}


def connection(url: str, *, keep_plans: bool, pool: int, test_file: Path) -> dict[str, Any]:
    """An entry of Django's DATABASES. `pool`: connections at most of one process, 0 for one of each thread."""
    hosts = [dj_database_url.parse(each, conn_max_age=IDLE_SECONDS, conn_health_checks=True) for each in each_host(url)]
    made: dict[str, Any] = {**hosts[0]}
    if made["ENGINE"] == "django.db.backends.sqlite3":
        return made | _sqlite(test_file)
    if len(hosts) > 1:
        # Tried in this order: with target_session_attrs=read-write in the URL, until one is found that writes.
        made["HOST"] = ",".join(host["HOST"] for host in hosts)
        made["PORT"] = ",".join(str(host["PORT"] or 5432) for host in hosts)
    options: dict[str, Any] = {
        "server_side_binding": True,
        # A query that a connection asks often keeps its plan: planning took as long as running.
        "prepare_threshold": 2 if keep_plans else None,
    }
    options |= DEADLINES | made.get("OPTIONS", {})
    # What a cursor of the server holds would be lost with the connection that a pool takes away.
    made["DISABLE_SERVER_SIDE_CURSORS"] = not keep_plans
    if pool:
        made["CONN_MAX_AGE"] = 0
        options["pool"] = {"min_size": 1, "max_size": pool, "timeout": POOL_WAIT_SECONDS}
    return made | {"OPTIONS": options}


def _sqlite(test_file: Path) -> dict[str, Any]:
    return {
        "OPTIONS": {
            # A writer takes the lock at BEGIN, so two of them queue instead of failing half-way.
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
        # A file, since an in-memory database shared by a live server's threads fails parallel requests.
        "TEST": {"NAME": str(test_file)},
    }
