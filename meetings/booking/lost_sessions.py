"""After a drop-in was cancelled: whether its participant may have the same time with somebody else, and with whom.

A drop-in that somebody other than its participant cancelled is *lost*; its participant may have the same start with
another expert (`meetings/booking/lost_sessions` says whether and with whom, `booking.rescue` takes it). It counts
whoever cancelled on the other side: admins often do so for an expert who can't. Nothing keeps the experts of lost
sessions busy at that time, so the engine would offer them: `lost_sessions.absent` leaves them out, also for other
participants. So it does with whoever had given the session to the expert who then lost it, by themselves or by an
admin: it would be offered as the time of the very person who could not come. The rescue is a new meeting with
`Meeting.rescues`, one for each lost one, which makes a second tab harmless. The engine is asked without notice
(`Openings(ignore_notice=True)`); all its other rules, and the sessions a participant has, hold. The offer is worked out
whenever the page or the mail is made, and kept nowhere; kept is only that its participant wants it no more on their
first page (`Attendee.offer_hidden_at`).
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, DateTimeField, Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from everwise.accounts.models import User
from everwise.db.prepared import Param, Prepared
from experts.models import Expert
from meetings.booking.limits import Allowance, BookingLimit, allowance_of
from meetings.enums import Happening, Kind, Standing, Status
from meetings.models import REACH, Attendee, Meeting, MeetingEvent
from meetings.slots.openings import Openings
from paths.enums import Role
from paths.models import Membership, Path

INSTANT = timedelta(seconds=1)
Span = tuple[datetime, datetime]


def lost(meeting: Meeting) -> bool:
    """Whether this is a drop-in that somebody other than its participant cancelled."""
    cancelled = meeting.is_dropin and meeting.status == Status.CANCELLED and meeting.cancelled_by_id is not None
    return cancelled and all(person.pk != meeting.cancelled_by_id for person in meeting.participants)


def refusal(meeting: Meeting, user: User, held: frozenset[Standing], now: datetime) -> str:
    """Why this person can't take the meeting's time with another expert, in words; empty when they may try."""
    if not lost(meeting):
        return _("Only the time of a session that its expert or an admin cancelled can be taken with another expert.")
    if Standing.PARTICIPANT not in held or user not in meeting.participants:
        return _("Only the participant of this session can take its time with another expert.")
    if meeting.has_started(now):
        return _("The time of this session has come, so it can’t be taken any more.")
    return ""


def offered(participant: User, now: datetime, most: int) -> list[Meeting]:
    """The participant's lost sessions ahead that nobody took and they have not hidden: the nearest `most` of them."""
    called_off = _called_off_ahead(participant=participant.pk, now=now)
    if not called_off:
        return []
    paths = Membership.objects.live().filter(user=participant, role=Role.PARTICIPANT)
    ahead = Meeting.objects.filter(
        pk__in=[meeting for (meeting,) in called_off],
        path__in=paths.order_by().values("path"),
        kind=Kind.DROP_IN,
        status=Status.CANCELLED,
        starts_at__gt=now,
        cancelled_by__isnull=False,
        rescued_by=None,
    )
    found = ahead.exclude(cancelled_by=participant).with_people().select_related("cancelled_by")
    return list(found.order_by("starts_at", "id")[:most])


@Prepared
def _called_off_ahead():
    # Asked by everybody's first page, and nearly always of nothing.
    mine = Attendee.objects.present().filter(
        user=Param("participant", User._meta.pk),
        role=Role.PARTICIPANT,
        live=False,
        ends_at__gt=Param("now", DateTimeField()),
        offer_hidden_at=None,
    )
    return mine.order_by().values_list("meeting")


def rescuer(meeting: Meeting) -> Meeting | None:
    """The meeting that was booked in this one's place."""
    return Meeting.objects.with_people().filter(rescues=meeting).first()


def allowance_for(meeting: Meeting, participant: User, now: datetime) -> Allowance:
    """The sessions with which the participant could take the time. Without a limit nothing is counted.

    It is a session that they had already, so nobody asks what they have missed.
    """
    return allowance_of(participant, meeting.path, now=now, excused=True)


def obstacle(allowance: Allowance, meeting: Meeting, participant: User, now: datetime) -> str:
    """Why the time can't be taken, whoever is free, in words to the participant; empty when it can."""
    if meeting.theme is not None and meeting.theme.is_retired:
        return _("This theme can’t be booked any more.")
    refusal = allowance.refusal(meeting.starts_at)
    if refusal is None:
        return ""
    if refusal.rule is not BookingLimit.IN_ALL:
        return refusal.words(participant.reader, now)
    if refusal.most == 1:
        return _("Your session of this path is used or booked.")
    said = ngettext(
        "All your %(number)s session of this path is used or booked.",
        "All your %(number)s sessions of this path are used or booked.",
        refusal.most,
    )
    return said % {"number": refusal.most}


def absent(meeting: Meeting) -> list[int]:
    """The ids of the theme's experts whose session at this meeting's time was lost, whoever was to come to it.

    Nothing keeps them busy then, but they were said to be unable to come: neither the expert of this meeting, nor one
    who had taken it over, nor one who had given it away at that time.
    """
    start, end = meeting.starts_at, meeting.ends_at
    at_that_time = _all_lost().filter(starts_at__gt=start - REACH, starts_at__lt=end, ends_at__gt=start)
    lost_by = Attendee.objects.present().filter(role=Role.EXPERT, meeting__in=at_that_time).order_by().values("user")
    found = Expert.objects.filter(Q(user__in=lost_by) | Q(user__in=_givers(at_that_time)), themes=meeting.theme_id)
    return list(found.values_list("pk", flat=True))


