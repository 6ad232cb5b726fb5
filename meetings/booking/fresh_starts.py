"""The yes of a path's admin to somebody who has missed too many sessions: asked for, given, and taken back."""

from datetime import datetime
from hashlib import sha256
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.db import transaction
from django.utils.translation import gettext as _

from everwise import timefmt
from everwise.accounts.models import User
from everwise.errors import Refused, Stale
from meetings.booking import no_shows
from meetings.enums import AccountMail, Kind
from meetings.integrity.locks import lock_people
from meetings.models import Meeting
from meetings.permissions import standings
from paths import history
from paths.enums import Happened, Role
from paths.expert_reminders import sent_since
from paths.models import FreshStart, Membership, Path, PathEvent


class FreshStartError(Exception):
    """Nothing was done. Its text says why, for the person who asked."""


class FreshStartRefused(FreshStartError, Refused):
    """Only a live admin of the path says yes, and only one of its participants asks for it."""


class NobodyWaits(FreshStartError):
    """The person can book as it is, or takes no sessions here."""


class StaleFreshStart(FreshStartError, Stale):
    """What the person has missed is not what the page showed."""


class BookedSince(FreshStartError):
    """They have booked since the yes, which is thereby spent."""


class AskedToday(FreshStartError):
    """They have asked within the last 24 hours."""


def version(missed: no_shows.Starts) -> str:
    """Of what a page shows as missed: another one after each change."""
    return sha256(" ".join(start.isoformat() for start in missed).encode()).hexdigest()[:32]


def let_book(
    *, path: Path, user: User, by: User, token: UUID, shown: str, now: datetime, why: str = ""
) -> FreshStart | None:
    """Let a participant book again: what they have missed so far counts no more. They are told.

    `shown` is the version of what the page said they missed; `why` is read by the path's admins alone. The same `token`
    from the same person changes nothing more. Raises a FreshStartError.
    """
    with transaction.atomic():
        current = _held(path, user, by)
        if made := FreshStart.objects.filter(by=by, token=token).first():
            return made
        missed = _missed(user, current)
        if Role.PARTICIPANT not in standings.roles_on(user, current) or not no_shows.is_beyond(current, len(missed)):
            raise NobodyWaits(_("%(name)s doesn’t need it any more, so nothing was changed.") % {"name": user})
        if shown != version(missed):
            raise StaleFreshStart(_("What they missed was changed while you had this page open. Look at it again."))
        made = FreshStart.objects.create(path=current, user=user, by=by, at=now, token=token)
        facts = {"missed": len(missed)}
        history.write(path=current, what=Happened.LET_BOOK, by=by, now=now, about=user, facts=facts, text=why.strip())
        told = {"path": str(path.pk), "by": str(by.pk), "fresh": made.pk}
        get_adapter().post(AccountMail.BOOK_AGAIN, user, told, now)
    return made


def take_back(*, fresh: FreshStart, by: User, now: datetime) -> None:
    """Take the yes back, as long as the person has not booked since. They are told if that keeps them from booking.

    What is taken back already stays so. Raises a FreshStartError.
    """
    path, user = fresh.path, fresh.user
    with transaction.atomic():
        current = _held(path, user, by)
        if not FreshStart.objects.filter(pk=fresh.pk, taken_back_at=None).exists():
            return
        if booked_since(fresh):
            raise BookedSince(_("%(name)s has booked a session since, so nothing was taken back.") % {"name": user})
        FreshStart.objects.filter(pk=fresh.pk).update(taken_back_at=now, taken_back_by=by)
        history.write(path=current, what=Happened.LET_BOOK_NO_MORE, by=by, now=now, about=user)
        if no_shows.is_beyond(current, len(_missed(user, current))):
            get_adapter().post(AccountMail.SESSIONS_MISSED, user, {"path": str(path.pk)}, now)


def ask(*, path: Path, by: User, now: datetime) -> None:
    """Write to the path's admins that this participant would like to book again, once in 24 hours.

    Raises a FreshStartError.
    """
    with transaction.atomic():
        lock_people([by.pk])
        current = Path.objects.get(pk=path.pk)
        if Role.PARTICIPANT not in standings.roles_on(by, current):
            raise FreshStartRefused(_("Only a participant of this path can ask for that."))
        if not no_shows.is_beyond(current, len(_missed(by, current))):
            raise NobodyWaits(_("You can book again, so nobody was asked."))
        if at := asked_at(current, by, now):
            # Translators: %(when)s is “today, 13:10” or “Mon 30 Nov, 13:10”.
            text = _("You have asked already: %(when)s. You can ask once in 24 hours.")
            raise AskedToday(text % {"when": timefmt.when(at, by.reader, now)})
        history.write(path=current, what=Happened.ASKED_TO_BOOK, by=by, about=by, now=now)
        admins = Membership.objects.live().filter(path=current, role=Role.ADMIN, user__is_active=True)
        facts = {"path": str(path.pk), "about": str(by.pk)}
        people = [each.user for each in admins.select_related("user").order_by("pk")]
        get_adapter().post_all([(AccountMail.BOOKING_ASKED, admin, facts) for admin in people], now)


def asked_at(path: Path, user: User, now: datetime) -> datetime | None:
    """When this person has last asked, within 24 hours."""
    asked = PathEvent.objects.filter(path=path, about=user, what=Happened.ASKED_TO_BOOK, at__gt=sent_since(now))
    return asked.order_by("-at").values_list("at", flat=True).first()


def last_of(path: Path, user: User) -> FreshStart | None:
    """The last yes that stands."""
    standing = FreshStart.objects.filter(path=path, user=user, taken_back_at=None).select_related("path", "user", "by")
    return standing.order_by("-at", "-pk").first()


def booked_since(fresh: FreshStart) -> bool:
    """Whether the person has booked a session of the path since, or somebody for them."""
    theirs = Meeting.objects.filter(
        path=fresh.path_id, kind=Kind.DROP_IN, attendees__user=fresh.user_id, attendees__role=Role.PARTICIPANT
    )
    return theirs.filter(created_at__gte=fresh.at, starts_at__gt=fresh.at).exists()


def _held(path: Path, user: User, by: User) -> Path:
    """The path as it is, the person locked, and the admin found to be one under that lock. Raises Refused."""
    lock_people([user.pk], by=by.pk)
    if Role.ADMIN not in standings.roles_on(by, path):
        raise FreshStartRefused(_("Only an admin of this path can let somebody book again."))
    return Path.objects.get(pk=path.pk)


def _missed(user: User, path: Path) -> no_shows.Starts:
    return no_shows.missed_on(user, [path]).get(path.pk, ())
