"""Roles that a sign-in at an organisation would have changed, for the path's admins to settle."""

from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from everwise.sso import providers
from everwise.wording import isolated
from meetings.models import Attendee
from paths.enums import Unmapped
from paths.models import Membership, Path, UnmappedRole


def unmapped(path: Path, now: datetime) -> QuerySet[UnmappedRole]:
    """Those that still hold: a role that was not taken back is held, one that was not given is not. With `number`, of
    the person's coming meetings by it.
    """
    held = Membership.objects.live().filter(path=OuterRef("path"), user=OuterRef("user"), role=OuterRef("role"))
    coming = Attendee.objects.filter(
        user=OuterRef("user"),
        role=OuterRef("role"),
        live=True,
        kept_at=None,
        meeting__path=path,
        starts_at__gt=now,
    )
    counted = coming.order_by().values("user").annotate(number=Count("pk")).values("number")
    return (
        UnmappedRole.objects.filter(path=path, user__is_active=True)
        .alias(held=Exists(held))
        .filter(Q(why=Unmapped.CLASH, held=False) | (~Q(why=Unmapped.CLASH) & Q(held=True)))
        .annotate(number=Coalesce(Subquery(counted), 0))
        .select_related("user")
        .order_by("at", "pk")
    )


def words(row: UnmappedRole, name: str) -> tuple[str, str]:
    """A sentence, and its reason."""
    provider = providers.by_id(row.provider)
    said = {
        "name": isolated(name),
        "group": row.group,
        "provider": provider.name if provider else row.provider,
        "role": row.get_role_display(),
    }
    if row.why == Unmapped.CLASH:
        title = _("%(name)s can’t have the role %(role)s as well") % said
        return title, _("By the group %(group)s at %(provider)s they should. Their other role here comes first.") % said
    number = row.number  # type: ignore[attr-defined]  # annotated above
    if row.why == Unmapped.LAST_ADMIN:
        title = _("%(name)s is no longer in the group %(group)s, and is the last admin") % said
    elif number:
        text = ngettext(
            "%(name)s is no longer in the group %(group)s, and has %(number)d meeting",
            "%(name)s is no longer in the group %(group)s, and has %(number)d meetings",
            number,
        )
        title = text % {**said, "number": number}
    else:
        title = _("%(name)s is no longer in the group %(group)s") % said
    return title, _("At %(provider)s, which gave them the role %(role)s. They keep it until you end it.") % said


def address(row: UnmappedRole) -> str:
    """Where their role is ended, with what becomes of its meetings; of a clash, their page."""
    if row.why == Unmapped.CLASH:
        return reverse("paths:person", args=[row.path_id, row.user_id])
    return f"{reverse('paths:end-membership', args=[row.path_id, row.user_id])}?{urlencode({'of': row.role})}"
