"""What a path offers one person now, for its card on the first page and for its own page.

People, themes and credits are read for all paths at once; times only for the path they are asked of.
"""

from collections import defaultdict
from datetime import datetime, timedelta
from functools import cached_property
from uuid import UUID

from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from everwise import timefmt
from everwise.accounts.models import User
from everwise.db.prepared import Among, Many, Param, Prepared, columns, instance
from everwise.wording import names
from experts.models import Expert
from meetings.booking.credits import Credits, credits_of
from meetings.booking.limits import Allowance, BookingLimit, allowances_of
from meetings.pages import policy_words
from meetings.pages.path.dates import first_and_last
from meetings.slots.openings import Openings
from paths import states
from paths.enums import Role
from paths.models import Membership, Path, Theme

USER, EXPERT = columns(User, "user__"), columns(Expert, "user__expert__")
# Nobody plans by a free time later than this, and looking for one costs most where there is none.
LOOK_AHEAD_DAYS = 60


class Overview:
    """One path as one person finds it."""

    def __init__(self, path: Path, user: User, now: datetime):
        self.path, self.user, self.now = path, user, now
        self.roles: set[str] = set()
        self.experts: list[Expert] = []
        self.admins: list[User] = []
        self.themes: list[Theme] = []
        self.takes: set[tuple[UUID, int]] = set()
        self.credits: Credits | None = None
        self.allowance: Allowance | None = None

    @property
    def is_participant(self) -> bool:
        return Role.PARTICIPANT in self.roles

    @property
    def is_admin(self) -> bool:
        return Role.ADMIN in self.roles

    @property
    def is_member(self) -> bool:
        """Whether they meet anybody here themselves."""
        return bool(self.roles & {Role.PARTICIPANT, Role.EXPERT})

    @property
    def is_closed(self) -> bool:
        return self.path.closes_at is not None and self.path.closes_at <= self.now

    @property
    def is_ahead(self) -> bool:
        """Whether the first session lies beyond what can be booked now."""
        opens = self.path.opens_at
        # The horizon runs to the end of its last date, in the zone of each expert.
        return opens is not None and opens > self.now + timedelta(days=self.path.horizon_days + 1)

    @cached_property
    def offered(self) -> list[Expert]:
        """The path's experts whose time can be booked."""
        return [expert for expert in self.experts if expert.accepting and expert.user.is_active]

    @cached_property
    def takers(self) -> dict[object, list[Expert]]:
        """By theme id, the path's experts who take it now."""
        return {
            theme.pk: [expert for expert in self.offered if (theme.pk, expert.pk) in self.takes]
            for theme in self.themes
        }

    @property
    def untaken(self) -> list[Theme]:
        return [theme for theme in self.themes if not self.takers[theme.pk]]

    @cached_property
    def shortest(self) -> dict[int, int]:
        """By expert id, the length of the shortest theme they take: their next free time is for that."""
        found: dict[int, int] = {}
        for theme in self.themes:
            for expert in self.takers[theme.pk]:
                found[expert.pk] = min(theme.duration_minutes, found.get(expert.pk, theme.duration_minutes))
        return found

    @property
    def obstacle(self) -> str:
        """Why this person can't book a session on this path now; empty when they can."""
        if self.path.is_draft:
            return states.draft_words()
        if closed := states.closed_words(self.path, self.user.reader, self.now):
            return closed
        if self.path.opens_on and self.is_ahead:
            opens = timefmt.bare_day(self.path.opens_on, self.user.reader, self.now)
            text = ngettext(
                "Sessions on this path begin on %(day)s, and can be booked at most %(number)d day ahead.",
                "Sessions on this path begin on %(day)s, and can be booked at most %(number)d days ahead.",
                self.path.horizon_days,
            )
            return text % {"day": opens, "number": self.path.horizon_days}
        if not self.shortest:
            text = _("No expert takes sessions on this path right now.")
            return f"{text} {self.whom_to_ask}".strip()
        if self.roles == {Role.PARTICIPANT} and self.credits and self.credits.exhausted:
            total = self.credits.total or 0
            text = ngettext(
                "Your %(number)d session on this path is used or booked.",
                "Your %(number)d sessions on this path are all used or booked.",
                total,
            ) % {"number": total}
            return f"{text} {self.whom_to_ask}".strip()
        if self.roles == {Role.PARTICIPANT} and self.allowance and (spent := self.allowance.spent):
            return spent.words(self.user.reader, self.now)
        return ""

    @property
    def needs_yes(self) -> bool:
        """Whether it is for what they have missed that this person can't book."""
        spent = self.allowance.spent if self.allowance and not self.is_admin and not self.is_closed else None
        return spent is not None and spent.rule is BookingLimit.NO_SHOWS

    @property
    def missed_notice(self) -> str:
        """What they should know of the sessions they missed, as long as they can still book."""
        if self.allowance is None or self.is_admin or self.is_closed:
            return ""
        return self.allowance.warning(self.user.reader, self.now)

    @property
    def whom_to_ask(self) -> str:
        if self.is_admin:
            return ""
        return _("Ask %(name)s, who runs it.") % {"name": names(self.admins[:1])} if self.admins else ""

    @property
    def credit_words(self) -> tuple[str, str]:
        """“3 of 6 sessions left.” and “2 used, 1 booked. Use them by 18 December.”"""
        tally = self.credits
        if tally is None:
            return "", ""
        rest = [spent] if (spent := _spent_words(tally)) else []
        if tally.left and self.path.closes_on and not self.is_closed:
            text = ngettext("Use it by %(day)s.", "Use them by %(day)s.", tally.left)
            rest.append(text % {"day": timefmt.bare_day(self.path.closes_on, self.user.reader, self.now)})
        if tally.total is None:
            return _("No limit on sessions."), " ".join(rest)
        text = ngettext("%(left)d of %(total)d session left.", "%(left)d of %(total)d sessions left.", tally.total)
        return text % {"left": tally.left, "total": tally.total}, " ".join(rest)

    @cached_property
    def _openings(self) -> Openings:
        days = min(self.path.horizon_days, LOOK_AHEAD_DAYS)
        return Openings(
            self.path,
            since=self.now,
            until=self.now + timedelta(days=days),
            now=self.now,
            participant=self.user if self.is_participant else None,
            shut=self.allowance.shut if self.allowance else (),
        )

    def next_free(self) -> datetime | None:
        """The next time at which a session of some theme can be booked."""
        by_length = defaultdict(list)
        for pk, minutes in self.shortest.items():
            by_length[minutes].append(pk)
        found = [self._openings.first(minutes, experts=ids) for minutes, ids in by_length.items()]
        return min((start for start in found if start), default=None)

    def next_free_of(self, expert: Expert) -> datetime | None:
        minutes = self.shortest.get(expert.pk)
        return self._openings.first(minutes, experts=[expert.pk]) if minutes else None

    def next_free_words(self) -> str:
        start = self.next_free()
        return timefmt.when(start, self.user.reader, self.now) if start else ""

    def steps(self) -> list[tuple[str, str]]:
        """How booking works here, with the policy in words."""
        return [
            (_("Choose a theme"), self._themes_in_words()),
            (_("Choose a time"), self._window_in_words()),
            (pgettext("step of a booking", "Confirm"), self._change_in_words()),
        ]

    def _themes_in_words(self) -> str:
        lengths = [theme.duration_minutes for theme in self.themes if self.takers[theme.pk]]
        if not lengths:
            return _("None can be booked yet.")
        number, low, high = len(lengths), min(lengths), max(lengths)
        if number == 1:
            return _("One to pick from, %(length)s.") % {"length": timefmt.minutes(low)}
        if low == high:
            text = ngettext(
                "%(number)d to pick from, %(length)s each.", "%(number)d to pick from, %(length)s each.", number
            )
            return text % {"number": number, "length": timefmt.minutes(low)}
        text = ngettext(
            "%(number)d to pick from, %(low)d to %(high)d minutes each.",
            "%(number)d to pick from, %(low)d to %(high)d minutes each.",
            number,
        )
        return text % {"number": number, "low": low, "high": high}

    def _window_in_words(self) -> str:
        days, notice = self.path.horizon_days, self.path.notice_minutes
        if notice:
            text = ngettext(
                "All experts at once, in your time zone. Book at least %(notice)s and at most %(number)d day ahead.",
                "All experts at once, in your time zone. Book at least %(notice)s and at most %(number)d days ahead.",
                days,
            )
        else:
            text = ngettext(
                "All experts at once, in your time zone. Book up to %(number)d day ahead.",
                "All experts at once, in your time zone. Book up to %(number)d days ahead.",
                days,
            )
        return text % {"number": days, "notice": timefmt.minutes(notice)}

    def _change_in_words(self) -> str:
        if self.path.most_moves == 0:
            return self._cancel_in_words()
        if not self.path.change_until_minutes:
            return _("Reschedule or cancel until the session starts.")
        if self.path.sessions_per_participant is None:
            text = _("Reschedule or cancel up to %(length)s before.")
        else:
            text = _("Reschedule or cancel up to %(length)s before. Cancelled later, the session counts as used.")
        return text % {"length": timefmt.minutes(self.path.change_until_minutes)}

    def _cancel_in_words(self) -> str:
        """Where participants move nothing."""
        if not self.path.change_until_minutes:
            return _("Cancel until the session starts. It can’t be moved.")
        if self.path.sessions_per_participant is None:
            text = _("Cancel up to %(length)s before. It can’t be moved.")
        else:
            text = _("Cancel up to %(length)s before. Cancelled later, the session counts as used. It can’t be moved.")
        return text % {"length": timefmt.minutes(self.path.change_until_minutes)}

    def terms(self) -> str:
        """When sessions can take place, and how many of them a participant has."""
        opens, closes = first_and_last(self.path, self.user.reader, self.now)
        lines = []
        if opens and closes:
            lines.append(_("Sessions take place from %(first)s until %(last)s.") % {"first": opens, "last": closes})
        elif opens:
            lines.append(_("Sessions take place from %(first)s.") % {"first": opens})
        elif closes:
            lines.append(_("Sessions take place until %(last)s.") % {"last": closes})
        number = self.path.sessions_per_participant
        if number is not None:
            text = ngettext(
                "Each participant has %(number)d session.", "Each participant has %(number)d sessions.", number
            )
            lines.append(text % {"number": number})
        return " ".join([*lines, *policy_words.limits(self.path)])


