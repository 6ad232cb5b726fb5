"""How a meeting went: marked by its expert or an admin of the path, and corrected by them.

How a meeting went is its status. It can be marked once it has started, as held once it is over (a no-show is known
before that): by its expert until 48 hours after the end, by an admin of the path at any time, who thus settles what is
found out later. A mark can be corrected as long as it can be made, and the history keeps each. Nobody is mailed of the
meeting, so the sequence stays; `was`, the status that the form showed, shows which of two tabs is stale.

Unmarked for 48 hours it counts as held. That is derived (`Meeting.counts_as_held`), no worker writes it: the row stays
"scheduled", and whoever asks for held meetings asks for both. A session of a participant counts as used from its end
on, marked or not, until somebody says that the expert did not come. What an outcome leaves alone is everybody's time:
attendees stay live, so that caps count the session and nobody is put into two meetings at once.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from everwise.accounts.models import User
from meetings.booking import no_shows
from meetings.booking.errors import BookingRefused, Overtaken, StaleMeeting, Unfit
from meetings.booking.records import made_by, people_of, record
from meetings.enums import Happening, Status
from meetings.integrity.locks import in_turn, lock_people
from meetings.models import Meeting
from meetings.permissions import outcomes, standings


@in_turn(Overtaken)
def mark_outcome(*, meeting: Meeting, outcome: Status, was: str, by: User, token: UUID, now: datetime) -> Meeting:
    """Say that the meeting was held, or who did not come. Nobody is mailed of it, so its sequence stays.

    Whoever has thereby missed as many as the path allows is told so (booking/no_shows).

    A no-show can be marked from the start on, held only from the end on. `was` is the status that the form showed;
    marking what is marked already changes nothing. Raises Refused, Unfit, Stale.
    """
    with transaction.atomic():
        # Its people, since their credits hang on it.
        lock_people(people_of(meeting), by=by.pk)
        if made := made_by(by, token):
            return made
        current = Meeting.objects.with_people().get(pk=meeting.pk)
        if reason := outcomes.outcome_refusal(current, standings.meeting_standings(by, current), now):
            raise BookingRefused(reason)
        if outcome == Status.HELD and not current.is_past(now):
            raise Unfit("outcome", _("It can be marked as completed once it is over."))
        before = Status(current.status)
        if outcome == before:
            return current
        if was != before:
            raise StaleMeeting(
                _("Nobody has marked this meeting yet. Save again to mark it.")
                if before == Status.SCHEDULED
                else _("Somebody has marked this meeting meanwhile: “%(outcome)s”. Save again to change that.")
                % {"outcome": before.label}
            )
        current.status = outcome
        current.outcome_by, current.outcome_at = by, now
        current.save(update_fields=["status", "outcome_by", "outcome_at"])
        record(current, Happening.OUTCOME, by, now, token=token, outcome=(before, outcome))
        if outcome == Status.NO_SHOW_PARTICIPANT and current.is_dropin:
            no_shows.tell(current.path, [current], now)
    return current
