"""The first page's cards of lost sessions: the same time with somebody else, other times, or not now."""

from datetime import datetime
from typing import cast
from uuid import uuid4

from django.utils.translation import gettext_lazy

from everwise import timefmt
from everwise.accounts.models import User
from experts.models import Expert
from meetings.booking import fair_choice, lost_sessions
from meetings.booking.terms import Terms
from meetings.models import Meeting
from meetings.pages import meeting_rows
from meetings.pages.meeting.facts import session_after
from meetings.pages.meeting.rescue_offer import nearest, step_url
from meetings.pages.meeting_rows import DayAhead

# Each card asks the engine twice; the rest are found under Meetings.
MOST_CARDS = 3
BESIDE, INSTEAD = 2, 3
NEEDS_EXPERT = {
    DayAhead.TODAY: gettext_lazy("Your session today needs a new expert"),
    DayAhead.TOMORROW: gettext_lazy("Your session tomorrow needs a new expert"),
    DayAhead.DAY: gettext_lazy("Your session on %(day)s needs a new expert"),
}
CANCELLED = {
    DayAhead.TODAY: gettext_lazy("Your session today was cancelled"),
    DayAhead.TOMORROW: gettext_lazy("Your session tomorrow was cancelled"),
    DayAhead.DAY: gettext_lazy("Your session on %(day)s was cancelled"),
}


def lost_cards(user: User, now: datetime) -> list[dict[str, object]]:
    """A card for each lost session that lies ahead and was neither taken nor hidden, the nearest first."""
    return [_card(meeting, user, now) for meeting in lost_sessions.offered(user, now, MOST_CARDS)]


def _card(meeting: Meeting, user: User, now: datetime) -> dict[str, object]:
    """`expert` is the one who would take the time; without one, more of the other times stand in its place."""
    reader, allowance, token = user.reader, lost_sessions.allowance_for(meeting, user, now), uuid4()
    obstacle = lost_sessions.obstacle(allowance, meeting, user, now)
    expert = None if obstacle else _expert(meeting, user, str(token), now)
    offers = [] if obstacle else nearest(meeting, user, now, allowance)
    others = [offer for offer in offers if offer["start"] != meeting.starts_at]
    kind, day = meeting_rows.day_ahead(meeting.starts_at, reader, now)
    return {
        "meeting": meeting,
        "by": cast("User", meeting.cancelled_by).first_name,
        "title": str((NEEDS_EXPERT if expert else CANCELLED)[kind]) % {"day": day},
        "day": timefmt.long_day(meeting.starts_at, reader, now),
        "times": timefmt.clock_range(meeting.starts_at, meeting.ends_at, reader),
        "session": session_after(meeting, user),
        "said_at": timefmt.when(meeting.cancelled_at, reader, now) if meeting.cancelled_at else "",
        "obstacle": obstacle,
        "expert": expert,
        "token": token,
        "terms": Terms.of(meeting.path, meeting.duration_minutes, allowance.tally.extra),
        "offers": others[: BESIDE if expert else INSTEAD],
        "times_url": "" if obstacle else step_url("schedule:time", meeting, user),
    }


def _expert(meeting: Meeting, user: User, seed: str, now: datetime) -> Expert | None:
    """The fair choice among those who are free, which the form names and the writer keeps."""
    openings = lost_sessions.openings(meeting, user, now)
    free = {expert.user_id: expert for expert in lost_sessions.free(openings, meeting)}
    if not free:
        return None
    return free[fair_choice.foreseen(free, meeting.starts_at, seed=seed, beside=user.pk)]
