"""What stands at the head of every page of a path that its admins have: its name, its facts, and tabs."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

from everwise.accounts.models import User
from meetings.pages.path.dates import span
from paths.enums import Role
from paths.models import Membership, Path

# By the name of its address.
TABS: dict[str, Promise] = {
    "detail": pgettext_lazy("page of a path", "Overview"),
    "meetings": pgettext_lazy("page of a path", "Meetings"),
    "people": pgettext_lazy("page of a path", "People"),
    "themes": pgettext_lazy("page of a path", "Themes"),
    "insights": pgettext_lazy("page of a path", "Insights"),
    "history": pgettext_lazy("page of a path", "History"),
    "settings": pgettext_lazy("page of a path", "Settings"),
    "see-as": pgettext_lazy("page of a path", "See as"),
}


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    address: str
    is_current: bool
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    path: Path
    facts: str
    tabs: list[Tab]

    @property
    def is_overview(self) -> bool:
        return self.tabs[0].is_current


def frame(path: Path, user: User, now: datetime, tab: str, counts: dict[str, int] | None = None) -> dict[str, object]:
    """What templates/paths/admin_base.html asks for, in one query. `tab` is the name of the page's address.

    `counts`: how many people, participants and experts there are, where they are counted already.
    """
    counts = dict(counts) if counts else counted(path)
    shown = {"people": counts.pop("people")}
    tabs = [
        Tab(str(label), reverse(f"paths:{name}", args=[path.pk]), name == tab, shown.get(name))
        for name, label in TABS.items()
    ]
    return {"nav": "paths", "path": path, "frame": Frame(path, facts(path, user, now, **counts), tabs)}


def counted(path: Path) -> dict[str, int]:
    """Its live people, and how many of them are participants and experts. One query."""
    live = Membership.objects.live().filter(path=path, user__is_active=True)
    return live.aggregate(
        people=Count("user", distinct=True),
        participants=Count("pk", filter=Q(role=Role.PARTICIPANT)),
        experts=Count("pk", filter=Q(role=Role.EXPERT)),
    )


def facts(path: Path, user: User, now: datetime, *, participants: int, experts: int) -> str:
    """“1 September to 18 December. 148 participants, 6 experts. You’re an admin.”"""
    return _("%(dates)s. %(participants)s, %(experts)s. You’re an admin.") % {
        "dates": span(path, user.reader, now),
        "participants": ngettext("%(number)d participant", "%(number)d participants", participants)
        % {"number": participants},
        "experts": ngettext("%(number)d expert", "%(number)d experts", experts) % {"number": experts},
    }
