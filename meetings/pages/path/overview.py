"""What a path offers one person now, for its card on the first page and for its own page.

People, themes and credits are read for all paths at once; times only for the path they are asked of.
"""

from collections import defaultdict
from datetime import datetime, timedelta
from functools import cached_property
from uuid import UUID

from django.db.models import F, Q

from everwise import timefmt
from everwise.accounts.models import User
from everwise.db.prepared import Among, Many, Param, Prepared, columns, instance
from everwise.wording import bare_day, counted, names
from experts.models import Expert
from meetings.booking.credits import Credits, credits_of
from meetings.slots.openings import Openings
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

    @property
    def is_participant(self) -> bool:
        return Role.PARTICIPANT in self.roles

    @property
    def is_admin(self) -> bool:
        return Role.ADMIN in self.roles

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
        """By expert id, the length of the shortest theme she takes: her next free time is for that."""
        found: dict[int, int] = {}
        for theme in self.themes:
            for expert in self.takers[theme.pk]:
                found[expert.pk] = min(theme.duration_minutes, found.get(expert.pk, theme.duration_minutes))
        return found

    @property
    def obstacle(self) -> str:
        """Why this person can't book a session on this path now; empty when she can."""
        if self.path.closes_on and self.is_closed:
            return f"This path closed on {bare_day(self.path.closes_on, self.user.reader, self.now)}."
        if self.path.opens_on and self.is_ahead:
            opens = bare_day(self.path.opens_on, self.user.reader, self.now)
            ahead = counted(self.path.horizon_days, "day")
            return f"Sessions on this path begin on {opens}, and can be booked at most {ahead} ahead."
        if not self.shortest:
            return f"No expert takes sessions on this path right now. {self.whom_to_ask}".strip()
        if self.roles == {Role.PARTICIPANT} and self.credits and self.credits.exhausted:
            total = self.credits.total
            sessions = f"{total} sessions on this path are all" if total != 1 else "1 session on this path is"
            return f"Your {sessions} used or booked. {self.whom_to_ask}".strip()
        return ""

    @property
    def whom_to_ask(self) -> str:
        if self.is_admin:
            return ""
        return f"Ask {names(self.admins[:1])}, who runs it." if self.admins else ""

    @property
    def credit_words(self) -> tuple[str, str]:
        """“3 of 6 left.” and “2 used, 1 booked. Use them by 18 December.”"""
        tally = self.credits
        if tally is None:
            return "", ""
        spent = ", ".join(
            f"{number} {word}" for number, word in ((tally.used, "used"), (tally.booked, "booked")) if number
        )
        rest = [f"{spent}."] if spent else []
        if tally.left and self.path.closes_on and not self.is_closed:
            rest.append(f"Use them by {bare_day(self.path.closes_on, self.user.reader, self.now)}.")
        left = f"{tally.left} of {tally.total} sessions left." if tally.total is not None else "No limit on sessions."
        return left, " ".join(rest)

    @cached_property
    def _openings(self) -> Openings:
        days = min(self.path.horizon_days, LOOK_AHEAD_DAYS)
        return Openings(
            self.path,
            since=self.now,
            until=self.now + timedelta(days=days),
            now=self.now,
            participant=self.user if self.is_participant else None,
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
            ("Choose a theme", self._themes_in_words()),
            ("Choose a time", self._window_in_words()),
            ("Confirm", self._change_in_words()),
        ]

    def _themes_in_words(self) -> str:
        lengths = [theme.duration_minutes for theme in self.themes if self.takers[theme.pk]]
        if not lengths:
            return "None can be booked yet."
        low, high = min(lengths), max(lengths)
        count = f"{len(lengths)} to pick from" if len(lengths) > 1 else "One to pick from"
        if low == high:
            return f"{count}, {timefmt.minutes(low)}{' each' if len(lengths) > 1 else ''}."
        return f"{count}, {low} to {high} minutes each."

    def _window_in_words(self) -> str:
        path = self.path
        notice = f"at least {timefmt.minutes(path.notice_minutes)}" if path.notice_minutes else "any time"
        ahead = counted(path.horizon_days, "day")
        return f"All experts at once, in your time zone. Book {notice} and at most {ahead} ahead."

    def _change_in_words(self) -> str:
        if not self.path.change_until_minutes:
            return "Reschedule or cancel until the session starts."
        until = f"Reschedule or cancel up to {timefmt.minutes(self.path.change_until_minutes)} before."
        if self.path.sessions_per_participant is None:
            return until
        return f"{until} Cancelled later, the session counts as used."

    def terms(self) -> str:
        """When sessions can take place, and how many of them a participant has."""
        opens, closes = self._dates()
        bounds = [f"from {opens}"] * bool(opens) + [f"until {closes}"] * bool(closes)
        lines = [f"Sessions take place {' '.join(bounds)}."] if bounds else []
        if self.path.sessions_per_participant is not None:
            lines.append(f"Each participant has {counted(self.path.sessions_per_participant, 'session')}.")
        return " ".join(lines)

    def span(self) -> str:
        """“1 September to 18 December”, as far as the path has dates."""
        opens, closes = self._dates()
        if opens and closes:
            return f"{opens} to {closes}"
        return f"From {opens}" if opens else f"Until {closes}" if closes else "Always open"

    def _dates(self) -> tuple[str, str]:
        dates = (self.path.opens_on, self.path.closes_on)
        opens, closes = (bare_day(day, self.user.reader, self.now) if day else "" for day in dates)
        return opens, closes


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
    for row in _themes(paths=keys):
        theme = instance(Theme, row)
        found[theme.path_id].themes.append(theme)
    for path_id, *pair in _takes(paths=keys):
        found[path_id].takes.add(tuple(pair))
    joined = [each.path for each in found.values() if each.is_participant]
    if joined:
        tallies = credits_of(user, joined, now=now)
        for path in joined:
            found[path.pk].credits = tallies[path.pk]
    return list(found.values())


@Prepared
def _members():
    """Experts and admins, and whatever the reader is."""
    live = Membership.objects.live().filter(Among(F("path"), Many("paths", Path._meta.pk)))
    shown = live.filter(Q(role__in=[Role.EXPERT, Role.ADMIN]) | Q(user=Param("user", User._meta.pk)))
    return shown.order_by("user__name", "pk").values_list("path", "role", *USER, *EXPERT)


@Prepared
def _themes():
    return Theme.objects.filter(Among(F("path"), Many("paths", Path._meta.pk))).values_list(*columns(Theme, ""))


@Prepared
def _takes():
    """Which expert takes which theme."""
    taken = Theme.experts.through.objects.filter(Among(F("theme__path"), Many("paths", Path._meta.pk)))
    return taken.order_by().values_list("theme__path", "theme", "expert")


def expert_words(overview: Overview, expert: Expert) -> str:
    """What to say beside an expert: her next free time, or why there is none."""
    if expert not in overview.offered:
        return "Not taking sessions now"
    if expert.pk not in overview.shortest:
        return "Takes no theme yet"
    if overview.is_closed:
        return ""
    start = overview.next_free_of(expert)
    return f"Free {timefmt.when(start, overview.user.reader, overview.now)}" if start else "No free times"
