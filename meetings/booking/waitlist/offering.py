"""The worker's step: what has opened is held for the first in line whom it suits, and passed on if they don't take it.

Safe with any number of workers, killed at any moment: a held time and its e-mail are one transaction under the locks of
its holder and its expert, and the database refuses a second. What one worker has missed the next finds.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, QuerySet

from everwise.intervals import epoch
from meetings.booking import fair_choice
from meetings.booking.errors import Overtaken
from meetings.booking.limits import allowance_of, allowances_of_people
from meetings.booking.lost_sessions import given_up
from meetings.booking.waitlist import gone, held
from meetings.booking.waitlist.holding import Came, Candidate, is_fixed, span_of, try_to_hold
from meetings.booking.waitlist.in_line import is_over, with_sessions
from meetings.booking.waitlist.windows import Window
from meetings.enums import HeldEnd
from meetings.integrity.locks import in_turn, lock_people
from meetings.models import REACH, Attendee, HeldTime, WaitlistEntry
from meetings.slots.openings import Openings
from paths.models import Theme
from paths.offered_experts import Experts

# How often the themes with people in line are gone through, and so many at each turn of the worker.
EVERY = timedelta(seconds=10)
THEMES_A_TURN = 3
# So many times at most are passed on in a turn, or held anew of one theme.
MOST = 20
# So many people are looked up at once, and so many are tried in vain before others have their turn.
PEOPLE_AT_ONCE, TRIES = 200, 40
Starts = dict[datetime, list[int]]


class Rounds:
    """One worker's way through the themes in whose line somebody is."""

    def __init__(self) -> None:
        self._left: list[UUID] = []
        self._next: datetime | None = None

    def step(self, now: datetime) -> int:
        """How many times were held, or passed on."""
        done = pass_on_over(now)
        # Also where a clock was set back.
        if not self._left and (self._next is None or not self._next - EVERY <= now < self._next):
            self._left = list(WaitlistEntry.objects.live().order_by("theme").values_list("theme", flat=True).distinct())
            self._next = now + EVERY
        some, self._left = self._left[:THEMES_A_TURN], self._left[THEMES_A_TURN:]
        for theme in Theme.objects.bookable().filter(pk__in=some).select_related("path"):
            gone.end_gone(theme, now)
            done += offer(theme, now)
        return done


def offer(theme: Theme, now: datetime) -> int:
    """Hold what is free of a theme for whoever is in line for it; for how many people."""
    in_line = _in_line(theme, now)
    last = in_line.aggregate(last=Max("last_date"))["last"]
    if last is None:
        return 0
    # Two days more than the last date: it ends somewhere else later than here.
    until = datetime.combine(last + timedelta(days=2), datetime.min.time(), now.tzinfo)
    openings = Openings(theme.path, since=now, until=max(now, until), now=now, theme=theme)
    free = openings.starts(theme.duration_minutes)
    if not free:
        return 0
    return _Line(theme, openings.experts, free, in_line, now, openings=openings).hold(MOST)


def pass_on_over(now: datetime) -> int:
    """Give what nobody has taken to the next in line; where nobody is left, to all again."""
    over = HeldTime.objects.over(now).select_related("entry__theme__path", "entry__user")
    rows = list(over.order_by("until", "pk")[:MOST])
    for each in rows:
        _pass(each, now)
    return len(rows)


def _pass(over: HeldTime, now: datetime) -> None:
    theme = over.entry.theme
    experts = Experts(theme.path, theme=theme)
    with_it = [pk for pk, row in experts.rows.items() if row.person == over.expert_id]
    free = {over.starts_at: with_it} if with_it and over.starts_at > now else {}
    if not free or not _Line(theme, experts, free, _in_line(theme, now), now, instead=over).hold(1):
        _let_go(over, now)


@in_turn(Overtaken)
def _let_go(over: HeldTime, now: datetime) -> None:
    with transaction.atomic():
        lock_people([over.expert_id])
        _end(over, now)


def _end(over: HeldTime, now: datetime) -> bool:
    return held.end(over, held.over(over), now)


