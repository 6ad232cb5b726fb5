"""What machines ask: is this process alive, should it get requests, does anybody send the e-mails?"""

from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from meetings.models import Notice, Worker
from meetings.pages import health
from tests.scene import NOW, a_participant, a_path, a_theme, an_expert, at, book

pytestmark = pytest.mark.usefixtures("clock")

PAGES = ["/healthz", "/readyz", "/readyz/worker"]


@pytest.fixture
def worker(db):
    return Worker.objects.create(name="here 1", started_at=NOW, beat_at=NOW)


def ask(page, **headers):
    answer = Client(raise_request_exception=False).get(page, **headers)
    return answer.status_code, answer.text.splitlines()


@pytest.mark.parametrize("address", PAGES)
def test_answers_whatever_the_host_over_plain_http_without_cookies(
    worker, settings, address, django_assert_max_num_queries
):
    settings.SECURE_SSL_REDIRECT = True
    settings.ALLOWED_HOSTS = ["learn.example.com"]

    with django_assert_max_num_queries(8) as asked:
        answer = Client().get(address, headers={"host": "10.0.0.7:8000", "cookie": "sessionid=x; csrftoken=y"})

    assert answer.status_code == 200
    assert not answer.cookies
    assert Client().get("/accounts/login/", secure=True, headers={"host": "learn.example.com"}).cookies
    assert answer["Cache-Control"] == "no-store"
    assert answer["Content-Type"].startswith("text/plain")
    assert not [query["sql"] for query in asked if not query["sql"].startswith(("SELECT", "SHOW", "PRAGMA", "\n"))]


@pytest.mark.parametrize("address", PAGES)
def test_takes_no_post(worker, address):
    refused = Client(enforce_csrf_checks=True).post(address)

    assert (refused.status_code, refused["Allow"]) == (405, "GET, HEAD")
    assert Client().head(address).status_code == 200


def test_healthy_installation_says_so(worker):
    assert ask("/healthz") == (200, ["ok"])
    assert ask("/readyz/worker") == (
        200,
        [
            "database: ok",
            "migrations: ok",
            "worker: alive, last heartbeat 0 s ago",
            "oldest unsent message: none",
        ],
    )


def test_dead_worker_takes_no_web_machine_out(worker, clock):
    clock.shift(timedelta(minutes=10))

    status, lines = ask("/readyz")
    assert (status, lines[2]) == (200, "worker: none alive, last heartbeat 600 s ago")
    assert ask("/readyz/worker")[0] == 503
    worker.delete()
    assert ask("/readyz")[1][2] == "worker: none alive, no heartbeat"


def test_late_message_is_reported_and_fails_the_worker_alone(worker, clock):
    path = a_path()
    expert = an_expert(path)
    book(a_theme(path, expert), a_participant(path), at(10))
    assert Notice.objects.waiting().exists()
    Worker.objects.update(beat_at=NOW + timedelta(minutes=15))
    clock.shift(timedelta(minutes=14))
    assert ask("/readyz/worker")[0] == 200
    clock.shift(timedelta(minutes=1))

    status, lines = ask("/readyz/worker")
    assert (status, lines[3]) == (503, "oldest unsent message: due 900 s ago")
    assert ask("/readyz")[0] == 200
    Notice.objects.update(sent_at=NOW)
    assert ask("/readyz/worker")[0] == 200


def test_missing_migration_is_named(worker):
    MigrationRecorder.Migration.objects.filter(app="sessions").delete()

    assert ask("/readyz") == (503, ["database: ok", "migrations: missing: sessions.0001_initial"])
    assert ask("/readyz/worker")[0] == 503
    assert ask("/healthz")[0] == 200


def test_unreachable_database_is_reported(worker, monkeypatch):
    def away(*_):
        raise OperationalError("connection refused")

    with monkeypatch.context() as patched:
        patched.setattr(BaseDatabaseWrapper, "_cursor", away)

        assert ask("/readyz") == (503, ["database: unreachable", "migrations: unknown"])
        assert ask("/readyz/worker")[0] == 503
        assert ask("/healthz") == (200, ["ok"])
    assert ask("/readyz")[0] == 200


def test_read_only_database_is_reported(worker, monkeypatch):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET transaction_read_only = on")
        else:
            monkeypatch.setattr(health.os, "access", lambda *_: False)

        assert ask("/readyz") == (503, ["database: read-only", "migrations: unknown"])


def test_standing_fault_fills_no_log(worker, clock, caplog):
    clock.shift(timedelta(minutes=10))

    ask("/readyz/worker")

    assert caplog.records == []
    ask("/nothing")
    assert [record.name for record in caplog.records] == ["everwise.requests", "django.request"]


@pytest.mark.django_db
def test_wrong_host_is_one_line_in_the_log(caplog):
    Client(raise_request_exception=False).get("/", headers={"host": "elsewhere.example.com"})

    (record,) = [each for each in caplog.records if each.name == "django.security.DisallowedHost"]
    assert "Invalid HTTP_HOST header" in record.getMessage()
    assert record.exc_info is None
