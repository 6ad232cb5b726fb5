"""What must hold of every meeting at every moment, counted from outside the writers that keep it.

Zero everywhere is the only good answer, whatever raced, crashed or was killed before.
"""

from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, RowRange, Window

from everwise.accounts.authentication_event import LOG
from meetings.constants import REMINDERS_AHEAD
from meetings.enums import AccountMail, Happening, Status
from meetings.integrity import append_only, overlap
from meetings.models import Attendee, HeldTime, Meeting, Notice, Sweep
from paths import append_only as append_only_of_paths
from paths import program_admins
from paths.enums import Role
from paths.models import Membership, Path

# Changes that everybody who is in the meeting afterwards is written about.
NOTIFIED = (
    Happening.BOOKED,
    Happening.RESCHEDULED,
    Happening.REASSIGNED,
    Happening.CANCELLED,
    Happening.SCHEDULED,
    Happening.UPDATED,
    Happening.HANDED_OVER,
    Happening.DELETED,
)
# Changes that those who were in it before are written about as well.
NOTIFIED_BEFORE = (Happening.REASSIGNED,)
CANCELLED = (Status.CANCELLED, Status.DELETED)
# A worker that holds a notice this long after its lease ran out is dead, and no other has taken the row.
LEASE_GRACE = timedelta(hours=1)


def count_broken(now: datetime) -> dict[str, int]:
    """How many rows break each invariant, by what is wrong with them."""
    return {
        "people in two live meetings at once": _overlapping().count(),
        "attendees whose time is not their meeting's": _apart().count(),
        "scheduled meetings without an expert or a participant": _empty().count(),
        "live attendees of a cancelled or deleted meeting": _haunting().count(),
        "people in coming meetings who have left or are switched off": _stranded(now).count(),
        "coming meetings whose organizer has left or is switched off": _unled(now).count(),
        "program admins who are not an admin of each path": program_admins.without_membership().count(),
        "missing notices": _missing_notices(),
        "orphan notices": _orphans(),
        "missing reminders": missing_reminders(now).count(),
        "orphan reminders": _astray_reminders(now).count(),
        "people told twice of the same missed session": _told_twice().count(),
        "stale leases": _stale(now).count(),
        "held times of nobody in line": _held_for_nobody(now).count(),
        "held times whose expert or holder is in a meeting": _held_and_taken(now).count(),
        "held times whose holder was not written to": _held_untold(now).count(),
        "missing database rule": 0 if overlap.IN_MEETINGS.exists(connection) else 1,
        "missing database rule of held times": 0 if overlap.HELD.exists(connection) else 1,
        "missing rule that history is only added to": 0 if append_only_of_paths.HISTORY.exists(connection) else 1,
        "missing rule that meetings' history is only added to": 0 if append_only.HISTORY.exists(connection) else 1,
        "missing rule that the log of sign-ins is only added to": 0 if LOG.exists(connection) else 1,
    }


def count_odd(now: datetime) -> dict[str, int]:
    """How many rows somebody should look after, though staff may have wanted them so."""
    # A date behind every zone's: a path that has closed needs nobody.
    today = (now - timedelta(days=1)).date()
    led = Membership.objects.live().filter(path=OuterRef("pk"), role=Role.ADMIN, user__is_active=True)
    alive = Path.objects.filter(Q(closes_on__isnull=True) | Q(closes_on__gte=today))
    return {"paths without an admin": alive.exclude(Exists(led)).count()}


def _stranded(now: datetime) -> QuerySet[Attendee]:
    """Live attendees of meetings to come who have no right to be there, save those who were kept on leaving."""
    live = Membership.objects.live().filter(
        path=OuterRef("meeting__path"), user=OuterRef("user"), role=OuterRef("role")
    )
    ahead = Attendee.objects.present().filter(live=True, starts_at__gt=now, meeting__status=Status.SCHEDULED)
    return ahead.exclude(Q(Exists(live)) | Q(kept_at__isnull=False), user__is_active=True)


def _unled(now: datetime) -> QuerySet[Meeting]:
    live = Membership.objects.live().filter(path=OuterRef("path"), user=OuterRef("organizer"))
    return Meeting.objects.scheduled().filter(starts_at__gt=now).exclude(Exists(live), organizer__is_active=True)


def _overlapping():
    """Live rows that begin before an earlier one of the same person has ended, found in one pass over each person."""
    before = Window(
        Max("ends_at"),
        partition_by="user",
        order_by=["starts_at", "id"],
        frame=RowRange(start=None, end=-1),
    )
    return Attendee.objects.filter(live=True).annotate(taken_until=before).filter(taken_until__gt=F("starts_at"))


def _apart():
    apart = ~Q(starts_at=F("meeting__starts_at")) | ~Q(ends_at=F("meeting__ends_at"))
    return Attendee.objects.filter(apart, live=True)


def _empty():
    there = Attendee.objects.filter(meeting=OuterRef("pk"), live=True)
    whole = Exists(there.filter(role=Role.EXPERT)) & Exists(there.filter(role=Role.PARTICIPANT))
    return Meeting.objects.scheduled().exclude(whole)


def _haunting():
    return Attendee.objects.filter(live=True, meeting__status__in=CANCELLED)


