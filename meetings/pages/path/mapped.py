"""What organisations say of a path's people, for its admins to settle: roles that a sign-in would have changed, and who
is not known there any more.
"""

from datetime import datetime
from typing import cast

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from everwise import timefmt
from everwise.accounts.models import User
from everwise.sso import providers
from everwise.timefmt import Reader
from everwise.wording import isolated
from meetings.models import Attendee
from paths.enums import Unmapped
from paths.models import Membership, Path, UnmappedRole


def unmapped(path: Path, now: datetime) -> QuerySet[UnmappedRole]:
    """Those that still hold: a role that was not taken back is held, one that was not given is not. With `number`, of
    the person's coming meetings by it.
    """
    held = Membership.objects.live().filter(path=OuterRef("path"), user=OuterRef("user"), role=OuterRef("role"))
    coming = _coming(path, now).filter(user=OuterRef("user"), role=OuterRef("role"))
    return (
        UnmappedRole.objects.filter(path=path, user__is_active=True)
        .alias(held=Exists(held))
        .filter(Q(why=Unmapped.CLASH, held=False) | (~Q(why=Unmapped.CLASH) & Q(held=True)))
        .annotate(number=_counted(coming))
        .select_related("user")
        .order_by("at", "pk")
    )


def disowned(path: Path, now: datetime) -> QuerySet[User]:
    """People of the path whom their organisation no longer knows (everwise/sso/refresh.py), with `number` as above."""
    held = Membership.objects.live().filter(path=path, user=OuterRef("pk")).order_by()
    found = User.objects.filter(Exists(held), is_active=True, disowned_at__isnull=False)
    return found.annotate(number=_counted(_coming(path, now).filter(user=OuterRef("pk")))).order_by("disowned_at", "pk")


def _coming(path, now):
    return Attendee.objects.filter(live=True, kept_at=None, meeting__path=path, starts_at__gt=now)


def _counted(coming):
    return Coalesce(Subquery(coming.order_by().values("user").annotate(number=Count("pk")).values("number")), 0)


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


def words_of_disowned(person: User, name: str, reader: Reader, now: datetime) -> tuple[str, str]:
    """The same of somebody from `disowned`."""
    title = _("The organisation of %(name)s no longer knows their account") % {"name": isolated(name)}
    number = person.number  # type: ignore[attr-defined]  # annotated above
    when = timefmt.when(cast("datetime", person.disowned_at), reader, now)
    said = [_("They were signed out: %(when)s.") % {"when": when}]
    if number:
        text = ngettext(
            "%(number)d meeting of theirs here is still to come.",
            "%(number)d meetings of theirs here are still to come.",
            number,
        )
        said.append(text % {"number": number})
    return title, " ".join([*said, _("They stay on this path until you take them off it.")])
