"""What must hold of every meeting at every moment, counted from outside the writers that keep it.

Zero everywhere is the only good answer, whatever raced, crashed or was killed before.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q

from meetings import overlap
from meetings.enums import Happening, Status
from meetings.models import REMINDERS_AHEAD, Attendee, Meeting, MeetingEvent, Notice, Sweep
from paths.enums import Role

# Changes that everybody who is in the meeting afterwards is written about.
TOLD = (
    Happening.BOOKED,
    Happening.RESCHEDULED,
    Happening.CANCELLED,
    Happening.SCHEDULED,
    Happening.UPDATED,
    Happening.HANDED_OVER,
    Happening.DELETED,
)
CALLED_OFF = (Status.CANCELLED, Status.DELETED)
# A worker that holds a notice this long after its lease ran out is dead, and no other has taken the row.
LEASE_GRACE = timedelta(hours=1)


def count_broken(now: datetime) -> dict[str, int]:
    """How many rows break each invariant, by what is wrong with them."""
    return {
        "people in two live meetings at once": _overlapping().count(),
        "attendees whose time is not their meeting's": _apart().count(),
        "scheduled meetings without an expert or a participant": _empty().count(),
        "live attendees of a cancelled or deleted meeting": _haunting().count(),
        "missing notices": _missing_notices(),
        "orphan notices": _orphans(),
        "missing reminders": missing_reminders(now).count(),
        "orphan reminders": _astray_reminders(now).count(),
        "stale leases": _stale(now).count(),
        "missing database rule": 0 if overlap.rule_exists(connection) else 1,
    }


def _overlapping():
    """The later row of each pair of live rows that share a moment of one person."""
    earlier = Attendee.objects.filter(
        user=OuterRef("user"),
        live=True,
        pk__lt=OuterRef("pk"),
        starts_at__lt=OuterRef("ends_at"),
        ends_at__gt=OuterRef("starts_at"),
    )
    return Attendee.objects.filter(Exists(earlier), live=True)


def _apart():
    apart = ~Q(starts_at=F("meeting__starts_at")) | ~Q(ends_at=F("meeting__ends_at"))
    return Attendee.objects.filter(apart, live=True)


def _empty():
    there = Attendee.objects.filter(meeting=OuterRef("pk"), live=True)
    whole = Exists(there.filter(role=Role.EXPERT)) & Exists(there.filter(role=Role.PARTICIPANT))
    return Meeting.objects.scheduled().exclude(whole)


def _haunting():
    return Attendee.objects.filter(live=True, meeting__status__in=CALLED_OFF)


def _missing_notices() -> int:
    """People who are in a meeting after a change, by the change's own facts, and were never written to about it."""
    written = set(Notice.objects.of_changes().values_list("event", "user"))
    changes = MeetingEvent.objects.filter(happening__in=TOLD).values_list("pk", "facts")
    if since := Sweep.objects.values_list("until", flat=True).first():
        # Their rows may have been sent and deleted since.
        changes = changes.filter(at__gte=since)
    return sum((event, user) not in written for event, facts in changes.iterator() for user in _concerned(facts))


def _orphans() -> int:
    """Notices that tell another meeting's change, another change than they say, or somebody never concerned."""
    amiss = ~Q(meeting=F("event__meeting")) | ~Q(sequence=F("event__sequence"))
    attends = Exists(Attendee.objects.filter(meeting=OuterRef("meeting"), user=OuterRef("user")))
    odd = Notice.objects.of_meetings().filter(amiss).count()
    # An organizer need not attend, and may have handed her place over since: the history knows.
    strangers = Notice.objects.of_meetings().exclude(amiss).exclude(attends).values_list("user", "event__facts")
    return odd + sum(user not in _concerned(facts) | _concerned(facts.get("before", {})) for user, facts in strangers)


def missing_reminders(now: datetime):
    """Attendees without a reminder that is still to come."""
    lacks = Q()
    for kind, ahead in REMINDERS_AHEAD.items():
        row = Notice.objects.filter(
            meeting=OuterRef("meeting"), user=OuterRef("user"), kind=kind, starts_at=OuterRef("starts_at")
        )
        lacks |= Q(~Exists(row), starts_at__gt=now + ahead)
    return Attendee.objects.present().filter(lacks, live=True, meeting__status=Status.SCHEDULED)


def _astray_reminders(now: datetime):
    """Waiting reminders of a start that the meeting no longer has, or to somebody who is no longer in it."""
    there = Attendee.objects.present().filter(meeting=OuterRef("meeting"), user=OuterRef("user"), live=True)
    fits = Q(meeting__status=Status.SCHEDULED, meeting__starts_at=F("starts_at")) & Exists(there)
    waiting = Notice.objects.reminders().waiting().filter(due_at__gt=now, leased_until__isnull=True)
    return waiting.exclude(fits)


def _concerned(facts: dict) -> set[UUID]:
    """Everybody who is in the meeting by these facts, and its organizer."""
    organizer = [facts["organizer"]] if "organizer" in facts else []
    return {UUID(user) for user in (*facts.get("experts", ()), *facts.get("participants", ()), *organizer)}


def _stale(now):
    return Notice.objects.filter(leased_until__lt=now - LEASE_GRACE, sent_at__isnull=True, parked_at__isnull=True)
