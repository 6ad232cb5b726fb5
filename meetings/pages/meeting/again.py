"""What the page of a meeting that is over offers next: the same theme once more, or an ad-hoc meeting that follows."""

from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from everwise.accounts.models import User
from meetings.booking.credits import Credits, credits_of
from meetings.booking.limits import allowance_of
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
        return {"own": False, "person": participant, "gone": _gone(participant)}
    card = {"own": own, "person": participant, "follow_up": "" if own else _follow_up(meeting, participant, held)}
    if meeting.is_dropin:
        card |= _same_theme(meeting, participant, user, now, excused=Standing.ADMIN in held)
    return card if card["follow_up"] or meeting.is_dropin else None


def _gone(participant: User) -> str:
    return gettext("%(person)s is no longer on this path.") % {"person": participant.first_name}


def _follow_up(meeting: Meeting, participant: User, held: frozenset[Standing]) -> str:
    """The form of an ad-hoc meeting with its participant, who is to organize it."""
    if not can(Action.SCHEDULE, Kind.AD_HOC, held):
        return ""
    query = urlencode({"participant": participant.pk, "organizer": participant.pk})
    return f"{reverse('schedule:manually', args=[meeting.path_id])}?{query}"


def _same_theme(meeting: Meeting, participant: User, user: User, now: datetime, *, excused: bool) -> dict[str, str]:
    """Where to choose a time of the same theme, or why that can't be done."""
    own = participant == user
    path, theme = meeting.path, meeting.theme
    if path.closes_at and path.closes_at <= now:
        return {"book_url": "", "book_words": gettext("This path is closed, so no session can be booked on it.")}
    if theme is not None and theme.is_retired:
        return {"book_url": "", "book_words": gettext("This theme can’t be booked any more.")}
    if theme is None or not experts_of(path).filter(themes=theme).exists():
        return {"book_url": "", "book_words": gettext("No expert takes this theme now.")}
    tally = credits_of(participant, [path], now=now)[path.pk]
    if tally.exhausted:
        return {"book_url": "", "book_words": _none_left(participant, own)}
    if spent := allowance_of(participant, path, now=now, tally=tally, excused=excused).spent:
        other = None if own else participant
        return {"book_url": "", "book_words": spent.words(user.reader, now, other)}
    query = urlencode({"theme": theme.pk, "for": participant.pk})
    book_url = f"{reverse('schedule:time', args=[path.pk])}?{query}"
    return {"book_url": book_url, "book_words": _left(participant, own, tally)}


def _none_left(participant: User, own: bool) -> str:
    if own:
        return gettext("You have no sessions left on this path.")
    return gettext("%(person)s has no sessions left on this path.") % {"person": participant.first_name}


def _left(participant: User, own: bool, tally: Credits) -> str:
    """What booking again asks for, and how many sessions are left where the path counts them."""
    words = {"person": participant.first_name, "left": tally.left, "total": tally.total}
    if own and tally.total:
        text = ngettext(
            "Same theme, a new time. You have %(left)s of %(total)s session left.",
            "Same theme, a new time. You have %(left)s of %(total)s sessions left.",
            tally.total,
        )
    elif own:
        text = gettext("Same theme, a new time.")
    elif tally.total:
        text = ngettext(
            "Choose a time for %(person)s. Uses 1 of %(left)s session left.",
            "Choose a time for %(person)s. Uses 1 of %(left)s sessions left.",
            tally.left or 0,
        )
    else:
        text = gettext("Choose a time for %(person)s.")
    return text % words
