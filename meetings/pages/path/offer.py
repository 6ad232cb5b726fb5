"""What the experts of a path offer in the next two weeks, counted once for its admins' page."""

from collections import Counter, defaultdict
from datetime import datetime, timedelta
from functools import cached_property
from typing import cast

from experts.hours.stored import HOURS_AHEAD, are_given
from experts.models import Expert
from meetings.pages.path.overview import Overview
from meetings.slots.openings import Openings
from paths.offered_experts import SETTINGS, Experts, OfferedExpert

TWO_WEEKS = timedelta(days=14)


class PathOffer:
    """The times at which a session of some theme can be booked from now on, by whoever has no other meeting then.

    An expert's starts for the shortest theme they take hold those for all the others, so each is asked once. Two
    queries.
    """

    def __init__(self, overview: Overview):
        self.now = overview.now
        experts = Experts.read_already({expert.pk: _row(expert) for expert in overview.offered})
        # Of hours as far as whoever has none is looked for; who is busy is read for two weeks.
        self._openings = Openings(
            overview.path, since=self.now, until=self.now + HOURS_AHEAD, now=self.now, experts=experts
        )
        by_length = defaultdict(list)
        for pk, minutes in overview.shortest.items():
            by_length[minutes].append(pk)
        starts: set[datetime] = set()
        self.by_expert: Counter[int] = Counter()
        until = self.now + TWO_WEEKS
        if by_length:
            self._openings.expect(max(by_length), [(self.now, until)])
        for minutes, ids in by_length.items():
            found = self._openings.starts(minutes, until=until, experts=ids)
            starts |= found.keys()
            self.by_expert.update(pk for free in found.values() for pk in free)
        self.number = len(starts)
        self.first = min(starts, default=None)

    @cached_property
    def without_hours(self) -> set[int]:
        """The experts (ids) who have given no hours for the next 60 days."""
        until = self.now + HOURS_AHEAD
        hours = {cast("int", calendar.id): calendar.hours for calendar in self._openings.idle}
        # Whoever is free at some time has hours.
        idle = (pk for pk in hours if not self.by_expert[pk])
        return {pk for pk in idle if not are_given(hours[pk], since=self.now, until=until)}


def _row(expert: Expert) -> OfferedExpert:
    user = expert.user
    limits = tuple(getattr(expert, name) for name in SETTINGS)
    return OfferedExpert(expert.pk, user.pk, user.name, user.email, user.called, str(expert.time_zone), limits)
