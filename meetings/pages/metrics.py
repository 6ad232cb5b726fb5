"""/metrics for Prometheus: what the processes count of themselves, and what the database says when it is asked."""

from collections.abc import Iterator
from datetime import datetime
from hmac import compare_digest

from django.conf import settings
from django.db.models import Count, Max, Min, Q
from django.http import HttpResponse, HttpResponseNotAllowed
from django.utils import timezone
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from everwise.seeing import metrics
from experts.models import BusyCalendar
from meetings.integrity import checked
from meetings.mail import heartbeat
from meetings.models import Notice, ReplyMailbox, Worker
from paths.enums import ImportState
from paths.models import PeopleImport

ADDRESS = "/metrics"


class MetricsMiddleware:
    """Like the health pages before the checks of hosts and https. Without the token there is no such page."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path_info != ADDRESS or not _may_look(request):
            return self.get_response(request)
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        return HttpResponse(
            metrics.of_processes() + of_database(timezone.now()),
            content_type=CONTENT_TYPE_LATEST,
            headers={"Cache-Control": "no-store"},
        )


def _may_look(request) -> bool:
    token = settings.METRICS_TOKEN
    given = request.META.get("HTTP_AUTHORIZATION", "")
    return bool(token) and compare_digest(given.encode(), f"Bearer {token}".encode())


class InDatabase(Collector):
    """The same numbers at whichever machine it is asked."""

    def __init__(self, now: datetime):
        self._now = now

    def collect(self) -> Iterator[Metric]:
        yield from self._outbox()
        yield from self._workers()
        yield from self._calendars()
        yield from self._replies()
        yield from self._imports()
        yield from self._invariants()

    def _outbox(self):
        due = Notice.objects.waiting().filter(due_at__lte=self._now).aggregate(number=Count("pk"), oldest=Min("due_at"))
        age = (self._now - due["oldest"]).total_seconds() if due["oldest"] else 0
        yield _one("everwise_outbox_due", "E-mails that are due and not sent.", due["number"])
        yield _one("everwise_outbox_oldest_seconds", "How long the oldest of them has been due.", age)
        yield _one("everwise_outbox_parked", "E-mails that failed for good.", Notice.objects.parked().count())

    def _workers(self):
        beat = Worker.objects.aggregate(last=Max("beat_at"))["last"]
        yield _one("everwise_workers", "Workers that are alive.", heartbeat.living(self._now).count())
        if beat:
            words = "When a worker last said that it lives."
            yield _one("everwise_worker_heartbeat_timestamp_seconds", words, beat.timestamp())

    def _calendars(self):
        found = BusyCalendar.objects.aggregate(
            failing=Count("pk", filter=Q(failing_since__isnull=False)),
            fine=Count("pk", filter=Q(failing_since__isnull=True)),
        )
        yield _each("everwise_calendars", "Experts' own calendars, by how the last reading went.", "state", found)

    def _replies(self):
        row = ReplyMailbox.objects.first() if settings.REPLIES else None
        if row is None:
            return
        yield _one("everwise_replies_failures", "Failed readings of the mailbox of answers in a row.", row.failures)
        yield _one("everwise_replies_messages", "E-mails read in the mailbox of answers.", row.messages)
        yield _one("everwise_replies_counted", "Answers to invitations that counted.", row.counted)
        if row.last_read_at:
            words = "When the mailbox of answers was last read."
            yield _one("everwise_replies_read_timestamp_seconds", words, row.last_read_at.timestamp())

    def _imports(self):
        states = dict.fromkeys(ImportState.values, 0)
        states |= dict(PeopleImport.objects.order_by().values_list("state").annotate(Count("pk")))
        yield _each("everwise_imports", "Imports of people that are kept, by state.", "state", states)

    def _invariants(self):
        if counted := checked.last():
            words = "Rows that break what must always hold, when a worker last counted."
            yield _each("everwise_invariants_broken", words, "invariant", counted.broken)
            words = "When a worker last counted what must always hold."
            yield _one("everwise_invariants_timestamp_seconds", words, counted.at.timestamp())


def of_database(now: datetime) -> bytes:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(InDatabase(now))
    return generate_latest(registry)


def _one(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(name, words, value=value)


def _each(name: str, words: str, label: str, values: dict[str, int]) -> Metric:
    family = GaugeMetricFamily(name, words, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family
