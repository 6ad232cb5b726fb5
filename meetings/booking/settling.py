"""What becomes of the meetings of somebody who leaves: which there are, what can be chosen for each, what is usual.

Read for the page that asks, and once more under the lock by the writer (meetings/booking/leaving). However many
meetings of a path there are, the number of queries is the same.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from everwise.accounts.models import User
from meetings.models import Attendee, Meeting
from meetings.models.meeting import MeetingQuerySet
from meetings.slots.openings import Openings
from paths.enums import Role
from paths.models import Membership, Path, Theme
from paths.offered_experts import Experts

# So many experts are offered for one meeting, the least busy ones.
MOST_OFFERED = 5
INSTANT = timedelta(seconds=1)
WEEK = timedelta(days=7)


class Way(StrEnum):
    GIVE = "give"  # a drop-in, to another expert who is free
    REMOVE = "remove"  # out of an ad-hoc meeting, which the others have without them
    HAND = "hand"  # a meeting that they only organize, to another organizer
    KEEP = "keep"  # they stay in it, without rights
    CANCEL = "cancel"  # a drop-in is cancelled, an ad-hoc meeting deleted


@dataclass(frozen=True, slots=True)
class Leaving:
    """Who leaves what: some roles on one path, perhaps for another role there; or, without a path, everything."""

    user: User
    path: Path | None = None
    roles: frozenset[Role] = frozenset()
    new_role: Role | None = None

    @property
    def can_stay(self) -> bool:
        """Whether they will still be able to come to a meeting."""
        return self.path is not None


@dataclass(frozen=True, slots=True)
class Decision:
    """What shall become of one meeting. People are ids; `sequence` is the meeting’s that was shown, None: whichever."""

    way: Way
    to: UUID | None = None
    organizer: UUID | None = None
    sequence: int | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """One way; to whom, for GIVE, and how many sessions they give in that week."""

    way: Way
    to: User | None = None
    sessions: int = 0


@dataclass(slots=True)
class Case:
    """One meeting, its people loaded. `role` is what they attend it as, None where they only organize it.

    `organizes`: the organizer's place is theirs and won't be; `organizers` could take it, best first.
    """

    meeting: Meeting
    role: Role | None
    organizes: bool
    options: list[Option] = field(default_factory=list)
    organizers: list[User] = field(default_factory=list)
    usual: Decision = field(default_factory=lambda: Decision(Way.CANCEL))

    @property
    def ways(self) -> set[Way]:
        return {option.way for option in self.options}

    @property
    def nobody_free(self) -> bool:
        """Whether it could have been given to somebody, had anybody been free."""
        return self.meeting.is_dropin and self.role == Role.EXPERT and Way.GIVE not in self.ways

    def others(self, user: User) -> list[User]:
        """The experts of an ad-hoc meeting who stay in it without this one."""
        return [expert for expert in self.meeting.experts if expert != user]


def concerned(leaving: Leaving, now: datetime) -> MeetingQuerySet:
    """The meetings to be settled, the next one first.

    On one path those that the person attends in a role that ends, and, where no role is left to them, those that they
    organize. Without a path all that they attend or organize. What they were kept in before stays so while they can.
    """
    ahead = Meeting.objects.scheduled().filter(starts_at__gt=now)
    attends = Attendee.objects.present().filter(user=leaving.user, live=True, meeting=OuterRef("pk"))
    if leaving.path is None:
        mine = Q(Exists(attends)) | Q(organizer=leaving.user)
    else:
        ahead = ahead.filter(path=leaving.path)
        mine = Q(Exists(attends.filter(role__in=leaving.roles, kept_at__isnull=True)))
        if not roles_left(leaving):
            mine |= Q(organizer=leaving.user)
    return ahead.filter(mine).order_by("starts_at", "id")


def roles_left(leaving: Leaving) -> set[Role]:
    """What the person still is on the path afterwards."""
    live = Membership.objects.live().filter(user=leaving.user, path=leaving.path)
    left = {Role(role) for role in live.order_by().values_list("role", flat=True)} - leaving.roles
    return left | ({leaving.new_role} if leaving.new_role else set())


def cases(leaving: Leaving, meetings: Iterable[Meeting], *, by: User, now: datetime) -> list[Case]:
    """What can be chosen for each of these meetings (with_people) by whoever acts."""
    by_path: dict[UUID, list[Meeting]] = defaultdict(list)
    for meeting in meetings:
        by_path[meeting.path_id].append(meeting)
    found: dict[UUID, Case] = {}
    for some in by_path.values():
        found |= {case.meeting.pk: case for case in _of_path(leaving, some, by, now)}
    return [found[meeting.pk] for some in by_path.values() for meeting in some]


def _of_path(leaving: Leaving, meetings: list[Meeting], by: User, now: datetime) -> list[Case]:
    path = meetings[0].path
    people = {attendee.user_id for meeting in meetings for attendee in meeting.attendees.all()}
    live = _live_on(path, {*people, by.pk})
    limited = by == leaving.user and Role.ADMIN not in live.get(by.pk, ())
    leads_on = leaving.path is not None and bool(roles_left(leaving))
    cases = [_case(leaving, meeting, leads_on) for meeting in meetings]
    free = _Free(leaving, path, [case for case in cases if case.meeting.is_dropin and case.role == Role.EXPERT], now)
    for case in cases:
        _fill(case, leaving, by, live, limited, free)
    return cases


def _case(leaving: Leaving, meeting: Meeting, leads_on: bool) -> Case:
    attends = [each for each in meeting.attendees.all() if each.user_id == leaving.user.pk and each.live]
    if leaving.path is not None:
        attends = [each for each in attends if each.role in leaving.roles and each.kept_at is None]
    role = Role(attends[0].role) if attends else None
    return Case(meeting, role, organizes=meeting.organizer_id == leaving.user.pk and not leads_on)


def _fill(case: Case, leaving: Leaving, by: User, live: dict[UUID, set[Role]], limited: bool, free: "_Free") -> None:
    meeting, user = case.meeting, leaving.user
    stays = leaving.can_stay and not (limited and case.role == Role.PARTICIPANT)
    gives = free.options(case)
    there = [person for person in (*meeting.experts, *meeting.participants) if person != user and live.get(person.pk)]
    if case.organizes:
        outside = [by] if by != user and Role.ADMIN in live.get(by.pk, ()) and by not in there else []
        case.organizers = [*there, *outside]
    led = bool(case.organizers) or not case.organizes
    case.options += gives
    if not meeting.is_dropin and case.role and led and _goes_on(case, user):
        case.options.append(Option(Way.REMOVE))
    if case.role is None and led:
        case.options.append(Option(Way.HAND))
    if _may_cancel(case, limited):
        case.options.append(Option(Way.CANCEL))
    if case.role and stays and led:
        case.options.append(Option(Way.KEEP))
    first = case.options[0]
    if gives:
        first = free.least_busy(case, gives)
    organizer = case.organizers[0].pk if case.organizers and first.way not in {Way.CANCEL, Way.GIVE} else None
    case.usual = Decision(first.way, first.to.pk if first.to else None, organizer, meeting.sequence)


def _goes_on(case: Case, user: User) -> bool:
    """Whether an ad-hoc meeting has somebody else of the same role."""
    return any(person != user for person in case.meeting.people(str(case.role)))


def _may_cancel(case: Case, limited: bool) -> bool:
    if case.meeting.is_dropin:
        return True
    # Of several participants one goes, and the others have their meeting; an expert who goes and is neither an admin
    # nor the organizer can't take it away from those who stay.
    if Way.REMOVE not in case.ways:
        return True
    return case.role == Role.EXPERT and (not limited or case.organizes)


def _live_on(path: Path, people: Collection[UUID]) -> dict[UUID, set[Role]]:
    """What these people are on the path, as far as they can sign in."""
    rows = Membership.objects.live().filter(path=path, user__in=people, user__is_active=True).order_by()
    found: dict[UUID, set[Role]] = defaultdict(set)
    for user, role in rows.values_list("user", "role"):
        found[user].add(Role(role))
    return found


class _Free:
    """Who could take which drop-in of a path: who takes its theme and is free by the engine that lists the times."""

    def __init__(self, leaving: Leaving, path: Path, cases: list[Case], now: datetime):
        self.path, self.leaving = path, leaving
        self._free: dict[UUID, list[int]] = {}
        self._given: Counter[tuple[UUID, date]] = Counter()
        self._sessions: Counter[tuple[UUID, date]] = Counter()
        if not cases:
            return
        starts = [case.meeting.starts_at for case in cases]
        takers = _takers({case.meeting.theme_id for case in cases})
        experts = Experts(path, some={pk for some in takers.values() for pk in some})
        until = max(starts) + INSTANT
        openings = Openings(path, since=min(starts), until=until, now=now, experts=experts, booked=True)
        longest = max(case.meeting.duration_minutes for case in cases)
        openings.expect(longest, [(openings.since, openings.until)])
        self.experts = experts
        for case in cases:
            meeting = case.meeting
            wanted = {pk for pk in takers[meeting.theme_id] if pk in experts.rows} - {self._own(experts)}
            since, until = meeting.starts_at, meeting.starts_at + INSTANT
            found = openings.starts(meeting.duration_minutes, since=since, until=until, experts=wanted)
            self._free[meeting.pk] = found.get(meeting.starts_at, [])
        self._count(starts)

    def _own(self, experts: Experts) -> int | None:
        return next((pk for pk, row in experts.rows.items() if row.person == self.leaving.user.pk), None)

    def _count(self, starts: list[datetime]) -> None:
        people = {self.experts.rows[pk].person for some in self._free.values() for pk in some}
        near = Attendee.objects.live_within(min(starts) - WEEK, max(starts) + WEEK)
        rows = near.filter(user__in=people, role=Role.EXPERT).order_by().values_list("user", "starts_at")
        self._sessions.update((user, self._week(start)) for user, start in rows)

    def _week(self, start: datetime) -> date:
        """Its Monday, on the path's dates."""
        day = start.astimezone(self.path.time_zone).date()
        return day - timedelta(days=day.weekday())

    def options(self, case: Case) -> list[Option]:
        week = self._week(case.meeting.starts_at)
        users = [self.experts[pk].user for pk in self._free.get(case.meeting.pk, ())]
        found = [Option(Way.GIVE, user, self._sessions[user.pk, week]) for user in users]
        return sorted(found, key=lambda each: (each.sessions, str(each.to)))[:MOST_OFFERED]

    def least_busy(self, case: Case, options: list[Option]) -> Option:
        """Who has the fewest sessions in that week, with those that are given to them on this very page."""
        week = self._week(case.meeting.starts_at)
        keys = {option: (option.to.pk, week) for option in options if option.to}
        chosen = min(options, key=lambda each: (each.sessions + self._given[keys[each]], str(each.to)))
        self._given[keys[chosen]] += 1
        return chosen


def _takers(themes: Collection[UUID | None]) -> dict[UUID | None, set[int]]:
    found: dict[UUID | None, set[int]] = {theme: set() for theme in themes}
    for theme, expert in Theme.experts.through.objects.filter(theme__in=themes).values_list("theme", "expert"):
        found[theme].add(expert)
    return found
