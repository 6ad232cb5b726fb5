"""Each request's id, and the one line that the log has of it."""

import logging
import re
import time
import uuid

from django.conf import settings
from django.core.signals import request_finished
from django.dispatch import receiver
from structlog.contextvars import bind_contextvars, clear_contextvars

from everwise.seeing import metrics
from everwise.seeing.logs import told

logger = logging.getLogger("everwise.requests")

SANE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
# Asked every few seconds by machines.
BY_MACHINES = ("/healthz", "/readyz", "/readyz/worker", "/metrics")


class RequestMiddleware:
    """Comes first: its time is the whole time, and every line of a request has its id.

    django-structlog's own writes two lines a request, with the query in both, and asks who the person is.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        started = time.perf_counter()
        clear_contextvars()
        request.request_id = _id_of(request)
        bind_contextvars(request_id=request.request_id)
        response = self.get_response(request)
        response["X-Request-ID"] = request.request_id
        if not _is_quiet(request, response):
            seconds = time.perf_counter() - started
            _tell(request, response, round(seconds * 1000, 1))
            if settings.METRICS_TOKEN:
                # By no more than the names of pages: what strangers make up would be a series each.
                view = view_name(request) or "none"
                metrics.observe(view=view, method=request.method, status=response.status_code, seconds=seconds)
        return response

    def process_view(self, request, view, args, kwargs) -> None:
        bind_contextvars(view=view_name(request), **person_of(request))


@receiver(request_finished)
def forget(**signal) -> None:
    """Only then: Django logs what came of a request after all middlewares."""
    clear_contextvars()


def view_name(request) -> str:
    """The name of the address as the URLconf has it, so that nothing of the address itself is in it."""
    match = getattr(request, "resolver_match", None)
    return (match and match.view_name) or ""


def person_of(request) -> dict[str, str]:
    """Who is signed in, if anything has asked yet: no query is made for a line.

    An admin who looks at a path as somebody else is the one who acts; `seen_as` says as whom.
    """
    person = getattr(request, "_cached_user", None)
    if person is None or not person.is_authenticated:
        return {}
    seeing = getattr(request, "seeing", None)
    return {"person": str(person.pk), **({"seen_as": seeing.logged} if seeing else {})}


def _id_of(request) -> str:
    """That of a proxy of our own, which may log it too; anybody else could write lines that look like others'."""
    given = request.META.get("HTTP_X_REQUEST_ID", "") if settings.TRUSTED_PROXY_COUNT else ""
    return given if SANE.fullmatch(given) else uuid.uuid4().hex


def _is_quiet(request, response) -> bool:
    static = request.path_info.startswith("/static/") and response.status_code < 400
    machine = request.path_info in BY_MACHINES and response.status_code != 404
    return static or machine


def _tell(request, response, milliseconds):
    facts = {
        "method": request.method,
        "path": request.path,
        "view": view_name(request),
        **person_of(request),
        "status": response.status_code,
        "ms": milliseconds,
        "address": request.META.get("REMOTE_ADDR", ""),
    }
    logger.info("request", extra=told(**facts))
