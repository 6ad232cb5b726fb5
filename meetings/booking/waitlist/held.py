"""What ends a held time: its holder books it, says no or leaves the line, or somebody has a meeting then."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from everwise.accounts.models import User
from meetings.booking.errors import BookingRefused, Overtaken
from meetings.enums import AccountMail, EntryEnd, HeldEnd
from meetings.integrity.locks import in_turn, lock_people
from meetings.models import HeldTime, Meeting, Notice, Priority, WaitlistEntry


def settle(meeting: Meeting, people: Iterable[UUID], now: datetime) -> None:
    """What a meeting makes of the times held for or with its people, who are locked: part of its writer's transaction.

    The holder who has booked their held start has taken it, and their place in the line ends. Who is in another meeting
    then can't have it. Where only the expert is, the holder is told that it is gone, and keeps their place.
    """
    those = list(people)
    found = HeldTime.objects.live().within(meeting.starts_at, meeting.ends_at)
    for held in found.filter(Q(user__in=those) | Q(expert__in=those)).select_related("entry", "user").order_by("pk"):
        booked = meeting.is_dropin and meeting.theme_id == held.entry.theme_id and meeting.starts_at == held.starts_at
        if booked and held.user_id in those:
            end(held, HeldEnd.TAKEN, now)
            end_entry(held.entry, EntryEnd.TAKEN, now)
        elif held.until <= now:
            # No worker has passed it on: there is nothing to tell of it.
            end(held, over(held), now)
        elif held.user_id not in those:
            end(held, HeldEnd.GONE, now)
            tell_gone(held, now)
        else:
            end(held, HeldEnd.PASSED, now)


def end(held: HeldTime, how: HeldEnd, now: datetime) -> bool:
    """Whether this is what ended it."""
    return bool(HeldTime.objects.live().filter(pk=held.pk).update(ended_at=now, ended_by=how))


def over(held: HeldTime) -> HeldEnd:
    """How one ends whose minutes are over."""
    return HeldEnd.PASSED if held.passed_at else HeldEnd.LAPSED


def end_entry(entry: WaitlistEntry, how: EntryEnd, now: datetime) -> None:
    """What is held for them goes to the next."""
    if WaitlistEntry.objects.live().filter(pk=entry.pk).update(ended_at=now, ended_by=how):
        _give_up(HeldTime.objects.filter(entry=entry), now)


@in_turn(Overtaken)
def pass_on(*, held: HeldTime, by: User, now: datetime) -> None:
    """Its holder doesn't want it: a worker gives it to the next. Once more changes nothing. Raises BookingRefused."""
    if held.user_id != by.pk:
        raise BookingRefused()
    with transaction.atomic():
        lock_people([by.pk])
        _give_up(HeldTime.objects.filter(pk=held.pk), now)


def pass_on_later(entry: WaitlistEntry, session: Meeting, now: datetime) -> None:
    """What is held for somebody who now waits for a time before that session, and isn't, goes to the next."""
    _give_up(HeldTime.objects.filter(entry=entry, starts_at__gte=session.starts_at), now)


def tell_gone(held: HeldTime, now: datetime) -> None:
    """Only whoever has been told that they have it."""
    waiting = Notice.objects.waiting().filter(user=held.user, kind=AccountMail.TIME_HELD, facts__held=str(held.pk))
    if held.told_at <= now and not waiting.exists():
        Notice.objects.create(
            kind=AccountMail.TIME_GONE,
            user=held.user,
            address=held.user.email,
            facts={"held": str(held.pk)},
            priority=Priority.QUICK,
            due_at=now,
        )


def _give_up(held, now: datetime) -> None:
    for each in held.live().filter(passed_at__isnull=True):
        # Never before it was offered, also by a clock that was set back.
        each.passed_at = each.until = max(min(now, each.until), each.offered_at)
        each.save(update_fields=["passed_at", "until"])
