"""Who may do what, spelled out cell by cell as the product's table has it. Nothing here is derived from the code."""

import itertools

import pytest

from meetings.enums import Action, Kind, Standing
from meetings.permissions import MATRIX, can, codename

CELLS = [
    ("schedule", "dropin", "admin", True),
    ("schedule", "dropin", "expert", True),
    ("schedule", "dropin", "participant", True),
    ("schedule", "dropin", "organizer", False),
    ("schedule", "adhoc", "admin", True),
    ("schedule", "adhoc", "expert", True),
    ("schedule", "adhoc", "participant", False),
    ("schedule", "adhoc", "organizer", False),
    ("reschedule", "dropin", "admin", True),
    ("reschedule", "dropin", "expert", True),
    ("reschedule", "dropin", "participant", True),
    ("reschedule", "dropin", "organizer", True),
    ("reschedule", "adhoc", "admin", False),
    ("reschedule", "adhoc", "expert", False),
    ("reschedule", "adhoc", "participant", False),
    ("reschedule", "adhoc", "organizer", False),
    ("cancel", "dropin", "admin", True),
    ("cancel", "dropin", "expert", True),
    ("cancel", "dropin", "participant", True),
    ("cancel", "dropin", "organizer", True),
    ("cancel", "adhoc", "admin", False),
    ("cancel", "adhoc", "expert", False),
    ("cancel", "adhoc", "participant", False),
    ("cancel", "adhoc", "organizer", False),
    ("edit", "dropin", "admin", False),
    ("edit", "dropin", "expert", False),
    ("edit", "dropin", "participant", False),
    ("edit", "dropin", "organizer", False),
    ("edit", "adhoc", "admin", True),
    ("edit", "adhoc", "expert", False),
    ("edit", "adhoc", "participant", False),
    ("edit", "adhoc", "organizer", True),
    ("delete", "dropin", "admin", False),
    ("delete", "dropin", "expert", False),
    ("delete", "dropin", "participant", False),
    ("delete", "dropin", "organizer", False),
    ("delete", "adhoc", "admin", True),
    ("delete", "adhoc", "expert", False),
    ("delete", "adhoc", "participant", False),
    ("delete", "adhoc", "organizer", True),
]


@pytest.mark.parametrize(("action", "kind", "standing", "allowed"), CELLS)
def test_can_each_cell(action, kind, standing, allowed):
    assert can(Action(action), Kind(kind), {Standing(standing)}) is allowed


@pytest.mark.parametrize(("action", "kind"), list(itertools.product(Action, Kind)))
def test_can_without_any_standing_is_refused(action, kind):
    assert can(action, kind, frozenset()) is False


@pytest.mark.parametrize(
    ("action", "kind", "standings"),
    [
        ("edit", "adhoc", {"expert", "organizer"}),
        ("edit", "adhoc", {"participant", "admin"}),
        ("schedule", "adhoc", {"participant", "admin"}),
    ],
)
def test_can_rights_add_up(action, kind, standings):
    assert can(Action(action), Kind(kind), {Standing(one) for one in standings}) is True


def test_matrix_decides_every_action_of_every_kind():
    assert set(MATRIX) == set(itertools.product(Action, Kind))


def test_cells_spell_out_the_whole_table():
    spelled = [(action, kind, standing) for action, kind, standing, _ in CELLS]

    assert len(spelled) == 5 * 2 * 4
    assert set(spelled) == set(itertools.product(Action.values, Kind.values, Standing.values))


def test_codename_is_none_of_djangos_own():
    names = {codename(action, kind) for action in Action for kind in Kind}

    assert len(names) == 10
    assert names.isdisjoint({f"{verb}_meeting" for verb in ("add", "change", "delete", "view")})
