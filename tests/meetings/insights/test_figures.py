"""Every figure of Insights is what a plain count in Python says; averages of few are told by no two pages."""

import itertools
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date, timedelta

import pytest

from meetings import booking
from meetings.booking import leaving
from meetings.booking.settling import Decision, Leaving, Way
from meetings.constants import HELD_AFTER
from meetings.enums import Kind, Status
from meetings.insights import ratings, sessions
from meetings.insights.ratings import RATERS, RatedMonth, blocks
from meetings.insights.scope import InsightScope, period_of
from meetings.insights.sessions import CancelledTally, Canceller, GivenSessions, SessionEnding
from meetings.models import Attendee, Meeting, OfferedHours, Rating, UnmetSearch
from paths.enums import Role
from tests.meetings.insights.scene import a_crowd
from tests.scene import NOW, a_dropin, a_participant, a_path, a_theme, an_admin, an_expert, at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
ZONE = "America/New_York"
DAY = timedelta(days=1)


def scopes_of(crowd):
    """Short and long, cut anywhere, of one theme, one expert, and both."""
    first, last = ((each.astimezone(crowd.path.time_zone)).date() for each in (crowd.first, crowd.last))
    dates = [(first, last), (first + 9 * DAY, first + 30 * DAY), (last - 9 * DAY, last), (last + DAY, last + 9 * DAY)]
    for (since, until), theme, expert in itertools.product(
        dates, (None, crowd.themes[1].pk), (None, crowd.experts[2].pk)
    ):
        yield InsightScope(crowd.path, NOW, since, until, theme, expert)


class Plain:
    """The same by loops over all rows there are."""

    def __init__(self, crowd):
        self.zone = crowd.path.time_zone
        self.meetings = list(Meeting.objects.filter(path=crowd.path))
        self.people = defaultdict(dict)
        for row in Attendee.objects.all():
            if row.removed_at is None:
                self.people[row.meeting_id][row.role] = row.user_id
        self.rescued = {meeting.rescues_id for meeting in self.meetings if meeting.rescues_id}
        self.hours, self.searches = list(OfferedHours.objects.all()), list(UnmetSearch.objects.all())
        self.known = {(row.expert_id, row.date) for row in self.hours}

    def date(self, meeting):
        return meeting.starts_at.astimezone(self.zone).date()

    def of(self, scope):
        return [
            meeting
            for meeting in self.meetings
            if meeting.kind == Kind.DROP_IN
            and scope.first <= self.date(meeting) <= scope.last
            and scope.theme in (None, meeting.theme_id)
            and scope.expert in (None, self.people[meeting.pk][Role.EXPERT])
        ]

    def ending(self, meeting):
        match meeting.status:
            case Status.CANCELLED:
                return SessionEnding.CANCELLED
            case Status.NO_SHOW_PARTICIPANT:
                return SessionEnding.MISSED_BY_PARTICIPANT
            case Status.NO_SHOW_EXPERT:
                return SessionEnding.MISSED_BY_EXPERT
            case Status.HELD:
                return SessionEnding.HELD
        return SessionEnding.HELD if meeting.ends_at + HELD_AFTER <= NOW else SessionEnding.DUE

    def canceller(self, meeting):
        if meeting.cancelled_by_id == self.people[meeting.pk][Role.PARTICIPANT]:
            return Canceller.PARTICIPANT_LATE if meeting.counts_as_used else Canceller.PARTICIPANT
        own = meeting.cancelled_by_id == self.people[meeting.pk][Role.EXPERT]
        return Canceller.EXPERT if own else Canceller.ADMIN

    def cancelled(self, found):
        told = dict.fromkeys(Canceller, CancelledTally())
        for meeting in found:
            if meeting.status == Status.CANCELLED:
                short = meeting.starts_at - meeting.cancelled_at < DAY
                more = CancelledTally(1, int(short), int(meeting.pk in self.rescued))
                told[self.canceller(meeting)] = told[self.canceller(meeting)].plus(more)
        return told

    def given(self, found):
        told = defaultdict(GivenSessions)
        for meeting in found:
            expert, kept = self.people[meeting.pk][Role.EXPERT], meeting.status != Status.CANCELLED
            minutes = meeting.duration_minutes if kept and (expert, self.date(meeting)) in self.known else 0
            had = told[expert]
            told[expert] = GivenSessions(had.booked + 1, had.kept + kept, had.minutes + minutes)
        return told

    def offered(self, scope):
        told = Counter()
        for row in self.hours:
            if scope.first <= row.date <= scope.last and scope.expert in (None, row.expert_id):
                told[row.expert_id] += row.minutes
        return told

    def unmet(self, scope):
        told = Counter()
        for row in self.searches:
            if scope.first <= row.date <= scope.last and scope.theme in (None, row.theme_id):
                told[row.weekday, row.part] += row.count
        return told


def test_every_figure_is_a_plain_count():
    crowd = a_crowd(2000, NOW, time_zone=ZONE)
    plain, seen = Plain(crowd), Counter()
    # As many of somebody else's, which count nowhere.
    a_crowd(200, NOW, experts=5, participants=12)
    for scope in scopes_of(crowd):
        found = plain.of(scope)
        endings, sums = sessions.endings(scope), sessions.sums(scope)

        by_period = defaultdict(Counter)
        for meeting in found:
            by_period[period_of(plain.date(meeting), by_month=scope.by_month)][plain.ending(meeting)] += 1
        assert {day: ends for day, ends in endings.by_period.items() if ends} == by_period
        assert endings.booked == len(found) == sum(endings.total.values())
        assert endings.cancelled == plain.cancelled(found)
        assert sessions.given(scope) == plain.given(found)
        assert sums.lead == Counter((meeting.starts_at - meeting.created_at).days for meeting in found)
        assert sums.people == len({plain.people[meeting.pk][Role.PARTICIPANT] for meeting in found})
        assert Counter(sums.offered) == plain.offered(scope)
        assert sums.counted == len(
            {
                row.date
                for row in plain.hours
                if scope.first <= row.date <= scope.last and scope.expert in (None, row.expert_id)
            }
        )
        assert sums.unmet == plain.unmet(scope)
        seen += endings.total
        seen["rescued"] += endings.lost.rescued
    # Nothing was right for want of rows.
    assert all(seen[each] for each in (*SessionEnding, "rescued"))


