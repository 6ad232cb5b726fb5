"""What the page of a meeting that is over offers next: the same theme once more, or an ad-hoc meeting that follows."""

from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse

from everwise import wording
from everwise.accounts.models import User
from meetings.booking.credits import credits_of
from meetings.enums import Action, Kind, Standing
from meetings.models import Meeting
from meetings.permissions import can, standings
from paths.enums import Role
from paths.offered_experts import experts_of


def again_card(meeting: Meeting, user: User, held: frozenset[Standing], now: datetime) -> dict[str, object] | None:
    """To the participant of a session: book another. To its expert and the path's admins: that, or a follow-up.

    None where there is nothing to offer: before the end, after a cancellation, and where one participant alone is not
    meant.
    """
    if meeting.is_called_off or not meeting.is_past(now) or len(meeting.participants) != 1:
        return None
    [participant] = meeting.participants
    own = participant == user
    if not (Standing.PARTICIPANT in held if own else held & standings.CHANGERS):
        return None
    if not own and Role.PARTICIPANT not in standings.roles_on(participant, meeting.path_id):
        return {"own": False, "person": participant, "gone": f"{participant.first_name} is no longer on this path."}
    card = {"own": own, "person": participant, "follow_up": "" if own else _follow_up(meeting, participant, held)}
    if meeting.is_dropin:
        card |= _same_theme(meeting, participant, own, now)
    return card if card["follow_up"] or meeting.is_dropin else None


def _follow_up(meeting: Meeting, participant: User, held: frozenset[Standing]) -> str:
    """The form of an ad-hoc meeting with its participant, who is to organize it."""
    if not can(Action.SCHEDULE, Kind.AD_HOC, held):
        return ""
    query = urlencode({"participant": participant.pk, "organizer": participant.pk})
    return f"{reverse('schedule:manually', args=[meeting.path_id])}?{query}"


def _same_theme(meeting: Meeting, participant: User, own: bool, now: datetime) -> dict[str, str]:
    """Where to choose a time of the same theme, or why that can't be done."""
    path, theme = meeting.path, meeting.theme
    if path.closes_on and path.closes_at and path.closes_at <= now:
        return {"book_url": "", "book_words": "This path is closed, so no session can be booked on it."}
    if theme is None or not experts_of(path).filter(themes=theme).exists():
        return {"book_url": "", "book_words": "No expert takes this theme now."}
    tally = credits_of(participant, [path], now=now)[path.pk]
    whose = "You have" if own else f"{participant.first_name} has"
    if tally.exhausted:
        return {"book_url": "", "book_words": f"{whose} no sessions left on this path."}
    if own:
        left = f" You have {tally.left} of {wording.counted(tally.total, 'session')} left." if tally.total else ""
        words = f"Same theme, a new time.{left}"
    else:
        left = f" Uses 1 of {wording.counted(tally.left or 0, 'session')} left." if tally.total else ""
        words = f"Choose a time for {participant.first_name}.{left}"
    query = urlencode({"theme": theme.pk, "for": participant.pk})
    return {"book_url": f"{reverse('schedule:time', args=[path.pk])}?{query}", "book_words": words}
