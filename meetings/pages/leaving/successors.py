"""Who could take over from the last admin of a path: its experts, searched and paged on the server."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import QueryDict

from everwise.accounts.models import User
from meetings.booking.settling import Leaving
from meetings.pages import invited
from meetings.pages.people_listing import PeopleListing, listing, page_number
from paths import people_search
from paths.enums import Role
from paths.models import Membership, Path

# What its buttons send as `do`: each shows the page again and ends nothing.
FIND = "successors"


class Successors:
    """The form carries what is typed (`find`) and who is chosen (`successor`), who stays in sight."""

    def __init__(self, path: Path, going: Leaving, *, chosen: UUID | None, by: User, now: datetime, data: QueryDict):
        self.find = data.get("find", "")
        people = people_search.members(path, Role.EXPERT).exclude(pk=going.user.pk)
        number = page_number(data.get("do", "").removeprefix(f"{FIND}-"))
        self.listing: PeopleListing = listing(people, path, text=self.find, number=number, by=by, now=now)
        found = people.filter(pk=chosen) if chosen else User.objects.none()
        self.chosen = next(iter(invited.veiled(path, found)), None)

    @property
    def any(self) -> bool:
        return bool(self.rows or self.listing.text)

    @property
    def rows(self) -> list[dict[str, Any]]:
        return self.listing.choices(self.chosen)


def are_needed(path: Path, person: User, going: Leaving) -> bool:
    """Whether the last admin of the path leaves."""
    admins = Membership.objects.live().filter(path=path, role=Role.ADMIN, user__is_active=True).exclude(user=person)
    return Role.ADMIN in going.roles and not admins.exists()
