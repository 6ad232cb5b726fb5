"""Who was invited to a path, and by which name its admins see them.

Whether an address has an account elsewhere is its person's to tell: until they accept, they are shown by the address.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from copy import copy
from typing import NamedTuple
from uuid import UUID

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Exists, OuterRef, Q, QuerySet

from everwise.accounts.models import User
from everwise.faces import Face
from experts.models import Expert
from paths import people_search
from paths.enums import Role
from paths.models import Invitation, Membership, Path


class Invited:
    """The invitations of these people to the path. One query."""

    def __init__(self, path: Path, people: Iterable[UUID]):
        self._of: dict[UUID, list[Invitation]] = defaultdict(list)
        for each in Invitation.objects.filter(path=path, user__in=list(people)).order_by("sent_at"):
            self._of[each.user_id].append(each)

    def waiting(self, user: User) -> Invitation | None:
        """The one that is not answered, run out or not."""
        found = self._of.get(user.pk, [])
        open_ones = (each for each in found if not (each.accepted_at or each.declined_at or each.withdrawn_at))
        return next(open_ones, None)

    def is_hidden(self, user: User) -> bool:
        found = self._of.get(user.pk, [])
        return bool(found) and user.has_arrived and not any(each.accepted_at for each in found)

    def name(self, user: User) -> str:
        return user.email if self.is_hidden(user) else str(user)

    def face(self, user: User) -> Face:
        return Face.of(user.pk, self.name(user))


def veiled(path: Path, people: Iterable[User]) -> list[User]:
    """The same people to be shown and chosen, of whom whoever is hidden is called by their address. One query.

    Those are copies, which nobody saves: whatever a page says of them says the address.
    """
    found = list(people)
    if not found:
        return found
    known = Invited(path, [user.pk for user in found])
    return [_by_address(user) if known.is_hidden(user) else user for user in found]


def veiled_experts(path: Path, experts: Iterable[Expert]) -> list[Expert]:
    """The same of experts with their users."""
    found = list(experts)
    for expert, user in zip(found, veiled(path, [expert.user for expert in found]), strict=True):
        expert.user = user
    return found


class ExpertEver(NamedTuple):
    """`label` is their name, with the address where another one of the path has the same."""

    face: Face
    label: str


def experts_ever(path: Path) -> dict[UUID, ExpertEver]:
    """Whoever is an expert of the path, or was, by id and in the order of their names; for its admins. Two queries."""
    theirs = Membership.objects.filter(path=path, role=Role.EXPERT, user=OuterRef("pk"))
    people = list(User.objects.filter(Exists(theirs.order_by())).order_by("name", "pk"))
    known = Invited(path, [user.pk for user in people])
    names = {user.pk: known.name(user) for user in people}
    many = Counter(names.values())
    # Of who was erased there is no address.
    alike = {user.pk for user in people if many[names[user.pk]] > 1 and user.erased_at is None}
    labels = {user.pk: f"{names[user.pk]} ({user.email})" for user in people if user.pk in alike}
    return {pk: ExpertEver(Face.of(pk, name), labels.get(pk, name)) for pk, name in names.items()}


def _by_address(user: User) -> User:
    shown = copy(user)
    shown.name, shown.called = user.email, ""
    return shown


def matching(people: QuerySet[User], path: Path, text: str) -> QuerySet[User]:
    """Those among `people` who have every word in their address, or in their name where the path's admins see that."""
    theirs = Invitation.objects.filter(path=path, user=OuterRef("pk")).order_by()
    arrived = Q(last_login__isnull=False) | ~Q(password__startswith=UNUSABLE_PASSWORD_PREFIX)
    hidden = Exists(theirs) & ~Exists(theirs.filter(accepted_at__isnull=False)) & arrived
    for word in people_search.words(text):
        people = people.filter(people_search.having(word, "email") | people_search.having(word, "name") & ~hidden)
    return people
