"""The writer of a path's history. It takes part in the transaction of whoever changes something."""

from datetime import datetime
from typing import Any

from everwise.accounts.models import User
from paths.enums import Happened, Via
from paths.models import Path, PathEvent, PathEventText

TEXT_LENGTH = PathEventText._meta.get_field("text").max_length


def write(
    *,
    path: Path,
    what: Happened,
    by: User | None,
    now: datetime,
    via: Via = Via.WEB,
    about: User | None = None,
    facts: dict[str, Any] | None = None,
    text: str = "",
) -> PathEvent:
    """Add a line. `by` None: Everwise itself did it; `about`: the person it happened to.

    `facts` are plain JSON (old and new values, people by id); what somebody has written is the `text`, never a fact.
    """
    event = PathEvent.objects.create(path=path, what=what, by=by, about=about, at=now, via=via, facts=facts or {})
    if text:
        PathEventText.objects.create(event=event, text=text[:TEXT_LENGTH])
    return event
