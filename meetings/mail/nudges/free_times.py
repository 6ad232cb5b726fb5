"""What can be booked on a path, of any theme: for a page that asks whether a reminder leads anywhere, and for one
person who reads theirs."""

from collections import defaultdict
from datetime import datetime, timedelta

from everwise.accounts.models import User
from meetings.booking.limits import allowance_of
from meetings.slots.openings import Openings
from paths.models import Path, Theme

LOOK_AHEAD = timedelta(days=14)
# So many times are named, so far from each other that they are a choice.
MOST, APART = 3, timedelta(hours=2)


def takers(path: Path) -> dict[int, set[int]]:
    """By length in minutes, which experts take themes of it. Two queries."""
    found: dict[int, set[int]] = defaultdict(set)
    for theme in Theme.objects.bookable().filter(path=path).prefetch_related("experts"):
        found[theme.duration_minutes] |= {expert.pk for expert in theme.experts.all()}
    return {minutes: experts for minutes, experts in found.items() if experts}


def any_offered(path: Path, now: datetime) -> bool:
    """Whether anything can be booked in the next two weeks."""
    return bool(_starts(path, now, None))


def next_for(user: User, path: Path, now: datetime) -> list[datetime]:
    """A few of the next times that this person can book: within their usual hours where there are any."""
    starts = sorted(_starts(path, now, user))
    usual = [start for start in starts if _is_usual(start, user)]
    chosen: list[datetime] = []
    for start in usual or starts:
        if not chosen or start >= chosen[-1] + APART:
            chosen.append(start)
        if len(chosen) == MOST:
            break
    return chosen


def lengths(path: Path) -> tuple[int, int] | None:
    """The shortest and the longest theme that can be booked, in minutes."""
    known = takers(path)
    return (min(known), max(known)) if known else None


def _starts(path: Path, now: datetime, user: User | None) -> set[datetime]:
    known = takers(path)
    if not known:
        return set()
    shut = allowance_of(user, path, now=now).shut if user else ()
    openings = Openings(path, since=now, until=now + LOOK_AHEAD, now=now, participant=user, shut=shut)
    openings.expect(max(known), [(now, openings.until)])
    found: set[datetime] = set()
    for minutes, experts in known.items():
        found.update(openings.starts(minutes, experts=experts))
    return found


def _is_usual(start: datetime, user: User) -> bool:
    return user.usual_from <= start.astimezone(user.time_zone).time() < user.usual_until
