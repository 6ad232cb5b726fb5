"""A few of the people who can be chosen: a page of those who were searched, or at first those one met with last."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from everwise.accounts.models import User
from everwise.wording import count
from meetings.models import Attendee
from meetings.pages import invited
from paths import people_search
from paths.models import Path
from paths.people_search import Found

# Among so many of one's last meetings.
LAST_MEETINGS = 30


@dataclass(frozen=True, slots=True)
class PeopleListing:
    """`found` is None where these are the people one met with last; `text` is what was searched."""

    people: list[User]
    text: str
    found: Found | None = None

    @property
    def number(self) -> int:
        """The page that is shown; 0 for the people one met with last."""
        return self.found.number if self.found else 0

    @property
    def previous(self) -> int:
        return self.number - 1

    @property
    def next(self) -> int:
        return self.number + 1

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def has_next(self) -> bool:
        return self.found is not None and self.found.has_next

    @property
    def line(self) -> str:
        """“1 to 6 of 43 for “lind””."""
        if self.found is None:
            return _("You met with them last.")
        if not self.people:
            if not self.text:
                return _("Nobody can be chosen yet.")
            return _("Nobody on this path is called “%(text)s”.") % {"text": self.text}
        if self.found.uncounted:
            line = _("%(first)s to %(last)s of more than %(total)s")
            if self.text:
                line = _("%(first)s to %(last)s of more than %(total)s for “%(text)s”")
        else:
            line = _("%(first)s to %(last)s of %(total)s")
            if self.text:
                line = _("%(first)s to %(last)s of %(total)s for “%(text)s”")
        total = people_search.MOST if self.found.uncounted else self.found.total
        first, last = self.found.first, self.found.last
        return line % {"first": count(first), "last": count(last), "total": count(total), "text": self.text}

    @property
    def alike(self) -> bool:
        """Whether two of them have the same name."""
        return len({user.name for user in self.people}) < len(self.people)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Each person, with name and address cut where a word was found."""
        words = people_search.words(self.text)
        return [
            {"user": user, "name": marked(str(user), words), "email": marked(user.email, words)} for user in self.people
        ]

    def choices(self, chosen: User | None) -> list[dict[str, Any]]:
        """Its rows as choices of a form; who is chosen stays in sight, wherever one looks."""
        found = self.rows
        if chosen and chosen not in self.people:
            name, email = marked(str(chosen), []), marked(chosen.email, [])
            found = [{"user": chosen, "name": name, "email": email}, *found]
        return [{**row, "checked": row["user"] == chosen} for row in found]


def listing(people: QuerySet[User], path: Path, *, text: str, number: int, by: User, now: datetime) -> PeopleListing:
    """At most four queries, however many of the path can be chosen. `number` is the page; 0 is the first one of a new
    search. Whoever has an account elsewhere and has not accepted yet is found and called by their address."""
    text = people_search.clean(text)
    if not number and not text and (last := met(by, people, now)):
        return PeopleListing(invited.veiled(path, last), "")
    found = people_search.search(invited.matching(people, path, text), "", number=number or 1)
    return PeopleListing(invited.veiled(path, found.people), text, found)


def met(user: User, people: QuerySet[User], now: datetime) -> list[User]:
    """Those among `people` with whom somebody was in a meeting last, the latest first."""
    mine = Attendee.objects.present().filter(user=user, live=True, ends_at__lte=now).order_by("-ends_at", "pk")
    if user.seen_as:
        mine = mine.filter(meeting__path=user.seen_as.path)
    there = Attendee.objects.present().filter(meeting__in=mine.values("meeting")[:LAST_MEETINGS]).exclude(user=user)
    ids = dict.fromkeys(there.order_by("-ends_at", "pk").values_list("user", flat=True))
    known = {each.pk: each for each in people.filter(pk__in=ids).select_related("expert")} if ids else {}
    return [known[pk] for pk in ids if pk in known][: people_search.PAGE]


def marked(text: str, words: list[str]) -> list[tuple[str, bool]]:
    """The text in parts, each with whether it is one of the words."""
    if not words:
        return [(text, False)]
    parts = re.split(f"({'|'.join(map(re.escape, words))})", text, flags=re.IGNORECASE)
    return [(part, index % 2 == 1) for index, part in enumerate(parts) if part]


def page_number(text: str) -> int:
    """The page as a form or an address names it; 0 for none, or nonsense."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 4 else 0
