"""What a person reads and is asked before they cancel a session, on the page and in the dialog alike."""

from datetime import datetime

from everwise.accounts.models import first_names
from everwise.wording import names
from meetings.booking.credits import credits_of
from meetings.enums import Action
from meetings.models import Meeting
from meetings.pages.meeting.forms import CancelForm
from meetings.permissions import deadlines, standings


def cancel_context(user, meeting: Meeting, now: datetime, form: CancelForm | None = None) -> dict:
    """The form and the sentences: who gets an e-mail, and whether the session comes back or counts as used."""
    held = standings.meeting_standings(user, meeting)
    participant = meeting.participants[0]
    tally = credits_of(participant, [meeting.path], now=now)[meeting.path_id]
    counts = now > meeting.change_until and deadlines.is_bound(held)
    others = [person for person in (*meeting.experts, *meeting.participants) if person != user]
    return {
        "cancel": {
            "others": others,
            "named": names(others),
            "called": names(first_names(others)),
            "counts": counts,
            "own": participant == user,
            "participant": participant,
            "left_after": None if tally.left is None else tally.left + (not counts),
            "total": tally.total,
            "can_move": not deadlines.obstacle(Action.RESCHEDULE, meeting, held, now),
        },
        "cancel_form": form or CancelForm(initial={"sequence": meeting.sequence}),
    }
