"""The database is away, read-only or full: a page in words, a short log, and afterwards everything as before."""

import io
import logging
import sqlite3
from contextlib import contextmanager

import psycopg
import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.core.cache import cache
from django.db import (
    DatabaseError,
    InterfaceError,
    InternalError,
    OperationalError,
    ProgrammingError,
    connection,
    transaction,
)
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client
from django.urls import reverse

from everwise.web import outage
from meetings.mail.heartbeat import Heart
from meetings.management.commands import worker
from tests.scene import a_person


def raised(kind, words, driver):
    """As Django raises it, from what the driver said."""
    error = kind(words)
    error.__cause__ = driver
    return error


def sqlite(words, kind=OperationalError, driver=sqlite3.OperationalError):
    return raised(kind, words, driver(words))


OUTAGES = {
    "refused": raised(OperationalError, "connection refused", psycopg.OperationalError("connection refused")),
    "shut down": raised(OperationalError, "terminating", psycopg.errors.AdminShutdown("terminating")),
    "closed": InterfaceError("connection already closed"),
    "read-only": raised(InternalError, "read-only transaction", psycopg.errors.ReadOnlySqlTransaction("x")),
    "disk full": raised(OperationalError, "could not extend file", psycopg.errors.DiskFull("x")),
    "too many": raised(OperationalError, "too many clients", psycopg.errors.TooManyConnections("x")),
    "SQLite locked": sqlite("database is locked"),
    "SQLite read-only": sqlite("attempt to write a readonly database"),
    "SQLite full": sqlite("database or disk is full"),
    "SQLite gone": sqlite("unable to open database file"),
    "SQLite broken": sqlite("database disk image is malformed", DatabaseError, sqlite3.DatabaseError),
}
FAULTS = {
    "ours": ValueError("database is locked"),
    "no table": sqlite("no such table: x"),
    "syntax": sqlite('near "FORM": syntax error'),
    "no table there": raised(ProgrammingError, "relation x does not exist", psycopg.errors.UndefinedTable("x")),
    "other internal": raised(InternalError, "x", psycopg.errors.InternalError_("x")),
    "binding": sqlite("Error binding parameter", InterfaceError, sqlite3.InterfaceError),
}


@pytest.mark.parametrize("error", OUTAGES.values(), ids=OUTAGES)
def test_outage_is_told_from_a_fault(error):
    assert outage.cause(error) is error
    assert outage.cause(raised(RuntimeError, "later", error)) is error


@pytest.mark.parametrize("error", [*FAULTS.values(), None], ids=[*FAULTS, "none"])
def test_fault_is_no_outage(error):
    assert outage.cause(error) is None


def broken(place, monkeypatch, error):
    """Make the database fail at one place on the way of a request; the request to make."""

    def fail(*_, **__):
        raise error

    client = Client(raise_request_exception=False)
    if place == "session read":
        monkeypatch.setattr(SessionStore, "load", fail)
        client.cookies["sessionid"] = "x" * 32
        return lambda: client.get("/")
    if place == "session write":
        monkeypatch.setattr(SessionStore, "save", fail)
        monkeypatch.setattr(SessionStore, "create", fail)
        user = a_person()
        user.set_password("correct horse battery")
        user.save(update_fields=["password"])
        form = {"login": user.email, "password": "correct horse battery"}
        return lambda: client.post(reverse("account_login"), form)
    client.force_login(a_person())
    monkeypatch.setattr(BaseDatabaseWrapper, "_cursor", fail)
    return lambda: client.get("/")


@pytest.mark.django_db
@pytest.mark.parametrize("place", ["session read", "session write", "anywhere"])
@pytest.mark.parametrize("name", ["refused", "read-only", "disk full", "SQLite full"])
def test_page_says_so_in_our_look_and_all_is_well_afterwards(place, name, monkeypatch):
    with monkeypatch.context() as patched:
        ask = broken(place, patched, OUTAGES[name])
        answer = ask()

        assert answer.status_code == 503
        assert answer["Retry-After"] == "10"
        assert "no-store" in answer["Cache-Control"]
        assert "Everwise is taking a short break" in answer.text
        assert "ew-header" in answer.text
        assert "sessionid" not in answer.cookies

    afterwards = ask()
    assert afterwards.status_code in {200, 302}
    assert ("sessionid" in afterwards.cookies) == (place != "anywhere")


