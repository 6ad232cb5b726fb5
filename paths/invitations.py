"""The writers of invitations: sent again, withdrawn, accepted, declined, asked for. paths/added.py sends the first.

Each locks the invited person's row, reads the invitation again, and asks what it may be. An invitation without a path
was staff's.
"""

from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.translation import gettext as _

from everwise.accounts.models import User
from paths import added, history
from paths.enrolment import (
    EnrolmentError,
    EnrolmentRefused,
    check_meetings,
    check_program,
    check_right,
    lock,
)
from paths.enums import Happened, InvitationState, Role, Via
from paths.models import Invitation, Membership
from paths.models.invitations import hash_of

ASKED_EVERY = timedelta(days=1)
# Kinds of e-mails, as meetings.enums.AccountMail has them.
ASKED, DECLINED = "asked-again", "declined"
OPEN = {InvitationState.INVITED, InvitationState.EXPIRED}


class InvitationError(EnrolmentError):
    """Nothing was changed; the text says why."""


class InvitationNotOpen(InvitationError):
    """It was answered or withdrawn, or has run out: `state` says which."""

    def __init__(self, state: InvitationState):
        super().__init__(_said(state))
        self.state = state


class HasAccount(InvitationError):
    """The person has a way to sign in by now: nobody sets a password by an invitation then."""


class AddressTaken(InvitationError):
    """Somebody else signs in by this address meanwhile."""


class AskedAlready(InvitationError):
    """A new invitation was asked for within a day."""


class Details(NamedTuple):
    """What somebody says of themselves when they accept; the password was looked at by the form."""

    name: str
    password: str
    time_zone: ZoneInfo
    language: str


def by_token(token: str) -> Invitation | None:
    """The invitation that a link is of, whatever has become of it."""
    rows = Invitation.objects.select_related("user", "path__program", "by")
    return rows.filter(token_hash=hash_of(token)).first()


def state_of(invitation: Invitation, now: datetime) -> InvitationState:
    """As it stands on the path: withdrawn, too, where the person is in no role there any more."""
    state = invitation.state(now)
    if state in OPEN and not _is_wanted(invitation):
        return InvitationState.WITHDRAWN
    return state


def contact(invitation: Invitation) -> User | None:
    """Who can send it again: who sent it, else another admin of the path."""
    by, path = invitation.by, invitation.path
    if by.is_active and (by.is_staff or path is None or _admins(path).filter(user=by).exists()):
        return by
    first = _admins(path).select_related("user").order_by("started_at", "pk").first() if path else None
    return first.user if first else None


def shown_name(invitation: Invitation | None, user: User) -> str:
    """A person's name for the path's admins: of somebody's account elsewhere only the address, until they accept."""
    return user.email if invitation and user.has_arrived else str(user)


def resend(*, invitation: Invitation, by: User, now: datetime, via: Via = Via.WEB) -> Invitation:
    """Send an open one again, with a new link for another 14 days; earlier links end. Raises an EnrolmentError."""
    with transaction.atomic():
        lock([invitation.user_id], by=by.pk)
        current = _current(invitation)
        _check_may(by, current, via)
        if (state := state_of(current, now)) not in OPEN:
            raise InvitationNotOpen(state)
        current.by = by
        _send_again(current, by=by, now=now, via=via)
    return current


def resend_to(*, user: User, now: datetime) -> bool:
    """Send somebody who has not arrived each of their open invitations again, at their own asking; False for none.

    In place of a link to set a new password, or of saying that there is an account.
    """
    with transaction.atomic():
        lock([user.pk])
        waiting = Invitation.objects.open().filter(user=user).select_related("user", "path", "by")
        wanted = [each for each in waiting.order_by("pk").select_for_update(of=("self",)) if _is_wanted(each)]
        for invitation in wanted[:1]:
            _send_again(invitation, by=None, now=now, via=Via.EMAIL)
    return bool(wanted)


def withdraw(*, invitation: Invitation, by: User, now: datetime, via: Via = Via.WEB) -> Invitation:
    """Take the invitation back, and the person off the path. Raises an EnrolmentError, HasMeetings among them."""
    with transaction.atomic():
        lock([invitation.user_id], by=by.pk)
        current = _current(invitation)
        _check_may(by, current, via)
        if (state := current.state(now)) not in OPEN:
            raise InvitationNotOpen(state)
        for membership in _memberships(current):
            check_program(membership)
            check_meetings(membership, now)
        _end_memberships(current, now)
        current.withdrawn_at = now
        current.save(update_fields=["withdrawn_at"])
        _write(current, Happened.WITHDRAWN, by=by, now=now, via=via)
    return current


def accept(*, invitation: Invitation, details: Details, now: datetime) -> User:
    """Set up the account of somebody who has none: by the link alone. Raises an InvitationError."""
    with transaction.atomic():
        lock([invitation.user_id])
        current = _current(invitation)
        user = _check_acceptable(current, now)
        if user.has_arrived:
            raise HasAccount(_("You have an account already. Sign in to open the path."))
        if EmailAddress.objects.filter(email__iexact=user.email, verified=True).exclude(user=user).exists():
            raise AddressTaken(_("Somebody already uses this e-mail address."))
        user.name, user.time_zone, user.language = details.name, details.time_zone, details.language
        user.zone_asked = True
        user.set_password(details.password)
        user.save(update_fields=["name", "time_zone", "language", "zone_asked", "password"])
        EmailAddress.objects.filter(user=user).delete()
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        _accept_all(user, now)
    return user


