"""One start and who could take it, read for the writer: the engine's question where every millisecond counts.

Openings reads weeks for pages. Here the queries are prepared and rows stay tuples; a test holds the two equal.
"""

from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timedelta
from operator import itemgetter
from typing import NamedTuple, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import BigIntegerField, DateField, DateTimeField, F, UUIDField, Value

from everwise.db.packed import Spans, intervals
from everwise.db.prepared import Param, Prepared, params
from everwise.intervals import Interval
from experts.availability import Hours, Override, RecurringWindows
from experts.hours.stored import DATES_AROUND
from experts.models import AvailabilityRule, BusyTime, DateOverride
from meetings.constants import HELD_ON_FOR
from meetings.models import Attendee, HeldTime, Meeting
from meetings.slots import engine
from meetings.slots.busy import FOREIGN, OWN, WEEK_AROUND, Range
from meetings.slots.openings import booking_policy
from paths.enums import Role
from paths.models import Path, Theme
from paths.offered_experts import experts_of

RULE, OVERRIDE = "rule", "override"


class Contender(NamedTuple):
    """What a booking must know of an expert; its fields are the columns of a query."""

    pk: int
    user_id: UUID
    video_link: str
    time_zone: ZoneInfo
    buffer_before_minutes: int
    buffer_after_minutes: int
    notice_minutes: int
    horizon_days: int | None
    cap_per_day: int | None
    cap_per_week: int | None


class StartCheck:
    """One start of a theme's session, as one participant would find it. `free` reads everything anew each time.

    `moving` is a meeting being rescheduled, which then does not count anywhere; `booked`: it only gets another expert.
    """

    def __init__(
        self,
        theme: Theme,
        start: datetime,
        minutes: int,
        *,
        participant,
        now: datetime,
        moving: Meeting | None = None,
        booked: bool = False,
    ):
        self.start, self.now, self.participant, self.moving, self.booked = start, now, participant, moving, booked
        self.renew(theme, minutes)
        self._calendars: list[engine.Calendar] = []
        self._own: list[Interval] = []

    def renew(self, theme: Theme, minutes: int) -> None:
        """Ask by the theme and policy as they were read since."""
        self.theme, self.end = theme, self.start + timedelta(minutes=minutes)
        self.policy = booking_policy(theme.path, minutes, booked=self.booked)

    def free(self, expert: int | None = None, *, over_caps: bool = False) -> list[Contender]:
        """Who could take it, of all experts of the theme or of this one (their id); `over_caps` whatever their caps."""
        rows = _offered(one=expert is not None, path=self.theme.path_id, theme=self.theme.pk, expert=expert)
        found = {row[0]: Contender(*row) for row in rows}
        hours, taken = self._read(found)
        self._own = taken[OWN, self.participant.pk]
        self._calendars = [
            engine.Calendar(
                id=pk,
                hours=hours[each.user_id],
                meetings=taken[Role.EXPERT, each.user_id] + taken[Role.PARTICIPANT, each.user_id],
                foreign=taken[FOREIGN, each.user_id],
                session_starts=[start for start, _ in taken[Role.EXPERT, each.user_id]],
                buffer_before=each.buffer_before_minutes * 60,
                buffer_after=each.buffer_after_minutes * 60,
                notice=each.notice_minutes * 60,
                horizon_days=each.horizon_days,
                cap_day=each.cap_per_day,
                cap_week=each.cap_per_week,
            )
            for pk, each in found.items()
        ]
        calendars = self._uncapped if over_caps else self._calendars
        return [found[cast("int", pk)] for pk in self._ask(calendars, self._own)]

    @property
    def participant_is_busy(self) -> bool:
        """Whether the participant was in another meeting then, when `free` last looked."""
        return any(begin < self.end.timestamp() and over > self.start.timestamp() for begin, over in self._own)

    @property
    def hours_offer(self) -> bool:
        """Whether somebody would have been free if nobody had anything else to do, when `free` last looked."""
        idle = [replace(each, meetings=(), foreign=(), session_starts=()) for each in self._calendars]
        return bool(self._ask(idle, ()))

    @property
    def only_capped(self) -> bool:
        """Whether nothing but their caps kept somebody from it, when `free` last looked."""
        return not self._ask(self._calendars, self._own) and bool(self._ask(self._uncapped, self._own))

    @property
    def _uncapped(self) -> list[engine.Calendar]:
        return [replace(each, cap_day=None, cap_week=None) for each in self._calendars]

    def _ask(self, calendars, participant_busy):
        return engine.is_offered(calendars, self.policy, self.start, now=self.now, participant_busy=participant_busy)

    def _read(self, found: dict[int, Contender]) -> tuple[dict[UUID, Hours], dict[tuple[str, UUID], list[Interval]]]:
        """Hours by user (id), and what takes time by role in a meeting, FOREIGN or OWN (the participant's) and user."""
        since, until = self._around(found)
        rows = _facts(
            many=len(found),
            moves=self.moving is not None,
            moving=self.moving and self.moving.pk,
            since=since,
            until=until,
            first=(self.start - DATES_AROUND).date(),
            last=(self.start + DATES_AROUND).date(),
            people=[self.participant.pk, *(each.user_id for each in found.values())],
            participant=self.participant.pk,
            held=self.now - HELD_ON_FOR,
            experts=list(found),
        )
        rules: dict[UUID, list[RecurringWindows]] = defaultdict(list)
        overrides: dict[UUID, list[Override]] = defaultdict(list)
        taken: dict[tuple[str, UUID], list[Interval]] = defaultdict(list)
        # In order, so that the same hours are the same key to what the engine has kept of them.
        for user, what, _, text, date, windows in sorted(rows, key=itemgetter(2)):
            if what == RULE:
                rules[user].append(RecurringWindows(text, date, windows))
            elif what == OVERRIDE:
                overrides[user].append(Override(date, windows))
            else:
                taken[OWN if user == self.participant.pk else what, user] += intervals(text)
        hours = {
            each.user_id: Hours(str(each.time_zone), tuple(rules[each.user_id]), tuple(sorted(overrides[each.user_id])))
            for each in found.values()
        }
        return hours, taken

    def _around(self, found: dict[int, Contender]) -> Range:
        """The time that matters: with buffers, and whole weeks where anybody has caps."""
        buffers = [max(each.buffer_before_minutes, each.buffer_after_minutes) for each in found.values()]
        reach = timedelta(minutes=max(buffers, default=0))
        if any((each.cap_per_day, each.cap_per_week) != (None, None) for each in found.values()):
            reach += WEEK_AROUND
        return self.start - reach, self.end + reach


