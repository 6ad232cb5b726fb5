"""How rows of people are locked: what a writer changes is held alone, whoever merely acts is held together with others.

On SQLite the transaction itself is the lock.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db import connection
from django.db.models import UUIDField

from everwise.accounts.models import User
from everwise.db.prepared import Param, Shared


def hold(people: Iterable[UUID], by: UUID | None = None) -> None:
    """Hold these people until the transaction ends, and keep `by`, who acts, from being deactivated or losing a role.

    In id order, `by` in their place among the others, so that two writers never wait for each other. NO KEY, since
    plain FOR UPDATE deadlocks with rows that reference a user. Who acts and is not one of the people is shared: an
    admin's fifty bookings don't wait for each other.
    """
    alone = sorted(set(people))
    if by is None or by in alone or connection.vendor == "sqlite":
        _hold_all(alone)
        return
    _hold_all([each for each in alone if each < by])
    _shared(by=by)
    _hold_all([each for each in alone if each > by])


def share_at_once(by: UUID) -> bool:
    """Keep `by` from being deactivated or losing a role; False, without waiting, if somebody is just doing that."""
    return connection.vendor == "sqlite" or bool(_shared_at_once(by=by))


def _hold_all(people: list[UUID]) -> None:
    if people:
        list(User.objects.filter(pk__in=people).order_by("pk").select_for_update(no_key=True).values_list("pk"))


@Shared
def _shared():
    return User.objects.filter(pk=Param("by", UUIDField())).order_by().select_for_update(no_key=True).values_list("pk")


@Shared
def _shared_at_once():
    person = User.objects.filter(pk=Param("by", UUIDField())).order_by()
    return person.select_for_update(no_key=True, skip_locked=True).values_list("pk")
