"""What somebody hears who was added to a path, made admin of a program, or has another role now: one e-mail, and what
it opens.

Takes part in the transaction of whoever added them, with their row locked. E-mails leave by allauth's adapter, which
meetings/mail puts into the outbox: paths know no outbox.
"""

from datetime import datetime
from typing import Any

from allauth.account.adapter import get_adapter

from everwise.accounts.models import User
from everwise.db.prepared import Param, Shared
from paths import history
from paths.enums import Happened, Role, Via
from paths.models import Invitation, Membership, Path, Program

# Kinds of e-mails, as meetings.enums.AccountMail has them.
INVITED, ADDED, ROLE_CHANGED = "invited", "added", "role-changed"


def tell(
    *, membership: Membership, by: User, now: datetime, via: Via = Via.WEB, facts: dict[str, Any] | None = None
) -> Invitation | None:
    """Write down that the person was added, and queue the one e-mail about it; the invitation, if it is one.

    Whoever has no way to sign in yet is invited to set one up. Whoever has an account is told of the path; where the
    path's admins can't know them from its program, the account is theirs to reveal, by accepting. Participants of a
    draft hear nothing until it is opened.
    """
    path, role = membership.path, Role(membership.role)
    facts = {"role": role.value, **(facts or {})}
    line: dict[str, Any] = {"path": path, "by": by, "about": membership.user, "now": now, "via": via, "facts": facts}
    if role == Role.PARTICIPANT and is_draft(path):
        history.write(what=Happened.ADDED, **line)
        return None
    invitation, is_new = _send_word(membership, by, now, via)
    history.write(what=Happened.INVITED if is_new else Happened.ADDED, **line)
    return invitation


def is_draft(path: Path) -> bool:
    """Whether the path is a draft until the transaction ends: whoever opens it waits. Lock people before."""
    return _opened(path=path.pk) == [(None,)]


@Shared
def _opened():
    path = Path.objects.filter(pk=Param("path", Path._meta.pk))
    return path.order_by().select_for_update(no_key=True).values_list("opened_at")


def _send_word(membership: Membership, by: User, now: datetime, via: Via) -> tuple[Invitation | None, bool]:
    """Queue the one e-mail; the invitation that leads to the path, if there is one, and whether it is a new one."""
    path, user, role = membership.path, membership.user, Role(membership.role)
    others = Membership.objects.live().filter(path=path, user=user).exclude(pk=membership.pk)
    waiting = Invitation.objects.open().filter(path=path, user=user).first()
    if waiting and (waiting.expires_at <= now or not others.exists()):
        # Of an earlier time on the path, or run out.
        waiting.withdrawn_at = now
        waiting.save(update_fields=["withdrawn_at"])
        waiting = None
    if waiting or (user.has_arrived and (user == by or _is_known(user, membership, via))):
        if not waiting and user != by:
            _post(ADDED, user, by, now, path=str(path.pk), role=role.value)
        return waiting, False
    return invite(path=path, user=user, role=role, by=by, now=now), True


def tell_change(*, path: Path, user: User, before: set[Role], by: User, now: datetime, via: Via) -> None:
    """Queue the e-mail about what somebody is on the path now who is on it still. Their row is locked, as the path is.

    Nobody hears of what they did themselves. Whoever has not answered their invitation has that, for the new role;
    participants of a draft hear nothing, so that who is more than one by now hears of the path for the first time.
    """
    person, live = User.objects.get(pk=user.pk), Membership.objects.live().filter(path=path, user=user)
    after = {Role(role) for role in live.order_by().values_list("role", flat=True)}
    if not after or after == before or person == by or not person.is_active:
        return
    silent = {Role.PARTICIPANT} if is_draft(path) else None
    if after == silent:
        return
    if before == silent:
        for membership in live.select_related("path", "user"):
            _send_word(membership, by, now, via)
        return
    waiting = Invitation.objects.open().filter(path=path, user=user)
    if waiting.exists() or not person.has_arrived:
        waiting.exclude(role__in=after).update(role=min(after))
        return
    roles = {"before": ",".join(sorted(before)), "after": ",".join(sorted(after))}
    _post(ROLE_CHANGED, person, by, now, path=str(path.pk), **roles)


def tell_program_admin(*, program: Program, user: User, by: User, now: datetime) -> None:
    """One e-mail, however many paths the program has."""
    if user == by:
        return
    if user.has_arrived:
        _post(ADDED, user, by, now, program=program.name)
    elif not Invitation.objects.open().filter(user=user, expires_at__gt=now).exists():
        invite(path=None, user=user, role=None, by=by, now=now, program=program.name)


def tell_dismissed(*, program: Program, user: User, by: User, now: datetime) -> None:
    """One e-mail to whoever is no admin of the program any more."""
    if user != by and user.is_active and user.has_arrived:
        _post(ROLE_CHANGED, user, by, now, program=program.name)


def invite(
    *, path: Path | None, user: User, role: Role | None, by: User, now: datetime, program: str = ""
) -> Invitation:
    """A new invitation with its e-mail. Without a path it is to this installation."""
    invitation = Invitation(path=path, user=user, role=role or "", by=by)
    invitation.send_from(now)
    invitation.save()
    send(invitation, now, **({"program": program} if program else {}))
    return invitation


def send(invitation: Invitation, now: datetime, **facts: str) -> None:
    """Queue the e-mail with the invitation's link."""
    kind, user, told = letter(invitation)
    get_adapter().post(kind, user, {**told, **facts}, now)


def letter(invitation: Invitation) -> tuple[str, User, dict[str, str]]:
    """The kind of the e-mail with the invitation's link, to whom it goes, and what it tells."""
    kind = ADDED if invitation.user.has_arrived else INVITED
    place = {"path": str(invitation.path_id), "role": invitation.role} if invitation.path_id else {}
    # By when it was sent, the worker sees that a later e-mail has the link that counts.
    marks = {"invitation": str(invitation.pk), "sent": invitation.sent_at.isoformat()}
    return kind, invitation.user, {"by": str(invitation.by_id), **place, **marks}


def _post(kind: str, user: User, by: User, now: datetime, **facts: str) -> None:
    get_adapter().post(kind, user, {"by": str(by.pk), **facts}, now)


def _is_known(user: User, membership: Membership, via: Via) -> bool:
    """Whether those who add the person may know that they have an account: staff, and who shares a program."""
    if via == Via.ADMIN:
        return True
    theirs = Membership.objects.filter(user=user, path__program=membership.path.program_id)
    return theirs.exclude(pk=membership.pk).exists()
