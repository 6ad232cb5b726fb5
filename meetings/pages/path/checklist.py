"""What a draft still lacks before it can be opened: four steps, found anew each time, and none of it stored.

The times are those the engine would offer in the path's first two weeks. Where its dates begin later they are asked for
as of so long before as the path's notice is, so that neither notice nor horizon hide what people will find by then.
"""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from everwise import timefmt
from everwise.accounts.models import User
from everwise.wording import isolated, names
from experts.availability import to_instant
from experts.models import Expert
from meetings.pages.invited import Invited
from meetings.pages.path.overview import Overview
from meetings.slots.openings import Openings
from paths import expert_reminders, opening
from paths.enums import Role
from paths.models import Theme

DAYS = 14
# Experts of whom the page says one by one what they lack.
MOST_NAMED = 3
DONE, NOW, WAITING = "done", "now", "waiting"


@dataclass(frozen=True, slots=True)
class ChecklistAction:
    """A link, or a form (`post`); without an address it can't be taken yet."""

    label: str
    url: str = ""
    icon: str = ""
    post: str = ""


@dataclass(frozen=True, slots=True)
class ChecklistStep:
    number: int
    title: str
    done: bool
    text: str
    action: ChecklistAction
    warnings: tuple[str, ...] = ()
    state: str = WAITING


@dataclass(frozen=True, slots=True)
class Times:
    """What the path offers in its first two weeks."""

    number: int
    first: datetime | None
    experts: frozenset[int]  # who offer any of them


