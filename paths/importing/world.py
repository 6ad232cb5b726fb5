"""Who the people of a file are, and how they stand on the path."""

from collections import defaultdict
from collections.abc import Callable, Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Sum

from everwise.accounts.models import User
from paths.adding import people_by_address
from paths.importing.plan import KnownPerson
from paths.models import ExtraSessions, Membership, Path
from paths.steps import steps

# How many sessions each of these people has used or booked on the path. Meetings stand above paths, so it is handed in.
Taken = Callable[[Collection[User], Path, datetime], dict[UUID, int]]


def accounts(addresses: Collection[str]) -> dict[str, User]:
    """Whose these addresses are, in lower case; nobody's are left out."""
    found: dict[str, User] = {}
    for some in steps(list(addresses)):
        found |= people_by_address(some)
    return found


def people(path: Path, known: dict[str, User], taken: Taken, now: datetime) -> dict[str, KnownPerson]:
    """How each of them stands on the path, by the same addresses."""
    users = {user.pk: user for user in known.values()}
    roles: dict[UUID, set[str]] = defaultdict(set)
    extra: dict[UUID, int] = {}
    counted: dict[UUID, int] = {}
    for ids in steps(list(users)):
        for pk, role in Membership.objects.live().filter(path=path, user__in=ids).values_list("user", "role"):
            roles[pk].add(role)
        if path.sessions_per_participant is not None:
            given = ExtraSessions.objects.filter(path=path, user__in=ids).order_by().values("user")
            extra |= dict(given.annotate(sum=Sum("number")).values_list("user", "sum"))
            counted |= taken([users[pk] for pk in ids], path, now)
    return {
        address: KnownPerson(
            user.pk,
            user.name,
            str(user.time_zone),
            user.has_arrived,
            user.is_active,
            frozenset(roles[user.pk]),
            extra.get(user.pk, 0),
            counted.get(user.pk, 0),
        )
        for address, user in known.items()
    }
