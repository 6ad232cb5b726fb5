"""Pages for machines, answered before anything else: whatever the host, without cookies and without writing."""

import os
from collections.abc import Callable
from datetime import timedelta
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Max, Min
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils import timezone

from meetings.constants import WORKER_ALIVE
from meetings.models import Notice, ReplyMailbox, Worker

# E-mails that wait longer than this are late, whatever the worker says of itself.
LATE = timedelta(minutes=15)
NONE = "none"


class HealthMiddleware:
    """Stands before the checks of hosts, of https and of sessions, which are for people's requests."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        page = PAGES.get(request.path_info)
        if page is None:
            return self.get_response(request)
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        return page(request)


class Report(NamedTuple):
    """What is known of database and worker, each in words for the body."""

    ready: bool
    working: bool
    lines: tuple[str, ...]


def healthz(request: HttpRequest) -> HttpResponse:
    """This process is alive, whatever it needs is not."""
    return _answer(True, ("ok",))


def readyz(request: HttpRequest) -> HttpResponse:
    """503 when this machine should get no requests: the database is away or read-only, or migrations are missing."""
    report = _report()
    return _answer(report.ready, report.lines)


def readyz_worker(request: HttpRequest) -> HttpResponse:
    """503 when nobody sends e-mail: no worker lives, or messages wait for long."""
    report = _report()
    return _answer(report.ready and report.working, report.lines)


PAGES: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "/healthz": healthz,
    "/readyz": readyz,
    "/readyz/worker": readyz_worker,
}


def _answer(good: bool, lines: tuple[str, ...]) -> HttpResponse:
    response = HttpResponse(
        "".join(f"{line}\n" for line in lines),
        status=200 if good else 503,
        content_type="text/plain; charset=utf-8",
        headers={"Cache-Control": "no-store"},
    )
    response["Content-Length"] = str(len(response.content))
    # Asked every few seconds: a 503 that lasts must not fill the log.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def _report() -> Report:
    try:
        fault = _fault_of_database()
        missing = () if fault else _missing_migrations()
        if fault or missing:
            migrations = f"missing: {', '.join(missing)}" if missing else "unknown"
            return Report(False, False, (f"database: {fault or 'ok'}", f"migrations: {migrations}"))
        working, lines = _of_worker()
        lines += _of_replies()
    except Error:
        return Report(False, False, ("database: unreachable", "migrations: unknown"))
    return Report(True, working, ("database: ok", "migrations: ok", *lines))


def _fault_of_database() -> str:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SHOW transaction_read_only")
            return "read-only" if cursor.fetchone()[0] == "on" else ""
        cursor.execute("PRAGMA query_only")
        file = str(connection.settings_dict["NAME"])
        writable = os.access(file, os.W_OK) and os.access(os.path.dirname(file) or ".", os.W_OK)
        return "" if writable and not cursor.fetchone()[0] else "read-only"


@lru_cache(maxsize=1)
def _last_migrations() -> tuple[tuple[str, str], ...]:
    """Of each app, as the code of this process has them."""
    return tuple(MigrationLoader(None).graph.leaf_nodes())


def _missing_migrations() -> tuple[str, ...]:
    applied = MigrationRecorder(connection).applied_migrations()
    return tuple(f"{app}.{name}" for app, name in _last_migrations() if (app, name) not in applied)


def _of_worker() -> tuple[bool, tuple[str, ...]]:
    now = timezone.now()
    beat = Worker.objects.aggregate(last=Max("beat_at"))["last"]
    oldest = Notice.objects.waiting().filter(due_at__lte=now).aggregate(first=Min("due_at"))["first"]
    alive = beat is not None and beat > now - WORKER_ALIVE
    heard = f"last heartbeat {_seconds(now - beat)} ago" if beat else "no heartbeat"
    waits = f"due {_seconds(now - oldest)} ago" if oldest else NONE
    in_time = oldest is None or oldest > now - LATE
    return alive and in_time, (
        f"worker: {'alive' if alive else 'none alive'}, {heard}",
        f"oldest unsent message: {waits}",
    )


def _of_replies() -> tuple[str, ...]:
    """A mailbox that is away is told, and no reason to stop anything: e-mail goes out all the same."""
    if settings.REPLIES is None:
        return ()
    row = ReplyMailbox.objects.first()
    if row is None or (row.last_read_at is None and not row.failures):
        return ("mailbox of answers: not read yet",)
    read = f"last read {_seconds(timezone.now() - row.last_read_at)} ago" if row.last_read_at else "never read"
    return (f"mailbox of answers: {read}{f', failing ({row.error})' if row.failures else ''}",)


def _seconds(age: timedelta) -> str:
    return f"{max(0, int(age.total_seconds()))} s"
