"""The writer of extra sessions: an admin gives one person more of them than the path's number, or takes some back."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import UUIDField
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from everwise.accounts.models import User
from everwise.db.prepared import Param, Shared, columns, instance
from everwise.errors import Refused
from meetings.booking.credits import Credits, credits_of
from meetings.integrity.locks import lock_people
from meetings.permissions import standings
from paths import history
from paths.enums import Happened, Role
from paths.models import ExtraSessions, Path
from paths.models.extra_sessions import FEWEST, MOST


class ExtraSessionsError(Exception):
    """Nothing was given or taken back. Its text says why, for the person who asked."""


class ExtraSessionsRefused(ExtraSessionsError, Refused):
    """Only a live admin of the path gives sessions."""


class NothingToGive(ExtraSessionsError):
    """The person takes no sessions here, the path has no limit, or the number is none that can be given."""


class AlreadyUsed(ExtraSessionsError):
    """More would be taken back than the person has left."""


def give(*, path: Path, user: User, number: int, by: User, token: UUID, now: datetime, why: str = "") -> Credits:
    """Give a participant of the path so many sessions more; below zero, take them back. Returns what they have now.

    `why` is read by the path's admins alone. The same `token` from the same person changes nothing more. Raises an
    ExtraSessionsError.
    """
    with transaction.atomic():
        # The participant alone: a booking of theirs counts their sessions either before this or after it.
        lock_people([user.pk], by=by.pk)
        if Role.ADMIN not in standings.roles_on(by, path):
            raise ExtraSessionsRefused(_("Only an admin of this path can give extra sessions."))
        [row] = _kept(path=path.pk)
        current = instance(Path, row)
        before = credits_of(user, [current], now=now)[path.pk]
        if ExtraSessions.objects.filter(by=by, token=token).exists():
            return before
        if Role.PARTICIPANT not in standings.roles_on(user, path):
            raise NothingToGive(_("%(name)s is not a participant of this path.") % {"name": user})
        if current.sessions_per_participant is None:
            raise NothingToGive(_("Sessions on this path have no limit, so nobody needs extra ones."))
        if not number or not FEWEST <= number <= MOST:
            raise NothingToGive(
                _("Type a number from %(fewest)d to %(most)d, but not 0.") % {"fewest": FEWEST, "most": MOST}
            )
        _check_left(current, before, number)
        ExtraSessions.objects.create(path=current, user=user, number=number, by=by, at=now, token=token)
        after = credits_of(user, [current], now=now)[path.pk]
        facts = {"number": number, "before": {"total": before.total}, "total": after.total}
        history.write(
            path=current, what=Happened.EXTRA_SESSIONS, by=by, now=now, about=user, facts=facts, text=why.strip()
        )
    return after


def _check_left(path: Path, tally: Credits, number: int) -> None:
    """What is taken back must be there to take. Whoever is below already, by a lower limit, may be given some."""
    taken = tally.used + tally.booked
    if number > 0 or (path.sessions_per_participant or 0) + tally.extra + number >= taken:
        return
    if not taken:
        text = ngettext("They have only %(number)d session.", "They have only %(number)d sessions.", tally.total or 0)
        raise AlreadyUsed(text % {"number": tally.total or 0})
    text = ngettext(
        "They have used or booked %(number)d already.", "They have used or booked %(number)d already.", taken
    )
    raise AlreadyUsed(text % {"number": taken})


@Shared
def _kept():
    """The path's policy, as it stays until the transaction ends."""
    return (
        Path.objects.filter(pk=Param("path", UUIDField()))
        .order_by()
        .select_for_update(no_key=True)
        .values_list(*columns(Path))
    )
