"""Sets of instants as the bits of one Python integer: free is hours & ~busy, and what anybody offers is an OR.

Pure: no Django, no clock. Instants are epoch seconds, lengths are seconds.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from everwise.intervals import Interval


class Grid(NamedTuple):
    """Which instants the bits stand for: bit k is origin + k * quantum, for 0 <= k < size.

    Only instants of the grid have a bit, so nothing is ever rounded: spans may begin and end at any second, and a
    bit says of its own instant whether it lies in them.
    """

    origin: int
    quantum: int
    size: int

    @property
    def all(self) -> int:
        """All that have a bit."""
        return (1 << self.size) - 1

    def between(self, start: int, end: int) -> int:
        """The instants with start <= instant < end."""
        low, high = self._at_or_after(start), self._at_or_after(end)
        return (1 << high) - (1 << low) if low < high else 0

    def every(self, step: int, start: int, end: int) -> int:
        """start, start + step, ... before end. `start` lies on the grid's beat, if not in its range; `step` is a
        whole number of quanta."""
        start = max(start, start + -(-(self.origin - start) // step) * step)
        low, stride = self._at_or_after(start), step // self.quantum
        count = -(-(self._at_or_after(end) - low) // stride)
        return int(("0" * (stride - 1) + "1") * count, 2) << low if count > 0 else 0

    def touching(self, spans: Iterable[Interval], before: int, after: int) -> int:
        """The instants with start - before < instant < end + after, for any of the spans that last at all."""
        origin, quantum, size = self
        # No call a span: a week of a hundred experts has thousands of them.
        lead, trail = origin + before - quantum, origin - after - quantum + 1
        bits = 0
        for start, end in spans:
            low = (start - lead) // quantum
            high = (end - trail) // quantum
            if low < 0:
                low = 0
            if high > size:
                high = size
            if low < high and start < end:
                bits |= ((1 << (high - low)) - 1) << low
        return bits

    def first(self, bits: int) -> int:
        """The first of the instants that are set; there has to be one."""
        return self.origin + ((bits & -bits).bit_length() - 1) * self.quantum

    def instants(self, bits: int) -> Iterator[int]:
        """The instants that are set, in order."""
        digits = bin(bits)[:1:-1]
        found = digits.find("1")
        while found >= 0:
            yield self.origin + found * self.quantum
            found = digits.find("1", found + 1)

    def _at_or_after(self, instant: int) -> int:
        """The first bit that doesn't stand for an earlier instant; `size` where there is none."""
        return min(max(-((self.origin - instant) // self.quantum), 0), self.size)


class Tally:
    """Of many sets on one grid: how many of them hold each instant, and which are the first few to do so.

    The counts stand upright: plane k has the bit k of every instant's count. So a set is added to all counts at once,
    by a carry through a few integers.
    """

    def __init__(self, grid: Grid, most: int):
        self.grid = grid
        self._planes: list[int] = []
        # By place: the instants at which it is taken, and by whom.
        self._taken = [0] * most
        self._takers: list[list[tuple[int, int]]] = [[] for _ in range(most)]

    def add(self, name: int, bits: int) -> None:
        """Count one set more; `name` is whose it is."""
        carry = bits
        for number, plane in enumerate(self._planes):
            if not carry:
                break
            self._planes[number], carry = plane ^ carry, plane & carry
        if carry:
            self._planes.append(carry)
        for place, taken in enumerate(self._taken):
            if not bits:
                break
            if here := bits & ~taken:
                self._taken[place] |= here
                self._takers[place].append((name, here))
            bits &= taken

    def counts(self) -> dict[int, int]:
        """How many sets hold each instant that any of them holds."""
        found: dict[int, int] = {}
        for number, plane in enumerate(self._planes):
            for instant in self.grid.instants(plane):
                found[instant] = found.get(instant, 0) + (1 << number)
        return found

    def firsts(self) -> dict[int, list[int]]:
        """The names of the first few sets that hold each of the same instants, in the order they were added in."""
        found: dict[int, list[int]] = {}
        for takers in self._takers:
            for name, bits in takers:
                for instant in self.grid.instants(bits):
                    if instant in found:
                        found[instant].append(name)
                    else:
                        found[instant] = [name]
        return found
