"""What paths/added.py says to one person, said to many at once: in a few statements, however many they are."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from allauth.account.adapter import get_adapter

from everwise.accounts.models import User
from paths import added
from paths.enums import Happened, Role, Via
from paths.importing.steps import steps
from paths.models import Invitation, Membership, Path, PathEvent


class Told(NamedTuple):
    invited: int
    added: int


def tell_all(
    *, path: Path, memberships: list[Membership], by: User, now: datetime, via: Via, facts: dict[str, Any]
) -> Told:
    """As added.tell for each of these new memberships, whose people are loaded and locked.

    A draft path has rules of its own for who hears what, which stand there alone.
    """
    if path.opened_at is None:
        sent = [added.tell(membership=each, by=by, now=now, via=via, facts=facts) for each in memberships]
        return Told(sum(each is not None and each.sent_at == now for each in sent), 0)
    users = [each.user for each in memberships]
    others, known = _elsewhere(path, memberships)
    waiting = _waiting(path, users)
    withdrawn, invitations, events, posts, told = [], [], [], [], 0
    for each in memberships:
        user, role = each.user, Role(each.role)
        invitation = waiting.get(user.pk)
        if invitation and (invitation.expires_at <= now or user.pk not in others):
            # Of an earlier time on the path, or run out.
            withdrawn.append(invitation.pk)
            invitation = None
        what = Happened.INVITED
        if invitation or (user.has_arrived and (user == by or user.pk in known)):
            what = Happened.ADDED
            if not invitation and user != by:
                posts.append((added.ADDED, user, {"by": str(by.pk), "path": str(path.pk), "role": role.value}))
                told += 1
        else:
            new = Invitation(path=path, user=user, role=role, by=by)
            new.send_from(now)
            invitations.append(new)
            posts.append(added.letter(new))
        events.append(
            PathEvent(path=path, what=what, by=by, about=user, at=now, via=via, facts={"role": role.value, **facts})
        )
    for some in steps(withdrawn):
        Invitation.objects.filter(pk__in=some).update(withdrawn_at=now)
    Invitation.objects.bulk_create(invitations)
    PathEvent.objects.bulk_create(events)
    get_adapter().post_all(posts, now)
    return Told(len(invitations), told)


def _elsewhere(path: Path, memberships: list[Membership]) -> tuple[set[UUID], set[UUID]]:
    """Who is on the path in another role now, and whom the path's admins know from its program."""
    others: set[UUID] = set()
    known: set[UUID] = set()
    new = {each.pk for each in memberships}
    for some in steps([each.user_id for each in memberships]):
        theirs = Membership.objects.filter(user__in=some, path__program=path.program_id)
        for pk, user, on, ended in theirs.order_by().values_list("pk", "user", "path", "ended_at"):
            if pk in new:
                continue
            known.add(user)
            if on == path.pk and ended is None:
                others.add(user)
    return others, known


def _waiting(path: Path, users: list[User]) -> dict[UUID, Invitation]:
    found: dict[UUID, Invitation] = {}
    for some in steps([user.pk for user in users]):
        for invitation in Invitation.objects.open().filter(path=path, user__in=some):
            found[invitation.user_id] = invitation
    return found