def overviews(paths: list[Path], user: User, now: datetime) -> list[Overview]:
    """One for each path, in a number of queries that does not depend on how many there are."""
    found = {path.pk: Overview(path, user, now) for path in paths}
    if not found:
        return []
    keys = list(found)
    for path_id, role, *stored in _members(paths=keys, user=user.pk):
        person, overview = instance(User, stored[: len(USER)]), found[path_id]
        profile = stored[len(USER) :]
        if person.pk == user.pk:
            overview.roles.add(role)
        if role == Role.ADMIN:
            overview.admins.append(person)
        elif role == Role.EXPERT and profile[0] is not None:
            expert = instance(Expert, profile)
            expert.user = person
            overview.experts.append(expert)
    if user.seen_as and user.seen_as.is_nobody:
        for overview in found.values():
            overview.roles.add(user.seen_as.role)
    for row in _themes(paths=keys):
        theme = instance(Theme, row)
        found[theme.path_id].themes.append(theme)
    for path_id, *pair in _takes(paths=keys):
        found[path_id].takes.add(tuple(pair))
    joined = [each.path for each in found.values() if each.is_participant]
    if joined:
        tallies = credits_of(user, joined, now=now)
        allowances = allowances_of(user, joined, now=now, tallies=tallies)
        for path in joined:
            found[path.pk].credits, found[path.pk].allowance = tallies[path.pk], allowances[path.pk]
    return list(found.values())