def _givers(meetings: QuerySet[Meeting]) -> set[str]:
    """The ids of who gave these away, or out of whose hands they were taken, at the time that they have now.

    Being moved takes an expert out of a session, too, and says nothing of the time to which it was moved.
    """
    changes = MeetingEvent.objects.filter(
        meeting__in=meetings, happening__in=[Happening.REASSIGNED, Happening.RESCHEDULED]
    )
    givers: dict[UUID, set[str]] = defaultdict(set)
    for meeting, happening, facts in changes.order_by("sequence").values_list("meeting", "happening", "facts"):
        if happening == Happening.RESCHEDULED:
            givers[meeting].clear()
        else:
            givers[meeting].update(facts["before"]["experts"])
    return set().union(*givers.values())


def given_up(people: Collection[UUID], since: datetime, until: datetime) -> dict[UUID, list[Span]]:
    """When these people had a session between two instants that they have cancelled themselves, moved, or given away.

    Nothing keeps them busy then either: the time can be booked, as long as an expert leaves it in their hours, but
    nobody should be called to it, and they least of all. Two queries.
    """
    found: dict[UUID, list[Span]] = defaultdict(list)
    cancelled = Attendee.objects.present().filter(
        user__in=people,
        live=False,
        starts_at__gt=since - REACH,
        starts_at__lt=until,
        meeting__kind=Kind.DROP_IN,
        meeting__status=Status.CANCELLED,
        meeting__cancelled_by=F("user"),
    )
    for user, begin, end in cancelled.order_by().values_list("user", "starts_at", "ends_at"):
        found[user].append((begin, end))
    changes = MeetingEvent.objects.filter(
        by__in=people,
        happening__in=[Happening.REASSIGNED, Happening.RESCHEDULED],
        meeting__starts_at__gt=since - REACH,
    )
    for by, facts in changes.order_by().values_list("by", "facts"):
        before = facts | facts["before"]
        was_in = str(by) in before["experts"] + before["participants"]
        stays = str(by) in facts["experts"] + facts["participants"] and before["starts_at"] == facts["starts_at"]
        if was_in and not stays:
            found[by].append((datetime.fromisoformat(before["starts_at"]), datetime.fromisoformat(before["ends_at"])))
    return found


def openings(meeting: Meeting, participant: User, now: datetime, among: list[Expert] | None = None) -> Openings:
    """The time of the theme's other experts, or of those `among` them, at the start of a meeting that was lost.

    Notice protects an expert from what they do not expect; a participant left alone at short notice gave plenty.
    """
    others = Expert.objects.filter(themes=meeting.theme_id).exclude(pk__in=absent(meeting)).values_list("pk", flat=True)
    wanted = set(others) if among is None else set(others) & {expert.pk for expert in among}
    return Openings(
        meeting.path,
        since=meeting.starts_at,
        until=meeting.starts_at + INSTANT,
        now=now,
        participant=participant,
        theme=meeting.theme,
        experts=wanted,
        ignore_notice=True,
    )


def free(found: Openings, meeting: Meeting) -> list[Expert]:
    """Who could hold it."""
    return [found.experts[pk] for pk in found.starts(meeting.duration_minutes).get(meeting.starts_at, [])]


def tally(path: Path) -> tuple[int, int]:
    """How many sessions of the path were lost, and how many of these were rescued."""
    counted = _all_lost().filter(path=path).aggregate(lost=Count("pk"), rescued=Count("rescued_by"))
    return counted["lost"], counted["rescued"]


def waiting(path: Path, now: datetime) -> QuerySet[Meeting]:
    """The path's lost sessions ahead in whose place nobody has anything, by what the participant or an admin did.

    Not those whose participant has booked another session since, has put the offer away, or has left the path.
    """
    here = Membership.objects.live().filter(path=path, role=Role.PARTICIPANT, user__is_active=True)
    since = Attendee.objects.present().filter(
        user=OuterRef("user"),
        role=Role.PARTICIPANT,
        live=True,
        meeting__path=path,
        meeting__kind=Kind.DROP_IN,
        added_at__gte=OuterRef("meeting__cancelled_at"),
    )
    alone = Attendee.objects.present().filter(
        Exists(here.filter(user=OuterRef("user"))),
        ~Exists(since.order_by()),
        meeting=OuterRef("pk"),
        role=Role.PARTICIPANT,
        offer_hidden_at=None,
    )
    return _all_lost().filter(Exists(alone.order_by()), path=path, starts_at__gt=now, rescued_by=None)


def _all_lost():
    """The meetings of which `lost` is true."""
    participant = Attendee.objects.filter(meeting=OuterRef("pk"), role=Role.PARTICIPANT, user=OuterRef("cancelled_by"))
    return Meeting.objects.filter(
        ~Exists(participant), kind=Kind.DROP_IN, status=Status.CANCELLED, cancelled_by__isnull=False
    ).order_by()
