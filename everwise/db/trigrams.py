"""Indexes that find a word anywhere in a text, on PostgreSQL; SQLite reads the table.

Made by migrations, not named on the models: Django's GinIndex would break SQLite.
"""

from django.db.migrations.operations import RunPython


def make(table: str, column: str, *, where: str = "") -> RunPython:
    """A migration's operation: the index of a column, as Django's `icontains` asks for it."""
    name = f"{table}_{column}_trigrams"

    def forwards(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            # Trusted: the database's owner may make it, as with btree_gist.
            schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            condition = f" WHERE {where}" if where else ""
            schema_editor.execute(
                f"CREATE INDEX {name} ON {table} USING gin (UPPER({column}::text) gin_trgm_ops){condition}"
            )

    def backwards(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP INDEX IF EXISTS {name}")

    return RunPython(forwards, backwards)
