"""Two versions of an ad-hoc meeting side by side: as it stands, and as somebody would have it."""

from collections.abc import Callable

from everwise import timefmt
from everwise.accounts.models import User
from everwise.timefmt import Reader
from meetings import booking
from meetings.models import Meeting


def side_by_side(
    meeting: Meeting, plan: booking.MeetingPlan, reader: Reader, called: Callable[[User], str]
) -> list[dict[str, object]]:
    """A row for each parameter: its name, both texts, and whether they differ. `called` tells people apart."""

    def names(people):
        return ", ".join(sorted(map(called, people)))

    rows = [
        ("Title", meeting.title, plan.title),
        ("Agenda", meeting.agenda, plan.agenda),
        ("When", _when(meeting, reader), _when(plan, reader)),
        ("Experts", names(meeting.experts), names(plan.experts)),
        ("Participants", names(meeting.participants), names(plan.participants)),
        ("Organizer", called(meeting.organizer), called(plan.organizer or meeting.organizer)),
        ("Place", meeting.place, plan.place),
        ("Video link", meeting.video_link, plan.video_link),
    ]
    return [{"name": name, "now": now, "yours": yours, "differs": now != yours} for name, now, yours in rows]


def _when(timed: Meeting | booking.MeetingPlan, reader: Reader) -> str:
    start, end = timed.starts_at, timed.ends_at
    zone = timefmt.zone_label(start, reader.zone)
    return f"{timefmt.short_day(start, reader)}, {timefmt.clock_range(start, end, reader)}, {zone}"
