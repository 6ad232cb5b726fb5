"""Holding a time for somebody: the engine is asked again under the locks, and they are told in one transaction."""

from datetime import datetime, timedelta
from enum import Enum
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from everwise.accounts.models import User
from meetings.booking.errors import Overtaken
from meetings.booking.limits import allowance_of
from meetings.booking.terms import agree
from meetings.booking.waitlist import held
from meetings.booking.waitlist.in_line import is_over, with_sessions
from meetings.booking.waitlist.minutes import HeldSpan, held_span
from meetings.booking.waitlist.windows import Window
from meetings.constants import HELD_FOR
from meetings.enums import AccountMail, Action, HeldEnd
from meetings.integrity.locks import in_turn, lock_people
from meetings.models import HeldTime, Notice, Priority, WaitlistEntry
from meetings.permissions import deadlines, standings
from meetings.slots.one_start import StartCheck
from paths.models import Path


class Candidate(NamedTuple):
    entry: WaitlistEntry
    starts: list[datetime]
    length: timedelta


def span_of(entry: WaitlistEntry, path: Path, notice_minutes: int, start: datetime, now: datetime) -> HeldSpan | None:
    """How long it could be held for them: never beyond the last moment at which it can be booked."""
    last = start - timedelta(minutes=max(path.notice_minutes, notice_minutes))
    if entry.sooner_than:
        last = min(last, entry.sooner_than.change_until)
    user = entry.user
    return held_span(
        now,
        HELD_FOR,
        usual_from=user.usual_from,
        usual_until=user.usual_until,
        zone=str(user.time_zone),
        last=last,
    )


class Came(Enum):
    HELD = "held"
    NOT_THEN = "not then"
    # The expert, whoever is next.
    NOT_FREE = "not free"
    # Whatever the time.
    NOT_THEM = "not them"


class _NotTheirs(Exception):
    """It can't be held for them after all; nothing is written."""

    def __init__(self, came: Came = Came.NOT_THEN):
        super().__init__()
        self.came = came


def try_to_hold(
    candidate: Candidate, start: datetime, expert: int, person: UUID, now: datetime, instead: HeldTime | None
) -> Came:
    """Hold a start with an expert (their id, and the person's) for somebody, or say why it can't be."""
    try:
        _write(candidate.entry.pk, candidate.entry.user_id, start, expert, person, now, instead)
    except _NotTheirs as error:
        return error.came
    except Overtaken:
        return Came.NOT_THEN
    return Came.HELD


@in_turn(Overtaken)
def _write(
    entry_id: UUID,
    user_id: UUID,
    start: datetime,
    expert: int,
    person: UUID,
    now: datetime,
    instead: HeldTime | None,
) -> None:
    with transaction.atomic():
        lock_people([user_id, person])
        if instead is not None and not held.end(instead, held.over(instead), now):
            # Another worker has passed it on.
            raise _NotTheirs(Came.NOT_THEM)
        entry = with_sessions(WaitlistEntry.objects.waiting(now)).filter(pk=entry_id).first()
        if entry is None or is_over(entry, now) or HeldTime.objects.live().filter(entry=entry).exists():
            raise _NotTheirs(Came.NOT_THEM)
        agreed = agree(entry.theme_id, by=entry.user, participant=entry.user)
        if agreed is None or not agreed.participates:
            raise _NotTheirs(Came.NOT_THEM)
        theme, session, user = agreed.theme, entry.sooner_than, entry.user
        minutes = session.duration_minutes if session else theme.duration_minutes
        moment = StartCheck(theme, start, minutes, participant=user, now=now, moving=session)
        free = moment.free(expert)
        if not free and not moment.participant_is_busy:
            # Who has no time for a session that is longer may have it for whoever is next.
            raise _NotTheirs(Came.NOT_FREE if minutes <= theme.duration_minutes else Came.NOT_THEN)
        if not free or not Window.of(entry).suits(start.astimezone(user.time_zone)):
            raise _NotTheirs
        if allowance_of(user, theme.path, now=now, moving=session).refusal(start):
            raise _NotTheirs
        if session and (start >= session.starts_at or is_fixed(session, user, now)):
            raise _NotTheirs
        span = span_of(entry, theme.path, free[0].notice_minutes, start, now)
        if span is None or HeldTime.objects.filter(user=user, starts_at=start).exclude(ended_by=HeldEnd.GONE).exists():
            raise _NotTheirs
        row = HeldTime.objects.create(
            entry=entry,
            user=user,
            expert_id=person,
            starts_at=start,
            ends_at=moment.end,
            offered_at=now,
            told_at=span.told_at,
            until=span.until,
        )
        Notice.objects.create(
            kind=AccountMail.TIME_HELD,
            user=user,
            address=user.email,
            facts={"held": str(row.pk)},
            priority=Priority.QUICK,
            due_at=span.told_at,
        )


def is_fixed(session, user: User, now: datetime) -> bool:
    """Whether they may not move it themselves any more."""
    return bool(deadlines.refusal(Action.RESCHEDULE, session, standings.meeting_standings(user, session), now))