@pytest.mark.django_db
def test_fault_of_ours_keeps_its_own_page(monkeypatch):
    with monkeypatch.context() as patched:
        fault = broken("anywhere", patched, FAULTS["no table"])()
    with monkeypatch.context() as patched:
        away = broken("anywhere", patched, OUTAGES["refused"])()

    assert (fault.status_code, away.status_code) == (500, 503)
    assert ["Something went wrong on our side" in page.text for page in (fault, away)] == [True, False]
    assert ["Retry-After" in page for page in (fault, away)] == [False, True]


def record(error):
    return logging.LogRecord(
        "django.request", logging.ERROR, "x.py", 1, "%s: %s", ("A", "/"), (type(error), error, None)
    )


def test_log_gets_one_line_a_second_without_traceback():
    now = [0.0]
    told = outage.OutageFilter(clock=lambda: now[0])
    first, second, third = (record(OUTAGES["refused"]) for _ in range(3))

    assert told.filter(first)
    assert first.getMessage() == "Answered 503, and 0 more before it: OperationalError: connection refused"
    assert logging.Formatter().format(first) == first.getMessage()
    now[0] = 0.9
    assert not told.filter(second)
    now[0] = 1.0
    assert told.filter(third)
    assert third.getMessage().startswith("Answered 503, and 1 more before it")


def test_log_keeps_all_of_a_fault():
    told = outage.OutageFilter(clock=lambda: 0.0)

    for _ in range(2):
        fault = record(FAULTS["ours"])
        assert told.filter(fault)
        assert fault.exc_info
    plain = logging.LogRecord("django.request", logging.WARNING, "x.py", 1, "Not Found: /x", (), None)
    assert told.filter(plain)


def test_multi_line_error_is_one_line():
    assert outage.in_words(OperationalError("a\n\tb\n")) == "OperationalError: a b"


@pytest.fixture
def read_only(db):
    """The test's own database, for as long as the test says."""

    @contextmanager
    def read_only():
        on, off = ("SET transaction_read_only = on", "")
        if connection.vendor == "sqlite":
            on, off = "PRAGMA query_only = on", "PRAGMA query_only = off"
        with connection.cursor() as cursor, transaction.atomic():
            cursor.execute(on)
            try:
                yield
            finally:
                transaction.set_rollback(True)
        if off:
            with connection.cursor() as cursor:
                cursor.execute(off)

    return read_only


def test_limits_kept_in_the_database_tell_an_outage(read_only):
    """And not that somebody has tried too often."""
    assert cache.add("here", 1, 60)
    assert not cache.add("here", 1, 60)

    with read_only(), pytest.raises(DatabaseError) as raised:
        cache.add("there", 1, 60)

    assert outage.cause(raised.value)
    assert cache.add("there", 1, 60)


def test_sign_in_to_a_read_only_database_is_told(read_only):
    user = a_person()
    form = {"login": user.email, "password": "whatever it may be"}
    client = Client(raise_request_exception=False)

    with read_only():
        answer = client.post(reverse("account_login"), form)

    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert "Everwise is taking a short break" in answer.text
    assert "The e-mail address or the password is not correct." in client.post(reverse("account_login"), form).text


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["refused", "read-only", "SQLite full"])
def test_worker_tries_again_and_says_so_in_one_line(name, monkeypatch, caplog):
    beats = []

    def beat(heart, now):
        beats.append(now)
        if len(beats) < 3:
            raise OUTAGES[name]
        command.stop.asked = True

    command = worker.Command(stdout=io.StringIO())
    monkeypatch.setattr(Heart, "beat", beat)
    monkeypatch.setattr(worker.Stop, "wait", lambda *_: None)
    # The test's transaction needs its connection.
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)
    monkeypatch.setattr(worker.signal, "signal", lambda *_: None)

    command.handle()

    lines = [told for told in caplog.records if "Trying again" in told.getMessage()]
    assert len(lines) == 2
    assert not any(told.exc_info for told in lines)


@pytest.mark.django_db
def test_worker_ends_at_a_fault_of_ours(monkeypatch):
    def beat(*_):
        raise FAULTS["no table"]

    monkeypatch.setattr(Heart, "beat", beat)
    monkeypatch.setattr(worker.signal, "signal", lambda *_: None)

    with pytest.raises(OperationalError, match="no such table"):
        worker.Command(stdout=io.StringIO()).handle()
