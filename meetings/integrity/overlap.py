"""The database's own rule that nobody is in two live meetings at once.

PostgreSQL holds an exclusion constraint, SQLite two triggers. Neither fits Django's Meta (an ExclusionConstraint
there breaks SQLite), and SQLite loses triggers when a migration remakes the table; so one idempotent function makes
the rule, called by the first migration that can and after every migrate.
"""

from django.db import connections

RULE = "nobody_in_two_meetings"

POSTGRES_EXISTS = "SELECT 1 FROM pg_constraint WHERE conname = %s"
POSTGRES_MAKE = (
    "CREATE EXTENSION IF NOT EXISTS btree_gist",
    f"ALTER TABLE meetings_attendee ADD CONSTRAINT {RULE} EXCLUDE USING gist"
    " (user_id WITH =, tstzrange(starts_at, ends_at) WITH &&) WHERE (live)",
)
POSTGRES_DROP = (f"ALTER TABLE meetings_attendee DROP CONSTRAINT IF EXISTS {RULE}",)


def _instant(column: str) -> str:
    """A stored text as something that sorts like the instant it means.

    The texts themselves do not: the same second may be stored with or without a fraction. Nor does julianday() of
    the whole text: it rounds to milliseconds, which would let two meetings share the last moment of one of them.
    """
    return f"(julianday(substr({column}, 1, 19)), CAST(substr({column}, 20) AS REAL))"


SQLITE_BODY = f"""
FOR EACH ROW WHEN NEW.live BEGIN
  SELECT RAISE(ABORT, '{RULE}') WHERE EXISTS (
    SELECT 1 FROM meetings_attendee AS other
    WHERE other.user_id = NEW.user_id AND other.live AND other.id IS NOT NEW.id
      AND {_instant("other.starts_at")} < {_instant("NEW.ends_at")}
      AND {_instant("other.ends_at")} > {_instant("NEW.starts_at")}
  );
END
"""
SQLITE_EXISTS = "SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND name = %s"
SQLITE_DROP = (f"DROP TRIGGER IF EXISTS {RULE}_insert", f"DROP TRIGGER IF EXISTS {RULE}_update")
SQLITE_MAKE = (
    *SQLITE_DROP,
    f"CREATE TRIGGER {RULE}_insert BEFORE INSERT ON meetings_attendee {SQLITE_BODY}",
    f"CREATE TRIGGER {RULE}_update BEFORE UPDATE OF user_id, starts_at, ends_at, live"
    f" ON meetings_attendee {SQLITE_BODY}",
)


def _run(connection, statements):
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def rule_exists(connection) -> bool:
    names = [RULE] if connection.vendor == "postgresql" else [f"{RULE}_insert", f"{RULE}_update"]
    query = POSTGRES_EXISTS if connection.vendor == "postgresql" else SQLITE_EXISTS
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(query, [name])
            if cursor.fetchone() is None:
                return False
    return True


def make_rule(connection) -> None:
    if connection.vendor == "postgresql":
        if not rule_exists(connection):
            _run(connection, POSTGRES_MAKE)
    else:
        _run(connection, SQLITE_MAKE)


def drop_rule(connection) -> None:
    _run(connection, POSTGRES_DROP if connection.vendor == "postgresql" else SQLITE_DROP)


def ensure_rule(*, using: str, **kwargs) -> None:
    """Receiver of post_migrate. Does nothing while the table is not there yet (migrate backwards to zero)."""
    connection = connections[using]
    if "meetings_attendee" in connection.introspection.table_names():
        make_rule(connection)
