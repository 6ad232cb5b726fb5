"""Why somebody can't take a session, in a sentence: the first of the engine's rules that says no."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from everwise import timefmt, wording
from everwise.accounts.models import User
from everwise.intervals import Interval, instant
from everwise.timefmt import Reader
from meetings.models import Meeting
from meetings.slots.engine import Calendar
from meetings.slots.reasons import Answer, Question


def why_not(user: User, failed: Sequence[Answer], calendar: Calendar, meeting: Meeting, reader: Reader) -> str:
    """For an admin of the path; `failed` are the rules that say no, in the order in which a person would ask."""
    name = {"name": wording.isolated(user)}
    if not (calendar.hours.rules or calendar.hours.overrides):
        return _("%(name)s has no hours yet.") % name
    if not failed:
        return _("%(name)s is not free.") % name
    answer = failed[0]
    match answer.rule:
        case Question.HOURS:
            said = _("%(name)s doesn’t work at this time.")
        case Question.EXCEPTION:
            said = _("%(name)s has time off or other hours on this day.")
        case Question.GRID:
            said = _("%(name)s works then, but their sessions start at other times.")
        case Question.PATH_DATES:
            said = _("%(name)s can’t be booked then: it is outside the dates of this path.")
        case Question.NOTICE:
            said = _("%(name)s can’t be booked at such short notice.")
        case Question.HORIZON:
            said = _("%(name)s can’t be booked so far ahead.")
        case Question.SESSION | Question.FOREIGN:
            return _taken(user, answer, meeting, reader)
        case Question.BREAK:
            said = _("%(name)s needs a break beside another session.")
        case Question.FOREIGN_BREAK:
            said = _("%(name)s needs a break beside something in their calendar.")
        case Question.PARTICIPANT:
            said = _("%(name)s is not free.")
        case Question.CAP_DAY | Question.CAP_WEEK:
            said = _("%(name)s has reached their limit of sessions.")
    return said % name


def _taken(user: User, answer: Answer, meeting: Meeting, reader: Reader) -> str:
    if answer.rule is Question.SESSION:
        said = _("%(name)s is in a session until %(time)s.")
    else:
        said = _("%(name)s is busy until %(time)s.")
    return said % {"name": wording.isolated(user), "time": _end(answer.intervals, meeting, reader)}


def _end(intervals: Sequence[Interval], meeting: Meeting, reader: Reader) -> str:
    """When the last of them ends, with its day where that is another than the meeting's."""
    end = instant(max(stop for _start, stop in intervals))
    time = timefmt.clock(end, reader)
    if timefmt.local_day(end, reader) == timefmt.local_day(meeting.starts_at, reader):
        return time
    return _("%(day)s, %(time)s") % {"day": timefmt.tiny_day(end, reader), "time": time}
