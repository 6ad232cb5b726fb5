"""Why a time is not offered by any expert of a theme: what each rule leaves of them, in counts.

This is for participants as well, so nobody is named, and all that keeps an expert from a session then is one answer,
be it another meeting, another calendar, a break or a limit. A day off reads like a day without hours.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from everwise import timefmt, wording
from everwise.timefmt import Reader
from meetings.booking.limits import UNCOUNTED, allowance_of
from meetings.pages.why.explanation import (
    ReasonLine,
    heading,
    horizon,
    meetings_of,
    notice,
    others_meetings,
    path_dates,
    ranges,
)
from meetings.slots import reasons
from meetings.slots.openings import Openings
from meetings.slots.reasons import Answer, Question
from paths import states
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
        self,
        *,
        path: Path,
        theme: Theme,
        start: datetime,
        reader: Reader,
        now: datetime,
        by,
        participant=None,
        by_admin: bool = False,
    ):
        self.path, self.theme, self.reader, self.now = path, theme, reader, now
        self.by, self.participant = by, participant
        self.start, self.end = start, start + theme.duration
        minutes, until = theme.duration_minutes, start + timedelta(seconds=1)
        openings = Openings(path, since=start, until=until, now=now, theme=theme, participant=participant)
        openings.expect(minutes, [(start, until)])
        self.no_session = None
        if participant:
            allowance = allowance_of(participant, path, now=now, tally=UNCOUNTED, excused=by_admin)
            self.no_session = allowance.refusal(start)
        self.offered = bool(openings.starts(minutes)) and not self.no_session and not path.is_draft
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
        if self.path.is_draft:
            yield ReasonLine(_("Path"), False, states.draft_words())
        total, theme = len(self.answers), self.theme.name
        if not total:
            yield ReasonLine(
                _("Theme"), False, _("No expert takes “%(theme)s” now.") % {"theme": wording.isolated(theme)}
            )
            return
        takes = ngettext("%(number)s expert takes “%(theme)s”.", "%(number)s experts take “%(theme)s”.", total)
        yield ReasonLine(_("Theme"), True, takes % {"number": total, "theme": wording.isolated(theme)})
        # The same for everybody.
        one = self.answers[0]
        if bounds := path_dates(self.path, self.reader, self.now):
            yield ReasonLine(_("Path"), one[Question.PATH_DATES].passed, bounds)
        if self.participant:
            yield self._participant(one[Question.PARTICIPANT])
        if refusal := self.no_session:
            other = None if self.participant == self.by else self.participant
            yield ReasonLine(_("Sessions"), False, refusal.words(self.reader, self.now, other))
        left = self.answers
        for name, rules, words in (
            (pgettext("time before a session", "Notice"), [Question.NOTICE], self._notice),
            (_("How far ahead"), [Question.HORIZON], self._horizon),
            (_("Hours"), [Question.HOURS, Question.EXCEPTION], self._hours),
            (_("Start times"), [Question.GRID], self._grid),
            (pgettext("of people", "Free"), TAKEN, self._free),
        ):
            passing = [answers for answers in left if all(answers[rule].passed for rule in rules)]
            yield ReasonLine(name, bool(passing), words(left, passing))
            left = passing
            if not left:
                return

    def _participant(self, answer):
        if self.participant != self.by:
            text = others_meetings(self.participant, answer.intervals, self.reader)
            return ReasonLine(_("Participant"), answer.passed, text)
        text = _("You are not in a meeting then.")
        if answer.intervals:
            text = _("You are in a meeting from %(times)s.") % {"times": ranges(answer.intervals, self.reader)}
        return ReasonLine(_("You"), answer.passed, text)

    # One group of rules each, of those who are left and those who pass ---------------------------------------

    def _notice(self, left, passing):
        return notice(
            min(answers[Question.NOTICE].limit for answers in left),
            _("At least %(notice)s of notice is needed; this is %(ahead)s."),
            start=self.start,
            now=self.now,
            reader=self.reader,
        )

    def _horizon(self, left, passing):
        return horizon(max((answers[Question.HORIZON] for answers in left), key=lambda answer: answer.limit))

    def _hours(self, left, passing):
        if not passing:
            return _("No expert works then, for the whole session.")
        works = ngettext("%(number)s expert works then.", "%(number)s experts work then.", len(passing))
        return works % {"number": len(passing)}

    def _grid(self, left, passing):
        every = timefmt.minutes(self.path.start_interval_minutes)
        if passing:
            return _("Sessions start every %(interval)s, counted from the beginning of an expert’s hours.") % {
                "interval": every
            }
        return _(
            "Sessions start every %(interval)s, counted from the beginning of an expert’s hours,"
            " so none starts at %(time)s."
        ) % {"interval": every, "time": timefmt.clock(self.start, self.reader)}

    def _free(self, left, passing):
        if passing:
            free = ngettext("%(number)s expert is free then.", "%(number)s experts are free then.", len(passing))
            return free % {"number": len(passing)}
        return ngettext(
            "The expert who works then is not free: booked, busy, or at their limit of sessions.",
            "None of the %(number)s experts who work then is free: booked, busy, or at their limit of sessions.",
            len(left),
        ) % {"number": len(left)}
