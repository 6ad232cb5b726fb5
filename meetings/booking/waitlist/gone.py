"""What is held with an expert who can't give it any more: they left, changed their hours, or are busy elsewhere.

A meeting that takes the time ends it at once (`held.settle`); all else that the engine reads of an expert may change at
any door, so a worker asks the engine of each time that is held.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from experts.models import Expert
from meetings.booking.errors import Overtaken
from meetings.booking.waitlist import held
from meetings.enums import HeldEnd
from meetings.integrity.locks import in_turn, lock_people
from meetings.models import HeldTime
from meetings.slots.one_start import StartCheck
from paths.models import Theme


def end_gone(theme: Theme, now: datetime) -> int:
    """End what its holder could not book any more, and tell them; they keep their places. How many there were."""
    rows = HeldTime.objects.open(now).filter(entry__theme=theme).order_by("pk").values_list("pk", "user", "expert")
    return sum(_end(pk, [user, expert], now) for pk, user, expert in rows if not _can_be_had(pk, now))


@in_turn(Overtaken)
def _end(pk: UUID, people: list[UUID], now: datetime) -> bool:
    with transaction.atomic():
        lock_people(people)
        if _can_be_had(pk, now):
            return False
        row = HeldTime.objects.select_related("user").get(pk=pk)
        if ended := held.end(row, HeldEnd.GONE, now):
            held.tell_gone(row, now)
        return ended


def _can_be_had(pk: UUID, now: datetime) -> bool:
    """Whether its expert is free for it; also where it is not the expert that is in the way, or it is over by now."""
    rows = HeldTime.objects.open(now).select_related("entry__theme__path", "entry__sooner_than", "user")
    row = rows.filter(pk=pk).first()
    if row is None:
        return True
    theme, session = row.entry.theme, row.entry.sooner_than
    minutes = session.duration_minutes if session else theme.duration_minutes
    moment = StartCheck(theme, row.starts_at, minutes, participant=row.user, now=now, moving=session)
    expert = Expert.objects.filter(user=row.expert_id).values_list("pk", flat=True).first()
    return expert is not None and (bool(moment.free(expert)) or moment.participant_is_busy)
