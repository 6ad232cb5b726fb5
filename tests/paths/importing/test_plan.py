"""What a line would do, as tables: no database, only people as they stand."""

from uuid import uuid4

import pytest

from paths.enums import Role
from paths.importing import words
from paths.importing.columns import Column
from paths.importing.plan import Act, KnownPerson, plan
from paths.importing.reading import FileLine

ADDRESS = "maya@example.com"


def person(*roles, **fields):
    known = {"pk": uuid4(), "name": "Maya", "zone": "UTC", "arrived": False, "active": True}
    return KnownPerson(**{**known, **fields}, roles=frozenset(roles))


def outcome(somebody=None, sessions_each=4, **cells):
    line = FileLine(2, **{"email": ADDRESS, **cells})
    people = {ADDRESS: somebody} if somebody else {}
    return plan([line], people, sessions_each).outcomes[0]


def did(found):
    return found.act, found.role, found.extra, [tuple(change) for change in found.changes]


@pytest.mark.parametrize(
    ("somebody", "cells", "does"),
    [
        (None, {}, (Act.ADD, Role.PARTICIPANT, 0, [])),
        (None, {"role": "Expert"}, (Act.ADD, Role.EXPERT, 0, [])),
        (None, {"sessions": "6"}, (Act.ADD, Role.PARTICIPANT, 2, [])),
        (None, {"sessions": "6", "role": "expert"}, (Act.ADD, Role.EXPERT, 0, [])),
        (person(), {"name": "Somebody Else"}, (Act.ADD, Role.PARTICIPANT, 0, [])),
        (person(arrived=True), {"sessions": "4"}, (Act.ADD, Role.PARTICIPANT, 0, [])),
        # Who comes back has the extra sessions of their first time.
        (person(extra=2), {"sessions": "4"}, (Act.ADD, Role.PARTICIPANT, -2, [])),
        (person("participant"), {}, (Act.NONE, None, 0, [])),
        (person("expert"), {}, (Act.NONE, None, 0, [])),
        (person("expert"), {"sessions": "9"}, (Act.NONE, None, 0, [])),
        (person("participant"), {"role": "participant", "sessions": "4", "name": "Maya"}, (Act.NONE, None, 0, [])),
        (person("participant"), {"sessions": "5"}, (Act.CHANGE, None, 1, [(Column.SESSIONS, "5", "4")])),
        (person("participant"), {"name": "Maya L"}, (Act.CHANGE, None, 0, [(Column.NAME, "Maya L", "Maya")])),
        (
            person("participant"),
            {"zone": "stockholm"},
            (Act.CHANGE, None, 0, [(Column.ZONE, "Europe/Stockholm", "UTC")]),
        ),
        (
            person("participant"),
            {"role": "admin"},
            (Act.CHANGE, Role.ADMIN, 0, [(Column.ROLE, "admin", "participant")]),
        ),
        (person("admin"), {"role": "expert"}, (Act.CHANGE, Role.EXPERT, 0, [(Column.ROLE, "expert", "admin")])),
        # Name and zone of whoever has an account are theirs.
        (person("participant", arrived=True), {"name": "X", "zone": "Europe/Berlin"}, (Act.NONE, None, 0, [])),
        (person("participant", arrived=True), {"sessions": "5"}, (Act.CHANGE, None, 1, [(Column.SESSIONS, "5", "4")])),
    ],
)
def test_what_a_line_does(somebody, cells, does):
    assert did(outcome(somebody, **cells)) == does


@pytest.mark.parametrize(
    ("somebody", "cells", "mend", "said"),
    [
        (None, {"email": "omar@brightwater"}, "email", "This is not a full e-mail address"),
        (None, {"email": ""}, "email", "This is not a full e-mail address"),
        (None, {"email": "a" * 250 + "@b.example"}, "email", "This is not a full e-mail address"),
        (
            None,
            {"email": "a@ex\u0430mple.com"},
            "email",
            "This address mixes letters of several alphabets that look alike.",
        ),
        (person(active=False), {}, "email", "They can’t be added. Ask the people who run Everwise"),
        (person("expert"), {"role": "participant"}, "role", "They are an expert here, and can’t be both"),
        (person("participant"), {"role": "expert"}, "role", "They are a participant here, and can’t be both"),
        (None, {"role": "boss"}, "role", "Not a role: participant, expert or admin"),
        (None, {"zone": "Europe/Stockhlom"}, "time_zone", "Not a time zone; did you mean Europe/Stockholm?"),
        (None, {"zone": "qqqq"}, "time_zone", "Not a time zone"),
        (None, {"name": "=HYPERLINK(1)"}, "name", "This is a formula, not a name"),
        (None, {"name": "x" * 121}, "name", "The name is longer than 120 characters"),
        (None, {"sessions": "many"}, "sessions", "Not a number of sessions"),
        (None, {"sessions": "-1"}, "sessions", "Not a number of sessions"),
        (None, {"sessions": "٣"}, "sessions", "Not a number of sessions"),
        (None, {"sessions": "1"}, "sessions", "They have 4 sessions: from 2 to 54 are possible at once"),
        (None, {"sessions": "55"}, "sessions", "They have 4 sessions: from 2 to 54 are possible at once"),
        (person("participant", taken=3), {"sessions": "2"}, "sessions", "They have used or booked 3 already"),
    ],
)
def test_what_is_wrong_with_a_line(somebody, cells, mend, said):
    found = outcome(somebody, **cells)

    assert (found.act, found.mend) == (Act.PROBLEM, mend)
    assert words.problem(found).startswith(said)


@pytest.mark.parametrize("sessions", ["2", "3", "54"])
def test_both_borders_of_sessions(sessions):
    assert outcome(person("participant", taken=2), sessions=sessions).act == Act.CHANGE


def test_without_a_limit_sessions_say_nothing():
    assert did(outcome(sessions_each=None, sessions="many")) == (Act.ADD, Role.PARTICIPANT, 0, [])


def test_addresses_of_one_script_are_as_they_are():
    assert outcome(email="maya@münchen.example").act == Act.ADD


def test_the_same_address_twice_is_a_problem_of_the_second():
    found = plan([FileLine(2, "a@b.example"), FileLine(3, " A@B.Example "), FileLine(4, "x")], {}, None).outcomes

    assert [each.act for each in found] == [Act.ADD, Act.PROBLEM, Act.PROBLEM]
    assert words.problem(found[1]) == "The same person stands on line 2"


def test_whether_there_is_an_account_elsewhere_changes_no_signature():
    line = [FileLine(2, ADDRESS, "Maya")]
    digests = {plan(line, people, 4).digest for people in ({}, {ADDRESS: person()}, {ADDRESS: person(arrived=True)})}

    assert len(digests) == 1
    assert plan(line, {ADDRESS: person("participant")}, 4).digest not in digests
