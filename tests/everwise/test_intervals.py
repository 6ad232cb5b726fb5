import pytest

from everwise.intervals import merge, subtract


@pytest.mark.parametrize(
    ("intervals", "expected"),
    [
        pytest.param([], [], id="nothing"),
        pytest.param([(5, 9), (1, 3)], [(1, 3), (5, 9)], id="apart"),
        pytest.param([(1, 3), (3, 5)], [(1, 5)], id="touching"),
        pytest.param([(1, 4), (3, 6), (6, 7)], [(1, 7)], id="overlapping"),
        pytest.param([(1, 9), (2, 3)], [(1, 9)], id="inside"),
        pytest.param([(2, 2), (5, 4)], [], id="empty-or-backwards"),
        pytest.param([(1, 3), (3, 3), (4, 6)], [(1, 3), (4, 6)], id="empty-joins-nothing"),
    ],
)
def test_merge(intervals, expected):
    assert merge(intervals) == expected


@pytest.mark.parametrize(
    ("intervals", "removed", "expected"),
    [
        pytest.param([(1, 5)], [], [(1, 5)], id="nothing-removed"),
        pytest.param([(1, 5)], [(5, 9)], [(1, 5)], id="touching"),
        pytest.param([(1, 5)], [(0, 9)], [], id="all"),
        pytest.param([(1, 9)], [(3, 4), (6, 7)], [(1, 3), (4, 6), (7, 9)], id="holes"),
        pytest.param([(1, 9)], [(0, 2), (8, 12)], [(2, 8)], id="both-ends"),
        pytest.param([(1, 4), (6, 9)], [(3, 7)], [(1, 3), (7, 9)], id="one-removed-over-two"),
        pytest.param([(1, 4), (4, 9)], [(2, 3)], [(1, 2), (3, 4), (4, 9)], id="touching-stay-apart"),
        pytest.param([(1, 4), (5, 5), (7, 6)], [(2, 3)], [(1, 2), (3, 4)], id="empty-or-backwards"),
    ],
)
def test_subtract(intervals, removed, expected):
    assert subtract(intervals, removed) == expected
