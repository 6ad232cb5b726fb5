"""What the files of the archive are made of."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from everwise.accounts.models import User

# So many rows are in memory at once.
STEP = 500
Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose archive it is, and when it was asked for."""

    user: User
    now: datetime

    def moment(self, instant: datetime | None) -> str | None:
        """ISO 8601 with the offset of the person's own zone then."""
        return instant.astimezone(self.user.time_zone).isoformat(timespec="seconds") if instant else None


@dataclass(frozen=True, slots=True)
class File:
    """One file of JSON: a list of rows. `keys` are the columns, as “app.Model.field”, by which its rows are theirs."""

    name: str
    keys: tuple[str, ...]
    rows: Callable[[Whose], Iterator[Row]]


def named(person: User) -> str:
    """The name of somebody else. Whoever has not set one yet is known by their address alone, which is not told."""
    return str(person) if person.name or person.erased_at else ""
