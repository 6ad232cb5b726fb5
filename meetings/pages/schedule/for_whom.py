"""“For whom”: the participants of a path whom an admin or expert may book for, a few at a time."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from everwise.accounts.models import User
from meetings.booking.credits import credits_of_people
from meetings.pages.people_listing import Listing, listing, marked, page_number
from paths import people_search
from paths.enums import Role
from paths.models import Path


class ForWhom:
    """Who can be chosen. `data` is the page's query: what is searched (`find`) and which page of it.

    Somebody who is chosen stays in sight. While nothing is searched, nobody else is shown beside them.
    """

    def __init__(self, data: Mapping[str, str], *, path: Path, chosen: User | None, by: User, now: datetime):
        self.path, self.chosen, self.now = path, chosen, now
        self.find = data.get("find", "")
        self.listing: Listing | None = None
        number = page_number(data.get("page", ""))
        if chosen is None or number or "find" in data:
            people = people_search.members(path, Role.PARTICIPANT)
            self.listing = listing(people, text=self.find, number=number, by=by, now=now)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Each person with their sessions; who has none left can't be chosen."""
        found = self.listing.rows if self.listing else []
        if self.chosen and self.chosen not in [row["user"] for row in found]:
            here = {"user": self.chosen, "name": marked(str(self.chosen), []), "email": marked(self.chosen.email, [])}
            found = [here, *found]
        limited = self.path.sessions_per_participant is not None
        credits = credits_of_people([row["user"] for row in found], self.path, now=self.now) if limited else {}
        return [{**row, "credits": credits.get(row["user"].pk), "checked": row["user"] == self.chosen} for row in found]
