"""The database's own rules that nobody is in two live meetings at once, and no expert held for two people.

PostgreSQL holds an exclusion constraint, SQLite two triggers. Neither fits Django's Meta (an ExclusionConstraint
there breaks SQLite), and SQLite loses triggers when a migration remakes the table; so one idempotent function makes
each rule, called by the first migration that can and after every migrate.
"""

from dataclasses import dataclass

from django.db import connections

RULE = "nobody_in_two_meetings"
HELD_RULE = "nobody_held_twice"


@dataclass(frozen=True)  # without slots: a signal holds it weakly
class NoOverlap:
    """The rule of one table: live rows of one person, by their column, never share a moment.

    `live` is the condition of a live row, where {0} stands for the row and its dot.
    """

    name: str
    table: str
    person: str
    live: str

    def exists(self, connection) -> bool:
        postgres = connection.vendor == "postgresql"
        names = [self.name] if postgres else [f"{self.name}_insert", f"{self.name}_update"]
        with connection.cursor() as cursor:
            for name in names:
                cursor.execute(POSTGRES_EXISTS if postgres else SQLITE_EXISTS, [name])
                if cursor.fetchone() is None:
                    return False
        return True

    def make(self, connection) -> None:
        if connection.vendor == "postgresql":
            if not self.exists(connection):
                _run(connection, self._postgres())
        else:
            _run(connection, [*self._sqlite_drop(), *self._sqlite()])

    def drop(self, connection) -> None:
        if connection.vendor == "postgresql":
            _run(connection, [f"ALTER TABLE {self.table} DROP CONSTRAINT IF EXISTS {self.name}"])
        else:
            _run(connection, self._sqlite_drop())

    def ensure(self, *, using: str, **kwargs) -> None:
        """Receiver of post_migrate. Does nothing while the table is not there yet (migrate backwards to zero)."""
        connection = connections[using]
        if self.table in connection.introspection.table_names():
            self.make(connection)

    def _postgres(self) -> list[str]:
        return [
            "CREATE EXTENSION IF NOT EXISTS btree_gist",
            f"ALTER TABLE {self.table} ADD CONSTRAINT {self.name} EXCLUDE USING gist"
            f" ({self.person} WITH =, tstzrange(starts_at, ends_at) WITH &&) WHERE ({self.live.format('')})",
        ]

    def _sqlite(self) -> list[str]:
        # The names of our own tables and columns.
        body = f"""
FOR EACH ROW WHEN {self.live.format("NEW.")} BEGIN
  SELECT RAISE(ABORT, '{self.name}') WHERE EXISTS (
    SELECT 1 FROM {self.table} AS other
    WHERE other.{self.person} = NEW.{self.person} AND {self.live.format("other.")} AND other.id IS NOT NEW.id
      AND {_instant("other.starts_at")} < {_instant("NEW.ends_at")}
      AND {_instant("other.ends_at")} > {_instant("NEW.starts_at")}
  );
END
"""
        columns = ", ".join([self.person, "starts_at", "ends_at", self.live.format("").split()[0]])
        return [
            f"CREATE TRIGGER {self.name}_insert BEFORE INSERT ON {self.table} {body}",
            f"CREATE TRIGGER {self.name}_update BEFORE UPDATE OF {columns} ON {self.table} {body}",
        ]

    def _sqlite_drop(self) -> list[str]:
        return [f"DROP TRIGGER IF EXISTS {self.name}_{when}" for when in ("insert", "update")]


POSTGRES_EXISTS = "SELECT 1 FROM pg_constraint WHERE conname = %s"
SQLITE_EXISTS = "SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND name = %s"


def _instant(column: str) -> str:
    """A stored text as something that sorts like the instant it means.

    The texts themselves do not: the same second may be stored with or without a fraction. Nor does julianday() of
    the whole text: it rounds to milliseconds, which would let two meetings share the last moment of one of them.
    """
    return f"(julianday(substr({column}, 1, 19)), CAST(substr({column}, 20) AS REAL))"


def _run(connection, statements):
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


IN_MEETINGS = NoOverlap(RULE, "meetings_attendee", "user_id", "{0}live")
# Of times that are held for people in line: an expert's never overlap.
HELD = NoOverlap(HELD_RULE, "meetings_heldtime", "expert_id", "{0}ended_at IS NULL")
