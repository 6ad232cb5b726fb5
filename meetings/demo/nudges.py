"""A reminder that an admin of the demo has written before, and what became of it."""

from datetime import datetime, timedelta

from everwise.accounts.models import User
from meetings.enums import NudgeKind
from meetings.models import Nudge, NudgeOptOut, NudgeRecipient
from paths.enums import Happened, Role
from paths.models import Membership, Path, PathEvent

SENT = timedelta(days=21)
# So few got it: the others had just booked.
MOST = 12
SUBJECT = "Have you met your coaches?"
WORDS = "Is there a talk you keep putting off? Bring it."


def earlier(now: datetime, path: Path, by: User) -> None:
    """Written three weeks ago; one person asked for no more."""
    at = now - SENT
    members = Membership.objects.live().filter(path=path, role=Role.PARTICIPANT, started_at__lt=at)
    people = [each.user for each in members.select_related("user").order_by("user__name")[:MOST]]
    kind, since = NudgeKind.SESSIONS_LEFT, (at - timedelta(days=14)).date()
    nudge = Nudge.objects.create(path=path, kind=kind, since=since, by=by, at=at, subject=SUBJECT, words=WORDS)
    NudgeRecipient.objects.bulk_create(NudgeRecipient(nudge=nudge, user=each, at=at) for each in people)
    facts = {"kind": kind.value, "number": len(people)}
    PathEvent.objects.create(path=path, what=Happened.NUDGED, by=by, at=at, via="web", facts=facts)
    if people:
        quiet = people[-1]
        NudgeOptOut.objects.create(path=path, user=quiet, at=at)
        NudgeRecipient.objects.filter(nudge=nudge, user=quiet).update(opted_out_at=at)
