"""The engine finds what the plain loop finds, also over the days on which clocks change."""

import pytest

from bench import engine
from bench.workload import brute_union


# Four weeks from 1 March 2027 hold the change in America, six also those in Europe and Australia.
@pytest.mark.parametrize(
    ("experts", "days", "all_week", "starts", "pairs", "check"),
    [
        (1, 7, False, 42, 42, "9e2573ed3f8e"),
        (10, 28, False, 1249, 1937, "3d3327e8cf64"),
        (100, 28, False, 1945, 19774, "79af9436d8e9"),
        (10, 42, True, 2579, 4082, "a43adcb288dd"),
        (100, 42, True, 3993, 41565, "bc8712aa2edd"),
    ],
)
def test_engine_agrees_with_the_plain_loop(experts, days, all_week, starts, pairs, check):
    case = engine.Case(experts, days, all_week=all_week)
    expected = brute_union(experts, days, all_week=all_week)

    found = engine.in_seconds(case.who())

    assert found == expected
    assert [int(start.timestamp()) for start in case.times()] == sorted(expected)
    assert (len(found), sum(map(len, found.values())), engine.check(found)) == (starts, pairs, check)


def test_cold_start_finds_the_same():
    case = engine.Case(10, 28, all_week=False)

    assert case.cold() == case.times()
