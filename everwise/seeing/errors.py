"""Reports errors of ours to whatever understands Sentry's protocol, where SENTRY_DSN names a receiver.

An event says what broke, where, and in which request; not who, and nothing that anybody typed, was sent or holds.
"""

from typing import Any

import sentry_sdk
from sentry_sdk.integrations.django import DjangoIntegration
from sentry_sdk.integrations.logging import LoggingIntegration
from structlog.contextvars import get_contextvars

from everwise.seeing.secret_texts import quoted_by_database, without_secrets
from everwise.web import outage

# What an event may have. Of a request that is nothing, no address, cookies, form or headers: its id is in the tags, by
# which the log has it. Whatever a later version of the library adds stays here, too.
KEPT = {
    "contexts",
    "environment",
    "event_id",
    "exception",
    "level",
    "logentry",
    "logger",
    "message",
    "platform",
    "release",
    "sdk",
    "tags",
    "timestamp",
    "transaction",
}
CONTEXTS = {"runtime", "trace"}


def start(dsn: str) -> None:
    """Only called with an address: without one nothing is loaded into a request."""
    sentry_sdk.init(
        dsn,
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[
            DjangoIntegration(middleware_spans=False, signals_spans=False, cache_spans=False),
            # Errors that are logged with their traceback, as the worker's are, and no trail of lines before them.
            LoggingIntegration(level=None),
        ],
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        server_name="",
        traces_sample_rate=None,
        auto_session_tracking=False,
        send_client_reports=False,
        before_send=cleaned,
    )


def cleaned(event: Any, hint: dict[str, Any]) -> Any:
    """What is left of an event; None for an outage, which everybody's request would report."""
    error = (hint.get("exc_info") or (None, None))[1]
    if outage.cause(error) is not None:
        return None
    kept = {name: value for name, value in event.items() if name in KEPT}
    kept["contexts"] = {name: value for name, value in event.get("contexts", {}).items() if name in CONTEXTS}
    kept["tags"] = {name: str(value) for name, value in get_contextvars().items()}
    return _without_secrets(kept, quoted_by_database(error))


def _without_secrets(value: Any, quoted: list[str]) -> Any:
    """The same, of every text in it."""
    if isinstance(value, str):
        return without_secrets(value, quoted)
    if isinstance(value, dict):
        return {name: _without_secrets(each, quoted) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_without_secrets(each, quoted) for each in value]
    return value
