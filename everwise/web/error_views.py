"""What is shown when something is broken."""

import sys

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.views.decorators.csrf import requires_csrf_token
from django.views.defaults import server_error

from everwise.web import outage

RETRY_SECONDS = 10


@requires_csrf_token
def broken(request) -> HttpResponse:
    """For a fault of ours the page that says so; for a database that is away, read-only or full, one to try again.

    Django calls it while it handles the error, wherever in views or middlewares that came up.
    """
    error = sys.exc_info()[1]
    # It may have come up before it was known who reads.
    language = getattr(request, "LANGUAGE_CODE", "") or translation.get_language_from_request(request)
    with translation.override(language):
        return server_error(request) if outage.cause(error) is None else unavailable()


def unavailable() -> HttpResponse:
    """Made without a query, a session or a context of the request."""
    return HttpResponse(
        render_to_string("503.html"),
        status=503,
        headers={"Retry-After": str(RETRY_SECONDS), "Cache-Control": "no-store"},
    )
