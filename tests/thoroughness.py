"""How many cases are drawn by chance: all of them in CI, a quarter on one's own machine.

EVERWISE_THOROUGH=1 draws all.
"""

import os

THOROUGH = os.environ.get("EVERWISE_THOROUGH") == "1"


def drawn(number: int) -> int:
    """So many cases, of `number` in all."""
    return number if THOROUGH else number // 4
