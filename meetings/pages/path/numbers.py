"""What a path's admin reads of it in numbers: all of it in one query, whatever there is.

A union of counts, each a row of (what, whose, when, how many).
"""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import (
    Case,
    CharField,
    Count,
    DateTimeField,
    Exists,
    F,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    UUIDField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Greatest

from experts.models import BusyCalendar
from meetings.booking import lost_sessions, no_shows
from meetings.booking.credits import USED
from meetings.enums import Kind, Status
from meetings.models import Attendee, CalendarAnswer, Meeting
from meetings.pages.path.offer import TWO_WEEKS
from paths.enums import Happened, Role
from paths.expert_reminders import sent_since
from paths.models import ExtraSessions, Invitation, Membership, Path, PathEvent

# So long is left for an outcome, a first booking and an answer before anybody is told.
OUTCOME_AFTER = timedelta(hours=24)
BOOKING_AFTER = timedelta(days=14)
ANSWER_AFTER = timedelta(days=7)
NOBODY = Cast(Value(None), UUIDField())
NEVER = Cast(Value(None), DateTimeField())
COMING = 4
OFF = (Status.CANCELLED, Status.DELETED)


class Figure(NamedTuple):
    number: int
    at: datetime | None


class ReaderWeek(NamedTuple):
    """The reader's week, and the end of their day."""

    since: datetime
    until: datetime
    midnight: datetime


class Numbers:
    """By the names of the parts below; of somebody with their id."""

    def __init__(self, path: Path, now: datetime, span: ReaderWeek):
        self._found: dict[str, dict[UUID | None, Figure]] = defaultdict(dict)
        first, *others = _parts(path, now, span)
        for what, who, at, number in first.union(*others, all=True):
            self._found[what][who] = Figure(number or 0, at)

    def number(self, what: str, who: UUID | None = None) -> int:
        return self._found[what].get(who, Figure(0, None)).number

    def at(self, what: str, who: UUID | None = None) -> datetime | None:
        return self._found[what].get(who, Figure(0, None)).at

    def keys(self, what: str) -> set[UUID]:
        """Of whom, or of which meetings, there is something."""
        return {key for key in self._found[what] if key is not None}

    @property
    def frame(self) -> dict[str, int]:
        """What the head of the page tells."""
        return {"people": self.number("people"), "participants": self.participants, "experts": self.number(Role.EXPERT)}

    @property
    def participants(self) -> int:
        return self.number(Role.PARTICIPANT)

    @property
    def have_booked(self) -> int:
        """Participants who have ever booked a session here."""
        return self.number("booked-once") + self.more_than_once

    @property
    def more_than_once(self) -> int:
        return self.number("booked-more")


def _parts(path: Path, now: datetime, span: ReaderWeek) -> list[QuerySet]:
    live = Membership.objects.live().filter(path=path, user__is_active=True).order_by()
    participants = live.filter(role=Role.PARTICIPANT)
    meetings = Meeting.objects.filter(path=path).order_by()
    sessions = meetings.filter(kind=Kind.DROP_IN)
    kept = sessions.exclude(status__in=OFF)
    theirs = sessions.filter(_of(participants))
    over = meetings.scheduled().filter(ends_at__lte=now - OUTCOME_AFTER)
    return [
        # What stands first gives the columns their types.
        *_of_experts(path, now, live.filter(role=Role.EXPERT)),
        _rows(live, F("role")),
        _rows(live, Value("people"), number=Count("user", distinct=True)),
        _rows(participants.annotate(times=_times(path)), _bookers(now)),
        _rows(participants.annotate(theirs=_total(path)), Value("total"), number=Sum("theirs")),
        _rows(theirs.filter(USED | Q(status=Status.SCHEDULED, ends_at__lte=now)), Value("used")),
        _rows(theirs.filter(status=Status.SCHEDULED, ends_at__gt=now), Value("booked")),
        _rows(kept.filter(starts_at__gte=span.since, starts_at__lt=span.until), Value("this-week")),
        _rows(kept.filter(starts_at__gt=now, starts_at__lt=span.midnight), Value("today")),
        _rows(meetings.upcoming(now).order_by(), Value("coming")),
        _rows(over, Value("no-outcome"), at=Min("ends_at")),
        _rows(no_shows.needing_yes(path).order_by(), Value("need-yes")),
        _rows(_unanswered(path, now, live), Value("unanswered"), at=Min("sent_at")),
        # Of meetings: their keys.
        _keys(meetings.upcoming(now)[:COMING], "next"),
        _keys(over.order_by("ends_at", "pk")[:1], "oldest"),
        _keys(lost_sessions.waiting(path, now), "lost"),
        _keys(_declined(path, now), "declined"),
    ]


def _of_experts(path: Path, now: datetime, live: QuerySet[Membership]) -> list[QuerySet]:
    """By the expert: since when a calendar fails, when they were last written to, whether they show no more than their
    address, and how many sessions they are to give."""
    experts = live.values("user")
    written = PathEvent.objects.filter(
        path=path, what__in=[Happened.REMINDED, Happened.TOLD], about__in=experts, at__gt=sent_since(now)
    )
    accepted = Invitation.objects.filter(path=path, user=OuterRef("user"), accepted_at__isnull=False)
    hidden = Invitation.objects.filter(~Exists(accepted.order_by()), path=path, user__in=experts)
    given = Attendee.objects.present().filter(
        role=Role.EXPERT,
        live=True,
        starts_at__gt=now,
        starts_at__lt=now + TWO_WEEKS,
        meeting__path=path,
        meeting__kind=Kind.DROP_IN,
        meeting__status=Status.SCHEDULED,
    )
    failing = BusyCalendar.objects.unreadable().filter(expert__user__in=experts)
    return [
        _rows(failing.order_by(), Value("unreadable", CharField()), who=F("expert__user"), at=Min("failing_since")),
        _rows(written.order_by(), F("what"), who=F("about"), at=Max("at")),
        _rows(hidden.order_by(), Value("hidden"), who=F("user")),
        _rows(given.order_by(), Value("given"), who=F("user")),
    ]


def _of(participants: QuerySet[Membership]) -> Exists:
    """Of sessions: whether whoever they are for is on the path now."""
    here = participants.filter(user=OuterRef("user"))
    return Exists(
        Attendee.objects.present().filter(Exists(here), role=Role.PARTICIPANT, meeting=OuterRef("pk")).order_by()
    )


def _times(path: Path) -> Coalesce:
    """Of memberships: how many sessions the person has ever booked here, whatever became of them."""
    # From the person's own rows, as in booking.credits.
    mine = Attendee.objects.present().alias(on=Coalesce("meeting__path", None))
    mine = mine.filter(user=OuterRef("user"), role=Role.PARTICIPANT, meeting__kind=Kind.DROP_IN, on=path.pk)
    return Coalesce(Subquery(mine.order_by().values("user").annotate(number=Count("pk")).values("number")), 0)


def _bookers(now: datetime) -> Case:
    return Case(
        When(times__gt=1, then=Value("booked-more")),
        When(times=1, then=Value("booked-once")),
        When(started_at__lte=now - BOOKING_AFTER, then=Value("never-booked")),
        default=Value("not-yet-booked"),
        output_field=CharField(),
    )


def _total(path: Path) -> Greatest | Value:
    """Of memberships: how many sessions the person has in all."""
    if path.sessions_per_participant is None:
        return Value(0)
    given = ExtraSessions.objects.filter(path=path, user=OuterRef("user")).order_by().values("path")
    extra = Coalesce(Subquery(given.annotate(sum=Sum("number")).values("sum")), 0)
    return Greatest(Value(0), extra + path.sessions_per_participant, output_field=IntegerField())


def _unanswered(path: Path, now: datetime, live: QuerySet[Membership]) -> QuerySet[Invitation]:
    here = Exists(live.filter(user=OuterRef("user")))
    return Invitation.objects.open().filter(here, path=path, sent_at__lte=now - ANSWER_AFTER).order_by()


def _declined(path: Path, now: datetime) -> QuerySet[Meeting]:
    """Meetings to come that somebody has declined in their calendar, as they stand."""
    said = CalendarAnswer.objects.standing(now).declined().filter(attendee__meeting__path=path)
    return Meeting.objects.filter(pk__in=said.order_by().values("attendee__meeting"))


def _rows(found: QuerySet, what: Any, *, who: Any = NOBODY, at: Any = NEVER, number: Any = None) -> QuerySet:
    counted = Count("pk") if number is None else number
    grouped = found.values(part=what, whose=who).annotate(moment=at, tally=counted)
    return grouped.values_list("part", "whose", "moment", "tally")


def _keys(found: QuerySet[Meeting], what: str) -> QuerySet:
    # Within a union no part has an order or an end of its own.
    kept = Meeting.objects.filter(pk__in=found.values("pk")).order_by()
    return kept.values_list(Value(what), "pk", "starts_at", Value(1))
