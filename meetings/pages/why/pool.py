"""Why a time is not offered by any expert of a theme: what each rule leaves of them, in counts.

This is for participants as well, so nobody is named, and all that keeps an expert from a session then is one answer,
be it another meeting, another calendar, a break or a limit. A day off reads like a day without hours.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from everwise import timefmt
from everwise.timefmt import Reader
from everwise.wording import counted, counted_in_words, number_in_words, sentence
from meetings.pages.why.explanation import ReasonLine, heading, meetings_of, own_meetings, path_dates
from meetings.slots import reasons
from meetings.slots.openings import Openings
from meetings.slots.reasons import Answer, Question
from paths.models import Path, Theme

TAKEN = (
    Question.SESSION,
    Question.BREAK,
    Question.FOREIGN,
    Question.FOREIGN_BREAK,
    Question.CAP_DAY,
    Question.CAP_WEEK,
)

Answers = dict[Question, Answer]


class PoolExplanation:
    """What the rules say about one start of a theme, for one reader; in three queries, with a participant four."""

    def __init__(
        self, *, path: Path, theme: Theme, start: datetime, reader: Reader, now: datetime, by, participant=None
    ):
        self.path, self.theme, self.reader, self.now = path, theme, reader, now
        self.by, self.participant = by, participant
        self.start, self.end = start, start + theme.duration
        minutes, until = theme.duration_minutes, start + timedelta(seconds=1)
        openings = Openings(path, since=start, until=until, now=now, theme=theme, participant=participant)
        openings.expect(minutes, [(start, until)])
        self.offered = bool(openings.starts(minutes))
        busy = meetings_of(participant, start, self.end) if participant else []
        policy = openings.policy(minutes)
        self.answers: list[Answers] = [
            {answer.rule: answer for answer in reasons.answers(calendar, policy, start, now=now, participant_busy=busy)}
            for calendar in openings.calendars
        ]

    @property
    def heading(self) -> str:
        return heading(self.start, self.end, self.reader, self.now)

    @property
    def lines(self) -> list[ReasonLine]:
        """Rule by rule those who are left, until nobody is; those that say no come first."""
        return sorted(self._lines(), key=lambda line: line.passed)

    def _lines(self) -> Iterable[ReasonLine]:
        total = len(self.answers)
        if not total:
            yield ReasonLine("Theme", False, f"No expert takes “{self.theme.name}” now.")
            return
        takes = "takes" if total == 1 else "take"
        yield ReasonLine("Theme", True, f"{_experts(self.answers)} {takes} “{self.theme.name}”.")
        # The same for everybody.
        one = self.answers[0]
        if bounds := path_dates(self.path, self.reader, self.now):
            yield ReasonLine("Path", one[Question.PATH_DATES].passed, bounds)
        if self.participant:
            yield self._participant(one[Question.PARTICIPANT])
        left = self.answers
        for name, rules, words in (
            ("Notice", [Question.NOTICE], self._notice),
            ("How far ahead", [Question.HORIZON], self._horizon),
            ("Hours", [Question.HOURS, Question.EXCEPTION], self._hours),
            ("Start times", [Question.GRID], self._grid),
            ("Free", TAKEN, self._free),
        ):
            passing = [answers for answers in left if all(answers[rule].passed for rule in rules)]
            yield ReasonLine(name, bool(passing), words(left, passing))
            left = passing
            if not left:
                return

    def _participant(self, answer):
        subject = "You are" if self.participant == self.by else f"{self.participant.name} is"
        name = "You" if self.participant == self.by else "Participant"
        return ReasonLine(name, answer.passed, own_meetings(subject, answer.intervals, self.reader))

    # One group of rules each, of those who are left and those who pass ---------------------------------------

    def _notice(self, left, passing):
        if self.start <= self.now:
            return "This time is past."
        ahead = timefmt.distance(self.start, self.now, self.reader)
        least = min(answers[Question.NOTICE].limit for answers in left)
        if not least:
            return f"No notice is needed; this is {ahead}."
        return f"Needs {timefmt.gap(least)} notice; this is {ahead}."

    def _horizon(self, left, passing):
        farthest = max((answers[Question.HORIZON] for answers in left), key=lambda answer: answer.limit)
        limit, days = (counted(number, "day") for number in (farthest.limit, max(farthest.number, 0)))
        return f"At most {limit} ahead; this is {days} ahead."

    def _hours(self, left, passing):
        if not passing:
            return "No expert works then, for the whole session."
        return f"{_experts(passing)} {'works' if len(passing) == 1 else 'work'} then."

    def _grid(self, left, passing):
        every = timefmt.minutes(self.path.start_interval_minutes)
        rule = f"Sessions start every {every}, counted from the beginning of an expert’s hours"
        return f"{rule}." if passing else f"{rule}, so none starts at {timefmt.clock(self.start, self.reader)}."

    def _free(self, left, passing):
        if passing:
            return f"{_experts(passing)} {'is' if len(passing) == 1 else 'are'} free then."
        one = len(left) == 1
        who = "The expert who works" if one else f"None of the {number_in_words(len(left))} experts who work"
        return f"{who} then is {'not ' if one else ''}free: booked, busy, or with as many sessions as they hold."


def _experts(these: list) -> str:
    return sentence(counted_in_words(len(these), "expert"))
