"""What somebody who makes a path may choose from: programs, and paths to copy with what is on them."""

from datetime import datetime

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from everwise.accounts.models import User
from everwise.wording import count
from meetings.pages.path.dates import span
from paths.enums import Role
from paths.making_rights import Making, programs_to_choose, sources_of
from paths.models import Membership, Theme


def programs(user: User, may: Making) -> list[tuple[int, str]]:
    """Their ids and names."""
    return list(programs_to_choose(user, may).values_list("pk", "name"))


def sources(user: User, now: datetime) -> list[tuple[str, str]]:
    """Paths by id, each with its dates and how many would come along: one query."""
    live = Membership.objects.live().filter(path=OuterRef("pk"), user__is_active=True)
    paths = sources_of(user).annotate(
        themes_here=_number(Theme.objects.filter(path=OuterRef("pk"), retired_at__isnull=True)),
        experts_here=_number(live.filter(role=Role.EXPERT)),
        participants_here=_number(live.filter(role=Role.PARTICIPANT)),
    )
    return [(str(path.pk), _said(path, user, now)) for path in paths]


def _number(rows: QuerySet) -> Subquery:
    return Subquery(rows.order_by().values("path").annotate(number=Count("pk")).values("number"))


def _said(path, user, now) -> str:
    """“Leading your first team, 1 September to 18 December: 4 themes, 6 experts, 148 participants”."""
    themes, experts, participants = path.themes_here or 0, path.experts_here or 0, path.participants_here or 0
    return _("%(path)s, %(dates)s: %(themes)s, %(experts)s, %(participants)s") % {
        "path": path.name,
        "dates": span(path, user.reader, now),
        "themes": ngettext("%(number)s theme", "%(number)s themes", themes) % {"number": count(themes)},
        "experts": ngettext("%(number)s expert", "%(number)s experts", experts) % {"number": count(experts)},
        "participants": ngettext("%(number)s participant", "%(number)s participants", participants)
        % {"number": count(participants)},
    }
