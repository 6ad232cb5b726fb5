"""What an import would do, as its page shows it: counts, problems with a field to mend each, changes, and the rest."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from everwise import timefmt, wording
from everwise.accounts.models import User
from meetings.pages.invited import Invited
from paths.enums import Role
from paths.importing import stored, words
from paths.importing.columns import Column, role_of
from paths.importing.plan import Act, Change, ImportPlan, LineOutcome, address_of, digest_of
from paths.models import PeopleImport

PER_PAGE = 50
PARTS = ("problems", "changed", "added", "unchanged")
ROLES = (Role.PARTICIPANT, Role.EXPERT, Role.ADMIN)
# How many lines with problems are named one by one.
NAMED = 5
# Of the fields in which lines are mended: mend-<column>-<line>.
MEND = "mend"
MENDED = {Column.EMAIL, Column.NAME, Column.ROLE, Column.ZONE, Column.SESSIONS}


@dataclass(frozen=True, slots=True)
class ProblemCard:
    """A line that can't be imported as it is. Without `options` it is mended by a text."""

    number: int
    text: str
    reason: str
    field: str
    value: str
    label: str
    options: list[tuple[str, str, bool]]


@dataclass(frozen=True, slots=True)
class PreviewPerson:
    number: int
    name: str
    address: str
    said: list[tuple[str, str]]  # what is new, and what was


class Part:
    """The lines of one sort, a page at a time; shown open where another page than the first is asked for."""

    def __init__(self, key: str, outcomes: list[LineOutcome], query: Mapping[str, str]):
        self.key, self.number = key, len(outcomes)
        self._asked = {name: query[name] for name in (*PARTS, "leave") if query.get(name)}
        self.is_open = key in query
        self.page: Page[LineOutcome] = Paginator(outcomes, PER_PAGE).get_page(query.get(key))

    @property
    def previous(self) -> str:
        return self._query(self.page.previous_page_number()) if self.page.has_previous() else ""

    @property
    def next(self) -> str:
        return self._query(self.page.next_page_number()) if self.page.has_next() else ""

    def _query(self, number):
        return "?" + urlencode({**self._asked, self.key: number})


class ImportPreview:
    """`query` names the page of each part (`problems`, `changed`, `added`, `unchanged`), and `leave`."""

    def __init__(self, kept: PeopleImport, plan: ImportPlan, query: Mapping[str, str]):
        self.kept, self.plan, self.digest = kept, plan, plan.digest
        self.problems = Part("problems", plan.of(Act.PROBLEM), query)
        self.changed = Part("changed", plan.of(Act.CHANGE), query)
        self.added = Part("added", plan.of(Act.ADD), query)
        self.unchanged = Part("unchanged", plan.of(Act.NONE), query)
        self.leaves_out = bool(query.get("leave"))

    @property
    def lines(self) -> int:
        return len(self.plan.outcomes)

    @property
    def people(self) -> int:
        """How many would be written."""
        return self.added.number + self.changed.number

    @property
    def is_known(self) -> bool:
        """Whether everybody is here already, as the file has them."""
        return not self.people and not self.problems.number

    @property
    def meanwhile(self) -> int:
        """How many do something else by now than was kept."""
        if digest_of(self.kept.shown) == self.digest:
            return self.kept.changed
        return sum(new != old for new, old in zip(self.plan.signatures, self.kept.shown, strict=False))

    @property
    def roles(self) -> str:
        """“115 participants, 3 experts” of those who are added."""
        counts = Counter(each.role for each in self.plan.of(Act.ADD))
        said = [
            ngettext("%(number)d participant", "%(number)d participants", counts[Role.PARTICIPANT])
            % {"number": counts[Role.PARTICIPANT]},
            ngettext("%(number)d expert", "%(number)d experts", counts[Role.EXPERT]) % {"number": counts[Role.EXPERT]},
            ngettext("%(number)d admin", "%(number)d admins", counts[Role.ADMIN]) % {"number": counts[Role.ADMIN]},
        ]
        return wording.listed([text for text, role in zip(said, ROLES, strict=True) if counts[role]])

    @property
    def places(self) -> str:
        """“Lines 7, 58 and 103”; of many the first ones."""
        numbers = [each.line.number for each in self.plan.of(Act.PROBLEM)]
        named = [str(number) for number in numbers[:NAMED]]
        if len(numbers) > NAMED:
            return _("Lines %(lines)s and others") % {"lines": ", ".join(named)}
        text = ngettext("Line %(lines)s", "Lines %(lines)s", len(numbers))
        return text % {"lines": wording.listed(named)} if named else ""

    @cached_property
    def problem_rows(self) -> list[ProblemCard]:
        return [_problem(each) for each in self.problems.page]

    @cached_property
    def changed_rows(self) -> list[PreviewPerson]:
        return self._people(self.changed)

    @cached_property
    def added_rows(self) -> list[PreviewPerson]:
        return self._people(self.added)

    @cached_property
    def unchanged_rows(self) -> list[PreviewPerson]:
        return self._people(self.unchanged)

    @property
    def result(self) -> str:
        """“118 added, 6 changed, 3 lines left out.”"""
        said = []
        if self.added.number:
            said.append(pgettext("people", "%(number)s added") % {"number": wording.count(self.added.number)})
        if self.changed.number:
            said.append(pgettext("people", "%(number)s changed") % {"number": wording.count(self.changed.number)})
        if number := self.problems.number:
            left = ngettext("%(number)s line with a problem", "%(number)s lines with a problem", number)
            if self.leaves_out:
                left = ngettext("%(number)s line left out", "%(number)s lines left out", number)
            said.append(left % {"number": wording.count(number)})
        return _("%(counts)s.") % {"counts": ", ".join(said)}

    def _people(self, part: Part) -> list[PreviewPerson]:
        ids = [each.person.pk for each in part.page if each.person]
        known = Invited(self.kept.path, ids)
        users = User.objects.in_bulk(ids) if ids else {}
        found = []
        for each in part.page:
            user = users.get(each.person.pk) if each.person and each.act != Act.ADD else None
            # Of somebody who is new here, nothing is known but what the file says.
            name = known.name(user) if user else each.line.name
            said = [_said(change) for change in each.changes]
            if each.act == Act.ADD and each.role:
                said = [(str(each.role.label), "")]
            found.append(PreviewPerson(each.line.number, name, address_of(each.line), said))
        return found


