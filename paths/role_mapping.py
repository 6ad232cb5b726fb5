"""Roles by the groups of an organisation: given and taken back at each sign-in.

One transaction, with the person locked, then the path of an admin who would go. A role is taken back only if a mapping
gave it, and never one that has meetings, nor the last admin's: that is written down (UnmappedRole) and stands under
"Needs attention" on the path, whose admins end it by leaving. Expert and participant don't combine: whoever is one of
them on a path is not made the other.
"""

import logging
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from everwise.accounts.models import User
from everwise.sso.identity import Identity
from paths import enrolment, history
from paths.enums import Happened, Role, Unmapped, Via
from paths.models import Membership, RoleMapping, UnmappedRole

logger = logging.getLogger(__name__)


def apply(*, user: User, identity: Identity, now: datetime) -> None:
    """Make the person's roles those of their groups."""
    provider = identity.provider
    with transaction.atomic():
        enrolment.lock([user.pk])
        # What a path's admins have settled meanwhile is forgotten with it.
        UnmappedRole.objects.filter(user=user, provider=provider.id).delete()
        wanted = {(mapping.path_id, mapping.role): mapping for mapping in _wanted(identity)}
        given = Membership.objects.live().filter(user=user, by_provider=provider.id).select_related("path", "user")
        # Taken back first: who was an expert can then become a participant.
        for membership in given.order_by("pk"):
            if (membership.path_id, membership.role) not in wanted and not _is_untold(membership, identity):
                _take_back(membership, identity, now)
        for mapping in wanted.values():
            _give(mapping, user, identity, now)


def _wanted(identity) -> Iterable[RoleMapping]:
    rows = RoleMapping.objects.filter(provider=identity.provider.id).select_related("path").order_by("pk")
    return [row for row in rows if row.value in identity.groups.get(row.claim, ())]


def _is_untold(membership, identity) -> bool:
    """Whether it came by a claim that the provider has kept to itself this time: the role stays as it is."""
    if not identity.untold:
        return False
    rows = RoleMapping.objects.filter(provider=identity.provider.id, path=membership.path_id, role=membership.role)
    untold = rows.filter(claim__in=identity.untold).exists()
    if untold:
        logger.warning("Sign-in at %s names no groups, being too many: roles by them stay", identity.provider.id)
    return untold


def _give(mapping, user, identity, now):
    path, role = mapping.path, Role(mapping.role)
    try:
        with transaction.atomic():
            enrolment.begin(path=path, user=user, role=role, now=now, by_provider=identity.provider.id)
    except enrolment.AlreadyOnPath:
        return
    except enrolment.RolesClash:
        _note(path, user, role, identity, Unmapped.CLASH, mapping.value, now)
        return
    _write(path, user, Happened.ADDED, role, identity, mapping.value, now)


def _take_back(membership, identity, now):
    role = Role(membership.role)
    mapped = RoleMapping.objects.filter(provider=identity.provider.id, path=membership.path_id, role=role)
    group = ", ".join(mapped.order_by("pk").values_list("value", flat=True))[:200]
    try:
        with transaction.atomic():
            enrolment.close(membership=membership, now=now)
    except enrolment.HasMeetings:
        _note(membership.path, membership.user, role, identity, Unmapped.MEETINGS, group, now)
    except enrolment.LastAdmin:
        _note(membership.path, membership.user, role, identity, Unmapped.LAST_ADMIN, group, now)
    except enrolment.AdminOfProgram:
        # It comes with the program now, which staff end.
        return
    else:
        _write(membership.path, membership.user, Happened.ENDED, role, identity, group, now)


def _write(path, user, what, role, identity, group, now):
    facts = {"role": role, "provider": identity.provider.name, "group": group}
    history.write(path=path, what=what, by=None, about=user, now=now, via=Via.SSO, facts=facts)


def _note(path, user, role, identity, why, group, now):
    logger.warning("By sign-in at %s: %s on path %s not changed: %s", identity.provider.id, role, path.pk, why.value)
    UnmappedRole.objects.update_or_create(
        path=path,
        user=user,
        role=role,
        defaults={"provider": identity.provider.id, "why": why, "group": group, "at": now},
    )
