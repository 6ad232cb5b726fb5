"""What paths/added.py says to one person, said to many at once: in a few statements, however many they are."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from allauth.account.adapter import get_adapter

from everwise.accounts.models import User
from paths import added
from paths.enums import Happened, Role, Via
from paths.models import Invitation, Membership, Path, PathEvent
from paths.steps import steps


class ToldCounts(NamedTuple):
    invited: int
    added: int


def tell_all(
    *, path: Path, memberships: list[Membership], by: User, now: datetime, via: Via, facts: dict[str, Any]
) -> ToldCounts:
    """As added.tell for each of these new memberships, whose people are loaded and locked, as the path is."""
    heard = [each for each in memberships if path.opened_at or each.role != Role.PARTICIPANT]
    invited, told = _send_word(path, heard, by, now)
    PathEvent.objects.bulk_create(
        PathEvent(
            path=path,
            what=Happened.INVITED if each.user_id in invited else Happened.ADDED,
            by=by,
            about=each.user,
            at=now,
            via=via,
            facts={"role": each.role, **facts},
        )
        for each in memberships
    )
    return ToldCounts(len(invited), told)


def announce_all(*, path: Path, memberships: list[Membership], by: User, now: datetime) -> None:
    """Queue what the participants of a draft have not heard so far, as it is opened. The history has them already."""
    _send_word(path, memberships, by, now)


def _send_word(path: Path, memberships: list[Membership], by: User, now: datetime) -> tuple[set[UUID], int]:
    """Queue one e-mail for each; who got a new invitation, and how many others were told."""
    users = [each.user for each in memberships]
    others, known = _elsewhere(path, memberships)
    waiting = _waiting(path, users)
    withdrawn, invitations, posts, told = [], [], [], 0
    for each in memberships:
        user, role = each.user, Role(each.role)
        invitation = waiting.get(user.pk)
        if invitation and (invitation.expires_at <= now or user.pk not in others):
            # Of an earlier time on the path, or run out.
            withdrawn.append(invitation.pk)
            invitation = None
        if invitation or (user.has_arrived and (user == by or user.pk in known)):
            if not invitation and user != by:
                posts.append((added.ADDED, user, {"by": str(by.pk), "path": str(path.pk), "role": role.value}))
                told += 1
        else:
            new = Invitation(path=path, user=user, role=role, by=by)
            new.send_from(now)
            invitations.append(new)
            posts.append(added.letter(new))
    for some in steps(withdrawn):
        Invitation.objects.filter(pk__in=some).update(withdrawn_at=now)
    Invitation.objects.bulk_create(invitations)
    get_adapter().post_all(posts, now)
    return {each.user_id for each in invitations}, told


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
