"""The two lists of people in the form of an ad-hoc meeting: who is chosen, and a few of those who could be added.

The form carries of each list what is being typed (`find-`), what was searched last (`searched-`) and the page of it
that is shown (`page-`; empty while none is). Without script a form's first button is pressed by Enter in any field, so
a text that was not searched yet is searched, whichever button came.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from everwise.accounts.models import User
from meetings.models import Attendee, Meeting
from meetings.pages.people_listing import PeopleListing, listing, page_number
from paths import people_search
from paths.enums import Role
from paths.models import Path

ROLES = {"experts": Role.EXPERT, "participants": Role.PARTICIPANT}
WORDS = {
    "experts": {
        "chosen": _("Chosen experts"),
        "find": _("Find an expert to add"),
        "search": _("Experts of this path"),
        "found": _("Experts found"),
        "previous": _("Previous experts"),
        "next": _("Next experts"),
    },
    "participants": {
        "chosen": _("Chosen participants"),
        "find": _("Find a participant to add"),
        "search": _("Participants of this path"),
        "found": _("Participants found"),
        "previous": _("Previous participants"),
        "next": _("Next participants"),
    },
}
Span = tuple[datetime, datetime]


def ids_of(values: Collection[object]) -> list[UUID]:
    """The keys among what was sent for a list of people."""
    found = []
    for value in values:
        try:
            found.append(value if isinstance(value, UUID) else UUID(str(value)))
        except ValueError:
            continue
    return found


def unsearched(data: Mapping[str, str]) -> bool:
    """Whether a text was typed that nobody has searched yet."""
    return any(_text(data, "find", name) != _text(data, "searched", name) for name in ROLES)


def _text(data, mark, name):
    return people_search.clean(data.get(f"{mark}-{name}", ""))


def look(data, do: str, what: str) -> None:
    """Write into the form what one of these buttons asks for: find, page and add, each with the list it is for."""
    target, _colon, more = what.partition(":")
    for name in ROLES:
        pressed = do if name == target else ""
        if pressed == "page":
            data[f"page-{name}"], data[f"find-{name}"] = str(page_number(more)), data.get(f"searched-{name}", "")
        elif pressed == "find" or _text(data, "find", name) != _text(data, "searched", name):
            data[f"page-{name}"], data[f"searched-{name}"] = "0", data.get(f"find-{name}", "")
        if pressed == "add" and more not in data.getlist(name):
            data.appendlist(name, more)


@dataclass(slots=True)
class PersonBox:
    """Somebody who is chosen, or was: `state` colours what speaks against the time."""

    user: User
    checked: bool
    state: str = ""


class Picker:
    """One list of the form, with the boxes of those who are chosen."""

    def __init__(self, name: str, data: Mapping[str, str] | None, *, chosen: list[PersonBox]):
        self.name, self.chosen = name, chosen
        self.role, self.words = ROLES[name], WORDS[name]
        known = data or {}
        self.find = known.get(f"find-{name}", "")
        self.searched = known.get(f"searched-{name}", "")
        self.page = known.get(f"page-{name}", "" if chosen else "0")
        self.listing: PeopleListing | None = None
        self.busy: set[UUID] = set()

    @property
    def ids(self) -> set[UUID]:
        return {box.user.pk for box in self.chosen if box.checked}

    @property
    def count(self) -> int:
        return len(self.ids)

    def open(self, path: Path, by: User, now: datetime, span: Span | None, but: Meeting | None) -> None:
        """Read the page that is shown, if any, and who on it is in another meeting than `but` at the time chosen."""
        if self.page == "":
            return
        people = people_search.members(path, self.role)
        self.listing = listing(people, path, text=self.searched, number=page_number(self.page), by=by, now=now)
        if span and self.listing.people:
            taken = Attendee.objects.live_within(*span).filter(user__in=self.listing.people)
            taken = taken.exclude(meeting=but) if but else taken
            self.busy = set(taken.order_by().values_list("user", flat=True))

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The people who are shown, with what there is to know of each."""
        if self.listing is None:
            return []
        return [
            {**row, "added": row["user"].pk in self.ids, "busy": row["user"].pk in self.busy}
            for row in self.listing.rows
        ]
