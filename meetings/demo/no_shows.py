"""A rule for missed sessions, and one person who has to be let book again."""

from datetime import datetime, timedelta
from uuid import UUID

from everwise.accounts.models import User
from meetings import booking
from meetings.enums import Kind, Status
from meetings.models import Meeting
from paths import policy, settings
from paths.models import Path

SET = timedelta(days=1)


def rule(now: datetime, path: Path, person: User, by: User, token: UUID) -> None:
    """One session may be missed. The person has missed one, and now another."""
    over = Meeting.objects.of(person).filter(path=path, kind=Kind.DROP_IN).scheduled().past(now)
    booking.mark_outcome(
        meeting=over.order_by("-starts_at")[0],
        outcome=Status.NO_SHOW_PARTICIPANT,
        was=Status.SCHEDULED,
        by=by,
        token=token,
        now=now - SET,
    )
    values = policy.values_of(path) | {"no_shows_allowed": 1}
    settings.save(path=path, values=values, version=policy.version(path), by=by, now=now - SET)
