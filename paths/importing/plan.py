"""What each line of a file would do on a path: a pure answer to who the people are now.

Names and time zones are those people's own once they have set up their account: an import changes them only while
somebody is invited and has not arrived. An empty role is the one that a person has here, else participant.
"""

import unicodedata
from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from everwise.timefmt import find_zone
from paths.adding import LONGEST_ADDRESS, LONGEST_NAME
from paths.enums import Role
from paths.importing.columns import Column, role_of
from paths.importing.reading import FileLine
from paths.models.extra_sessions import FEWEST, MOST

FORMULA = ("=", "+", "-", "@")
EITHER = {Role.PARTICIPANT, Role.EXPERT}


class KnownPerson(NamedTuple):
    """Somebody who has an account or an invitation, as they stand on the path."""

    pk: UUID
    name: str
    zone: str
    arrived: bool
    active: bool
    roles: frozenset[str] = frozenset()  # now, on the path
    extra: int = 0
    taken: int = 0  # sessions used and booked


class Act(StrEnum):
    ADD = "add"
    CHANGE = "change"
    NONE = "none"
    PROBLEM = "problem"


class LineProblem(StrEnum):
    ADDRESS = "address"
    LOOK_ALIKE = "look-alike"
    TWICE = "twice"
    IS_EXPERT = "is-expert"
    IS_PARTICIPANT = "is-participant"
    SWITCHED_OFF = "switched-off"
    ROLE = "role"
    ZONE = "zone"
    NAME_TOO_LONG = "name-too-long"
    FORMULA = "formula"
    SESSIONS = "sessions"
    TOO_MANY_AT_ONCE = "too-many-at-once"
    TAKEN = "taken"


class Change(NamedTuple):
    column: Column
    new: str
    old: str


class LineOutcome(NamedTuple):
    """Of one line. `role` is the one that is given; `extra` so many sessions more."""

    line: FileLine
    act: Act
    person: KnownPerson | None = None
    role: Role | None = None
    extra: int = 0
    changes: tuple[Change, ...] = ()
    problem: LineProblem | None = None
    mend: Column = Column.EMAIL  # where it can be mended
    facts: Mapping[str, int | str] = {}

    @property
    def signature(self) -> str:
        """Two outcomes of one line that look alike to whoever looks at them have the same."""
        told = (self.line, self.act, self.role, self.extra, self.changes, self.problem, sorted(self.facts.items()))
        return sha256(repr(told).encode()).hexdigest()[:12]


class ImportPlan(NamedTuple):
    outcomes: list[LineOutcome]

    def of(self, act: Act) -> list[LineOutcome]:
        return [each for each in self.outcomes if each.act == act]

    @property
    def signatures(self) -> list[str]:
        return [each.signature for each in self.outcomes]

    @property
    def digest(self) -> str:
        return digest_of(self.signatures)


def digest_of(signatures: Iterable[str]) -> str:
    return sha256(" ".join(signatures).encode()).hexdigest()


def address_of(line: FileLine) -> str:
    """As people are looked up by it."""
    return line.email.strip().lower()


def plan(lines: Collection[FileLine], people: Mapping[str, KnownPerson], sessions_each: int | None) -> ImportPlan:
    """`people` by their addresses; `sessions_each` is the path's number, None for no limit: then none are given."""
    places: dict[str, int] = {}
    return ImportPlan([_outcome(line, people, sessions_each, places) for line in lines])


