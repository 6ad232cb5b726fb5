"""Changes the history of meetings, which the database refuses: for rows that no writer of today makes."""

from contextlib import contextmanager

from django.db import connection

from meetings.integrity.append_only import HISTORY


@contextmanager
def rewriting():
    # PostgreSQL drops no trigger of a table whose rows wait for a deferred check.
    connection.check_constraints()
    HISTORY.drop(connection)
    yield
    connection.check_constraints()
    HISTORY.make(connection)
