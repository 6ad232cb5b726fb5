"""Taking what is held: the writers of drop-ins book it, or move the session that it replaces."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from everwise.accounts.models import User
from experts.models import Expert
from meetings.booking.dropin import reschedule, schedule
from meetings.booking.errors import BookingRefused, JustTaken
from meetings.booking.records import made_by
from meetings.booking.terms import Terms
from meetings.models import HeldTime, Meeting


def take(
    *, held: HeldTime, by: User, token: UUID, now: datetime, sequence: int | None = None, shown: Terms | None = None
) -> Meeting:
    """Book what is held for somebody, or move their session to it. The writer of that meeting ends their place in line.

    The same `token` from the same person returns the meeting that it made. `sequence` and `shown` are as in
    `reschedule` and `schedule`. Raises a BookingError.
    """
    if made := made_by(by, token):
        return made
    if held.user_id != by.pk:
        raise BookingRefused()
    # Whoever takes it in the moment in which it goes to the next: the engine says whether it is theirs still.
    if not HeldTime.objects.open(now).filter(pk=held.pk).exists():
        raise JustTaken(_("This time is not held for you any more."))
    expert = Expert.objects.select_related("user").get(user=held.expert_id)
    start, session = held.starts_at, held.entry.sooner_than
    if session is None:
        theme = held.entry.theme
        return schedule(
            by=by, participant=by, theme=theme, start=start, expert=expert, token=token, now=now, shown=shown
        )
    return reschedule(
        meeting=session, by=by, start=start, expert=expert, token=token, now=now, sequence=sequence, shown=shown
    )