@Prepared
def _offered(one: bool):
    """The experts of the theme, or the one of them, as far as the path offers them."""
    found = experts_of(cast("Path", Param("path", UUIDField()))).order_by().filter(themes=Param("theme", UUIDField()))
    return (found.filter(pk=Param("expert", BigIntegerField())) if one else found).values_list(*Contender._fields)


@Prepared
def _facts(many: int, moves: bool):
    """(user, what, number, text, date, windows) of so many experts and the participant, in one statement.

    A RULE has all of it, an OVERRIDE no text. A role in meetings, or FOREIGN, has Spans as its text and nothing else.
    """
    theirs = {"expert__pk__in": params("experts", BigIntegerField(), many)}
    dates = Param("first", DateField()), Param("last", DateField())
    within = {"starts_at__lt": Param("until", DateTimeField()), "ends_at__gt": Param("since", DateTimeField())}
    live = Attendee.objects.filter(live=True, user__pk__in=params("people", UUIDField(), 1 + many), **within)
    if moves:
        live = live.exclude(meeting=Param("moving", UUIDField()))
    # What is held for somebody else in line counts as a session.
    held = (
        HeldTime.objects.live()
        .filter(
            expert__pk__in=params("people", UUIDField(), 1 + many), until__gt=Param("held", DateTimeField()), **within
        )
        .exclude(user=Param("participant", UUIDField()))
    )
    rules = AvailabilityRule.objects.filter(**theirs).order_by()
    overrides = DateOverride.objects.filter(**theirs, date__range=dates).order_by()
    return rules.values_list("expert__user", Value(RULE), "pk", "rrule", "first_date", "windows").union(
        overrides.values_list("expert__user", Value(OVERRIDE), "pk", Value(""), "date", "windows"),
        _spans(live, F("user"), F("role")),
        _spans(held, F("expert"), Value(Role.EXPERT.value)),
        _spans(BusyTime.objects.filter(**theirs, **within), F("expert__user"), Value(FOREIGN)),
        all=True,
    )


def _spans(rows, whose, what):
    grouped = rows.order_by().values(whose=whose, what=what).annotate(spans=Spans("starts_at", "ends_at"))
    return grouped.values_list("whose", "what", Value(0), "spans", Value(None, DateField()), Value(""))