def _outcome(line, people, sessions_each, places) -> LineOutcome:
    address = address_of(line)
    if problem := _address_problem(address):
        return _problem(line, problem)
    if address in places:
        return _problem(line, LineProblem.TWICE, other=places[address])
    places[address] = line.number
    person = people.get(address)
    if person and not person.active:
        return _problem(line, LineProblem.SWITCHED_OFF)
    if line.name.startswith(FORMULA):
        return _problem(line, LineProblem.FORMULA, Column.NAME)
    if len(line.name) > LONGEST_NAME:
        return _problem(line, LineProblem.NAME_TOO_LONG, Column.NAME, most=LONGEST_NAME)
    wanted = role_of(line.role)
    if wanted is None:
        return _problem(line, LineProblem.ROLE, Column.ROLE)
    if line.zone and find_zone(line.zone) is None:
        return _problem(line, LineProblem.ZONE, Column.ZONE, near=_near(line.zone))
    held = person.roles if person else frozenset()
    role = _given(wanted, held)
    if role in EITHER and (others := held & EITHER):
        is_expert = Role.EXPERT in others
        return _problem(line, LineProblem.IS_EXPERT if is_expert else LineProblem.IS_PARTICIPANT, Column.ROLE)
    takes = Role.PARTICIPANT in {role, *held}
    extra, wrong = _sessions(line, person, sessions_each) if takes else (0, None)
    if wrong:
        return wrong
    if not held:
        return LineOutcome(line, Act.ADD, person, role, extra)
    changes = _changes(line, person, role, sessions_each, extra)
    return LineOutcome(line, Act.CHANGE if changes else Act.NONE, person, role, extra, changes)


def _given(wanted: str, held: frozenset[str]) -> Role | None:
    """The role that the line gives; None where the person has it, or none is asked for."""
    if not wanted:
        return None if held else Role.PARTICIPANT
    return None if wanted in held else Role(wanted)


def _changes(line, person: KnownPerson, role, sessions_each, extra) -> tuple[Change, ...]:
    changes = []
    if line.name and not person.arrived and line.name != person.name:
        changes.append(Change(Column.NAME, line.name, person.name))
    if role:
        changes.append(Change(Column.ROLE, role.value, ",".join(sorted(person.roles))))
    zone = find_zone(line.zone) if line.zone and not person.arrived else None
    if zone and zone.key != person.zone:
        changes.append(Change(Column.ZONE, zone.key, person.zone))
    if extra:
        before = max(0, sessions_each + person.extra)
        changes.append(Change(Column.SESSIONS, str(before + extra), str(before)))
    return tuple(changes)


def _sessions(line: FileLine, person: KnownPerson | None, each: int | None) -> tuple[int, LineOutcome | None]:
    """How many more they get, or what is wrong with that."""
    text = line.sessions
    if not text or each is None:
        return 0, None
    if not (text.isascii() and text.isdecimal() and len(text) <= 3):
        return 0, _problem(line, LineProblem.SESSIONS, Column.SESSIONS)
    extra, taken = (person.extra, person.taken) if person else (0, 0)
    before, wanted = each + extra, int(text)
    more = wanted - before
    if not FEWEST <= more <= MOST:
        least = max(0, before + FEWEST)
        facts = {"total": max(0, before), "fewest": least, "most": before + MOST}
        return 0, _problem(line, LineProblem.TOO_MANY_AT_ONCE, Column.SESSIONS, **facts)
    if more < 0 and wanted < taken:
        return 0, _problem(line, LineProblem.TAKEN, Column.SESSIONS, number=taken)
    return more, None


def _problem(line, problem, mend=Column.EMAIL, **facts) -> LineOutcome:
    return LineOutcome(line, Act.PROBLEM, problem=problem, mend=mend, facts=facts)


def _address_problem(address: str) -> LineProblem | None:
    try:
        validate_email(address)
    except ValidationError:
        return LineProblem.ADDRESS
    if len(address) > LONGEST_ADDRESS:
        return LineProblem.ADDRESS
    # "exаmple.com" with a Cyrillic а is somebody else's domain. Letters of one script are as they are.
    scripts = {unicodedata.name(letter, "?").split()[0] for letter in address if letter.isalpha()}
    return LineProblem.LOOK_ALIKE if len(scripts) > 1 else None


def _near(text: str) -> str:
    """The zone that was meant, perhaps: of its whole name, or of the city at its end."""
    typed = text.strip().lower()
    found = get_close_matches(typed, _zone_names(), 1, 0.75)
    if not found:
        cities = {name.rpartition("/")[2]: name for name in _zone_names()}
        found = [cities[city] for city in get_close_matches(typed.rpartition("/")[2], cities, 1, 0.75)]
    return _zone_names()[found[0]] if found else ""


@cache
def _zone_names() -> dict[str, str]:
    return {name.lower(): name for name in sorted(available_timezones()) if "/" in name and not name.startswith("Etc")}
