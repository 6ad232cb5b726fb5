"""The meetings of a path: narrowed, searched and counted by the database, a page at a time."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cached_property
from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q, TextChoices
from django.utils.translation import pgettext_lazy

from everwise.accounts.models import User
from meetings.enums import CALLED_OFF, Status
from meetings.models import Attendee, Meeting
from meetings.models.meeting import MeetingQuerySet
from meetings.pages.invited import experts_ever
from paths import people_search
from paths.enums import Role
from paths.models import Path

PER_PAGE = 25


class Show(TextChoices):
    COMING = "coming", pgettext_lazy("several meetings", "Coming up")
    PAST = "past", pgettext_lazy("several meetings", "Past")
    NO_OUTCOME = "no-outcome", pgettext_lazy("several meetings", "No outcome")
    CANCELLED = "cancelled", pgettext_lazy("several meetings", "Cancelled")


class MeetingFilters:
    """What the page's query asks for (`show`, `q`, `expert`, `theme`, `page`). Nonsense in it asks for nothing."""

    def __init__(self, path: Path, data: Mapping[str, str], now: datetime):
        self.path, self.now = path, now
        self.show = Show(show if (show := data.get("show", "")) in Show.values else Show.COMING)
        self.text = people_search.clean(data.get("q", ""))
        asked = data.get("expert", "")
        self.expert = next((pk for pk, _name in self.experts if pk == asked), "")
        asked = data.get("theme", "")
        self.theme = next((pk for pk, _name in self.themes if pk == asked), "")
        self._number = data.get("page")

    @cached_property
    def experts(self) -> list[tuple[str, str]]:
        """Whoever is an expert of the path, or was: id and name. Two queries."""
        return [(str(pk), expert.label) for pk, expert in experts_ever(self.path).items()]

    @cached_property
    def themes(self) -> list[tuple[str, str]]:
        """The path's themes, retired ones too: id and name."""
        return [(str(pk), name) for pk, name in self.path.themes.values_list("pk", "name")]

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many there are of each sort among those that match."""
        over = Q(ends_at__lte=self.now)
        scheduled = Q(status=Status.SCHEDULED)
        sorts = {
            Show.COMING: scheduled & ~over,
            Show.PAST: over & ~Q(status__in=CALLED_OFF),
            Show.NO_OUTCOME: scheduled & over,
            Show.CANCELLED: Q(status__in=CALLED_OFF),
        }
        numbers = {f"n{index}": Count("pk", filter=sort) for index, sort in enumerate(sorts.values())}
        counted = self._matching.order_by().aggregate(**numbers)
        return {show.value: counted[f"n{index}"] for index, show in enumerate(sorts)}

    @cached_property
    def page(self) -> Page:
        paginator = Paginator(self.meetings.with_people().select_related("rescued_by"), PER_PAGE)
        # Counted already, with all sorts at once.
        paginator.__dict__["count"] = self.counts[self.show]
        return paginator.get_page(self._number)

    @property
    def meetings(self) -> MeetingQuerySet:
        match self.show:
            case Show.PAST:
                return self._matching.over(self.now)
            case Show.NO_OUTCOME:
                return self._matching.without_outcome(self.now)
            case Show.CANCELLED:
                return self._matching.called_off()
            case _:
                return self._matching.upcoming(self.now)

    def left(self, until: datetime, but: Iterable[UUID]) -> MeetingQuerySet:
        """Those without an outcome that were over at that moment, save these."""
        return self._matching.without_outcome(min(until, self.now)).exclude(pk__in=list(but))

    def marked_since(self, moment: datetime, by: User) -> MeetingQuerySet:
        """Those of which somebody has said from that moment on how they went."""
        return self._matching.filter(outcome_by=by, outcome_at__gte=moment).order_by()

    @property
    def is_filtered(self) -> bool:
        return bool(self.text or self.expert or self.theme)

    @property
    def query(self) -> str:
        """The filters as an address has them, without the page."""
        asked = {"show": self.show.value, "q": self.text, "expert": self.expert, "theme": self.theme}
        return urlencode({name: value for name, value in asked.items() if value})

    @cached_property
    def _matching(self) -> MeetingQuerySet:
        """Of the path, with every word in the title, or in a name or address of whoever is in it or organizes it."""
        found = Meeting.objects.filter(path=self.path)
        present = Attendee.objects.present().filter(meeting=OuterRef("pk")).order_by()
        if self.expert:
            found = found.filter(Exists(present.filter(user=UUID(self.expert), role=Role.EXPERT)))
        if self.theme:
            found = found.filter(theme=UUID(self.theme))
        for word in people_search.words(self.text):
            own = people_search.having(word, "title", "organizer__name", "organizer__email")
            found = found.filter(own | Exists(present.filter(people_search.having(word, "user__name", "user__email"))))
        return found
