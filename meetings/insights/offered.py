"""For how long each expert can be booked on a path today, noted while it can still be known.

Of a day counts what an expert's hours hold within the path's dates, less what their own calendars and their other
meetings take. Sessions of the path itself take nothing: they are what the hours are for. A worker notes each day soon
after it begins; a day on which none ran is not counted, and neither are its sessions where both are compared.
"""

from collections import defaultdict
from datetime import date, datetime
from uuid import UUID

from django.core.cache import cache
from django.db.models import Exists, OuterRef, Q, QuerySet

from everwise.intervals import Interval, clip, epoch, merge, subtract
from experts.availability import windows
from experts.hours.stored import hours_of
from experts.models import BusyTime, Expert
from meetings.enums import Kind
from meetings.insights.scope import DAY, midnight, zone_of
from meetings.models import Attendee, OfferedHours
from paths.enums import Role
from paths.models import Membership, Path, Theme
from paths.offered_experts import experts_of

# Looked after so often, by whichever worker comes first; of so many paths at once, since others wait for it.
EVERY_SECONDS = 15 * 60
AT_ONCE = 100
LOOKED = "offered-hours-noted"


def note(now: datetime) -> int:
    """Today's hours of the paths on which they are not noted yet, if it is time; of how many paths."""
    if not cache.add(LOOKED, 1, EVERY_SECONDS):
        return 0
    due = _due(now)[:AT_ONCE]
    for path, day in due:
        note_day(path, day)
    return len(due)


def note_day(path: Path, day: date) -> None:
    """As it is known now. What is noted already stays: nobody finds out later what could be booked."""
    minutes = offered(path, day)
    OfferedHours.objects.bulk_create(
        (OfferedHours(path=path, expert_id=expert, date=day, minutes=number) for expert, number in minutes.items()),
        ignore_conflicts=True,
    )


def offered(path: Path, day: date) -> dict[UUID, int]:
    """Minutes of a date in the path's zone by expert, of all who could be booked. Four queries."""
    since, until = midnight(day, path), midnight(day + DAY, path)
    rows = list(_bookable(path).values_list("pk", "user", "time_zone"))
    people = {user: pk for pk, user, _zone in rows}
    hours = hours_of({pk: str(zone) for pk, _user, zone in rows}, since=since, until=until)
    taken: dict[int, list[Interval]] = defaultdict(list)
    busy = BusyTime.objects.filter(expert__in=list(hours), starts_at__lt=until, ends_at__gt=since).order_by()
    for pk, start, end in busy.values_list("expert", "starts_at", "ends_at"):
        taken[pk].append((epoch(start), epoch(end)))
    meetings = Attendee.objects.live_within(since, until).filter(user__in=list(people)).order_by()
    meetings = meetings.exclude(meeting__path=path, meeting__kind=Kind.DROP_IN)
    for user, start, end in meetings.values_list("user", "starts_at", "ends_at"):
        taken[people[user]].append((epoch(start), epoch(end)))
    first = max(since, path.opens_at or since)
    last = min(until, path.closes_at or until)
    return {user: _minutes(hours[pk], taken[pk], epoch(first), epoch(last)) for user, pk in people.items()}


def _minutes(hours, taken: list[Interval], first: int, last: int) -> int:
    if first >= last:
        return 0
    free = subtract(merge(clip(windows(hours, first, last), first, last)), merge(taken))
    return sum(end - start for start, end in free) // 60


def _bookable(path: Path) -> QuerySet[Expert]:
    themes = Theme.objects.bookable().filter(path=path, experts=OuterRef("pk"))
    return experts_of(path).filter(Exists(themes.order_by()))


def _due(now: datetime) -> list[tuple[Path, date]]:
    """Open paths with experts who can be booked, whose day is not noted.

    Of others there is nothing to note: they would come again each time, and keep the rest from their turn.
    """
    noted = set(OfferedHours.objects.filter(date__gte=(now - DAY).date()).values_list("path", "date").distinct())
    # As `_bookable`, of every path at once.
    offered_here = Membership.objects.live().filter(
        path=OuterRef("pk"),
        role=Role.EXPERT,
        user__is_active=True,
        user__expert__accepting=True,
        user__expert__themes__path=OuterRef("pk"),
        user__expert__themes__retired_at=None,
    )
    ended = Q(closed_at__lte=now - DAY) | Q(closes_on__lt=(now - DAY).date())
    early = Q(opens_on__gt=(now + DAY).date())
    paths = Path.objects.filter(Exists(offered_here.order_by()), opened_at__lte=now).exclude(ended | early)
    days = ((path, now.astimezone(zone_of(path)).date()) for path in paths.order_by("pk"))
    return [(path, day) for path, day in days if (path.pk, day) not in noted]
