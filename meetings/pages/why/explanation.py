"""Why a time is not offered, in words: what the engine answers about one start, and what is decided before."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from everwise import timefmt
from everwise.intervals import DAY_SECONDS, Interval, epoch, instant
from everwise.timefmt import Reader
from everwise.wording import bare_day, counted
from experts.availability import local_date
from experts.hours import writer
from experts.models import Expert
from meetings import slots
from meetings.models import Attendee
from meetings.slots import reasons
from meetings.slots.one_expert import ExpertTime, policy_of
from meetings.slots.reasons import Answer, Question
from paths.models import Path, Theme


@dataclass(frozen=True, slots=True)
class ReasonLine:
    """One rule: its name, whether it lets the start pass, and why."""

    name: str
    passed: bool
    text: str


class Explanation:
    """What every rule says about one start of one expert, for one reader."""

    def __init__(
        self,
        *,
        path: Path,
        theme: Theme,
        expert: Expert,
        start: datetime,
        reader: Reader,
        now: datetime,
        participant=None,
    ):
        self.path, self.theme, self.expert = path, theme, expert
        self.start, self.end = start, start + theme.duration
        self.reader, self.now, self.participant = reader, now, participant
        stored = writer.read_hours(expert)
        self.calendar = ExpertTime(expert, since=start, until=self.end).calendar(
            expert.pk, stored.hours, stored.settings
        )
        self.policy = policy_of(path, theme.duration_minutes, now)
        self.busy = meetings_of(participant, start, self.end) if participant else []
        self.answers = reasons.answers(self.calendar, self.policy, start, now=now, participant_busy=self.busy)

    @property
    def offered(self) -> bool:
        """The engine's own word, once everything before it says yes."""
        found = slots.is_offered([self.calendar], self.policy, self.start, now=self.now, participant_busy=self.busy)
        return bool(found) and all(line.passed for line in self._before())

    @property
    def lines(self) -> list[ReasonLine]:
        """Every rule; those that say no come first."""
        told = [line for answer in self.answers if (line := self._line(answer))]
        return sorted([*self._before(), *told], key=lambda line: line.passed)

    @property
    def heading(self) -> str:
        return heading(self.start, self.end, self.reader, self.now)

    def _before(self) -> list[ReasonLine]:
        """What is decided before anybody's hours are looked at."""
        name, takes = self.expert.user.name, self.theme.experts.filter(pk=self.expert.pk).exists()
        return [
            ReasonLine(
                "Accepting sessions",
                self.expert.accepting and self.expert.user.is_active,
                f"{name} is {'' if self.expert.accepting else 'not '}accepting sessions."
                if self.expert.user.is_active
                else f"The account of {name} is not active.",
            ),
            ReasonLine("Theme", takes, f"{name} {'takes' if takes else 'does not take'} “{self.theme.name}”."),
        ]

    def _line(self, answer: Answer) -> ReasonLine | None:
        """The answer in words; None where there is nothing to tell."""
        name, text = WORDS[answer.rule](self, answer)
        return ReasonLine(name, answer.passed, text) if text else None

    # One rule each -----------------------------------------------------------------------------------------

    def _hours(self, answer):
        if answer.passed:
            # Hours that only an exception gives are told there.
            held = self._held(answer)
            return "Hours", f"Inside the usual hours {self._ranges(held)}." if held else ""
        session = f"The session would last from {self._range((epoch(self.start), epoch(self.end)))}."
        if not answer.intervals:
            return "Hours", f"No hours on this date. {session}"
        return "Hours", f"The hours are {self._ranges(answer.intervals)}. {session}"

    def _exception(self, answer):
        day = local_date(epoch(self.start), self.calendar.hours.zone)
        own = next((each for each in self.calendar.hours.overrides if each.date == day), None)
        if own is None:
            # An exception of the next date cuts hours at midnight.
            cut = "Hours past midnight end there, because the next date has its own." if not answer.passed else ""
            return "Exception", cut or "No exception on this date."
        words = f"has other hours: {self._ranges(answer.intervals)}" if answer.intervals else "is time off"
        return "Exception", f"{bare_day(day, self.reader, self.now)} {words}."

    def _grid(self, answer):
        held = [
            window for window in answer.intervals if window[0] <= epoch(self.start) and epoch(self.end) <= window[1]
        ]
        if not held:
            return "Start times", ""
        begins = timefmt.clock(instant(held[0][0]), self.reader)
        every = timefmt.minutes(answer.limit // 60)
        if held[0][1] - held[0][0] > DAY_SECONDS:
            begins = "each midnight"
        return "Start times", f"Sessions start every {every}, counted from {begins}."

    def _held(self, answer) -> tuple[Interval, ...]:
        """Those of the answer's windows that hold the whole session."""
        start, end = epoch(self.start), epoch(self.end)
        return tuple(window for window in answer.intervals if window[0] <= start and end <= window[1])

    def _path_dates(self, answer):
        return "Path", path_dates(self.path, self.reader, self.now)

    def _notice(self, answer):
        if answer.number <= 0:
            return "Notice", "This time is past."
        ahead = timefmt.distance(self.start, self.now, self.reader)
        if not answer.limit:
            return "Notice", f"No notice is needed; this is {ahead}."
        return "Notice", f"Needs {timefmt.gap(answer.limit)} notice, by the path or the expert; this is {ahead}."

    def _horizon(self, answer):
        if answer.limit is None:
            return "How far ahead", ""
        limit = counted(answer.limit, "day")
        return "How far ahead", f"At most {limit} ahead; this is {counted(max(answer.number, 0), 'day')} ahead."

    def _session(self, answer):
        return "Meetings", f"In a meeting from {self._ranges(answer.intervals)}." if answer.intervals else (
            "In no other meeting then."
        )

    def _break(self, answer):
        if not answer.limit:
            return "Break", ""
        length = timefmt.gap(answer.limit)
        if answer.intervals:
            return (
                "Break",
                f"Needs {length} between sessions; there is a meeting from {self._ranges(answer.intervals)}.",
            )
        return "Break", f"{length} between sessions are kept."

    def _foreign(self, answer):
        return "Other calendars", f"Busy from {self._ranges(answer.intervals)}." if answer.intervals else (
            "Not busy elsewhere then."
        )

    def _foreign_break(self, answer):
        if not answer.intervals:
            return "Break around other calendars", ""
        return "Break around other calendars", f"Too near what is busy from {self._ranges(answer.intervals)}."

    def _participant(self, answer):
        if self.participant is None:
            return "Participant", ""
        return "Participant", own_meetings(f"{self.participant.name} is", answer.intervals, self.reader)

    def _cap(self, answer, unit):
        if answer.limit is None:
            return "", ""
        most, have = counted(answer.limit, "session"), "none" if not answer.number else str(answer.number)
        return f"Most in a {unit}", f"At most {most} in a {unit}; {have} booked so far."

    def _ranges(self, intervals: tuple[Interval, ...]) -> str:
        return ranges(intervals, self.reader)

    def _range(self, interval: Interval) -> str:
        return timefmt.clock_range(instant(interval[0]), instant(interval[1]), self.reader)


WORDS = {
    Question.HOURS: Explanation._hours,
    Question.EXCEPTION: Explanation._exception,
    Question.GRID: Explanation._grid,
    Question.PATH_DATES: Explanation._path_dates,
    Question.NOTICE: Explanation._notice,
    Question.HORIZON: Explanation._horizon,
    Question.SESSION: Explanation._session,
    Question.BREAK: Explanation._break,
    Question.FOREIGN: Explanation._foreign,
    Question.FOREIGN_BREAK: Explanation._foreign_break,
    Question.PARTICIPANT: Explanation._participant,
    Question.CAP_DAY: lambda page, answer: page._cap(answer, "day"),
    Question.CAP_WEEK: lambda page, answer: page._cap(answer, "week"),
}


def heading(start: datetime, end: datetime, reader: Reader, now: datetime) -> str:
    return f"{timefmt.short_day(start, reader, now)}, {timefmt.clock_range(start, end, reader)}"


def path_dates(path: Path, reader: Reader, now: datetime) -> str:
    """Between which dates sessions take place; nothing where there are none."""
    opens, closes = (day and bare_day(day, reader, now) for day in (path.opens_on, path.closes_on))
    bounds = [f"from {opens}"] * bool(opens) + [f"until {closes}"] * bool(closes)
    return f"Sessions take place {' '.join(bounds)}." if bounds else ""


def own_meetings(subject: str, intervals: tuple[Interval, ...], reader: Reader) -> str:
    """The participant’s own meetings at the time; `subject` is “You are”."""
    return (
        f"{subject} in a meeting from {ranges(intervals, reader)}." if intervals else f"{subject} in no meeting then."
    )


def ranges(intervals: tuple[Interval, ...], reader: Reader) -> str:
    words = [timefmt.clock_range(instant(start), instant(end), reader) for start, end in intervals]
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def meetings_of(person, start: datetime, end: datetime) -> list[Interval]:
    rows = Attendee.objects.live_within(start - timedelta(days=1), end + timedelta(days=1)).filter(user=person)
    return [(epoch(begin), epoch(over)) for begin, over in rows.values_list("starts_at", "ends_at")]
