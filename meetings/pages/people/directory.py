"""Who is on a path, or was: filtered, searched and sorted by the database, a page at a time."""

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, Exists, F, Max, OuterRef, QuerySet, Subquery, TextChoices, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from everwise.accounts.models import User
from meetings.booking.credits import taken_on
from meetings.booking.no_shows import needing_yes
from meetings.enums import Kind, Status
from meetings.models import Attendee
from meetings.pages import invited
from paths import people_search
from paths.enums import Role
from paths.models import Invitation, Membership, Path

PER_PAGE = 25
OFF = (Status.CANCELLED, Status.DELETED)


class State(TextChoices):
    HERE = "", _("Active and invited")
    INVITED = "invited", pgettext_lazy("several people", "Invited")
    NEVER_BOOKED = "never-booked", _("Never booked")
    NONE_LEFT = "none-left", _("No sessions left")
    NEEDS_YES = "needs-yes", _("Need a yes to book")
    ENDED = "ended", pgettext_lazy("several memberships", "Ended")


class Sort(TextChoices):
    NAME = "name", pgettext_lazy("of a person", "Name")
    ROLE = "role", _("Role")
    LEFT = "left", _("Sessions left")
    LAST = "last", _("Last session")


class Directory:
    """What the page's query asks for (`role`, `q`, `state`, `sort`, `page`). Nonsense in it asks for nothing."""

    def __init__(self, path: Path, data: Mapping[str, str], now: datetime):
        self.path, self.now = path, now
        self.role = role if (role := data.get("role", "")) in Role.values else ""
        self.state = State(state if (state := data.get("state", "")) in State.values else "")
        self.text = people_search.clean(data.get("q", ""))
        sort = data.get("sort", "")
        self.descending = sort.startswith("-")
        self.sort = Sort(sort.lstrip("-") if sort.lstrip("-") in Sort.values else Sort.NAME)
        self._number = data.get("page")

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many there are of each role, "" for everybody: among those of this state who match."""
        roles = {role.value: Count("pk", filter=Exists(self._memberships(role.value))) for role in Role}
        return self._people.order_by().aggregate(all=Count("pk"), **roles)

    @property
    def everybody(self) -> QuerySet[User]:
        """All who match, in order."""
        people = self._people
        if self.role:
            people = people.filter(Exists(self._memberships(self.role)))
        return self._sorted(people)

    @cached_property
    def page(self) -> Page:
        paginator = Paginator(self.everybody, PER_PAGE)
        # Counted already, with all roles at once.
        paginator.__dict__["count"] = self.counts[self.role or "all"]
        return paginator.get_page(self._number)

    @property
    def is_filtered(self) -> bool:
        return bool(self.text or self.role or self.state)

    @cached_property
    def _people(self) -> QuerySet[User]:
        """Everybody of this state who matches, in whichever role."""
        live = Exists(self._live())
        if self.state == State.ENDED:
            people = User.objects.filter(Exists(self._memberships())).exclude(live, is_active=True)
        else:
            people = User.objects.filter(live, is_active=True)
        if self.state == State.INVITED:
            people = people.filter(
                Exists(Invitation.objects.open().filter(path=self.path, user=OuterRef("pk")).order_by())
            )
        elif self.state in {State.NEVER_BOOKED, State.NONE_LEFT}:
            people = people.filter(Exists(self._live().filter(role=Role.PARTICIPANT)))
        if self.state == State.NEVER_BOOKED:
            people = people.exclude(Exists(self._attended().filter(role=Role.PARTICIPANT, meeting__kind=Kind.DROP_IN)))
        elif self.state == State.NONE_LEFT:
            people = self._without_sessions(people)
        elif self.state == State.NEEDS_YES:
            people = people.filter(pk__in=needing_yes(self.path).order_by().values("pk"))
        return invited.matching(people, self.path, self.text)

    def _without_sessions(self, people: QuerySet[User]) -> QuerySet[User]:
        if self.path.sessions_per_participant is None:
            return people.none()
        return people.alias(taken=taken_on(self.path)).filter(taken__gte=self.path.sessions_per_participant)

    def _sorted(self, people: QuerySet[User]) -> QuerySet[User]:
        """Who has nothing of what is sorted by comes last either way."""
        key, down = F("name"), self.descending
        if self.sort == Sort.ROLE:
            first = self._memberships().order_by("role").values("role")[:1]
            people, key = people.alias(first_role=Subquery(first)), F("first_role")
        elif self.sort == Sort.LEFT:
            takes = Exists(self._memberships(Role.PARTICIPANT))
            people, key = people.alias(taken=Case(When(takes, then=taken_on(self.path)))), F("taken")
            down = not down
        elif self.sort == Sort.LAST:
            held = self._attended().filter(starts_at__lte=self.now).exclude(meeting__status__in=OFF)
            last = held.order_by().values("user").annotate(last=Max("starts_at")).values("last")
            people, key = people.alias(last=Subquery(last)), F("last")
        order = key.desc(nulls_last=True) if down else key.asc(nulls_last=True)
        return people.order_by(order, "name", "pk")

    def _memberships(self, *roles: str) -> QuerySet[Membership]:
        """A person's on the path: the live ones, or those that ended where these are asked for."""
        found = Membership.objects.filter(path=self.path, user=OuterRef("pk")).order_by()
        if self.state != State.ENDED:
            found = found.live()
        return found.filter(role__in=roles) if roles else found

    def _live(self) -> QuerySet[Membership]:
        return Membership.objects.live().filter(path=self.path, user=OuterRef("pk")).order_by()

    def _attended(self) -> QuerySet[Attendee]:
        return Attendee.objects.present().filter(user=OuterRef("pk"), meeting__path=self.path).order_by()
