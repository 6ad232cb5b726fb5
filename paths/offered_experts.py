"""The experts of a path who can be offered: few queries however many there are."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet

from everwise.db.prepared import Among, Many, Param, Prepared
from everwise.faces import Face
from experts.models import Expert
from paths.enums import Role
from paths.models import Membership, Path, Theme

SETTINGS = (
    "buffer_before_minutes",
    "buffer_after_minutes",
    "notice_minutes",
    "horizon_days",
    "cap_per_day",
    "cap_per_week",
)


def experts_of(path: Path | Param) -> QuerySet[Expert]:
    """Experts of the path who can be offered: live on it, accepting sessions, able to sign in."""
    live = Membership.objects.live().filter(path=path, role=Role.EXPERT, user=OuterRef("user"))
    return Expert.objects.filter(Exists(live), accepting=True, user__is_active=True).order_by("user__name", "pk")


class OfferedExpert(NamedTuple):
    """What times and their page need of an expert. Of hundreds, this is several times faster read than all there is."""

    pk: int
    person: UUID
    name: str
    address: str
    called: str
    zone: str
    settings: tuple[int | None, ...]


@Prepared
def _rows(of_theme: bool, of_some: bool):
    found = experts_of(Param("path", Path._meta.pk))
    if of_theme:
        found = found.filter(themes=Param("theme", Theme._meta.pk))
    if of_some:
        found = found.filter(Among(F("pk"), Many("experts", Expert._meta.pk)))
    return found.values_list("pk", "user_id", "user__name", "user__email", "user__called", "time_zone", *SETTINGS)


class Experts(Mapping[int, Expert]):
    """Experts by id, in the order of their names: all, those who take a theme of the path, or some by their ids.

    All that there is of them is read when the first is looked at: a page of many shows no more than their names.
    """

    rows: dict[int, OfferedExpert]

    def __init__(self, path: Path, *, theme: Theme | None = None, some: Collection[int] | None = None):
        shape = {"of_theme": theme is not None, "of_some": some is not None}
        rows = _rows(path=path.pk, theme=theme and theme.pk, experts=some, **shape)
        self.rows = {
            pk: OfferedExpert(pk, person, name, address, called, str(zone), tuple(limits))
            for pk, person, name, address, called, zone, *limits in rows
        }

    @classmethod
    def read_already(cls, rows: dict[int, OfferedExpert]) -> "Experts":
        found = cls.__new__(cls)
        found.rows = rows
        return found

    @cached_property
    def _made(self) -> dict[int, Expert]:
        return Expert.objects.select_related("user").in_bulk(list(self.rows))

    def __getitem__(self, pk: int) -> Expert:
        if pk not in self.rows:
            raise KeyError(pk)
        return self._made[pk]

    def __contains__(self, pk: object) -> bool:
        return pk in self.rows

    @cached_property
    def faces(self) -> dict[int, Face]:
        """Each with their name, or their address where they have no name; those called alike by the whole name."""
        many = Counter(row.called for row in self.rows.values())
        return {
            pk: Face.of(row.person, row.name or row.address, row.called if many[row.called] == 1 else "")
            for pk, row in self.rows.items()
        }

    def __iter__(self) -> Iterator[int]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)
