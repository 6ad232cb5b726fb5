"""What a process counts of itself, for Prometheus; what is in the database is asked when somebody looks.

By prometheus_client alone: django-prometheus measures each request by a dozen histograms and wraps every query.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

# A registry of our own: none of what the library counts by itself.
OWN = CollectorRegistry()
# Anybody can make up a method, and each would be a series of its own.
METHODS = {"GET", "HEAD", "POST"}
SECONDS = Histogram(
    "everwise_request_seconds",
    "Time from the first middleware to the answer, by the name of the page.",
    ["view", "method"],
    buckets=(0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=OWN,
)
ANSWERS = Counter("everwise_answers", "Answers by page, method and status.", ["view", "method", "status"], registry=OWN)
CHANGES = Counter(
    "everwise_changes",
    "Changes of meetings by what was to be done, and what came of it: done, or the name of the refusal.",
    ["change", "outcome"],
    registry=OWN,
)
RETRIES = Counter("everwise_retries", "Changes tried again, since a race was lost.", ["change"], registry=OWN)


def observe(*, view: str, method: str, status: int, seconds: float) -> None:
    method = method if method in METHODS else "other"
    SECONDS.labels(view, method).observe(seconds)
    ANSWERS.labels(view, method, str(status)).inc()


@contextmanager
def counted(change: str) -> Iterator[None]:
    """Around one change: what came of it, be it done or refused."""
    try:
        yield
    except Exception as error:
        CHANGES.labels(change, type(error).__name__).inc()
        raise
    CHANGES.labels(change, "done").inc()


def of_processes() -> bytes:
    """As Prometheus reads it: of all of gunicorn's processes, where gunicorn.conf.py has them write into one folder."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(OWN)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    return generate_latest(registry)
