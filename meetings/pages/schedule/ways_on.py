"""What else one can do where a theme has no time: other themes of the path that have one, and who runs the path."""

from collections import defaultdict
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q
from django.utils.translation import ngettext

from everwise.accounts.models import User
from everwise.faces import Face
from meetings.slots.openings import Openings
from paths.enums import Role
from paths.models import Membership, Path, Theme
from paths.offered_experts import SETTINGS, Experts, OfferedExpert


class Runner(NamedTuple):
    """Somebody who runs the path."""

    face: Face
    email: str


class WaysOn:
    """In three queries, however many themes and experts the path has: who does what, hours, who is busy."""

    def __init__(self, openings: Openings, *, path: Path, theme: Theme, by: User):
        self.runners: list[Runner] = []
        self._experts: dict[int, OfferedExpert] = {}
        # By theme, with the length of its sessions: the ids of its experts.
        self._takers: dict[tuple[UUID, int], list[int]] = defaultdict(list)
        self._read(path, theme, by)
        self.themes = self._count_free(openings, path)

    @property
    def runner(self) -> Runner | None:
        """Whom to write to."""
        return self.runners[0] if self.runners else None

    @property
    def themes_in_words(self) -> str:
        """“2 other themes have free times.”"""
        if not self.themes:
            return ""
        return ngettext(
            "%(count)s other theme has free times.", "%(count)s other themes have free times.", self.themes
        ) % {"count": self.themes}

    def _read(self, path, theme, by):
        bookable = path.themes.bookable().order_by()
        takes = Q(user__expert__accepting=True, user__expert__themes__in=bookable)
        rows = (
            Membership.objects.live()
            .filter(Q(role=Role.ADMIN) | Q(role=Role.EXPERT) & takes, path=path, user__is_active=True)
            .order_by("user__name", "user")
            .values_list(
                *("role", "user", "user__name", "user__called", "user__email"),
                *("user__expert__themes", "user__expert__themes__duration_minutes"),
                *("user__expert", "user__expert__time_zone"),
                *(f"user__expert__{name}" for name in SETTINGS),
            )
        )
        runners: dict[UUID, Runner] = {}
        for role, person, name, called, email, taken, minutes, pk, zone, *limits in rows:
            if role == Role.ADMIN:
                # An expert of other paths stands here once for each theme of theirs.
                runners[person] = Runner(Face.of(person, name or email, called), email)
            elif taken != theme.pk:
                self._takers[taken, minutes].append(pk)
                self._experts[pk] = OfferedExpert(pk, person, name, email, called, str(zone), tuple(limits))
        runners.pop(by.pk, None)
        self.runners = list(runners.values())

    def _count_free(self, openings, path) -> int:
        if not self._experts:
            return 0
        whole = Openings(
            path,
            since=openings.since,
            until=openings.until,
            now=openings.now,
            participant=openings.participant,
            shut=openings.shut,
            experts=Experts.read_already(self._experts),
        )
        longest = max(minutes for _, minutes in self._takers)
        whole.expect(longest, [(openings.since, openings.until)])
        free = [theme for theme in self._takers if whole.first(theme[1], experts=self._takers[theme])]
        return len(free)