class Checklist:
    """Of a path as `overview` has read it, for one of its admins; in few queries, however much there is."""

    def __init__(self, overview: Overview):
        self.overview, self.path, self.now = overview, overview.path, overview.now
        self.user: User = overview.user
        self.themes = [theme for theme in overview.themes if theme.retired_at is None]
        self.participants = opening.unheard(self.path).count()
        self.known = Invited(self.path, [expert.user_id for expert in overview.experts])

    @property
    def is_ready(self) -> bool:
        """Whether nothing is left to do but to open it."""
        return not self.lacking

    @property
    def lacking(self) -> list[str]:
        """The same in sentences: what the path still needs, empty where it is ready."""
        found = []
        if not self.bookable:
            found.append(_("No theme has an expert who takes sessions."))
        elif not self.times.number:
            found.append(_("No time is offered in the first two weeks."))
        if not self.participants:
            found.append(_("There is no participant."))
        return found

    @cached_property
    def steps(self) -> list[ChecklistStep]:
        found = [self._themes(), self._experts(), self._participants(), self._ready()]
        now = next(step for step in found if not step.done)
        return [replace(step, state=DONE if step.done else NOW if step is now else WAITING) for step in found]

    @property
    def done(self) -> int:
        return sum(step.done for step in self.steps)

    @cached_property
    def bookable(self) -> list[Theme]:
        return [theme for theme in self.themes if self.overview.takers[theme.pk]]

    # The first two weeks ---------------------------------------------------------------------------------------

    @cached_property
    def first_day(self) -> date:
        """The first date of the two weeks, in the path's zone."""
        today = self.now.astimezone(self.path.time_zone).date()
        return max(today, self.path.opens_on) if self.path.opens_on else today

    @property
    def last_day(self) -> date:
        last = self.first_day + timedelta(days=DAYS - 1)
        return min(last, self.path.closes_on) if self.path.closes_on else last

    @cached_property
    def _openings(self) -> Openings:
        begin, end = (self._midnight(self.first_day + timedelta(days=days)) for days in (0, DAYS))
        asked_at = max(self.now, begin - timedelta(minutes=self.path.notice_minutes))
        return Openings(self.path, since=max(self.now, begin), until=end, now=asked_at)

    def _midnight(self, day: date) -> datetime:
        return datetime.fromtimestamp(to_instant(datetime.combine(day, time.min), str(self.path.time_zone)), UTC)

    @cached_property
    def times(self) -> Times:
        takers: dict[int, set[frozenset[int]]] = defaultdict(set)
        for theme in self.bookable:
            takers[theme.duration_minutes].add(frozenset(expert.pk for expert in self.overview.takers[theme.pk]))
        starts: set[datetime] = set()
        experts: set[int] = set()
        if takers:
            self._openings.expect(max(takers), [(self._openings.since, self._openings.until)])
        for minutes, groups in takers.items():
            for group in groups:
                found = self._openings.starts(minutes, experts=group)
                starts |= found.keys()
                experts.update(*found.values())
        return Times(len(starts), min(starts, default=None), frozenset(experts))

    @property
    def first_words(self) -> str:
        """“Thu 3 December, 09:00”."""
        first, reader = self.times.first, self.user.reader
        if first is None:
            return ""
        words = {"day": timefmt.short_day(first, reader, self.now), "time": timefmt.clock(first, reader)}
        return _("%(day)s, %(time)s") % words

    @property
    def days(self) -> tuple[str, str]:
        """The first and the last date of the two weeks, in words."""
        first, last = (timefmt.bare_day(day, self.user.reader, self.now) for day in (self.first_day, self.last_day))
        return first, last

    # The steps -------------------------------------------------------------------------------------------------

    def _themes(self) -> ChecklistStep:
        url, number, left = reverse("paths:themes", args=[self.path.pk]), len(self.themes), len(self.bookable)
        if not number:
            text = _("No theme yet. A theme is what a session is about.")
            return ChecklistStep(1, _("Themes"), False, text, ChecklistAction(_("Add a theme"), url, "plus"))
        text, warnings = self._lengths(), []
        if left == number:
            said = ngettext("It has at least one expert.", "Each has at least one expert.", number)
            text = f"{text} {said}"
        else:
            lacking = ngettext(
                "%(number)d theme has no expert, so nobody can book it.",
                "%(number)d themes have no expert, so nobody can book them.",
                number - left,
            )
            warnings.append(lacking % {"number": number - left})
        return ChecklistStep(1, _("Themes"), bool(left), text, ChecklistAction(_("Edit themes"), url), tuple(warnings))

    def _lengths(self) -> str:
        number, lengths = len(self.themes), {theme.duration_minutes for theme in self.themes}
        low, high = min(lengths), max(lengths)
        if low == high:
            text = ngettext("%(number)d theme, %(length)s.", "%(number)d themes, %(length)s each.", number)
            return text % {"number": number, "length": timefmt.minutes(low)}
        text = ngettext(
            "%(number)d theme, %(low)d to %(high)d minutes.", "%(number)d themes, %(low)d to %(high)d minutes.", number
        )
        return text % {"number": number, "low": low, "high": high}

    def _experts(self) -> ChecklistStep:
        title, experts, times = _("Experts with hours"), self.overview.experts, self.times
        if not experts:
            text = _("No expert yet. Experts hold the sessions, in hours that they give.")
            return ChecklistStep(
                2, title, False, text, ChecklistAction(_("Add experts"), self._add(Role.EXPERT), "plus")
            )
        count = ngettext("%(number)d expert.", "%(number)d experts.", len(experts)) % {"number": len(experts)}
        said, without = self._offering(), self._without_hours
        text = _("%(how_many)s %(offering)s") % {"how_many": count, "offering": said}
        return ChecklistStep(
            2, title, bool(times.number), text, self._about_experts(without), tuple(self._lacks(without))
        )

    def _offering(self) -> str:
        experts, times = self.overview.experts, self.times
        if not times.number:
            return ngettext(
                "They offer no time in the first two weeks.",
                "None of them offers a time in the first two weeks.",
                len(experts),
            )
        offering = [self.known.name(expert.user) for expert in experts if expert.pk in times.experts]
        number = ngettext("%(number)d time", "%(number)d times", times.number) % {"number": times.number}
        text = ngettext(
            "%(names)s offers %(times)s in the first two weeks.",
            "%(names)s offer %(times)s in the first two weeks.",
            len(offering),
        )
        return text % {"names": names(offering), "times": number}

    @cached_property
    def _without_hours(self) -> list[Expert]:
        idle = {
            calendar.id for calendar in self._openings.idle if not (calendar.hours.rules or calendar.hours.overrides)
        }
        return [expert for expert in self.overview.experts if expert.pk in idle]

    @cached_property
    def _reminded(self) -> dict[UUID, datetime]:
        return expert_reminders.reminded(self.path, self.now)

    def _lacks(self, without: list[Expert]) -> list[str]:
        if len(without) > MOST_NAMED:
            text = ngettext(
                "%(number)d expert has no hours yet.", "%(number)d experts have no hours yet.", len(without)
            )
            return [text % {"number": len(without)}]
        return [self._lacks_hours(expert.user) for expert in without]

    def _lacks_hours(self, user: User) -> str:
        text = _("%(name)s was added but has no hours yet.")
        said = [text % {"name": isolated(self.known.name(user))}]
        if not user.has_arrived:
            said.append(_("They have not answered their invitation yet."))
        if at := self._reminded.get(user.pk):
            # Translators: %(when)s is “today, 13:10” or “Mon 30 Nov, 13:10”.
            said.append(_("Reminded %(when)s.") % {"when": timefmt.when(at, self.user.reader, self.now)})
        return " ".join(said)

    def _about_experts(self, without: list[Expert]) -> ChecklistAction:
        if first := self._to_remind(without):
            name = first.email if self.known.is_hidden(first) else first.first_name
            post = reverse("paths:remind-expert", args=[self.path.pk, first.pk])
            return ChecklistAction(_("Remind %(name)s") % {"name": isolated(name)}, icon="mail", post=post)
        if without:
            first = without[0].user
            url = reverse("paths:person", args=[self.path.pk, first.pk])
            return ChecklistAction(_("See %(name)s") % {"name": isolated(self.known.name(first))}, url)
        if not self.times.number:
            return ChecklistAction(_("Why is a time not offered?"), reverse("why", args=[self.path.pk]))
        return ChecklistAction(_("See people"), reverse("paths:people", args=[self.path.pk]))

    def _to_remind(self, without: list[Expert]) -> User | None:
        """The first who may be asked for their hours now: who was asked makes room for the next."""
        lacking = expert_reminders.without_hours(without, self.now)
        people = (expert.user for expert in without if expert.pk in lacking and expert.user.has_arrived)
        return next((user for user in people if user.pk not in self._reminded), None)

    def _participants(self) -> ChecklistStep:
        action = ChecklistAction(_("Add people"), self._add(Role.PARTICIPANT), "plus")
        if not self.participants:
            return ChecklistStep(3, _("Participants"), False, _("Nobody yet. Add people by e-mail."), action)
        text = ngettext("%(number)d participant.", "%(number)d participants.", self.participants)
        return ChecklistStep(3, _("Participants"), True, text % {"number": self.participants}, action)

    def _ready(self) -> ChecklistStep:
        if self.path.opens_at and self.path.opens_at > self.now and self.path.opens_on:
            text = _(
                "When you open the path, participants get their invitation and can book sessions from %(day)s on."
                " Until then they hear nothing."
            ) % {"day": timefmt.short_day(self.path.opens_on, self.user.reader, self.now)}
        else:
            text = _(
                "When you open the path, participants get their invitation and can book. Until then they hear nothing."
            )
        url = reverse("paths:open", args=[self.path.pk]) if self.is_ready else ""
        return ChecklistStep(4, pgettext("step", "Ready"), False, text, ChecklistAction(_("Open the path"), url))

    def _add(self, role: Role) -> str:
        return f"{reverse('paths:add-people', args=[self.path.pk])}?role={role.value}"
