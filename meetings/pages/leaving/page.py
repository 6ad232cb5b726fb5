"""The list of meetings that somebody leaves behind, with what is chosen for each: shown, and read back."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from everwise import timefmt
from everwise.accounts.models import User
from everwise.wording import isolated, names
from meetings.booking.settling import Case, Decision, Leaving, Way, cases, concerned, roles_left
from meetings.pages.leaving import words
from meetings.pages.leaving.forms import ORGANIZER, SEEN, WAY, decisions_of, value_of
from meetings.pages.meeting_rows import kind_badge
from paths.enums import Role

SHOWN = 50
# Of more, nobody chooses one by one.
MOST = 200
USUAL = "usual"


@dataclass(frozen=True, slots=True)
class LeavingRow:
    """One meeting as the page shows it."""

    pk: UUID
    path: str
    first_of_path: bool
    day: str
    time: str
    title: str
    badge: str
    text: str
    nobody_free: bool
    options: list[tuple[str, str, bool]]
    organizers: list[tuple[str, str, bool]]
    sequence: int
    problem: str


class SettlePage:
    """All meetings of whoever leaves, and what is chosen: by the form that was sent, else what is usual."""

    def __init__(self, leaving: Leaving, *, by: User, now: datetime, data: QueryDict | None = None):
        self.leaving, self.by, self.now = leaving, by, now
        self.cases: list[Case] = cases(leaving, concerned(leaving, now).with_people(), by=by, now=now)
        self.left = roles_left(leaving) if leaving.path else set()
        self.sent = decisions_of(data) if data is not None else {}
        rule = data.get("all", USUAL) if data is not None else USUAL
        self.rule = rule if rule in self.rules else USUAL
        asked = data.get("do", "") if data is not None else ""
        self.asks_again = bool(asked)
        self.chosen: dict[UUID, Decision] = {}
        for case in self.cases:
            by_rule = self.is_long or asked == "all" or case.meeting.pk not in self.sent
            self.chosen[case.meeting.pk] = self._by_rule(case) if by_rule else self._as_sent(case)
        # Shown, and sent back without a choice.
        left_open = (case.meeting.pk for case in self.cases if data is not None and f"{SEEN}{case.meeting.pk}" in data)
        self.unchosen = [pk for pk in left_open if pk not in self.sent]
        self.problems: dict[UUID, str] = {}
        number = asked.partition(":")[2] or (data.get("page", "1") if data is not None else "1")
        self.paginator: Paginator = Paginator(self.cases, SHOWN)
        self.page: Page = self.paginator.get_page(number)

    @property
    def number(self) -> int:
        return len(self.cases)

    @property
    def is_long(self) -> bool:
        return self.number > MOST

    @property
    def rules(self) -> dict[str, str]:
        """The same for all: what can be said of them together."""
        ways = {way for case in self.cases for way in case.ways}
        gives = _("Give to the least busy expert who is free, else cancel")
        found = {USUAL: gives if Way.GIVE in ways else _("What is usual for each")}
        if Way.CANCEL in ways:
            found[Way.CANCEL.value] = _("Cancel all and write to everybody")
        if Way.KEEP in ways:
            found[Way.KEEP.value] = _("Keep all with %(name)s") % {"name": isolated(self.leaving.user)}
        return found

    def _by_rule(self, case: Case) -> Decision:
        if self.rule == USUAL or Way(self.rule) not in case.ways:
            return case.usual
        way = Way(self.rule)
        organizer = case.organizers[0].pk if case.organizers and way != Way.CANCEL else None
        return Decision(way, None, organizer, case.meeting.sequence)

    def _as_sent(self, case: Case) -> Decision:
        """What was sent may be shown again only where it is still offered."""
        sent = self.sent[case.meeting.pk]
        offered = {(option.way, option.to.pk if option.to else None) for option in case.options}
        if (sent.way, sent.to) not in offered:
            return case.usual
        if case.organizes and sent.organizer not in {person.pk for person in case.organizers}:
            first = case.organizers[0].pk if case.organizers else None
            return replace(sent, organizer=first)
        return sent

    def decisions(self) -> Mapping[UUID, Decision]:
        """What the form has decided, of the meetings that it knew."""
        return self.chosen if self.is_long else self.sent

    def take_problems(self, problems: Mapping[UUID, str]) -> None:
        """Show what is wrong, on the page where the first such meeting stands."""
        self.problems = dict(problems)
        for place, case in enumerate(self.cases):
            if case.meeting.pk in problems:
                self.page = self.paginator.get_page(place // SHOWN + 1)
                return

    def told(self) -> list[tuple[str, str]]:
        """For the summary: the id of the field, and what is wrong there."""
        return [
            (f"{WAY}{case.meeting.pk}", self._problem(case)) for case in self.cases if case.meeting.pk in self.problems
        ]

    def _problem(self, case: Case) -> str:
        reader = self.by.reader
        return _("%(day)s, %(time)s: %(problem)s") % {
            "day": timefmt.short_day(case.meeting.starts_at, reader, self.now),
            "time": timefmt.clock(case.meeting.starts_at, reader),
            "problem": self.problems[case.meeting.pk],
        }

    @property
    def rows(self) -> list[LeavingRow]:
        if self.is_long:
            return []
        shown: list[LeavingRow] = []
        for case in self.page.object_list:
            shown.append(self._row(case, shown[-1].path if shown else ""))
        return shown

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """What is chosen for the meetings of the other pages."""
        if self.is_long:
            return []
        shown = {case.meeting.pk for case in self.page.object_list}
        fields = []
        for pk, decision in self.chosen.items():
            if pk not in shown:
                fields += [(f"{WAY}{pk}", value_of(decision)), (f"{SEEN}{pk}", str(decision.sequence or 0))]
                fields += [(f"{ORGANIZER}{pk}", str(decision.organizer))] if decision.organizer else []
        return fields

    def _row(self, case: Case, path_before: str) -> LeavingRow:
        meeting, reader = case.meeting, self.by.reader
        chosen = self.chosen[meeting.pk]
        wanted = value_of(chosen)
        options = []
        named = Counter(str(option.to) for option in case.options)
        for option in case.options:
            value = value_of(Decision(option.way, option.to.pk if option.to else None))
            text = words.label(option, case, self.leaving.user)
            if option.to and named[str(option.to)] > 1:
                text = f"{text}, {option.to.email}"
            options.append((value, text, value == wanted))
        if meeting.pk in self.problems and self.sent.get(meeting.pk) != chosen:
            # What was chosen can't be any more: nothing else is taken for it.
            options = [("", _("Choose again"), True), *((value, text, False) for value, text, _chosen in options)]
        organizers = [
            (str(person.pk), words.organizer_label(person, case, self.by), person.pk == chosen.organizer)
            for person in case.organizers
        ]
        # A session that is given has its new expert for an organizer, one that is cancelled has none.
        if not case.ways & {Way.KEEP, Way.REMOVE, Way.HAND}:
            organizers = []
        return LeavingRow(
            pk=meeting.pk,
            path=str(meeting.path),
            first_of_path=self.leaving.path is None and str(meeting.path) != path_before,
            day=timefmt.day_in_words(meeting.starts_at, reader, self.now),
            time=timefmt.clock_range(meeting.starts_at, meeting.ends_at, reader),
            title=meeting.title,
            badge=kind_badge(meeting),
            text=self._who(case),
            nobody_free=case.nobody_free,
            options=options,
            organizers=organizers,
            sequence=meeting.sequence,
            problem=self.problems.get(meeting.pk, ""),
        )

    def _who(self, case: Case) -> str:
        meeting, user = case.meeting, self.leaving.user
        if meeting.is_dropin:
            others = [person for person in (*meeting.participants, *meeting.experts) if person != user]
            return names(others)
        number = len(meeting.experts) + len(meeting.participants)
        people = ngettext("%(number)s person.", "%(number)s people.", number) % {"number": number}
        if case.organizes:
            leads = _("%(people)s %(name)s is its organizer.")
            return leads % {"people": people, "name": isolated(user)}
        return people

    def sentences(self) -> list[str]:
        chosen = [(case, self.chosen[case.meeting.pk]) for case in self.cases]
        return words.what_will_happen(chosen, self.leaving, self.by, self.left)

    @property
    def gives_word(self) -> bool:
        """Whether anybody could be written to because their meeting is cancelled."""
        return any(Way.CANCEL in case.ways for case in self.cases)


def ending_roles(held: set[Role], new_role: Role | None, of: Role | None) -> frozenset[Role]:
    """Which of the roles that somebody holds end: the one that is named; all, where they leave; the one in whose place
    another comes.
    """
    if of is not None:
        return frozenset({of} & held)
    if new_role is None:
        return frozenset(held)
    replaced = held & {Role.EXPERT, Role.PARTICIPANT}
    return frozenset(replaced or held)