@Prepared
def _members():
    """Experts and admins, and whatever the reader is."""
    live = Membership.objects.live().filter(Among(F("path"), Many("paths", Path._meta.pk)), user__is_active=True)
    shown = live.filter(Q(role__in=[Role.EXPERT, Role.ADMIN]) | Q(user=Param("user", User._meta.pk)))
    return shown.order_by("user__name", "pk").values_list("path", "role", *USER, *EXPERT)


@Prepared
def _themes():
    found = Theme.objects.bookable().filter(Among(F("path"), Many("paths", Path._meta.pk)))
    return found.values_list(*columns(Theme, ""))


@Prepared
def _takes():
    """Which expert takes which theme."""
    taken = Theme.experts.through.objects.filter(Among(F("theme__path"), Many("paths", Path._meta.pk)))
    return taken.order_by().values_list("theme__path", "theme", "expert")


def expert_words(overview: Overview, expert: Expert) -> str:
    """What to say beside an expert: their next free time, or why there is none."""
    if expert not in overview.offered:
        return _("Not taking sessions now")
    if expert.pk not in overview.shortest:
        return _("Takes no theme yet")
    if overview.is_closed:
        return ""
    start = overview.next_free_of(expert)
    if not start:
        return _("No free times")
    return _("Free %(when)s") % {"when": timefmt.when(start, overview.user.reader, overview.now)}


def _spent_words(tally: Credits) -> str:
    if tally.used and tally.booked:
        return _("%(used)d used, %(booked)d booked.") % {"used": tally.used, "booked": tally.booked}
    if tally.used:
        return ngettext("%(number)d used.", "%(number)d used.", tally.used) % {"number": tally.used}
    if tally.booked:
        return ngettext("%(number)d booked.", "%(number)d booked.", tally.booked) % {"number": tally.booked}
    return ""
