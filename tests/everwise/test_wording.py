"""Names and counts, at both sides of where they are cut short."""

import pytest

from everwise import wording


@pytest.mark.parametrize(
    ("people", "both", "either"),
    [
        (["Ann"], "Ann", "Ann"),
        (["Ann", "Bo"], "Ann and Bo", "Ann or Bo"),
        (["Ann", "Bo", "Cy"], "Ann, Bo and Cy", "Ann, Bo or Cy"),
        (["Ann", "Bo", "Cy", "Di"], "4 people", "Ann, Bo or 2 others"),
        (["Ann", "Bo", "Cy", "Di", "Ed"], "5 people", "Ann, Bo or 3 others"),
        ([], "", ""),
    ],
)
def test_names(people, both, either):
    assert wording.names(people) == both
    assert wording.one_of(people) == either


def test_name_that_is_read_from_right_to_left_does_not_turn_what_follows():
    assert wording.names(["Ann", "مريم"]) == "Ann and \u2068مريم\u2069"


def test_all_are_listed_where_nothing_is_cut_short():
    assert wording.listed(["Ann", "Bo", "Cy", "Di"]) == "Ann, Bo, Cy and Di"
    assert wording.listed(["Ann", "Bo", "Cy", "Di"], "or") == "Ann, Bo, Cy or Di"
    assert wording.listed([]) == ""


@pytest.mark.parametrize(("number", "expected"), [(0, "0"), (999, "999"), (1200, "1,200"), (4.5, "4.5")])
def test_count(number, expected):
    assert wording.count(number) == expected
