"""When people are free (RFC 5545's free/busy time) and what speaks against an ad-hoc meeting. Never any titles.

A clash with one of our meetings forbids a time; an expert's hours and own calendar only raise a doubt.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from everwise.accounts.models import User
from everwise.intervals import Interval, clip, epoch, instant, merge, subtract
from experts.availability import windows
from experts.hours.stored import hours_of
from experts.models import BusyTime, Expert
from meetings.models import Attendee, Meeting


@dataclass(frozen=True, slots=True)
class FreeBusy:
    """One person's time between two instants, as merged (start, end) in epoch seconds.

    hours: when an expert gives time, not clipped to the range; None for a participant, whose hours nobody keeps.
    meetings: their live meetings here. elsewhere: what their own calendars say.
    """

    user: User
    hours: list[Interval] | None
    meetings: list[Interval]
    elsewhere: list[Interval]

    def free(self, start: int, end: int) -> list[Interval]:
        """What is left of the range."""
        inside = [(start, end)] if self.hours is None else clip(self.hours, start, end)
        return subtract(inside, merge([*self.meetings, *self.elsewhere]))


@dataclass(frozen=True, slots=True)
class Clash:
    """Somebody is in another of our meetings between these instants."""

    user: User
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Doubt:
    """What may be overridden by saying so: a time outside an expert's hours, or busy in their own calendar.

    busy: the times of their own calendar that the meeting touches; none when it lies outside their hours.
    key: of this doubt at this very time, so that a consent never covers another time.
    """

    user: User
    busy: tuple[tuple[datetime, datetime], ...]
    key: str


def free_busy(
    experts: Iterable[User], participants: Iterable[User], *, since: datetime, until: datetime, but: Meeting | None
) -> list[FreeBusy]:
    """Everybody's time in the range, experts first, without the meeting `but`, which is being changed."""
    experts, participants = list(experts), list(participants)
    meetings = _meetings([*experts, *participants], since, until, but)
    profiles = {expert.user_id: expert for expert in Expert.objects.filter(user__in=experts)}
    hours = _hours(profiles, since, until)
    elsewhere = _elsewhere(profiles, since, until)
    return [
        FreeBusy(user, hours.get(user.pk, []), merge(meetings[user.pk]), merge(elsewhere[user.pk])) for user in experts
    ] + [FreeBusy(user, None, merge(meetings[user.pk]), []) for user in participants]


def clashes(people: Iterable[FreeBusy], start: datetime, end: datetime) -> list[Clash]:
    """Every meeting of these people that takes a moment of the range."""
    first, last = epoch(start), epoch(end)
    return [
        Clash(person.user, instant(begin), instant(over))
        for person in people
        for begin, over in person.meetings
        if begin < last and over > first
    ]


def doubts(people: Iterable[FreeBusy], start: datetime, end: datetime) -> list[Doubt]:
    """What speaks against the range without forbidding it, at most one of a kind for each expert."""
    first, last = epoch(start), epoch(end)
    found = []
    for person in people:
        if person.hours is None:
            continue
        if not any(begin <= first and last <= over for begin, over in person.hours):
            found.append(Doubt(person.user, (), f"hours:{person.user.pk}:{first}:{last}"))
        busy = [(begin, over) for begin, over in person.elsewhere if begin < last and over > first]
        if busy:
            times = tuple((instant(begin), instant(over)) for begin, over in busy)
            found.append(Doubt(person.user, times, f"busy:{person.user.pk}:{first}:{last}"))
    return found


def _meetings(people: list[User], since: datetime, until: datetime, but: Meeting | None) -> dict[UUID, list[Interval]]:
    rows = Attendee.objects.live_within(since, until).filter(user__in=people)
    if but is not None:
        rows = rows.exclude(meeting=but)
    found = defaultdict(list)
    for user, start, end in rows.order_by().values_list("user", "starts_at", "ends_at"):
        found[user].append((epoch(start), epoch(end)))
    return found


def _hours(profiles: dict[UUID, Expert], since: datetime, until: datetime) -> dict[UUID, list[Interval]]:
    found = hours_of({one.pk: str(one.time_zone) for one in profiles.values()}, since=since, until=until)
    return {user: windows(found[expert.pk], epoch(since), epoch(until)) for user, expert in profiles.items()}


def _elsewhere(profiles: dict[UUID, Expert], since: datetime, until: datetime) -> dict[UUID, list[Interval]]:
    found = defaultdict(list)
    for user, start, end in BusyTime.objects.filter(
        expert__user__in=profiles, starts_at__lt=until, ends_at__gt=since
    ).values_list("expert__user", "starts_at", "ends_at"):
        found[user].append((epoch(start), epoch(end)))
    return found
