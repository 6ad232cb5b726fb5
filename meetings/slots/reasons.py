"""Why a start is offered by one expert, or not: each rule's own answer, from the parts the engine is made of. Pure.

The answers together are the engine's: all of them are yes exactly when slots.is_offered names the expert.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from everwise.intervals import Interval
from experts.availability import DAY, Hours, local_date, midnight, windows
from meetings.slots import engine
from meetings.slots.engine import Calendar, Policy


class Question(StrEnum):
    """What is asked of a start, in the order in which a person would ask."""

    HOURS = "hours"
    EXCEPTION = "exception"
    GRID = "grid"
    PATH_DATES = "path dates"
    NOTICE = "notice"
    HORIZON = "horizon"
    SESSION = "session"
    BREAK = "break"
    FOREIGN = "foreign"
    FOREIGN_BREAK = "foreign break"
    PARTICIPANT = "participant"
    CAP_DAY = "cap per day"
    CAP_WEEK = "cap per week"


class Answer(NamedTuple):
    """Whether one rule lets the start pass, and the numbers behind it.

    intervals: what decided, in epoch seconds: the windows of that day by the rules alone (HOURS) and as they are
    (EXCEPTION, GRID), what is in the way for SESSION to PARTICIPANT. number and limit: sessions so far and the cap,
    or seconds (notice), or days (horizon).
    """

    rule: Question
    passed: bool
    intervals: tuple[Interval, ...] = ()
    number: int = 0
    limit: int | None = None


def answers(
    calendar: Calendar,
    policy: Policy,
    start: datetime,
    *,
    now: datetime,
    participant_busy: Sequence[Interval] = (),
) -> list[Answer]:
    """Every rule's answer to a session of the policy's length at `start` (aware, as is `now`)."""
    at, end = _seconds(start), _seconds(start) + policy.duration
    return [
        *_in_hours(calendar, policy, start, at, end, now),
        _path_dates(policy, at),
        _notice(calendar, policy, start, now),
        _horizon(calendar, policy, at, now),
        *_busy(calendar, policy, at, end, participant_busy),
        *_caps(calendar, at),
    ]


def _seconds(instant: datetime) -> int:
    return int(instant.timestamp())


def _next_second(instant: datetime) -> int:
    """The engine's clock: it looks at whole seconds, from the one that has not begun yet."""
    return -int(-instant.timestamp() // 1)


def _in_hours(calendar: Calendar, policy: Policy, start: datetime, at: int, end: int, now: datetime) -> list[Answer]:
    """Whether a window holds the session, and whether the engine counts a start at this moment of it."""
    usual, held_usually = _windows_near(calendar.hours._replace(overrides=()), at, end)
    real, held = _windows_near(calendar.hours, at, end)
    # The engine itself, with everything else out of its way: what is left to say no is the grid of starts.
    idle = replace(
        calendar, meetings=(), foreign=(), session_starts=(), notice=0, horizon_days=None, cap_day=None, cap_week=None
    )
    free = replace(policy, notice=0, horizon_days=None, opens=None, closes=None)
    counted = bool(engine.is_offered([idle], free, start, now=min(now, start)))
    return [
        # Where an exception takes away what the rules give, it alone says no.
        Answer(Question.HOURS, held or held_usually, usual),
        Answer(Question.EXCEPTION, held or not held_usually, real),
        Answer(Question.GRID, counted or not held, real, limit=policy.interval),
    ]


def _windows_near(hours: Hours, at: int, end: int) -> tuple[tuple[Interval, ...], bool]:
    """The windows that touch the start's date in the expert's zone, and whether one of them holds the session."""
    day = local_date(at, hours.zone)
    first, last = min(midnight(day, hours.zone), at), max(midnight(day + DAY, hours.zone), end)
    near = tuple(windows(hours, first, last))
    return near, any(opens <= at and end <= closes for opens, closes in near)


def _path_dates(policy: Policy, at: int) -> Answer:
    passed = (policy.opens is None or at >= policy.opens) and (policy.closes is None or at < policy.closes)
    return Answer(Question.PATH_DATES, passed)


def _notice(calendar: Calendar, policy: Policy, start: datetime, now: datetime) -> Answer:
    notice = max(calendar.notice, policy.notice)
    return Answer(
        Question.NOTICE, start - now >= timedelta(seconds=notice), number=_seconds(start) - _seconds(now), limit=notice
    )


def _horizon(calendar: Calendar, policy: Policy, at: int, now: datetime) -> Answer:
    limit = min((n for n in (calendar.horizon_days, policy.horizon_days) if n is not None), default=None)
    zone = calendar.hours.zone
    days = (local_date(at, zone) - local_date(_next_second(now), zone)).days
    return Answer(Question.HORIZON, limit is None or days <= limit, number=days, limit=limit)


def _busy(calendar: Calendar, policy: Policy, at: int, end: int, participant_busy: Sequence[Interval]) -> list[Answer]:
    between = max(calendar.buffer_before, calendar.buffer_after)
    session, session_break = _in_the_way(calendar.meetings, at, end, between, between)
    foreign, foreign_break = _in_the_way(calendar.foreign, at, end, calendar.buffer_before, calendar.buffer_after)
    theirs, _ = _in_the_way(participant_busy, at, end, 0, 0)
    return [
        Answer(Question.SESSION, not session, session),
        Answer(Question.BREAK, not session_break, session_break, limit=between),
        Answer(Question.FOREIGN, not foreign, foreign),
        Answer(Question.FOREIGN_BREAK, not foreign_break, foreign_break),
        Answer(Question.PARTICIPANT, not theirs, theirs),
    ]


def _in_the_way(
    busy: Sequence[Interval], at: int, end: int, before: int, after: int
) -> tuple[tuple[Interval, ...], tuple[Interval, ...]]:
    """What overlaps the session, and what comes so near that only the break before or after it is touched."""
    real = sorted(interval for interval in busy if interval[1] > interval[0])
    over = tuple((start, stop) for start, stop in real if start < end and stop > at)
    near = tuple(
        (start, stop)
        for start, stop in real
        if start < end + after and stop > at - before and (start, stop) not in over
    )
    return over, near


def _caps(calendar: Calendar, at: int) -> list[Answer]:
    zone = calendar.hours.zone
    day = local_date(at, zone)
    dates = [local_date(start, zone) for start in calendar.session_starts]
    on_day = Counter(dates)[day]
    in_week = Counter(each - each.weekday() * DAY for each in dates)[day - day.weekday() * DAY]
    counts = ((Question.CAP_DAY, on_day, calendar.cap_day), (Question.CAP_WEEK, in_week, calendar.cap_week))
    return [Answer(rule, cap is None or number < cap, number=number, limit=cap) for rule, number, cap in counts]
