"""The database's own rule that the history of paths is only ever added to.

A trigger on each database refuses to change or remove a row. SQLite drops a table's triggers whenever a migration
remakes the table; so one idempotent function makes the rule, called by its migration and after every migrate.
"""

from django.db import connections

TABLE, RULE = "paths_pathevent", "history_is_only_added_to"

POSTGRES_DROP = (f"DROP TRIGGER IF EXISTS {RULE} ON {TABLE}", f"DROP FUNCTION IF EXISTS {RULE}()")
POSTGRES_MAKE = (
    f"CREATE OR REPLACE FUNCTION {RULE}() RETURNS trigger LANGUAGE plpgsql AS $$"
    f" BEGIN RAISE EXCEPTION '{RULE}' USING ERRCODE = 'check_violation'; END $$",
    f"CREATE OR REPLACE TRIGGER {RULE} BEFORE UPDATE OR DELETE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION {RULE}()",
)
SQLITE_DROP = (f"DROP TRIGGER IF EXISTS {RULE}_update", f"DROP TRIGGER IF EXISTS {RULE}_delete")
SQLITE_MAKE = tuple(
    f"CREATE TRIGGER IF NOT EXISTS {RULE}_{event} BEFORE {event.upper()} ON {TABLE}"
    f" BEGIN SELECT RAISE(ABORT, '{RULE}'); END"
    for event in ("update", "delete")
)


def rule_exists(connection) -> bool:
    if connection.vendor == "postgresql":
        names, query = [RULE], "SELECT 1 FROM pg_trigger WHERE tgname = %s AND tgenabled <> 'D'"
    else:
        names = [f"{RULE}_update", f"{RULE}_delete"]
        query = "SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND name = %s"
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(query, [name])
            if cursor.fetchone() is None:
                return False
    return True


def make_rule(connection) -> None:
    _run(connection, POSTGRES_MAKE if connection.vendor == "postgresql" else SQLITE_MAKE)


def drop_rule(connection) -> None:
    _run(connection, POSTGRES_DROP if connection.vendor == "postgresql" else SQLITE_DROP)


def ensure_rule(*, using: str, **kwargs) -> None:
    """Receiver of post_migrate. Does nothing while the table is not there yet (migrate backwards to zero)."""
    connection = connections[using]
    if TABLE in connection.introspection.table_names():
        make_rule(connection)


def _run(connection, statements) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
