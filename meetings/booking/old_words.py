"""What people wrote about meetings of long ago goes after NOTES_KEPT_DAYS, Django's log after LOGS_KEPT_DAYS.

The worker does it in small steps, of which each is whole: any number of workers may, and be killed at any time. Stars
stay, and the history of meetings.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.db.models import QuerySet

from meetings.models import BriefPart, Meeting, MeetingAnswer, Note, Rating

# Of each kind in one step: between two steps the worker sends.
STEP = 500


def sweep(now: datetime) -> int:
    """One step of each kind; how many of the kind that had most."""
    done = [0]
    if (days := settings.NOTES_KEPT_DAYS) is not None:
        done += _words_before(now - timedelta(days=days))
    if (days := settings.LOGS_KEPT_DAYS) is not None:
        old = LogEntry.objects.filter(action_time__lt=now - timedelta(days=days))
        done.append(_first(old).delete()[0])
    return max(done)


def _words_before(until: datetime) -> list[int]:
    """Of meetings that ended before."""
    return [
        _first(Note.objects.filter(meeting__ends_at__lt=until)).delete()[0],
        _first(MeetingAnswer.objects.filter(meeting__ends_at__lt=until)).delete()[0],
        _first(BriefPart.objects.filter(meeting__ends_at__lt=until)).delete()[0],
        _first(Rating.objects.filter(meeting__ends_at__lt=until).exclude(comment="")).update(comment=""),
        # By the start as well, which has the index.
        _first(Meeting.objects.filter(starts_at__lt=until, ends_at__lt=until).exclude(note="")).update(note=""),
    ]


def _first(rows: QuerySet) -> QuerySet:
    """A set of its own, for a limited one can't be changed."""
    keys = list(rows.order_by("pk").values_list("pk", flat=True)[:STEP])
    return rows.model._default_manager.filter(pk__in=keys)
