"""How an admin of a path looks at it as somebody else, hung on the person whom the pages then take for their reader.

What is private to that person asks for it and stays away (paths/seeing_as.py, meetings/pages/see_as).
"""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class SeenAs:
    """The one path that exists meanwhile, and the role of the person there."""

    path: UUID
    role: str
    # Stands for anybody of that role: there is no such person, and no row of them.
    is_nobody: bool = False