def accept_as(*, invitation: Invitation, by: User, now: datetime) -> None:
    """Accept by the person's own account, in which they are signed in. Raises an InvitationError."""
    with transaction.atomic():
        lock([invitation.user_id])
        user = _check_acceptable(_current(invitation), now)
        if user.pk != by.pk:
            raise HasAccount(_("This invitation is for somebody else."))
        _accept_all(user, now)


def arrived(*, user: User, now: datetime) -> None:
    """Whoever signs in has answered all that still waits for them."""
    if Invitation.objects.open().filter(user=user).exists():
        with transaction.atomic():
            lock([user.pk])
            _accept_all(user, now)


def decline(*, invitation: Invitation, now: datetime) -> Invitation:
    """“This isn’t for me”: by the link alone. Raises NotOpen.

    The person leaves the path, unless meetings wait for them there or it would have no admin: then whoever invited
    them decides, who is told in either case.
    """
    with transaction.atomic():
        lock([invitation.user_id])
        current = _current(invitation)
        if (state := state_of(current, now)) not in OPEN:
            raise InvitationNotOpen(state)
        stays = _must_stay(current, now)
        if not stays:
            _end_memberships(current, now)
        current.declined_at = now
        current.save(update_fields=["declined_at"])
        _write(current, Happened.DECLINED, by=current.user, now=now, via=Via.EMAIL)
        _tell_contact(DECLINED, current, now, stays="1" if stays else "")
    return current


def ask_again(*, invitation: Invitation, now: datetime) -> User | None:
    """Tell whoever can send it again that its person wants it, once a day; who is told. Raises AskedAlready."""
    with transaction.atomic():
        lock([invitation.user_id])
        current = _current(invitation)
        if (state := state_of(current, now)) not in {InvitationState.EXPIRED, InvitationState.WITHDRAWN}:
            raise InvitationNotOpen(state)
        if current.asked_at and now < current.asked_at + ASKED_EVERY:
            raise AskedAlready(_("You have asked for it today already. Look into your e-mail tomorrow."))
        current.asked_at = now
        current.save(update_fields=["asked_at"])
        return _tell_contact(ASKED, current, now)


def _current(invitation):
    """The row as it stands, held; the person is locked already."""
    rows = Invitation.objects.select_related("user", "path__program", "by").select_for_update(of=("self",))
    return rows.get(pk=invitation.pk)


def _check_may(by, invitation, via):
    """An admin of the path; staff by the Django admin, who alone invite to no path."""
    if via == Via.ADMIN:
        staff = User.objects.filter(pk=by.pk, is_active=True, is_staff=True).first()
        if staff is None or not staff.has_perm("accounts.change_user"):
            raise EnrolmentRefused(_("Only staff who may change people can do this."))
    elif invitation.path is None:
        raise EnrolmentRefused(_("Only staff can do this."))
    else:
        check_right(by, invitation.path)


def _check_acceptable(invitation, now):
    if (state := state_of(invitation, now)) != InvitationState.INVITED:
        raise InvitationNotOpen(state)
    return invitation.user


def _memberships(invitation):
    live = Membership.objects.live().filter(path=invitation.path_id, user=invitation.user_id)
    return list(live.select_related("path__program", "user")) if invitation.path_id else []


def _is_wanted(invitation):
    """Somebody deactivated, or off the path, gets in by no link."""
    if not invitation.user.is_active:
        return False
    known = Membership.objects.knowing().filter(path=invitation.path_id, user=invitation.user_id)
    return not invitation.path_id or known.exists()


def _admins(path):
    return Membership.objects.live().filter(path=path, role=Role.ADMIN, user__is_active=True)


def _must_stay(invitation, now) -> bool:
    memberships = _memberships(invitation)
    for membership in memberships:
        try:
            check_program(membership)
            check_meetings(membership, now)
        except EnrolmentError:
            return True
    alone = any(each.role == Role.ADMIN for each in memberships)
    return alone and not _admins(invitation.path).exclude(user=invitation.user).exists()


def _end_memberships(invitation, now):
    if invitation.path_id:
        Membership.objects.live().filter(path=invitation.path_id, user=invitation.user_id).update(ended_at=now)


def _send_again(invitation, *, by, now, via):
    invitation.send_from(now)
    invitation.asked_at = None
    invitation.save(update_fields=["by", "sent_at", "expires_at", "token_hash", "asked_at"])
    _write(invitation, Happened.INVITED_AGAIN, by=by, now=now, via=via)
    added.send(invitation, now)


def _accept_all(user, now):
    """Of all paths at once: one account opens them all."""
    for invitation in Invitation.objects.open().filter(user=user).select_related("path", "user").order_by("pk"):
        invitation.accepted_at = now
        invitation.save(update_fields=["accepted_at"])
        _write(invitation, Happened.ACCEPTED, by=user, now=now, via=Via.EMAIL)


def _tell_contact(kind, invitation, now, **facts):
    whom = contact(invitation)
    if whom is not None:
        get_adapter().post(kind, whom, {"invitation": str(invitation.pk), **facts}, now)
    return whom


def _write(invitation, what, *, by, now, via):
    if invitation.path:
        facts = {"role": invitation.role}
        history.write(path=invitation.path, what=what, by=by, about=invitation.user, now=now, via=via, facts=facts)


def _said(state: InvitationState) -> str:
    return str(
        {
            InvitationState.ACCEPTED: _("This invitation has been accepted."),
            InvitationState.DECLINED: _("This invitation has been declined."),
            InvitationState.WITHDRAWN: _("This invitation has been withdrawn."),
            InvitationState.EXPIRED: _("This invitation has run out."),
            InvitationState.INVITED: _("This invitation is still open."),
        }[state]
    )
