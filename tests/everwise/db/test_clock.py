"""Workers go by the database's clock, whatever that of their machine says."""

import logging
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from everwise.db.clock import DatabaseClock
from tests.scene import NOW

pytestmark = pytest.mark.django_db


def test_machines_own_until_it_is_read(clock):
    assert DatabaseClock()() == NOW


def test_sqlite_has_the_machines_own(clock):
    if connection.vendor != "sqlite":
        pytest.skip("of SQLite")
    now = DatabaseClock()
    now.read()
    assert now() == NOW


@pytest.mark.postgres
def test_databases_clock_counts_and_the_difference_is_told_once(clock, caplog):
    now = DatabaseClock()
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            now.read()

    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        assert abs(cursor.fetchone()[0] - now()) < timedelta(minutes=1)
    assert abs(now() - timezone.now()) > timedelta(days=1)
    assert [record.getMessage().startswith("This machine's clock is ") for record in caplog.records] == [True]
