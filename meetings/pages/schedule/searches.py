"""Whether somebody who looks at the times of a theme finds what they look for; if not, it is counted, without them."""

from meetings.insights import unmet
from meetings.models import DayPart
from meetings.pages.schedule.days import Days
from meetings.pages.schedule.time_page import TimePage


def note_search(request, page: TimePage, days: Days | None) -> None:
    """`days` are what the page shows; None where the theme has no time at all.

    Counted is a time that is pointed to and not there; a date that was chosen and has no time; else seven days without
    any. The pages of days lead to the first of seven, so of that one nobody knows whether it was chosen.
    """
    if request.method != "GET" or page.problems or request.user.seen_as:
        # An admin who looks at the page as somebody else looks for no time.
        return
    if page.at and not _is_there(page, days):
        unmet.count_time(page.path, page.theme, page.at, page.now)
        return
    empty = days is None or not any(day.count for day in days.page)
    chosen = next((day for day in days.page if day.date == page.day), None) if days and not page.at else None
    if days and chosen and not chosen.count and chosen.date != days.first:
        unmet.count(page.path, page.theme, page.now, weekday=chosen.date.isoweekday(), part=_usual_part(page))
    elif empty:
        unmet.count(page.path, page.theme, page.now, part=_usual_part(page))


def _is_there(page: TimePage, days: Days | None) -> bool:
    if days is None:
        return False
    slots = (slot for day in days.strip for part in (day.before, day.slots, day.after) for slot in part)
    return any(slot.marked and slot.name for slot in slots)


def _usual_part(page: TimePage) -> DayPart:
    """The part of the day in which the participant has time, if their usual hours lie in one."""
    begin, until = page.participant.usual_from, page.participant.usual_until
    last = (until.hour * 60 + until.minute - 1) // 60
    parts = {DayPart.of(begin.hour), DayPart.of(last)}
    return parts.pop() if len(parts) == 1 and begin < until else DayPart.ANY
