"""The database's own rule that rows of a table are only ever added.

A trigger on each database refuses to change or remove a row. SQLite drops a table's triggers whenever a migration
remakes the table; so one idempotent function makes the rule, called by its migration and after every migrate.
"""

from dataclasses import dataclass

from django.db import connections, transaction


@dataclass(frozen=True)  # without slots: a signal holds it weakly
class AppendOnly:
    """The rule of one table. `name` is its own in the whole database, and what the refusal says.

    `words`, if any, is the one column that erasing a person may empty; it can be changed to nothing else. `may_go` lets
    whole rows be deleted, where they are kept for a while only.
    """

    table: str
    name: str
    words: str = ""
    may_go: bool = False

    def exists(self, connection) -> bool:
        if connection.vendor == "postgresql":
            names, query = [self.name], "SELECT 1 FROM pg_trigger WHERE tgname = %s AND tgenabled <> 'D'"
        else:
            names, query = self._triggers(), "SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND name = %s"
        with connection.cursor() as cursor:
            for name in names:
                cursor.execute(query, [name])
                if cursor.fetchone() is None:
                    return False
        return True

    def make(self, connection) -> None:
        """Also in place of the rule as it was before the table had the columns that it has now."""
        if connection.vendor == "postgresql":
            _run(connection, self._postgres())
            return
        with transaction.atomic(using=connection.alias):
            self.drop(connection)
            _run(connection, self._sqlite(connection))

    def drop(self, connection) -> None:
        if connection.vendor == "postgresql":
            statements = [
                f"DROP TRIGGER IF EXISTS {self.name} ON {self.table}",
                f"DROP FUNCTION IF EXISTS {self.name}()",
            ]
        else:
            statements = [f"DROP TRIGGER IF EXISTS {name}" for name in self._triggers()]
        _run(connection, statements)

    def ensure(self, *, using: str, **kwargs) -> None:
        """Receiver of post_migrate. Does nothing while the table is not there yet (migrate backwards to zero)."""
        connection = connections[using]
        if self.table in connection.introspection.table_names():
            self.make(connection)

    def _triggers(self) -> list[str]:
        """Of SQLite, which has no trigger for two events."""
        kinds = ["update", *(["words"] if self.words else []), *([] if self.may_go else ["delete"])]
        return [f"{self.name}_{kind}" for kind in kinds]

    def _postgres(self) -> list[str]:
        emptied = ""
        if self.words:
            rest = f"to_jsonb(NEW) - '{self.words}' = to_jsonb(OLD) - '{self.words}'"
            emptied = f" IF TG_OP = 'UPDATE' AND NEW.{self.words} = '' AND {rest} THEN RETURN NEW; END IF;"
        return [
            f"CREATE OR REPLACE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN{emptied}"
            f" RAISE EXCEPTION '{self.name}' USING ERRCODE = 'check_violation'; END $$",
            f"CREATE OR REPLACE TRIGGER {self.name} BEFORE UPDATE{'' if self.may_go else ' OR DELETE'}"
            f" ON {self.table}"
            f" FOR EACH ROW EXECUTE FUNCTION {self.name}()",
        ]

    def _sqlite(self, connection) -> list[str]:
        refuse = f"BEGIN SELECT RAISE(ABORT, '{self.name}'); END"
        update, words, delete = (f"{self.name}_{kind}" for kind in ("update", "words", "delete"))
        if not self.words:
            changes = [f"CREATE TRIGGER {update} BEFORE UPDATE ON {self.table} {refuse}"]
        else:
            with connection.cursor() as cursor:
                columns = [column.name for column in connection.introspection.get_table_description(cursor, self.table)]
            others = ", ".join(f'"{column}"' for column in columns if column != self.words)
            changes = [
                f"CREATE TRIGGER {update} BEFORE UPDATE OF {others} ON {self.table} {refuse}",
                f"CREATE TRIGGER {words} BEFORE UPDATE OF {self.words} ON {self.table}"
                f" WHEN NEW.{self.words} <> '' {refuse}",
            ]
        kept = [] if self.may_go else [f"CREATE TRIGGER {delete} BEFORE DELETE ON {self.table} {refuse}"]
        return [*changes, *kept]


def _run(connection, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
