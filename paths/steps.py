"""Long lists in pieces: databases take no query of any length."""

from collections.abc import Iterator
from typing import TypeVar

STEP = 500
Item = TypeVar("Item")


def steps(items: list[Item]) -> Iterator[list[Item]]:
    """The items in lists of at most STEP."""
    return (items[start : start + STEP] for start in range(0, len(items), STEP))
