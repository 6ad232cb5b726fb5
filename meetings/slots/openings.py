"""Reads what the engine needs, in a number of queries that does not depend on how many experts there are."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import cast

from everwise.intervals import Interval
from experts.hours.stored import hours_of
from meetings.models import Meeting
from meetings.slots import engine
from meetings.slots.busy import Busy, Range
from paths.models import Path, Theme
from paths.offered_experts import Experts

# How far "next available" looks at first: most paths have a free time so soon, and busy times are read only so far.
STRETCH = timedelta(days=7)


def booking_policy(path: Path, minutes: int, *, booked: bool = False) -> engine.Policy:
    """What the path asks of a session of this length. Once `booked`, it takes place on a path closed early, too."""
    closes = path.dates_end_at if booked else path.closes_at
    return engine.Policy(
        duration=minutes * 60,
        interval=path.start_interval_minutes * 60,
        notice=path.notice_minutes * 60,
        horizon_days=path.horizon_days,
        opens=_epoch(path.opens_at) if path.opens_at else None,
        closes=_epoch(closes) if closes else None,
    )


class Openings:
    """The time of some experts of one path between two instants, as one participant would find it.

    `experts` narrows the choice (ids, or Experts that are read already); `moving` is a meeting being rescheduled,
    which then does not count anywhere; `ignore_notice` asks for no notice, neither the path's nor an expert's; `booked`
    asks for sessions that are booked already, and may only get another expert; in the spans `shut` (epoch seconds)
    nothing starts, as the participant has no session left for them.
    Hours are read once; who is busy is read for the range that is asked for, unless it lies in one read before.
    """

    def __init__(
        self,
        path: Path,
        *,
        since: datetime,
        until: datetime,
        now: datetime,
        participant=None,
        theme: Theme | None = None,
        experts: Iterable[int] | None = None,
        moving: Meeting | None = None,
        ignore_notice: bool = False,
        booked: bool = False,
        shut: tuple[Interval, ...] = (),
    ):
        self.path, self.since, self.until, self.now = path, since, until, now
        self.participant, self.moving, self.ignore_notice, self.booked = participant, moving, ignore_notice, booked
        self.shut = shut
        if isinstance(experts, Experts):
            self.experts = experts
        else:
            self.experts = Experts(path, theme=theme, some=None if experts is None else list(experts))
        self.idle: list[engine.Calendar] = self._read_hours()
        reach = max((max(one.buffer_before, one.buffer_after) for one in self.idle), default=0)
        self.reach = timedelta(seconds=reach)
        self._read: list[tuple[list[Range], list[engine.Calendar], Busy]] = []

    def _read_hours(self):
        """The experts' calendars as if nobody had anything to do."""
        rows = self.experts.rows
        hours = hours_of({pk: row.zone for pk, row in rows.items()}, since=self.since, until=self.until)
        calendars = []
        for pk, row in rows.items():
            before, after, notice, *limits = row.settings
            notice = 0 if self.ignore_notice else notice * 60
            calendars.append(engine.Calendar(pk, hours[pk], (), (), (), before * 60, after * 60, notice, *limits))
        return calendars

    @property
    def soon(self) -> Range:
        """Where the next free time is looked for first."""
        return self.since, min(self.since + STRETCH, self.until)

    @property
    def calendars(self) -> list[engine.Calendar]:
        """The experts' calendars with what takes their time between the two instants."""
        return self._busy(self.since, self.until, 0)[0]

    def expect(self, minutes: int, ranges: Iterable[Range]) -> None:
        """Read at once who is busy in ranges that will be asked for, as far as they lie in the openings'."""
        clipped = [(max(since, self.since), min(until, self.until)) for since, until in ranges]
        wide = [self._around(*each, minutes) for each in clipped]
        people = {row.person: pk for pk, row in self.experts.rows.items()}
        with_caps = {one.id for one in self.idle if (one.cap_day, one.cap_week) != (None, None)}
        capped = {person for person, pk in people.items() if pk in with_caps}
        busy = Busy(people, wide, participant=self.participant, moving=self.moving, now=self.now, capped=capped)
        calendars = [
            replace(
                calendar,
                meetings=busy.meetings.get(cast("int", calendar.id), ()),
                foreign=busy.foreign.get(cast("int", calendar.id), ()),
                session_starts=busy.sessions.get(cast("int", calendar.id), ()),
            )
            for calendar in self.idle
        ]
        self._read.append((wide, calendars, busy))

    def _busy(self, since: datetime, until: datetime, minutes: int) -> tuple[list[engine.Calendar], Busy]:
        """The calendars with all that keeps anybody from a session of this length that starts in the range."""
        first, last = self._around(since, until, minutes)
        for ranges, calendars, busy in self._read:
            if any(begin <= first and last <= end for begin, end in ranges):
                return calendars, busy
        self.expect(minutes, [(since, until)])
        _, calendars, busy = self._read[-1]
        return calendars, busy

    def _around(self, since: datetime, until: datetime, minutes: int) -> Range:
        """The range that sessions starting in another one touch, buffers included."""
        return since - self.reach, until + self.reach + timedelta(minutes=minutes)

    def participant_is_busy(self, start: datetime, end: datetime) -> bool:
        _, busy = self._busy(start, end, 0)
        return any(begin < end.timestamp() and over > start.timestamp() for begin, over in busy.participant)

    def policy(self, minutes: int) -> engine.Policy:
        policy = booking_policy(self.path, minutes, booked=self.booked)
        if self.shut:
            policy = replace(policy, shut=self.shut)
        return replace(policy, notice=0) if self.ignore_notice else policy

    def starts(
        self,
        minutes: int,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        experts: Iterable[int] | None = None,
    ) -> dict[datetime, list[int]]:
        """Starts of sessions of this length, with the ids of the experts free at each.

        In the openings' own range, unless narrowed; of all their experts, unless `experts` names some (ids).
        """
        found = engine.starts(**self._question(minutes, since, until, experts))
        return cast("dict[datetime, list[int]]", found)

    def free(
        self,
        minutes: int,
        *,
        most: int,
        since: datetime | None = None,
        until: datetime | None = None,
        experts: Iterable[int] | None = None,
    ) -> dict[int, tuple[list[int], int]]:
        """The starts as `starts` finds them (epoch seconds), with the ids of the first `most` experts and how many are
        free in all."""
        found = engine.free(**self._question(minutes, since, until, experts), most=most)
        return cast("dict[int, tuple[list[int], int]]", found)

    def times(self, minutes: int, since: datetime, until: datetime) -> list[datetime]:
        """The starts as `starts` finds them, without who is free."""
        return engine.times(**self._question(minutes, since, until, None))

    def first(
        self, minutes: int, *, since: datetime | None = None, experts: Iterable[int] | None = None
    ) -> datetime | None:
        """The next free time: looked for in the next days, then in all that is left."""
        for start, end in self._stretches(max(since or self.since, self.since)):
            if found := engine.first(**self._question(minutes, start, end, experts)):
                return found
        return None

    def hidden_by_participant(self, minutes: int) -> set[int]:
        """The experts (ids) who would have a time if the participant were in no meeting, and have none.

        Where `first` has looked for a time before, nothing more is read.
        """
        free: set[int] = set()
        without: set[int] = set()
        for start, end in self._stretches(self.since):
            question = self._question(minutes, start, end, None)
            if not question["participant_busy"]:
                continue
            for calendar in question.pop("calendars"):
                if engine.first([calendar], **question):
                    free.add(calendar.id)
                elif engine.first([calendar], **question | {"participant_busy": ()}):
                    without.add(calendar.id)
        return without - free

    def _stretches(self, begin: datetime) -> list[Range]:
        """From then on the next days, then all that is left: what is looked through in turn."""
        _, soon = self.soon
        both = (begin, soon), (max(begin, soon), self.until)
        return [(start, end) for start, end in both if start < end]

    def _question(
        self, minutes: int, since: datetime | None, until: datetime | None, experts: Iterable[int] | None
    ) -> dict:
        since, until = max(since or self.since, self.since), min(until or self.until, self.until)
        calendars, busy = self._busy(since, max(since, until), minutes)
        return {
            "calendars": _only(calendars, experts),
            "policy": self.policy(minutes),
            "range_start": since,
            "range_end": until,
            "now": self.now,
            "participant_busy": busy.participant,
        }

    def hours_offer(self, minutes: int, start: datetime) -> bool:
        """Whether this would be a start if nobody had anything else to do: so "taken" or "never offered"."""
        return bool(engine.is_offered(self.idle, self.policy(minutes), start, now=self.now))

    def in_hours(
        self, minutes: int, *, since: datetime, until: datetime, experts: Iterable[int] | None = None
    ) -> list[datetime]:
        """The starts at which anybody works, however busy and however short the notice."""
        idle = [replace(calendar, notice=0) for calendar in _only(self.idle, experts)]
        policy = replace(self.policy(minutes), notice=0, shut=())
        return engine.times(idle, policy, range_start=since, range_end=until, now=min(self.now, since))


def _only(calendars: list[engine.Calendar], experts: Iterable[int] | None) -> list[engine.Calendar]:
    wanted = None if experts is None else set(experts)
    return calendars if wanted is None else [calendar for calendar in calendars if calendar.id in wanted]


def _epoch(instant: datetime) -> int:
    return int(instant.timestamp())
