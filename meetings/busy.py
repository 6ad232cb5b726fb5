"""Reads when people are taken: one query however many there are, and plain tuples of epoch seconds."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import IntegerField, Q, Value

from everwise.epoch import Epoch, EpochUp
from everwise.intervals import Interval
from experts.models import BusyTime, Expert
from meetings.models import Attendee, Meeting
from paths.enums import Role

# Caps count whole weeks, Monday to Sunday, of the expert's zone.
WEEK_AROUND = timedelta(days=8)
FOREIGN, OWN = "foreign", "own"


class Busy:
    """Who is taken in a range: intervals by expert (her id), and the participant's own.

    `sessions` has the starts of what an expert gives, for her caps: of whole weeks if she has caps.
    """

    def __init__(self, experts: Iterable[Expert], *, participant, moving: Meeting | None, since, until):
        self.meetings: dict[int, list[Interval]] = defaultdict(list)
        self.foreign: dict[int, list[Interval]] = defaultdict(list)
        self.sessions: dict[int, list[int]] = defaultdict(list)
        self.participant: list[Interval] = []
        for expert, what, start, end in _rows(list(experts), participant, moving, since, until):
            if what == FOREIGN:
                self.foreign[expert].append((start, end))
            elif what == OWN:
                self.participant.append((start, end))
            else:
                self.meetings[expert].append((start, end))
                if what == Role.EXPERT:
                    self.sessions[expert].append(start)


def _rows(experts: list[Expert], participant, moving: Meeting | None, since: datetime, until: datetime):
    """(expert, what, start, end); what is a role in a meeting, FOREIGN, or OWN with no expert."""
    within = Q(starts_at__lt=until, ends_at__gt=since)
    times = Epoch("starts_at"), EpochUp("ends_at")
    live = Attendee.objects.filter(live=True).order_by()
    if moving is not None:
        live = live.exclude(meeting=moving)

    theirs = within
    if capped := [expert.pk for expert in experts if (expert.cap_per_day, expert.cap_per_week) != (None, None)]:
        weeks = Q(starts_at__lt=until + WEEK_AROUND, ends_at__gt=since - WEEK_AROUND)
        theirs |= weeks & Q(role=Role.EXPERT, user__expert__in=capped)
    ids = [expert.pk for expert in experts]
    rows = live.filter(theirs, user__expert__in=ids).values_list("user__expert", "role", *times)
    foreign = BusyTime.objects.filter(within, expert__in=ids).order_by().values_list("expert", Value(FOREIGN), *times)
    if participant is None:
        return rows.union(foreign, all=True)
    own = live.filter(within, user=participant).values_list(Value(None, IntegerField()), Value(OWN), *times)
    return rows.union(foreign, own, all=True)