def test_participant_who_was_kept_on_leaving_stays_the_one_whom_the_session_is_for():
    path = a_path()
    path.refresh_from_db()
    eva, ines = an_expert(path), an_expert(path, name="Ines")
    theme = a_theme(path, eva, ines)
    pia, ada = a_participant(path), an_admin(path)
    lost, kept = a_dropin(theme, pia, eva, at(10)), a_dropin(theme, pia, ines, at(12))
    decisions = {
        meeting.pk: Decision(Way.KEEP, organizer=expert.user_id, sequence=0)
        for meeting, expert in ((lost, eva), (kept, ines))
    }
    leaving.end(leaving=Leaving(pia, path, frozenset({Role.PARTICIPANT})), decisions=decisions, by=ada, now=NOW)
    lost.refresh_from_db()
    booking.cancel(meeting=lost, by=eva.user, now=NOW)
    scope = InsightScope(path, NOW, at(10).date(), at(10).date())

    told = sessions.endings(scope).cancelled

    assert lost.organizer == eva.user
    assert {who for who, tally in told.items() if tally.number} == {Canceller.EXPERT}
    assert sessions.sums(scope).people == sessions.sums(replace(scope, expert=ines.user_id)).people == 1


def all_ratings(crowd):
    """(expert, first day of the month, person, stars, day) of each rating of a drop-in."""
    gives = dict(Attendee.objects.present().filter(role=Role.EXPERT).values_list("meeting", "user"))
    rows = Rating.objects.filter(meeting__path=crowd.path, meeting__kind=Kind.DROP_IN).select_related("meeting")
    found = {}
    for row in rows:
        day = row.meeting.starts_at.astimezone(crowd.path.time_zone).date()
        found[row.pk] = gives[row.meeting_id], day.replace(day=1), row.user_id, row.stars, day
    return found


def test_averages_of_few_cannot_be_found_out_by_differences_of_filters():
    # Over months, so thin that most of them alone have too few people.
    crowd = a_crowd(420, NOW, experts=4, participants=30, step=60, time_zone=ZONE)
    given = all_ratings(crowd)
    first, last = min(row[4] for row in given.values()), max(row[4] for row in given.values())
    cuts = [first + number * (last - first) // 11 for number in range(12)]
    told, naive = set(), set()
    for since, until in itertools.combinations_with_replacement(cuts, 2):
        for theme, expert in itertools.product(
            (None, crowd.themes[0].pk), (None, *(user.pk for user in crowd.experts))
        ):
            shown = ratings.ratings(InsightScope(crowd.path, NOW, since, until, theme, expert))
            of_all = set()
            for who, rated in shown.of_experts.items():
                rows = {pk for pk, row in given.items() if row[0] == who and rated.first <= row[1] <= rated.last}
                # What it says is what these have given, so that its sets are what it tells of.
                assert (rated.number, rated.stars) == (len(rows), sum(given[pk][3] for pk in rows))
                told.add(frozenset(rows))
                of_all |= rows
            if shown.total:
                assert shown.total.number == len(of_all)
                told.add(frozenset(of_all))
        naive.add(frozenset(pk for pk, row in given.items() if since <= row[4] <= until))

    def fewest(sets):
        """Of how many people the smallest set, or difference of two, tells."""
        everything = {*sets, *(one - other for one, other in itertools.permutations(sets, 2))} - {frozenset()}
        return min(len({given[pk][2] for pk in rows}) for rows in everything)

    assert len(told) > 10
    assert fewest(told) >= RATERS
    # Counted as the dates say, one person's would be found out at once.
    assert fewest(naive) == 1


def test_expert_rated_by_few_is_named_and_neither_shown_nor_in_the_total():
    crowd = a_crowd(400, NOW, experts=4, participants=30, time_zone=ZONE)
    given, few = all_ratings(crowd), crowd.experts[-1].pk
    first, last = min(row[4] for row in given.values()), max(row[4] for row in given.values())

    shown = ratings.ratings(InsightScope(crowd.path, NOW, first, last))

    assert {row[2] for row in given.values() if row[0] == few}
    assert few not in shown.of_experts
    assert shown.hidden == {few}
    assert shown.total.number == sum(rated.number for rated in shown.of_experts.values())


def test_months_with_few_people_go_together_until_five_are_in_them():
    months = [date(2026, number, 1) for number in range(1, 7)]

    def cut(*people):
        rated = [
            RatedMonth(month, len(who), 2 * len(who), 8, frozenset(who if len(who) < RATERS else ""))
            for month, who in zip(months, people, strict=False)
        ]
        return [(block.first.month, block.last.month, block.number) for block in blocks(rated)]

    assert cut("abcde") == [(1, 1, 10)]
    assert cut("abcd") == []
    # The same four in every month are four.
    assert cut("abcd", "abcd", "dcba") == []
    assert cut("abcd", "abcd", "e") == [(1, 3, 18)]
    # What is too little waits for what comes.
    assert cut("a", "abcdef", "a") == [(1, 2, 14)]
    assert cut("ab", "cde", "fg", "hij") == [(1, 2, 10), (3, 4, 10)]
