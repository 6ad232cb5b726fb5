"""The database refuses every change for a while: for pages that must not write, whatever their code does."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def read_only() -> Iterator[None]:
    """Within it a change is an error of the database, whose rule is the connection's: nothing gets around it."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        # Of the driver: after a refused change Django executes nothing more until its transaction is rolled back.
        driver = connection.connection
        driver.execute("PRAGMA query_only = ON")
        try:
            yield
        finally:
            driver.execute("PRAGMA query_only = OFF")
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")
        yield