def typed(data: Iterable[tuple[str, str]], kept: PeopleImport) -> dict[int, tuple[Column, str]]:
    """What was typed into the fields of lines, where it is something else than the line has: (column, text) by line."""
    lines = {line.number: line for line in stored.lines_of(kept)}
    found = {}
    for name, text in data:
        mark, _dash, rest = name.partition("-")
        column, _dash, number = rest.rpartition("-")
        if mark != MEND or column not in MENDED or not (number.isascii() and number.isdecimal() and len(number) < 9):
            continue
        line = lines.get(int(number))
        if line and stored.text_of(line, Column(column)) != text.strip():
            found[line.number] = (Column(column), text)
    return found


def _problem(outcome: LineOutcome) -> ProblemCard:
    line, column = outcome.line, outcome.mend
    value = stored.text_of(line, column)
    options = []
    if column == Column.ROLE:
        chosen = role_of(value)
        options = [
            (role.value, str(role.label), role == chosen) for role in (Role.PARTICIPANT, Role.EXPERT, Role.ADMIN)
        ]
        if chosen is None:
            options.insert(0, (value, value, True))
    cells = (line.email, line.name, line.role, line.zone, line.sessions)
    return ProblemCard(
        line.number,
        text=", ".join(filter(None, cells)),
        reason=words.problem(outcome),
        field=f"{MEND}-{column}-{line.number}",
        value=value,
        label=_label(column) % {"line": line.number},
        options=options,
    )


def _label(column: Column) -> str:
    match column:
        case Column.NAME:
            return _("Name on line %(line)d")
        case Column.ROLE:
            return _("Role on line %(line)d")
        case Column.ZONE:
            return _("Time zone on line %(line)d")
        case Column.SESSIONS:
            return _("Sessions on line %(line)d")
        case _:
            return _("E-mail on line %(line)d")


def _said(change: Change) -> tuple[str, str]:
    was = _("(was %(old)s)")
    match change.column:
        case Column.NAME:
            new = _("Name: %(new)s") % {"new": wording.isolated(change.new)}
            return new, was % {"old": wording.isolated(change.old)} if change.old else ""
        case Column.ZONE:
            new = _("Time zone: %(new)s") % {"new": timefmt.city(change.new)}
            return new, was % {"old": timefmt.city(change.old)}
        case Column.SESSIONS:
            return _("Sessions: %(new)s") % {"new": change.new}, was % {"old": change.old}
        case _:
            roles = wording.listed([str(Role(role).label) for role in change.old.split(",")])
            return _("Also: %(role)s") % {"role": Role(change.new).label}, was % {"old": roles}
