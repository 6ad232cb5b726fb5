"""Medians of a few runs, bounded in time: of processor time, which other programs on the machine disturb least."""

import time
from collections.abc import Callable
from statistics import median

BUDGET_SECONDS = 0.5
MOST_RUNS = 15


def median_ms(call: Callable[[], object]) -> float:
    """The median of up to MOST_RUNS runs, fewer where they would take longer than the budget; never none."""
    times: list[float] = []
    while not times or (len(times) < MOST_RUNS and sum(times) < BUDGET_SECONDS * 1000):
        began = time.process_time()
        call()
        times.append((time.process_time() - began) * 1000)
    return median(times)
