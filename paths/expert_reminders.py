"""What a path's admin may send to an expert of it: that their hours are missing, that a calendar of theirs fails.

Each once a day, however many admins press: the path's history says when it was done last. E-mails leave by allauth's
adapter, as those of paths/added.py do.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.db import transaction
from django.utils.translation import gettext as _

from everwise import timefmt
from everwise.accounts.models import User
from everwise.errors import Refused
from experts.hours.stored import HOURS_AHEAD, are_given, hours_of
from experts.models import BusyCalendar, Expert
from paths import history
from paths.enrolment import lock
from paths.enums import Happened, Role
from paths.models import Membership, Path, PathEvent

ONCE_IN = timedelta(hours=24)
# Kinds of e-mails, as meetings.enums.AccountMail has them.
KINDS = {Happened.REMINDED: "hours-wanted", Happened.TOLD: "calendar-told"}


class ReminderError(Exception):
    """Nothing was sent. Its text says why, for the person who asked."""


class ReminderRefused(ReminderError, Refused):
    """Only a live admin of the path writes to its experts."""


class NotNeeded(ReminderError):
    """There is nothing to remind of any more, or nobody who could do something about it."""


class SentAlready(ReminderError):
    """It was sent within the last 24 hours."""


def remind(*, path: Path, user: User, by: User, now: datetime) -> None:
    """Ask an expert of the path, who has none, for their hours. Raises a ReminderError."""
    with transaction.atomic():
        expert = _expert(path, user, by)
        if not user.has_arrived:
            raise NotNeeded(_("They have not answered their invitation yet. Send it again instead."))
        if not expert.accepting:
            raise NotNeeded(_("They are not taking sessions now, so nothing was sent."))
        if has_hours(expert, now):
            raise NotNeeded(_("They have given hours meanwhile, so nothing was sent."))
        _send(Happened.REMINDED, path, user, by, now)


def tell(*, path: Path, user: User, by: User, now: datetime) -> None:
    """Tell an expert of the path that a calendar of theirs can't be read. Raises a ReminderError."""
    with transaction.atomic():
        expert = _expert(path, user, by)
        if not BusyCalendar.objects.unreadable().filter(expert=expert).exists():
            raise NotNeeded(_("Their calendar can be read again, so nothing was sent."))
        _send(Happened.TOLD, path, user, by, now)


def has_hours(expert: Expert, now: datetime) -> bool:
    """Whether the expert has given any hours for the next 60 days."""
    return not without_hours([expert], now)


def without_hours(experts: Iterable[Expert], now: datetime) -> set[int]:
    """Those of the experts (ids) who have given none. One query."""
    until = now + HOURS_AHEAD
    hours = hours_of({expert.pk: str(expert.time_zone) for expert in experts}, since=now, until=until)
    return {pk for pk, given in hours.items() if not are_given(given, since=now, until=until)}


def reminded(path: Path, now: datetime) -> dict[UUID, datetime]:
    """Who was asked for their hours within the last 24 hours, and when."""
    events = PathEvent.objects.filter(path=path, what=Happened.REMINDED, at__gt=sent_since(now))
    return {person: at for person, at in events.order_by("at").values_list("about", "at") if person}


def sent_since(now: datetime) -> datetime:
    """What was sent after this moment stands in the way of sending it again."""
    return now - ONCE_IN


def _expert(path: Path, user: User, by: User) -> Expert:
    """The profile of the person, whom this locks, as it is now."""
    lock([user.pk], by=by.pk)
    live = Membership.objects.live().filter(path=path, user__is_active=True)
    if not live.filter(user=by, role=Role.ADMIN).exists():
        raise ReminderRefused(_("Only an admin of this path can write to its experts."))
    expert = Expert.objects.filter(user=user).first()
    if expert is None or not live.filter(user=user, role=Role.EXPERT).exists():
        raise NotNeeded(_("They are no longer an expert on this path, so nothing was sent."))
    return expert


def _send(what: Happened, path: Path, user: User, by: User, now: datetime) -> None:
    earlier = PathEvent.objects.filter(path=path, about=user, what=what, at__gt=sent_since(now))
    if last := earlier.order_by("-at").first():
        # Translators: %(when)s is “today, 13:10” or “Mon 30 Nov, 13:10”.
        text = _("This was sent already: %(when)s. It can be sent once in 24 hours.")
        raise SentAlready(text % {"when": timefmt.when(last.at, by.reader, now)})
    history.write(path=path, what=what, by=by, about=user, now=now)
    get_adapter().post(KINDS[what], user, {"by": str(by.pk), "path": str(path.pk)}, now)
