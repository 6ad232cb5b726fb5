"""What a drawing needs to know of a person: so little that drawings are found again by it."""

from typing import NamedTuple
from uuid import UUID

# Pairs of colours, a ground and an ink.
PAIRS = 6


class Face(NamedTuple):
    name: str
    pair: int
    called: str = ""

    @classmethod
    def of(cls, pk: UUID, name: str, called: str = "") -> "Face":
        """The same person keeps the same colours everywhere, whatever the process."""
        return cls(name, pk.int % PAIRS, called)

    @property
    def first_name(self) -> str:
        """As `User.first_name`, for a place of its own: a sentence asks for it `isolated`."""
        return self.called or self.name
