"""What was sent, or given up, long ago leaves the outbox. The history of the meetings stays."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from meetings.models import Notice, Sweep

# In one step: between two steps the worker sends.
STEP = 500
# How long to wait once nothing was left.
EVERY = timedelta(hours=1)


def sweep(now: datetime) -> int:
    """Delete the oldest rows that were sent or parked more than MAIL_KEPT_DAYS ago, at most STEP; how many."""
    until = now - timedelta(days=settings.MAIL_KEPT_DAYS)
    with transaction.atomic():
        old = _oldest(Notice.objects.sent().filter(sent_at__lt=until).order_by("sent_at"), STEP)
        old += _oldest(Notice.objects.parked().filter(parked_at__lt=until).order_by("parked_at"), STEP - len(old))
        if not old:
            return 0
        # Said before they go, and never taken back: check_invariants misses no row that was deleted here, not even
        # after the setting was raised.
        Sweep.objects.get_or_create(pk=1, defaults={"until": until})
        Sweep.objects.filter(pk=1, until__lt=until).update(until=until)
        # Asked again: a parked row may have been put back by staff.
        left = Notice.objects.filter(pk__in=old).exclude(sent_at__isnull=True, parked_at__isnull=True)
        left.delete()
        return len(old)


def _oldest(rows, most: int) -> list[int]:
    return list(rows.values_list("pk", flat=True)[:most])
