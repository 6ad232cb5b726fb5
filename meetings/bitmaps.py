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