def _in_line(theme: Theme, now: datetime) -> QuerySet[WaitlistEntry]:
    """Who can be offered anything now, the first in line first: nothing is held for them."""
    has_one = HeldTime.objects.live().filter(entry=OuterRef("pk"))
    return WaitlistEntry.objects.waiting(now).filter(~Exists(has_one), theme=theme).order_by("joined_at", "id")


class _Line:
    """The people in line of a theme, and the times that are free for them: the first in line gets the first that suits.

    `free` has the experts (ids) by start, for as long as the theme takes; `openings`, where they came from, knows of
    other lengths. `instead` is a held time that is passed on, if it is one.
    """

    def __init__(
        self,
        theme: Theme,
        experts: Experts,
        free: Starts,
        in_line: QuerySet[WaitlistEntry],
        now: datetime,
        instead: HeldTime | None = None,
        openings: Openings | None = None,
    ):
        self.theme, self.experts, self.now, self.instead, self.openings = theme, experts, now, instead, openings
        self.free = {start: list(those) for start, those in sorted(free.items())}
        self.in_line = in_line
        self._suiting: dict[Window, list[datetime]] = {}
        self._longer: dict[timedelta, Starts] = {}

    def hold(self, most: int) -> int:
        number = tries = 0
        for entry in self._candidates():
            for start, expert in self._choices(entry):
                came = try_to_hold(entry, start, expert, self.experts.rows[expert].person, self.now, self.instead)
                if came is Came.HELD:
                    self._take(start, expert)
                    number += 1
                    break
                if came is Came.NOT_FREE:
                    self.free[start].remove(expert)
                tries += 1
                if tries == TRIES:
                    return number
                if came is Came.NOT_THEM:
                    break
            if number == most or not any(self.free.values()):
                break
        return number

    def _candidates(self) -> Iterator[Candidate]:
        """Those with a time that suits and that they can have, as far as can be known of many at once."""
        suited = self._suited()
        while some := list(islice(suited, PEOPLE_AT_ONCE)):
            keys = [entry.pk for entry, _starts in some]
            rows = with_sessions(WaitlistEntry.objects.filter(pk__in=keys)).in_bulk()
            allowances = allowances_of_people([row.user for row in rows.values()], self.theme.path, now=self.now)
            people = [row.user_id for row in rows.values()]
            lapsed, meetings = self._lapsed(keys), self._meetings(people)
            own = given_up(people, min(self.free), max(self.free) + self.theme.duration)
            for entry, starts in some:
                row = rows.get(entry.pk)
                if row is None or is_over(row, self.now) or self._rests(row, lapsed.get(row.pk)):
                    continue
                session, allowance = row.sooner_than, allowances[row.user_id]
                if session and starts[0] < session.starts_at:
                    if is_fixed(session, row.user, self.now):
                        continue
                    allowance = allowance_of(row.user, self.theme.path, now=self.now, moving=session)
                length = session.ends_at - session.starts_at if session else self.theme.duration
                others = [
                    (begin, end) for meeting, begin, end in meetings[row.user_id] if meeting != row.sooner_than_id
                ]
                # Nor what they had, and did not want.
                others += own.get(row.user_id, ())
                fits = [
                    start
                    for start in starts
                    if self._so_long(start, length)
                    and (session is None or start < session.starts_at)
                    and not any(begin < start + length and end > start for begin, end in others)
                    and allowance.refusal(start) is None
                ]
                if fits:
                    yield Candidate(row, fits, length)

    def _so_long(self, start: datetime, length: timedelta) -> list[int]:
        """Who is free then: a session that moves keeps its length, and the theme may take less by now."""
        if self.openings is None or length <= self.theme.duration:
            return self.free[start]
        if length not in self._longer:
            self._longer[length] = self.openings.starts(int(length.total_seconds()) // 60)
        longer = self._longer[length].get(start, ())
        return [pk for pk in self.free[start] if pk in longer]

    def _suited(self) -> Iterator[tuple["_Row", list[datetime]]]:
        """Everybody whom a time suits that they were not offered before; plain rows, as they may be thousands."""
        if not any(self._suits(window) for window in self._windows()):
            return
        if self.openings is not None:
            self._leave_out_given_up()
        had = self._had()
        rows = self.in_line.values_list(*_Row._fields)
        for row in (_Row(*values) for values in rows.iterator(chunk_size=2000)):
            zone = str(row.user__time_zone)
            suiting = self._suits(Window(row.first_date, row.last_date, row.weekdays, row.part, zone))
            if not suiting:
                continue
            but = {*had.get(row.user, ()), *row.not_suiting}
            if starts := [start for start in suiting if self.free[start] and epoch(start) not in but]:
                yield row, starts

    def _leave_out_given_up(self) -> None:
        """Nobody is sent by e-mail to an expert who has cancelled a session of that time, moved it or given it away."""
        length, rows = self.theme.duration, self.experts.rows
        spans = given_up([row.person for row in rows.values()], min(self.free), max(self.free) + length)
        for start, those in self.free.items() if spans else ():
            those[:] = [
                pk
                for pk in those
                if not any(begin < start + length and end > start for begin, end in spans.get(rows[pk].person, ()))
            ]

    def _windows(self) -> Iterator[Window]:
        """Each that somebody waits for, once: a long line has few, and none that suits ends the matter."""
        columns = ("first_date", "last_date", "weekdays", "part", "user__time_zone")
        rows = self.in_line.order_by().values_list(*columns).distinct()
        for first, last, weekdays, part, zone in rows:
            yield Window(first, last, weekdays, part, str(zone))

    def _suits(self, window: Window) -> list[datetime]:
        if window not in self._suiting:
            zone = ZoneInfo(window.zone)
            self._suiting[window] = [start for start in self.free if window.suits(start.astimezone(zone))]
        return self._suiting[window]

    def _had(self) -> dict[UUID, set[int]]:
        """Which of these starts were held before, and for whom."""
        found: dict[UUID, set[int]] = defaultdict(set)
        rows = HeldTime.objects.exclude(ended_by=HeldEnd.GONE).filter(
            starts_at__gte=min(self.free), starts_at__lte=max(self.free), user__waitlist__theme=self.theme
        )
        for user, start in rows.values_list("user", "starts_at"):
            found[user].add(epoch(start))
        return found

    def _lapsed(self, entries: list[UUID]) -> dict[UUID, datetime]:
        """When each of them has let one lapse last."""
        rows = HeldTime.objects.filter(entry__in=entries, ended_by=HeldEnd.LAPSED).order_by()
        return dict(rows.values("entry").annotate(last=Max("until")).values_list("entry", "last"))

    def _meetings(self, people: list[UUID]) -> dict[UUID, list[tuple[UUID, datetime, datetime]]]:
        """What takes their time then: whoever is in a meeting must not keep a time from those behind them."""
        found: dict[UUID, list[tuple[UUID, datetime, datetime]]] = defaultdict(list)
        rows = Attendee.objects.live_within(min(self.free), max(self.free) + REACH).filter(user__in=people).order_by()
        for user, meeting, begin, end in rows.values_list("user", "meeting", "starts_at", "ends_at"):
            found[user].append((meeting, begin, end))
        return found

    def _rests(self, entry: WaitlistEntry, lapsed: datetime | None) -> bool:
        """Whether that was on this day of theirs."""
        zone = entry.user.time_zone
        return lapsed is not None and lapsed.astimezone(zone).date() >= self.now.astimezone(zone).date()

    def _choices(self, candidate: Candidate) -> Iterator[tuple[datetime, int]]:
        """Starts with the experts to ask for it, the fairest choice first."""
        for start in candidate.starts:
            experts = {
                self.experts.rows[pk].person: pk
                for pk in self._so_long(start, candidate.length)
                if span_of(candidate.entry, self.theme.path, self.experts.rows[pk].settings[2] or 0, start, self.now)
            }
            for person in fair_choice.ranked(experts, start, seed=str(candidate.entry.pk)):
                yield start, experts[person]

    def _take(self, start: datetime, expert: int) -> None:
        """That expert has no time any more around it; what the break between sessions takes, the engine says."""
        for other, those in self.free.items():
            if abs(other - start) < self.theme.duration and expert in those:
                those.remove(expert)


class _Row(NamedTuple):
    """The columns by which somebody is found in a long line."""

    pk: UUID
    user: UUID
    first_date: date
    last_date: date
    weekdays: int
    part: str
    user__time_zone: ZoneInfo
    not_suiting: list[int]
