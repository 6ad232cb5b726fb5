"""How lines of the log are written: one for each event, as JSON or for people. Knows no Django; settings asks it.

What a line tells beside its words is passed as `extra=told(...)`; what all lines of a request or job have is bound by
structlog's contextvars.
"""

import logging
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

from everwise.seeing.secret_texts import quoted_by_database, without_secrets

FORMATS = ("json", "plain")
TOLD = "told"


def told(**facts: object) -> dict[str, dict[str, object]]:
    """For `extra=`: these facts alone reach the line, and nothing that a library has hung on its record."""
    return {TOLD: facts}


def _with_facts(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {**event, **getattr(event.get("_record"), TOLD, {})}


def _with_traceback(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """As text, without the rows and values that a database quotes in its errors."""
    info = event.get("exc_info")
    event = structlog.processors.format_exc_info(logger, method, event)
    if isinstance(info, tuple) and "exception" in event:
        event["exception"] = without_secrets(event["exception"], quoted_by_database(info[1]))
    return event


def _without_secrets(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {name: without_secrets(value) if isinstance(value, str) else value for name, value in event.items()}


def formatter(chosen: str) -> logging.Formatter:
    renderer: Any = structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
    if chosen == "plain":
        renderer = structlog.dev.ConsoleRenderer(
            colors=False, pad_event_to=0, pad_level=False, exception_formatter=structlog.dev.plain_traceback
        )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ],
        processors=[
            _with_facts,
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _with_traceback,
            _without_secrets,
            renderer,
        ],
    )


def chosen_in(environment: Mapping[str, str]) -> str:
    """As settings read it, for processes without settings; a bad value is reported by those that have them."""
    on = any(environment.get(name) == "1" for name in ("DEMO", "DEBUG"))
    return environment.get("LOG_FORMAT") or ("plain" if on else "json")


def configuration(chosen: str) -> dict[str, Any]:
    """Django's LOGGING."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": "everwise.seeing.logs.formatter", "chosen": chosen}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "filters": {
            "outages": {"()": "everwise.web.outage.OutageFilter"},
            "without_traceback": {"()": "everwise.web.middleware.WithoutTracebackFilter"},
        },
        "loggers": {
            "django.server": {"handlers": [], "propagate": True},
            "django.request": {"filters": ["outages"], "propagate": True},
            "django.security.DisallowedHost": {"filters": ["without_traceback"], "propagate": True},
        },
        "root": {"handlers": ["console"], "level": "INFO"},
    }
