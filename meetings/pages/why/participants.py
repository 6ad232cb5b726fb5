"""Whom the question may be about: the participants of a path, searched and paged on the server."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict

from everwise.accounts.models import User
from meetings.pages import invited
from meetings.pages.people_listing import PeopleListing, listing, page_number
from paths import people_search
from paths.enums import Role
from paths.models import Path

# What its buttons send as `do`.
FIND = "people"


def is_looking(data: QueryDict) -> bool:
    """Whether one of its buttons was pressed, or Enter, which presses the first of them."""
    return data.get("do", "").startswith(f"{FIND}-")


class Participants:
    """The form carries what is typed (`find`) and who is chosen (`participant`, or nobody), who stays in sight."""

    def __init__(self, data: QueryDict, *, path: Path, by: User, now: datetime):
        self.find = data.get("find", "")
        people = people_search.members(path, Role.PARTICIPANT)
        number = page_number(data.get("do", "").removeprefix(f"{FIND}-"))
        self.listing: PeopleListing = listing(people, path, text=self.find, number=number, by=by, now=now)
        self.chosen = _chosen(people, path, data.get("participant", ""))

    @property
    def rows(self) -> list[dict[str, Any]]:
        return self.listing.choices(self.chosen)


def _chosen(people, path, text) -> User | None:
    try:
        found = people.filter(pk=text) if text else []
    except ValidationError:
        # The form says so.
        return None
    return next(iter(invited.veiled(path, found)), None)
