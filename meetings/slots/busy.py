"""Reads when people are taken: one query however many there are, and plain tuples of epoch seconds."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import DateTimeField, F, Q, Value

from everwise.accounts.models import User
from everwise.db.packed import Packed, Spans, intervals
from everwise.db.prepared import Among, Many, Param, Prepared
from experts.models import BusyTime, Expert
from meetings.constants import HELD_ON_FOR
from meetings.models import Attendee, HeldTime, Meeting
from paths.enums import Role

# Caps count whole weeks, Monday to Sunday, of the expert's zone.
WEEK_AROUND = timedelta(days=8)
MEETINGS, FOREIGN, OWN = "meetings", "foreign", "own"
Range = tuple[datetime, datetime]


class Busy:
    """Who is taken in some ranges of time: intervals by expert (their id), and the participant's own.

    `experts` are ids by the person's. `sessions` has, for the caps of those who are among the `capped`, the starts of
    what an expert gives in whole weeks. A time that is held for somebody else in line counts as a session; `now` says
    which are held.
    """

    def __init__(
        self,
        experts: Mapping[UUID, int],
        ranges: list[Range],
        *,
        participant,
        moving: Meeting | None,
        now: datetime,
        capped: Collection[UUID] = (),
    ):
        self.meetings: dict[int, Packed] = {}
        self.foreign: dict[int, Packed] = {}
        self.sessions: dict[int, list[int]] = {}
        self.participant: Packed = Packed(b"")
        for person, what, text in _rows(experts, ranges, participant, moving, now, capped):
            taken = intervals(text)
            if what == OWN:
                self.participant += taken
            elif what == FOREIGN:
                self.foreign[experts[person]] = taken
            else:
                before = self.meetings.get(experts[person])
                self.meetings[experts[person]] = before + taken if before else taken
                if what == Role.EXPERT and person in capped:
                    self.sessions.setdefault(experts[person], []).extend(start for start, _ in taken)


def _rows(experts: Mapping[UUID, int], ranges: list[Range], participant, moving: Meeting | None, now, capped):
    """(person, what, spans); what is FOREIGN, OWN, or MEETINGS, split by role where anybody has caps."""
    if not experts and participant is None:
        return []
    values = {"people": experts, "experts": experts.values(), "capped": capped, "held": now - HELD_ON_FOR}
    for number, (since, until) in enumerate(ranges):
        values |= {f"since{number}": since, f"until{number}": until}
        values |= {f"monday{number}": since - WEEK_AROUND, f"sunday{number}": until + WEEK_AROUND}
    # The rows of an index lie between two instants, not in two ranges.
    around = WEEK_AROUND if capped else timedelta()
    values["first"] = min(since for since, _ in ranges) - around
    values["last"] = max(until for _, until in ranges) + around
    if participant is not None:
        values["participant"] = participant.pk
    if moving is not None:
        values["moving"] = moving.pk
    return _union(many=len(ranges), caps=bool(capped), own=participant is not None, moves=moving is not None, **values)


@Prepared
def _union(many: int, caps: bool, own: bool, moves: bool):
    ranges = range(many)
    within = _within("since", "until", ranges)
    person = User._meta.pk
    # Beside the ranges, not in them: what stands in an OR no index can use.
    near = {"starts_at__lt": Param("last", DateTimeField()), "ends_at__gt": Param("first", DateTimeField())}
    live = Attendee.objects.filter(live=True, **near).order_by()
    if moves:
        live = live.exclude(meeting=Param("moving", Meeting._meta.pk))

    wanted, what = within, F("role") if caps else Value(MEETINGS)
    wanted_held = within
    if caps:
        weeks = _within("monday", "sunday", ranges)
        wanted |= weeks & Q(role=Role.EXPERT) & Q(Among(F("user"), Many("capped", person)))
        wanted_held |= weeks & Q(Among(F("expert"), Many("capped", person)))
    rows = _spans(live.filter(Among(F("user"), Many("people", person)), wanted), F("user"), what)
    theirs = Among(F("expert"), Many("experts", Expert._meta.pk))
    elsewhere = BusyTime.objects.filter(theirs, within, **near).order_by()
    # What is held for somebody else; who it is for finds it free.
    held = HeldTime.objects.live().filter(until__gt=Param("held", DateTimeField()), **near).order_by()
    if own:
        held = held.exclude(user=Param("participant", person))
    kept = held.filter(Among(F("expert"), Many("people", person)), wanted_held)
    parts = [
        _spans(elsewhere, F("expert__user"), Value(FOREIGN)),
        _spans(kept, F("expert"), Value(Role.EXPERT.value if caps else MEETINGS)),
    ]
    if own:
        parts.append(_spans(live.filter(within, user=Param("participant", person)), F("user"), Value(OWN)))
        # Of a participant who gives sessions elsewhere, as a session that they give.
        gives = held.filter(within, expert=Param("participant", person))
        parts.append(_spans(gives, F("expert"), Value(OWN)))
    return rows.union(*parts, all=True)


def _within(since: str, until: str, ranges: range) -> Q:
    moment = DateTimeField()
    any_of = (
        Q(starts_at__lt=Param(f"{until}{number}", moment), ends_at__gt=Param(f"{since}{number}", moment))
        for number in ranges
    )
    return reduce(or_, any_of)


def _spans(rows, whose, what):
    grouped = rows.values(whose=whose, what=what)
    return grouped.annotate(spans=Spans("starts_at", "ends_at")).values_list("whose", "what", "spans")
