"""Reads when people are taken: one query however many there are, and plain tuples of epoch seconds."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.db.models import F, IntegerField, Q, Value

from everwise.epoch import Spans, intervals
from everwise.intervals import Interval
from experts.models import BusyTime, Expert
from meetings.models import Attendee, Meeting
from paths.enums import Role

# Caps count whole weeks, Monday to Sunday, of the expert's zone.
WEEK_AROUND = timedelta(days=8)
FOREIGN, OWN = "foreign", "own"
Range = tuple[datetime, datetime]


class Busy:
    """Who is taken in some ranges of time: intervals by expert (her id), and the participant's own.

    `sessions` has the starts of what an expert gives, for her caps: of whole weeks if she has caps.
    """

    def __init__(self, experts: Collection[Expert], ranges: list[Range], *, participant, moving: Meeting | None):
        self.meetings: dict[int, list[Interval]] = defaultdict(list)
        self.foreign: dict[int, list[Interval]] = {}
        self.sessions: dict[int, list[int]] = {}
        self.participant: list[Interval] = []
        for expert, what, text in _rows(experts, ranges, participant, moving):
            taken = intervals(text)
            if what == FOREIGN:
                self.foreign[expert] = taken
            elif what == OWN:
                self.participant = taken
            else:
                self.meetings[expert] += taken
                if what == Role.EXPERT:
                    self.sessions[expert] = [start for start, _ in taken]


def _rows(experts: Collection[Expert], ranges: list[Range], participant, moving: Meeting | None):
    """(expert, what, spans); what is a role in a meeting, FOREIGN, or OWN with no expert."""
    within = _within(ranges)
    live = Attendee.objects.filter(live=True).order_by()
    if moving is not None:
        live = live.exclude(meeting=moving)

    theirs = within
    if capped := [expert.pk for expert in experts if (expert.cap_per_day, expert.cap_per_week) != (None, None)]:
        weeks = _within([(since - WEEK_AROUND, until + WEEK_AROUND) for since, until in ranges])
        theirs |= weeks & Q(role=Role.EXPERT, user__expert__in=capped)
    ids = [expert.pk for expert in experts]
    rows = _spans(live.filter(theirs, user__expert__in=ids), F("user__expert"), F("role"))
    foreign = _spans(BusyTime.objects.filter(within, expert__in=ids).order_by(), F("expert"), Value(FOREIGN))
    if participant is None:
        return rows.union(foreign, all=True)
    own = _spans(live.filter(within, user=participant), Value(None, IntegerField()), Value(OWN))
    return rows.union(foreign, own, all=True)


def _within(ranges: list[Range]) -> Q:
    return reduce(or_, (Q(starts_at__lt=until, ends_at__gt=since) for since, until in ranges))


def _spans(rows, whose, what):
    grouped = rows.values(whose=whose, what=what)
    return grouped.annotate(spans=Spans("starts_at", "ends_at")).values_list("whose", "what", "spans")
