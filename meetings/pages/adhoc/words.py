"""What the form of an ad-hoc meeting says about its people and its time."""

from collections.abc import Callable
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from everwise import intervals, timefmt
from everwise.accounts.models import User
from everwise.intervals import Interval
from everwise.timefmt import Reader
from everwise.wording import isolated, listed
from meetings.booking import conflicts

Called = Callable[[User], str]
# Somebody who could organize the meeting, by what they are to it.
ORGANIZERS = {
    "experts": gettext_lazy("%(name)s (expert)"),
    "participants": gettext_lazy("%(name)s (participant)"),
    "you": gettext_lazy("%(name)s (you)"),
    "scheduler": gettext_lazy("%(name)s (who scheduled it)"),
    "organizer": gettext_lazy("%(name)s (organizer now)"),
}


def not_free(user: User) -> str:
    words = _("%(name)s is not free at that time. Choose another time or take %(first_name)s out.")
    return words % {"name": isolated(user), "first_name": user.first_name}


def clash(found: conflicts.Clash, day: date | None, reader: Reader, called: Called) -> str:
    """With the date where it is not `day`, the form's own."""
    words = _("%(name)s already has a meeting from %(times)s. Choose another time or take %(first_name)s out.")
    if timefmt.local_day(found.start, reader) != day:
        words = _(
            "%(name)s already has a meeting on %(day)s from %(times)s. Choose another time or take %(first_name)s out."
        )
    return words % {
        "name": isolated(called(found.user)),
        "first_name": found.user.first_name,
        "day": timefmt.short_day(found.start, reader),
        "times": timefmt.clock_range(found.start, found.end, reader),
    }


def busy(doubt: conflicts.Doubt, day: date | None, reader: Reader, called: Called) -> tuple[str, str]:
    """That somebody is busy elsewhere, and when; with dates where one of the times is not on `day`, the form's own."""
    matter = _("%(name)s is busy elsewhere.") % {"name": isolated(called(doubt.user))}
    if all(timefmt.local_day(start, reader) == day for start, _end in doubt.busy):
        times = listed([timefmt.clock_range(*span, reader) for span in doubt.busy])
        return matter, _("Their own calendar shows them as busy from %(times)s.") % {"times": times}
    dated = _("%(day)s, %(times)s")
    spans = [
        dated % {"day": timefmt.short_day(span[0], reader), "times": timefmt.clock_range(*span, reader)}
        for span in doubt.busy
    ]
    return matter, _("Their own calendar shows them as busy at these times: %(times)s.") % {"times": listed(spans)}


def outside_hours(
    user: User, start: datetime, hours: list[Interval], reader: Reader, called: Called
) -> tuple[str, str]:
    """That a start is outside somebody's hours, and which hours they have that day."""
    matter = _("%(time)s is outside %(name)s’s hours.") % {
        "time": timefmt.clock(start, reader),
        "name": isolated(called(user)),
    }
    if not hours:
        return matter, _("%(name)s is not available that day.") % {"name": user.first_name}
    times = listed([timefmt.clock_range(intervals.instant(a), intervals.instant(b), reader) for a, b in hours])
    return matter, _("%(name)s is available %(times)s that day.") % {"name": user.first_name, "times": times}
