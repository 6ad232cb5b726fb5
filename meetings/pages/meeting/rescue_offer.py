"""What the page of a lost session offers in its place, and what the page of its rescue says of it."""

from datetime import datetime, timedelta
from urllib.parse import urlencode
from uuid import uuid4

from django.urls import reverse
from django.utils.translation import gettext

from everwise import timefmt
from everwise.accounts.models import User
from meetings.booking import lost_sessions
from meetings.booking.limits import Allowance
from meetings.booking.terms import Terms
from meetings.enums import Standing
from meetings.models import Meeting
from meetings.pages import fields
from meetings.pages.near_times import NEAR, nearest_cards
from meetings.slots.openings import Openings


def rescue_context(meeting: Meeting, user: User, held: frozenset[Standing], now: datetime) -> dict[str, object]:
    """`rescue`: the offer to the participant, or what came of it; `stands_in`: the meeting that this one replaces."""
    return {
        "rescue": _rescue(meeting, user, held, now) if lost_sessions.lost(meeting) else None,
        "stands_in": _stands_in(meeting, user),
    }


def _rescue(meeting: Meeting, user: User, held: frozenset[Standing], now: datetime) -> dict[str, object] | None:
    own = user in meeting.participants
    if new := lost_sessions.rescuer(meeting):
        # Its expert is not in that meeting, which therefore doesn't exist for them.
        return {"taken": new, "own": own} if own or Standing.ADMIN in held else None
    if lost_sessions.refusal(meeting, user, held, now):
        return None
    times_url = step_url("schedule:time", meeting, user)
    allowance = lost_sessions.allowance_for(meeting, user, now)
    if reason := lost_sessions.obstacle(allowance, meeting, user, now):
        return {"obstacle": reason}
    openings = lost_sessions.openings(meeting, user, now)
    if free := lost_sessions.free(openings, meeting):
        terms = Terms.of(meeting.path, meeting.duration_minutes, allowance.tally.extra)
        return {"people": [expert.user for expert in free], "token": uuid4(), "terms": terms, "times_url": times_url}
    if openings.participant_is_busy(meeting.starts_at, meeting.ends_at):
        return {"obstacle": gettext("You are in another meeting at that time now."), "times_url": times_url}
    return {"offers": nearest(meeting, user, now, allowance), "times_url": times_url}


def nearest(meeting: Meeting, user: User, now: datetime, allowance: Allowance) -> list[dict]:
    """The nearest other times, at which the path's notice is asked for again."""
    openings = Openings(
        meeting.path,
        since=now,
        until=now + timedelta(days=meeting.path.horizon_days + 2),
        now=now,
        participant=user,
        theme=meeting.theme,
        shut=allowance.shut,
    )
    minutes, start, gone = meeting.duration_minutes, meeting.starts_at, set(lost_sessions.absent(meeting))
    day = timefmt.local_day(start, user.reader)

    def url(other: datetime, _: list[int]) -> str:
        return step_url("schedule:confirm", meeting, user, start=other.strftime(fields.VALUE))

    for span in ((start - NEAR, start + NEAR), (None, None)):
        found = openings.starts(minutes, since=span[0], until=span[1])
        # Whoever could not come then is hardly a help an hour later.
        for other in [other for other in found if timefmt.local_day(other, user.reader) == day]:
            found[other] = [pk for pk in found[other] if pk not in gone]
        if found := {other: ids for other, ids in found.items() if ids}:
            return nearest_cards(openings, found, minutes, start, url)
    return []


def step_url(name: str, meeting: Meeting, user: User, **query: str) -> str:
    """A later step of booking the same theme; who is more than a participant must say for whom."""
    steps = {"theme": str(meeting.theme_id), "for": str(user.pk), **query}
    return f"{reverse(name, args=[meeting.path_id])}?{urlencode(steps)}"


def _stands_in(meeting: Meeting, user: User) -> dict[str, str] | None:
    if meeting.rescues_id is None:
        return None
    old = Meeting.objects.filter(pk=meeting.rescues_id).visible_to(user).first()
    return {"url": old.get_absolute_url() if old else ""}
