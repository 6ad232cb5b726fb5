"""How many meetings of a path went, said at once by an admin of it; for one see booking/outcome.

Each is a mark of its own: a line in its history, and what somebody else has said meanwhile stays as they said it.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from everwise.accounts.models import User
from meetings.booking import no_shows
from meetings.booking.errors import BookingRefused, Overtaken
from meetings.booking.records import line
from meetings.enums import OUTCOMES, Happening, Standing, Status
from meetings.integrity.locks import in_turn, lock_people
from meetings.models import Attendee, Meeting, MeetingEvent
from meetings.permissions import outcomes, standings
from paths.enums import Role
from paths.models import Path


@dataclass(frozen=True, slots=True)
class Marked:
    """How many were marked by this form, and how many had an outcome by then: from their expert, or somebody else."""

    saved: int
    by_experts: int
    by_others: int


@in_turn(Overtaken)
def mark_outcomes(*, path: Path, said: Mapping[UUID, Status], by: User, token: UUID, now: datetime) -> Marked:
    """Mark those of these meetings of the path that are over and have no outcome yet: all in one transaction.

    `said` has an outcome for each meeting by its id; what is no meeting of the path, or not over, is passed over.
    Nobody is mailed, but who has thereby missed as many as the path allows. The same form twice marks nothing more and
    answers the same. Raises Refused.
    """
    with transaction.atomic():
        # All their people, since their credits hang on it.
        people = Attendee.objects.present().filter(meeting__in=said, meeting__path=path)
        lock_people(people.order_by().values_list("user", flat=True), by=by.pk)
        held = standings.path_standings(by, path)
        if Standing.ADMIN not in held:
            raise BookingRefused(_("Only an admin of this path can say how its meetings went."))
        tokens = {uuid5(token, str(pk)): pk for pk in said}
        done = set(MeetingEvent.objects.filter(by=by, token__in=tokens).values_list("meeting", flat=True))
        found = list(Meeting.objects.filter(path=path, pk__in=said).with_people().order_by("pk"))
        marked = [each for each in found if each.pk not in done]
        known = [each for each in marked if each.status in OUTCOMES]
        fresh = [
            each
            for each in marked
            if each.is_scheduled and each.is_past(now) and not outcomes.outcome_refusal(each, held, now)
        ]
        _write(fresh, said, by, token, now)
        missed = [each for each in fresh if each.is_dropin and said[each.pk] == Status.NO_SHOW_PARTICIPANT]
        no_shows.tell(path, missed, now)
    experts = sum(each.outcome_by_id != by.pk and _is_expert(each) for each in known)
    return Marked(len(fresh) + len(done), experts, len(known) - experts)


def _write(meetings: list[Meeting], said: Mapping[UUID, Status], by: User, token: UUID, now: datetime) -> None:
    keys, events = defaultdict(list), []
    for meeting in meetings:
        outcome = said[meeting.pk]
        keys[outcome].append(meeting.pk)
        attendees = sorted(meeting.attendees.all(), key=lambda attendee: attendee.pk)
        roles = {attendee.user_id: Role(attendee.role) for attendee in attendees}
        own, change = uuid5(token, str(meeting.pk)), (Status.SCHEDULED, outcome)
        events.append(line(meeting, Happening.OUTCOME, by, now, token=own, outcome=change, roles=roles))
    for outcome, ids in keys.items():
        Meeting.objects.filter(pk__in=ids).update(status=outcome, outcome_by=by, outcome_at=now)
    MeetingEvent.objects.bulk_create(events, batch_size=500)


def _is_expert(meeting: Meeting) -> bool:
    return any(expert.pk == meeting.outcome_by_id for expert in meeting.experts)
