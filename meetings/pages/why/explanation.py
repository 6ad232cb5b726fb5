"""Why a time is not offered, in words: what the engine answers about one start, and what is decided before."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from everwise import timefmt
from everwise.accounts.models import User
from everwise.intervals import DAY_SECONDS, Interval, epoch, instant
from everwise.timefmt import Reader
from everwise.wording import isolated, listed
from experts.availability import local_date
from experts.hours import writer
from experts.models import Expert
from meetings import slots
from meetings.models import Attendee
from meetings.slots import reasons
from meetings.slots.one_expert import ExpertTime, policy_of
from meetings.slots.reasons import Answer, Question
from paths import states
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
        expert_time = ExpertTime(expert, since=start, until=self.end, now=now, participant=participant)
        self.calendar = expert_time.calendar(expert.pk, stored.hours, stored.settings)
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
        found = [line for answer in self.answers if (line := self._line(answer))]
        return sorted([*self._before(), *found], key=lambda line: line.passed)

    @property
    def heading(self) -> str:
        return heading(self.start, self.end, self.reader, self.now)

    def _before(self) -> list[ReasonLine]:
        """What is decided before anybody's hours are looked at."""
        expert, name = self.expert, self.expert.user.name
        if not expert.user.is_active:
            accepts = _("The account of %(name)s is not active.")
        elif expert.accepting:
            accepts = _("%(name)s is accepting sessions.")
        else:
            accepts = _("%(name)s is not accepting sessions.")
        takes = self.theme.experts.filter(pk=expert.pk).exists()
        theme = _("%(name)s takes “%(theme)s”.") if takes else _("%(name)s does not take “%(theme)s”.")
        draft = [ReasonLine(_("Path"), False, states.draft_words())] if self.path.is_draft else []
        return [
            *draft,
            ReasonLine(
                _("Accepting sessions"), expert.accepting and expert.user.is_active, accepts % {"name": isolated(name)}
            ),
            ReasonLine(_("Theme"), takes, theme % {"name": isolated(name), "theme": isolated(self.theme.name)}),
        ]

    def _line(self, answer: Answer) -> ReasonLine | None:
        """The answer in words; None where there is nothing to say."""
        name, words = RULES[answer.rule]
        text = words(self, answer)
        return ReasonLine(str(name), answer.passed, text) if text else None

    # One rule each -----------------------------------------------------------------------------------------

    def _hours(self, answer):
        if answer.passed:
            # Hours that only an exception gives are shown there.
            held = self._held(answer)
            return _("Within the usual hours, %(times)s.") % {"times": self._ranges(held)} if held else ""
        hours = _("No hours on this date.")
        if answer.intervals:
            hours = _("The hours are %(times)s.") % {"times": self._ranges(answer.intervals)}
        session = timefmt.clock_range(self.start, self.end, self.reader)
        run = _("The session would run from %(times)s.") % {"times": session}
        return f"{hours} {run}"

    def _exception(self, answer):
        date = local_date(epoch(self.start), self.calendar.hours.zone)
        own = next((each for each in self.calendar.hours.overrides if each.date == date), None)
        if own is None:
            # An exception of the next date cuts hours at midnight.
            if not answer.passed:
                return _("Hours past midnight end there, because the next date has its own.")
            return _("No exception on this date.")
        day = timefmt.bare_day(date, self.reader, self.now)
        if not answer.intervals:
            return _("%(day)s is time off.") % {"day": day}
        return _("%(day)s has other hours: %(times)s.") % {"day": day, "times": self._ranges(answer.intervals)}

    def _grid(self, answer):
        held = self._held(answer)
        if not held:
            return ""
        every = timefmt.minutes(answer.limit // 60)
        if held[0][1] - held[0][0] > DAY_SECONDS:
            return _("Sessions start every %(interval)s, counted from each midnight.") % {"interval": every}
        begins = timefmt.clock(instant(held[0][0]), self.reader)
        return _("Sessions start every %(interval)s, counted from %(time)s.") % {"interval": every, "time": begins}

    def _held(self, answer) -> tuple[Interval, ...]:
        """Those of the answer's windows that hold the whole session."""
        start, end = epoch(self.start), epoch(self.end)
        return tuple(window for window in answer.intervals if window[0] <= start and end <= window[1])

    def _path_dates(self, answer):
        return path_dates(self.path, self.reader, self.now)

    def _notice(self, answer):
        return notice(
            answer.limit,
            _("At least %(notice)s of notice is needed, by the path or the expert; this is %(ahead)s."),
            start=self.start,
            now=self.now,
            reader=self.reader,
        )

    def _horizon(self, answer):
        return "" if answer.limit is None else horizon(answer)

    def _session(self, answer):
        if answer.intervals:
            return _("In a meeting from %(times)s.") % {"times": self._ranges(answer.intervals)}
        return _("In no other meeting then.")

    def _break(self, answer):
        if not answer.limit:
            return ""
        length = timefmt.gap(answer.limit)
        if answer.intervals:
            return _("Needs %(length)s between sessions; there is a meeting from %(times)s.") % {
                "length": length,
                "times": self._ranges(answer.intervals),
            }
        return _("A break of %(length)s between sessions is kept.") % {"length": length}

    def _foreign(self, answer):
        if answer.intervals:
            return _("Busy from %(times)s.") % {"times": self._ranges(answer.intervals)}
        return _("Not busy elsewhere then.")

    def _foreign_break(self, answer):
        if not answer.intervals:
            return ""
        return _("Too close to a busy time, from %(times)s.") % {"times": self._ranges(answer.intervals)}

    def _participant(self, answer):
        return others_meetings(self.participant, answer.intervals, self.reader) if self.participant else ""

    def _cap_day(self, answer):
        if answer.limit is None:
            return ""
        most = ngettext("At most %(number)s session in a day.", "At most %(number)s sessions in a day.", answer.limit)
        return f"{most % {'number': answer.limit}} {_booked(answer.number)}"

    def _cap_week(self, answer):
        if answer.limit is None:
            return ""
        most = ngettext("At most %(number)s session in a week.", "At most %(number)s sessions in a week.", answer.limit)
        return f"{most % {'number': answer.limit}} {_booked(answer.number)}"

    def _ranges(self, intervals: tuple[Interval, ...]) -> str:
        return ranges(intervals, self.reader)


# The name of each rule, and what it says; nothing where there is nothing to say.
RULES = {
    Question.HOURS: (gettext_lazy("Hours"), Explanation._hours),
    Question.EXCEPTION: (pgettext_lazy("to somebody’s usual hours", "Exception"), Explanation._exception),
    Question.GRID: (gettext_lazy("Start times"), Explanation._grid),
    Question.PATH_DATES: (gettext_lazy("Path"), Explanation._path_dates),
    Question.NOTICE: (pgettext_lazy("time before a session", "Notice"), Explanation._notice),
    Question.HORIZON: (gettext_lazy("How far ahead"), Explanation._horizon),
    Question.SESSION: (gettext_lazy("Meetings"), Explanation._session),
    Question.BREAK: (pgettext_lazy("between sessions", "Break"), Explanation._break),
    Question.FOREIGN: (gettext_lazy("Other calendars"), Explanation._foreign),
    Question.FOREIGN_BREAK: (gettext_lazy("Break around other calendars"), Explanation._foreign_break),
    Question.PARTICIPANT: (gettext_lazy("Participant"), Explanation._participant),
    Question.CAP_DAY: (gettext_lazy("Most in a day"), Explanation._cap_day),
    Question.CAP_WEEK: (gettext_lazy("Most in a week"), Explanation._cap_week),
}


def heading(start: datetime, end: datetime, reader: Reader, now: datetime) -> str:
    return _("%(day)s, %(times)s") % {
        "day": timefmt.short_day(start, reader, now),
        "times": timefmt.clock_range(start, end, reader),
    }


def path_dates(path: Path, reader: Reader, now: datetime) -> str:
    """Between which dates sessions take place, or that nothing is booked any more; nothing where there are no dates."""
    if path.closed_at:
        return states.closed_words(path, reader, now)
    opens, closes = (day and timefmt.bare_day(day, reader, now) for day in (path.opens_on, path.closes_on))
    if opens and closes:
        return _("Sessions take place from %(first)s until %(last)s.") % {"first": opens, "last": closes}
    if opens:
        return _("Sessions take place from %(first)s.") % {"first": opens}
    return _("Sessions take place until %(last)s.") % {"last": closes} if closes else ""


def notice(seconds: int, needed: str, *, start: datetime, now: datetime, reader: Reader) -> str:
    """How long before the start one has to book; `needed` is the sentence where that is more than nothing."""
    if start <= now:
        return _("This time is past.")
    ahead = timefmt.distance(start, now, reader)
    if not seconds:
        return _("No notice is needed; this is %(ahead)s.") % {"ahead": ahead}
    return needed % {"notice": timefmt.gap(seconds), "ahead": ahead}


def horizon(answer: Answer) -> str:
    """How many days ahead one can book, and how many this is."""
    most, days = answer.limit or 0, max(answer.number, 0)
    limit = ngettext("At most %(number)s day ahead.", "At most %(number)s days ahead.", most) % {"number": most}
    this = ngettext("This is %(number)s day ahead.", "This is %(number)s days ahead.", days) % {"number": days}
    return f"{limit} {this}"


def _booked(number: int) -> str:
    if not number:
        return _("None booked so far.")
    return ngettext("%(number)s booked so far.", "%(number)s booked so far.", number) % {"number": number}


def others_meetings(person: User, intervals: tuple[Interval, ...], reader: Reader) -> str:
    """The participant’s own meetings at the time, for somebody else."""
    if not intervals:
        return _("%(name)s is not in a meeting then.") % {"name": isolated(person.name)}
    return _("%(name)s is in a meeting from %(times)s.") % {
        "name": isolated(person.name),
        "times": ranges(intervals, reader),
    }


def ranges(intervals: tuple[Interval, ...], reader: Reader) -> str:
    return listed([timefmt.clock_range(instant(start), instant(end), reader) for start, end in intervals])


def meetings_of(person, start: datetime, end: datetime) -> list[Interval]:
    rows = Attendee.objects.live_within(start - timedelta(days=1), end + timedelta(days=1)).filter(user=person)
    return [(epoch(begin), epoch(over)) for begin, over in rows.values_list("starts_at", "ends_at")]
