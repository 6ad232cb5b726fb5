"""“For whom”: the participants of a path whom an admin or expert may book for, a few at a time."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from everwise.accounts.models import User
from everwise.timefmt import Reader
from meetings.booking.limits import Allowance, BookingLimit, allowances_of_people
from meetings.pages.people_listing import PeopleListing, listing, marked, page_number
from paths import people_search
from paths.enums import Role
from paths.models import Path


class ForWhom:
    """Who can be chosen. `data` is the page's query: what is searched (`find`) and which page of it.

    Somebody who is chosen stays in sight. While nothing is searched, nobody else is shown beside them.
    """

    def __init__(
        self,
        data: Mapping[str, str],
        *,
        path: Path,
        chosen: User | None,
        by: User,
        reader: Reader,
        now: datetime,
        by_admin: bool,
    ):
        self.path, self.chosen, self.reader, self.now, self.by_admin = path, chosen, reader, now, by_admin
        self.find = data.get("find", "")
        self.listing: PeopleListing | None = None
        number = page_number(data.get("page", ""))
        if chosen is None or number or "find" in data:
            people = people_search.members(path, Role.PARTICIPANT)
            self.listing = listing(people, path, text=self.find, number=number, by=by, now=now)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Each person with their sessions; whoever can be booked for nothing can't be chosen, and why is said."""
        found = self.listing.rows if self.listing else []
        if self.chosen and self.chosen not in [row["user"] for row in found]:
            here = {"user": self.chosen, "name": marked(str(self.chosen), []), "email": marked(self.chosen.email, [])}
            found = [here, *found]
        people = [row["user"] for row in found]
        allowances = allowances_of_people(people, self.path, now=self.now, excused=self.by_admin)
        return [
            {
                **row,
                "credits": allowances[row["user"].pk].tally,
                "refused": self._refused(row["user"], allowances[row["user"].pk]),
                "checked": row["user"] == self.chosen,
            }
            for row in found
        ]

    def _refused(self, user: User, allowance: Allowance) -> str:
        refusal = allowance.nothing(self.now)
        if refusal is None:
            return ""
        if refusal.rule is BookingLimit.IN_ALL:
            return _("No sessions left")
        return refusal.words(self.reader, self.now, user)
