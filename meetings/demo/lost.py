"""Sessions of the demo that lost their expert: one cancelled, one given to another."""

import random
from datetime import datetime, timedelta

from everwise.accounts.models import User
from experts.models import Expert
from meetings import booking
from meetings.demo import data, drawing, questions
from meetings.models import Meeting
from meetings.slots.openings import Openings
from paths.models import Theme


def lose(participant: User, themes: list[Theme], days: int, taken: bool, now: datetime, rng: random.Random) -> None:
    """A drop-in that its expert cancelled an hour ago, at a time at which another has time too."""
    booked, cancelled = now - timedelta(days=2), now - timedelta(hours=1)
    meeting, expert, _other = _book_one_of_two(participant, themes, now + timedelta(days=days), booked, rng)
    words = data.CANCEL_MESSAGES[data.CANCELLED_BY_EXPERT]
    booking.cancel(meeting=meeting, by=expert.user, now=cancelled, message=words)
    if taken:
        booking.rescue(meeting=meeting, by=participant, token=drawing.token(rng), now=cancelled + timedelta(minutes=20))


def give(participant: User, themes: list[Theme], days: int, now: datetime, rng: random.Random) -> None:
    """A drop-in that its expert gave to another one two hours ago."""
    since = now + timedelta(days=days)
    meeting, expert, other = _book_one_of_two(participant, themes, since, now - timedelta(days=3), rng)
    given = now - timedelta(hours=2)
    booking.reassign(
        meeting=meeting, to=other, by=expert.user, token=drawing.token(rng), now=given, message=data.GIVE_MESSAGE
    )


def _book_one_of_two(participant, themes, since, moment, rng) -> tuple[Meeting, Expert, Expert]:
    """A drop-in at the first start since then at which two experts are free, with the first; and the other."""
    theme, start, expert, other = _with_two_experts(participant, themes, since, moment)
    wanted = {"theme": theme, "start": start, "expert": expert, "note": rng.choice(data.NOTES)}
    wanted["given"] = questions.given(theme, moment.day)
    meeting = booking.schedule(by=participant, participant=participant, token=drawing.token(rng), now=moment, **wanted)
    return meeting, expert, other


def _with_two_experts(participant, themes, since, moment) -> tuple[Theme, datetime, Expert, Expert]:
    """The first start since then at which two are free, and these."""
    for theme in themes:
        openings = Openings(
            theme.path,
            since=since,
            until=since + timedelta(days=drawing.NEAR),
            now=moment,
            participant=participant,
            theme=theme,
        )
        for start, free in openings.starts(theme.duration_minutes).items():
            if len(free) > 1 and start.astimezone(participant.time_zone).hour in drawing.CIVIL_HOURS:
                return theme, start, openings.experts[free[0]], openings.experts[free[1]]
    raise drawing.NoTimeNearDay(f"No two experts of “{themes[0].path}” are free at the same time.")
