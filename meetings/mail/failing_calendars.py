"""Tells experts by e-mail of a calendar of theirs that has failed for a day: once, until it is read well again."""

from datetime import datetime
from typing import cast

from django.db import transaction

from experts.models import BusyCalendar
from meetings.enums import AccountMail
from meetings.mail import outbox

# How many are told in one step, so that letters and calendars never wait for long.
STEP = 100


def tell(now: datetime) -> int:
    """Put an e-mail into the outbox for each calendar that is due to be told of; how many there were."""
    told = 0
    for calendar in BusyCalendar.objects.to_be_told(now).select_related("expert__user").order_by("pk")[:STEP]:
        user = calendar.expert.user
        with transaction.atomic():
            # Asked again in the UPDATE: of two workers one writes, and none of a calendar that was read meanwhile.
            if not BusyCalendar.objects.filter(pk__in=[calendar.pk]).to_be_told(now).update(told_at=now):
                continue
            facts = {
                "at": cast("datetime", calendar.failing_since).isoformat(),
                "calendar": calendar.label,
                "error": calendar.error,
            }
            outbox.post(kind=AccountMail.CALENDAR_FAILED, user_id=user.pk, address=user.email, facts=facts, now=now)
        told += 1
    return told
