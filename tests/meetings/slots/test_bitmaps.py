"""The bits against their own definitions, instant by instant."""

from hypothesis import given
from hypothesis import strategies as st

from meetings.slots.bitmaps import Grid, Tally

GRIDS = st.builds(Grid, origin=st.integers(-100, 100), quantum=st.integers(1, 60), size=st.integers(0, 40))
MOMENTS = st.integers(-400, 2800)
SPANS = st.lists(st.tuples(MOMENTS, MOMENTS), max_size=4)


def all_of(grid):
    return [grid.origin + bit * grid.quantum for bit in range(grid.size)]


@given(GRIDS, MOMENTS, MOMENTS)
def test_between_holds_its_start_and_not_its_end(grid, start, end):
    found = list(grid.instants(grid.between(start, end)))

    assert found == [instant for instant in all_of(grid) if start <= instant < end]


@given(GRIDS, st.integers(-20, 60), st.integers(1, 9), MOMENTS)
def test_every_counts_from_its_start_even_before_the_grid(grid, start_bit, stride, end):
    start, step = grid.origin + start_bit * grid.quantum, stride * grid.quantum

    found = list(grid.instants(grid.every(step, start, end)))

    assert found == [instant for instant in range(start, end, step) if instant in all_of(grid)]


@given(GRIDS, SPANS, st.integers(0, 200), st.integers(0, 200))
def test_touching_is_less_than_the_margins_away(grid, spans, before, after):
    found = list(grid.instants(grid.touching(spans, before, after)))

    assert found == [
        instant
        for instant in all_of(grid)
        if any(start < end and start - before < instant < end + after for start, end in spans)
    ]


def test_touching_at_odd_seconds_takes_what_is_touched_and_no_more():
    grid = Grid(origin=0, quantum=60, size=10)

    assert list(grid.instants(grid.touching([(119, 181)], 60, 0))) == [60, 120, 180]
    assert list(grid.instants(grid.touching([(120, 180)], 60, 0))) == [120]


def test_span_far_beyond_the_grid_takes_no_memory():
    grid = Grid(origin=0, quantum=1, size=8)

    assert grid.touching([(4, 10**15)], 0, 0) == grid.touching([(4, 9)], 0, 0) == 0b11100000


def test_pool_is_an_or():
    grid = Grid(origin=1000, quantum=300, size=12)

    pool = grid.between(1000, 1600) | grid.every(900, 1300, 4000)

    assert list(grid.instants(pool)) == [1000, 1300, 2200, 3100]


@given(st.lists(st.sets(st.integers(0, 9)), max_size=20), st.integers(1, 4))
def test_tally_counts_all_and_names_the_first(sets, most):
    grid = Grid(origin=500, quantum=10, size=10)
    tally = Tally(grid, most)
    for name, own in enumerate(sets):
        tally.add(name, sum(1 << bit for bit in own))

    holders = {500 + bit * 10: [name for name, own in enumerate(sets) if bit in own] for bit in range(10)}

    assert tally.counts() == {instant: len(names) for instant, names in holders.items() if names}
    assert tally.firsts() == {instant: names[:most] for instant, names in holders.items() if names}


@given(GRIDS, st.data())
def test_first_is_the_first_of_the_instants(grid, data):
    bits = data.draw(st.integers(1, max(2**grid.size - 1, 1)))

    assert grid.first(bits) == next(grid.instants(bits))