def _missing_notices() -> int:
    """People who are in a meeting after a change, by the change's own facts, and were never written to about it."""
    since, values = "", []
    if until := Sweep.objects.values_list("until", flat=True).first():
        # Their rows may have been sent and deleted since.
        since, values = " AND e.at >= %s", [connection.ops.adapt_datetimefield_value(until)]
    parts = [
        f"SELECT e.id AS event, {person} AS person FROM meetings_meetingevent e{source}"
        f" WHERE e.happening IN ({_quoted(happenings)}){since} AND {given}"
        for happenings, facts in ((NOTIFIED, "e.facts"), (NOTIFIED_BEFORE, _inside("e.facts", "before")))
        for source, person, given in _said(facts)
    ]
    concerned = " UNION ".join(parts)
    return _number(
        f"SELECT count(*) FROM ({concerned}) AS c WHERE NOT EXISTS (SELECT 1 FROM meetings_notice n"
        " WHERE n.event_id = c.event AND n.user_id = c.person AND n.starts_at IS NULL)",
        values * len(parts),
    )


def _quoted(happenings: tuple[Happening, ...]) -> str:
    return ", ".join(f"'{happening.value}'" for happening in happenings)


def _orphans() -> int:
    """Notices about another meeting's change, another change than they say, or to somebody never concerned."""
    amiss = ~Q(meeting=F("event__meeting")) | ~Q(sequence=F("event__sequence"))
    odd = Notice.objects.of_meetings().filter(amiss).count()
    # An organizer need not attend, and may have handed their place over since: the history knows.
    known = " AND ".join(
        f"NOT EXISTS (SELECT 1 FROM (SELECT 1 AS one) AS o{source} WHERE {given} AND {person} = n.user_id)"
        for facts in ("e.facts", _inside("e.facts", "before"))
        for source, person, given in _said(facts)
    )
    return odd + _number(
        "SELECT count(*) FROM meetings_notice n JOIN meetings_meetingevent e ON e.id = n.event_id"
        " WHERE n.meeting_id = e.meeting_id AND n.sequence = e.sequence AND NOT EXISTS (SELECT 1"
        " FROM meetings_attendee a WHERE a.meeting_id = n.meeting_id AND a.user_id = n.user_id)"
        f" AND {known}",
        [],
    )


def _said(facts: str) -> list[tuple[str, str, str]]:
    """Where facts name who is in the meeting or organizes it: what to join, the person's key, and that there is one.

    In the database, however many changes there are: only numbers come here.
    """
    if connection.vendor == "postgresql":
        lists = [f", jsonb_array_elements_text({facts}->'{key}') AS x(person)" for key in ("experts", "participants")]
        organizer = f"({facts}->>'organizer')::uuid"
        person = "x.person::uuid"
    else:
        lists = [f", json_each({facts}, '$.{key}') AS x" for key in ("experts", "participants")]
        organizer = f"replace(json_extract({facts}, '$.organizer'), '-', '')"
        person = "replace(x.value, '-', '')"
    return [
        *((source, person, f"{person} IS NOT NULL") for source in lists),
        ("", organizer, f"{organizer} IS NOT NULL"),
    ]


def _inside(facts: str, key: str) -> str:
    return f"({facts}->'{key}')" if connection.vendor == "postgresql" else f"json_extract({facts}, '$.{key}')"


def _number(query: str, values: list) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchone()[0]


def missing_reminders(now: datetime) -> QuerySet[Attendee]:
    """Attendees without a reminder that is still to come."""
    lacks = Q()
    for kind, ahead in REMINDERS_AHEAD.items():
        row = Notice.objects.filter(
            meeting=OuterRef("meeting"), user=OuterRef("user"), kind=kind, starts_at=OuterRef("starts_at")
        )
        lacks |= Q(~Exists(row), starts_at__gt=now + ahead)
    # By the index of starts: of all the history nothing is read.
    coming = Attendee.objects.present().filter(starts_at__gt=now + min(REMINDERS_AHEAD.values()))
    return coming.filter(lacks, live=True, meeting__status=Status.SCHEDULED)


def _astray_reminders(now: datetime):
    """Waiting reminders of a start that the meeting no longer has, or to somebody who is no longer in it."""
    there = Attendee.objects.present().filter(meeting=OuterRef("meeting"), user=OuterRef("user"), live=True)
    fits = Q(meeting__status=Status.SCHEDULED, meeting__starts_at=F("starts_at")) & Exists(there)
    waiting = Notice.objects.reminders().waiting().filter(due_at__gt=now, leased_until__isnull=True)
    return waiting.exclude(fits)


def _held_for_nobody(now: datetime) -> QuerySet[HeldTime]:
    return HeldTime.objects.open(now).filter(entry__ended_at__isnull=False)


def _held_and_taken(now: datetime) -> QuerySet[HeldTime]:
    """Save the session that moves, which its holder is still in."""
    at_that_time = Attendee.objects.filter(
        live=True, starts_at__lt=OuterRef("ends_at"), ends_at__gt=OuterRef("starts_at")
    )
    moves = Q(meeting=OuterRef("entry__sooner_than"))
    taken = Exists(at_that_time.filter(user=OuterRef("expert")).exclude(moves)) | Exists(
        at_that_time.filter(user=OuterRef("user")).exclude(moves)
    )
    return HeldTime.objects.blocking(now).filter(taken)


def _held_untold(now: datetime) -> QuerySet[HeldTime]:
    """Open ones without an e-mail, as the e-mail is deleted only long afterwards, or with them."""
    told = Notice.objects.filter(kind=AccountMail.TIME_HELD, user=OuterRef("user"), due_at__gte=OuterRef("told_at"))
    return HeldTime.objects.open(now).filter(~Exists(told), user__is_active=True)


def _stale(now):
    return Notice.objects.filter(leased_until__lt=now - LEASE_GRACE, sent_at__isnull=True, parked_at__isnull=True)


def _told_twice() -> QuerySet:
    """By person and session: the session that was one too many brings one e-mail, however often it is marked."""
    told = Notice.objects.filter(kind=AccountMail.SESSIONS_MISSED, facts__meeting__isnull=False).order_by()
    return told.values("user", "facts__meeting").annotate(times=Count("pk")).filter(times__gt=1)
