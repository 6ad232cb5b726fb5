"""How many sessions there were, how they ended, who gave and who cancelled them: grouped by the database."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    DateField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Concat, TruncDate, TruncMonth, TruncWeek

from meetings.constants import HELD_AFTER
from meetings.enums import Status
from meetings.insights.scope import InsightScope
from meetings.models import Attendee, Meeting, OfferedHours, UnmetSearch
from paths.enums import Role

# What was cancelled nearer to its start than this left nobody a day to fill it.
SHORT = timedelta(days=1)


class SessionEnding(StrEnum):
    """Every session is one of these."""

    HELD = "held"
    CANCELLED = "cancelled"
    MISSED_BY_PARTICIPANT = "missed-by-participant"
    MISSED_BY_EXPERT = "missed-by-expert"
    DUE = "due"


class Canceller(StrEnum):
    """By whom it was cancelled; a participant's is late where it counts as used."""

    PARTICIPANT = "participant"
    PARTICIPANT_LATE = "participant-late"
    EXPERT = "expert"
    ADMIN = "admin"


class CancelledTally(NamedTuple):
    """How many were cancelled, how many of them less than a day ahead, and in how many places another was booked."""

    number: int = 0
    short: int = 0
    rescued: int = 0

    def plus(self, other: "CancelledTally") -> "CancelledTally":
        return CancelledTally(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


@dataclass
class SessionEndings:
    """By the first day of the week, or month, and in all."""

    by_period: dict[date, Counter[SessionEnding]] = field(default_factory=dict)
    cancelled: dict[Canceller, CancelledTally] = field(default_factory=dict)

    @property
    def total(self) -> Counter[SessionEnding]:
        return sum(self.by_period.values(), Counter())

    @property
    def booked(self) -> int:
        return self.total.total()

    @property
    def lost(self) -> CancelledTally:
        """Those that an expert or admin cancelled."""
        return self.cancelled[Canceller.EXPERT].plus(self.cancelled[Canceller.ADMIN])


class GivenSessions(NamedTuple):
    """One expert's sessions: all, those that are not cancelled, and the minutes of these on days with known hours."""

    booked: int = 0
    kept: int = 0
    minutes: int = 0


@dataclass
class InsightSums:
    """`lead`: how many sessions were booked so many whole days before their start. `offered`: minutes by expert, on
    `counted` days in all. `unmet`: searches by weekday and part of the day."""

    people: int
    lead: Counter[int]
    offered: dict[UUID, int]
    counted: int
    unmet: Counter[tuple[int, str]]


class WholeDays(Func):
    """How many whole days lie between an instant and an earlier one."""

    output_field = IntegerField()
    arity = 2

    def as_postgresql(self, compiler, connection, **context) -> tuple[str, Any]:
        template = "FLOOR(EXTRACT(EPOCH FROM (%(expressions)s)) / 86400)::integer"
        return self.as_sql(compiler, connection, template=template, arg_joiner=" - ", **context)

    def as_sqlite(self, compiler, connection, **context) -> tuple[str, Any]:
        template = "(django_timestamp_diff(%(expressions)s) / 86400000000)"
        return self.as_sql(compiler, connection, template=template, **context)


def endings(scope: InsightScope) -> SessionEndings:
    """One query."""
    trunc = TruncMonth if scope.by_month else TruncWeek
    rows = (
        scope.sessions()
        .annotate(
            period=trunc("starts_at", tzinfo=scope.zone, output_field=DateField()),
            ending=_ending(scope),
            role=_canceller_role(),
            used=_of_cancelled(Q(counts_as_used=True)),
            short=_of_cancelled(Q(cancelled_at__gt=F("starts_at") - SHORT)),
            rescued=_of_cancelled(Exists(Meeting.objects.filter(rescues=OuterRef("pk")).order_by())),
        )
        .values_list("period", "ending", "role", "used", "short", "rescued")
        .annotate(number=Count("pk"))
    )
    found = SessionEndings({day: Counter() for day in scope.periods}, dict.fromkeys(Canceller, CancelledTally()))
    for period, ending, role, used, short, rescued, number in rows:
        found.by_period[period][SessionEnding(ending)] += number
        if ending == SessionEnding.CANCELLED:
            who = _canceller(role, used)
            more = CancelledTally(number, number if short else 0, number if rescued else 0)
            found.cancelled[who] = found.cancelled[who].plus(more)
    return found


def given(scope: InsightScope) -> dict[UUID, GivenSessions]:
    """By expert. One query."""
    # Of a day whose hours nobody has counted, what was used says nothing.
    known = OfferedHours.objects.filter(path=scope.path, expert=OuterRef("user"), date=OuterRef("day"))
    rows = scope.givers()
    kept = ~Q(meeting__status=Status.CANCELLED)
    length = ExpressionWrapper(F("meeting__ends_at") - F("meeting__starts_at"), output_field=DurationField())
    counted = (
        rows.annotate(day=TruncDate("meeting__starts_at", tzinfo=scope.zone))
        .annotate(known=Exists(known))
        .values_list("user")
        .annotate(
            booked=Count("pk"),
            kept=Count("pk", filter=kept),
            time=Sum(length, filter=kept & Q(known=True)),
        )
    )
    return {
        user: GivenSessions(booked, many, int(time.total_seconds()) // 60 if time else 0)
        for user, booked, many, time in counted
    }


def sums(scope: InsightScope) -> InsightSums:
    """One query: a union of counts, each row of what, of which, and how many."""
    sessions = scope.sessions()
    hours = OfferedHours.objects.filter(path=scope.path, date__gte=scope.first, date__lte=scope.last).order_by()
    if scope.expert:
        hours = hours.filter(expert=scope.expert)
    unmet = UnmetSearch.objects.filter(path=scope.path, date__gte=scope.first, date__lte=scope.last).order_by()
    if scope.theme:
        unmet = unmet.filter(theme=scope.theme)
    first, *others = (
        _rows(scope.takers(), "people", Value("", CharField()), Count("user", distinct=True)),
        _rows(hours, "counted", Value("", CharField()), Count("date", distinct=True)),
        _rows(sessions.annotate(days=WholeDays("starts_at", "created_at")), "lead", _text("days"), Count("pk")),
        _rows(hours, "offered", _text("expert"), Sum("minutes")),
        _rows(unmet, "unmet", Concat(_text("weekday"), Value(" "), "part", output_field=CharField()), Sum("count")),
    )
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for what, key, number in first.union(*others, all=True):
        found[what][key] = number
    searches = ((key.split(" "), number) for key, number in found["unmet"].items())
    return InsightSums(
        people=sum(found["people"].values()),
        lead=Counter({int(days): number for days, number in found["lead"].items()}),
        offered={UUID(expert): number for expert, number in found["offered"].items()},
        counted=sum(found["counted"].values()),
        unmet=Counter({(int(weekday), part): number for (weekday, part), number in searches}),
    )


def _rows(found: QuerySet, what: str, key: Any, number: Any) -> QuerySet:
    grouped = found.values(what=Value(what, CharField()), which=key).annotate(tally=number)
    return grouped.values_list("what", "which", "tally")


def _text(name: str) -> Cast:
    return Cast(name, CharField())


def _ending(scope: InsightScope) -> Case:
    held = Q(status=Status.HELD) | Q(status=Status.SCHEDULED, ends_at__lte=scope.now - HELD_AFTER)
    return Case(
        When(status=Status.CANCELLED, then=Value(SessionEnding.CANCELLED)),
        When(status=Status.NO_SHOW_PARTICIPANT, then=Value(SessionEnding.MISSED_BY_PARTICIPANT)),
        When(status=Status.NO_SHOW_EXPERT, then=Value(SessionEnding.MISSED_BY_EXPERT)),
        When(held, then=Value(SessionEnding.HELD)),
        default=Value(SessionEnding.DUE),
        output_field=CharField(),
    )


def _of_cancelled(condition: Any) -> Case:
    found = When(Q(status=Status.CANCELLED) & condition, then=Value(True))
    return Case(found, default=Value(False), output_field=BooleanField())


def _canceller_role() -> Case:
    """As what whoever cancelled a session was in it, whatever else they are on the path; none for an admin.

    The organizer tells nothing: where the participant has left the path and was kept, that is somebody else.
    """
    row = Attendee.objects.filter(meeting=OuterRef("pk"), user=OuterRef("cancelled_by")).order_by()
    role = Subquery(row.values("role"), output_field=CharField())
    return Case(When(status=Status.CANCELLED, then=role), output_field=CharField())


def _canceller(role: str | None, used: bool) -> Canceller:
    if role == Role.PARTICIPANT:
        return Canceller.PARTICIPANT_LATE if used else Canceller.PARTICIPANT
    return Canceller.EXPERT if role == Role.EXPERT else Canceller.ADMIN
