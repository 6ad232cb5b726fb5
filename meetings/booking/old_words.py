"""What people wrote about meetings of long ago goes after NOTES_KEPT_DAYS, Django's log after LOGS_KEPT_DAYS.

Notes and answers that were changed stand in the history as they were before: they go from there, too.

The worker does it in small steps, of which each is whole: any number of workers may, and be killed at any time. Stars
stay, and all else of the history of meetings.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.db.models import QuerySet

from meetings.enums import Happening
from meetings.models import BriefPart, Meeting, MeetingAnswer, MeetingEvent, Note, Rating

# Of each kind in one step: between two steps the worker sends.
STEP = 500
# Whose words in the history are an earlier note, or earlier answers.
EARLIER = [Happening.NOTE_CHANGED, Happening.ANSWERS_CHANGED]


def sweep(now: datetime) -> int:
    """One step of each kind; how many of the kind that had most."""
    done = [0]
    if (days := settings.NOTES_KEPT_DAYS) is not None:
        done += _words_before(now - timedelta(days=days))
    if (days := settings.LOGS_KEPT_DAYS) is not None:
        old = LogEntry.objects.filter(action_time__lt=now - timedelta(days=days))
        done.append(_deleted(old))
    return max(done)


def _words_before(until: datetime) -> list[int]:
    """Of meetings that ended before."""
    earlier = MeetingEvent.objects.filter(happening__in=EARLIER, at__lt=until, meeting__ends_at__lt=until)
    return [
        _deleted(Note.objects.filter(meeting__ends_at__lt=until)),
        _deleted(MeetingAnswer.objects.filter(meeting__ends_at__lt=until)),
        _deleted(BriefPart.objects.filter(meeting__ends_at__lt=until)),
        # By when it was written as well, which has the index: both are changed before the meeting begins alone.
        _first(earlier.exclude(message="")).update(message=""),
        _first(Rating.objects.filter(meeting__ends_at__lt=until).exclude(comment="")).update(comment=""),
        # By the start as well, which has the index.
        _first(Meeting.objects.filter(starts_at__lt=until, ends_at__lt=until).exclude(note="")).update(note=""),
    ]


def _deleted(rows: QuerySet) -> int:
    """How many of the first; what goes with them, as parts of briefs do with their notes, is not of the step."""
    return _first(rows).delete()[1].get(rows.model._meta.label, 0)


def _first(rows: QuerySet) -> QuerySet:
    """A set of its own, for a limited one can't be changed."""
    keys = list(rows.order_by("pk").values_list("pk", flat=True)[:STEP])
    return rows.model._default_manager.filter(pk__in=keys)
