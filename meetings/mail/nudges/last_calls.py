"""The last call: before a path closes, the worker writes once to whoever has sessions left and none coming up.

Only where the path asks for it (`Path.last_call_days`). Nobody gets it within 14 days of another reminder: who had one
hears of it as soon as these are over, if the path is open then.
"""

from datetime import datetime, timedelta

from django.db import transaction

from meetings.enums import AccountMail, NudgeKind
from meetings.mail.nudges import audience, free_times, writer
from meetings.models import Nudge, NudgeRecipient
from paths import history
from paths.enrolment import lock
from paths.enums import Happened, Via
from paths.models import Path

# So many people are held, and written to, in one transaction.
STEP = 500


def send_due(now: datetime) -> int:
    """Queue what is due on all paths, and say how many e-mails that is."""
    # A date before and after every zone's; which of them it is, its own zone says.
    asked = Path.objects.filter(last_call_days__isnull=False, opened_at__isnull=False, closed_at__isnull=True)
    near = asked.filter(
        closes_on__gte=(now - timedelta(days=2)).date(), closes_on__lte=(now + timedelta(days=63)).date()
    )
    return sum(_send(path, now) for path in near.order_by("pk") if _is_due(path, now))


def _is_due(path: Path, now: datetime) -> bool:
    if path.last_call_days is None or path.closes_on is None or path.closed_at or not audience.is_open(path, now):
        return False
    today = now.astimezone(path.time_zone).date()
    return path.closes_on - timedelta(days=path.last_call_days) <= today


def _send(path: Path, now: datetime) -> int:
    """Some after others: what was queued for some stands, whatever becomes of the worker."""
    sent = 0
    if not _uncalled(path, now).exists() or not free_times.any_offered(path, now):
        return sent
    while some := list(_uncalled(path, now).order_by("pk").values_list("pk", flat=True)[:STEP]):
        number = _send_to(path, some, now)
        sent += number
        if not number:
            break
    return sent


@transaction.atomic
def _send_to(path: Path, some: list, now: datetime) -> int:
    lock(some)
    current = Path.objects.select_for_update(no_key=True).get(pk=path.pk)
    if not _is_due(current, now):
        return 0
    found = list(_uncalled(current, now).filter(pk__in=some))
    if not found:
        return 0
    nudge, is_new = Nudge.objects.get_or_create(path=current, kind=NudgeKind.LAST_CALL, defaults={"at": now})
    writer.queue(nudge, found, AccountMail.LAST_CALL, now)
    if is_new:
        facts = {"kind": NudgeKind.LAST_CALL.value}
        history.write(path=current, what=Happened.NUDGED, by=None, now=now, via=Via.EVERWISE, facts=facts)
    return len(found)


def _uncalled(path: Path, now: datetime):
    called = NudgeRecipient.objects.filter(nudge__path=path, nudge__kind=NudgeKind.LAST_CALL).order_by()
    return audience.recipients(path, NudgeKind.LAST_CALL, None, now).exclude(pk__in=called.values("user"))
