"""What a theme would offer in the next two weeks, by who is ticked and how long it takes: nothing of it is saved."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from everwise import timefmt
from everwise.accounts.models import User
from experts.models import Expert
from meetings.slots.openings import Openings
from paths.models import Path

AHEAD = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Pick:
    """One expert's tick box, with what stands under the name."""

    expert: Expert
    words: str
    chosen: bool


class ThemeOffer:
    """The times of a session of so many minutes with the path's `experts`, read once. None: no length to go by."""

    def __init__(
        self,
        path: Path,
        experts: list[Expert],
        *,
        minutes: int | None,
        chosen: Collection[int],
        user: User,
        now: datetime,
    ):
        self.experts, self.minutes, self.chosen = experts, minutes, set(chosen)
        self.user, self.now = user, now
        self.openings = Openings(path, since=now, until=now + AHEAD, now=now)
        self.starts = self.openings.starts(minutes) if minutes else {}

    def picks(self) -> list[Pick]:
        free = Counter(pk for ids in self.starts.values() for pk in ids)
        give_hours = {
            calendar.id for calendar in self.openings.idle if calendar.hours.rules or calendar.hours.overrides
        }
        return [Pick(each, self._words(each, free, give_hours), each.pk in self.chosen) for each in self.experts]

    def _words(self, expert, free, give_hours) -> str:
        if expert.pk not in self.openings.experts.rows:
            return _("Not taking sessions now")
        if expert.pk not in give_hours:
            return _("No hours in the next two weeks")
        if not self.minutes:
            return ""
        words = {"number": free[expert.pk], "length": timefmt.minutes(self.minutes)}
        return ngettext("%(number)d time of %(length)s", "%(number)d times of %(length)s", free[expert.pk]) % words

    @property
    def is_taken(self) -> bool:
        return bool(self.chosen)

    @property
    def swapped(self) -> str:
        """What htmx takes of a page that has counted anew: the words under each name, not the tick boxes, which may
        have been pressed since."""
        return ",".join(f"#times-{each.pk}" for each in self.experts)

    def sentence(self) -> SafeString:
        """“Offers 88 times in the next two weeks, first Thu 3 December 14:30.”"""
        if not self.chosen:
            return _escaped(_("Nobody takes this theme: it would not be offered."))
        if not self.minutes:
            return _escaped(_("Type a length to see what it offers."))
        starts = [start for start, ids in self.starts.items() if self.chosen.intersection(ids)]
        if not starts:
            return _escaped(_("Offers no time in the next two weeks."))
        text = ngettext(
            "Offers <strong>%(number)d time</strong> in the next two weeks: <strong>%(first)s</strong>.",
            "Offers <strong>%(number)d times</strong> in the next two weeks, first <strong>%(first)s</strong>.",
            len(starts),
        )
        first = format_html("{}", timefmt.when(min(starts), self.user.reader, self.now))
        return mark_safe(text % {"number": len(starts), "first": first})


def _escaped(text: str) -> SafeString:
    return format_html("{}", text)
