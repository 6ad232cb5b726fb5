"""Two versions of an ad-hoc meeting side by side: as it stands, and as somebody would have it."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from everwise import timefmt
from everwise.accounts.models import User
from everwise.timefmt import Reader
from meetings import booking
from meetings.models import Meeting


def side_by_side(
    meeting: Meeting, plan: booking.MeetingPlan, reader: Reader, called: Callable[[User], str]
) -> list[dict[str, object]]:
    """A row for each parameter: its name, both texts, and whether they differ. `called` names a person."""

    def names(people):
        return ", ".join(sorted(map(called, people)))

    rows = [
        (_("Title"), meeting.title, plan.title),
        (_("Agenda"), meeting.agenda, plan.agenda),
        (_("When"), _when(meeting, reader), _when(plan, reader)),
        (_("Experts"), names(meeting.experts), names(plan.experts)),
        (_("Participants"), names(meeting.participants), names(plan.participants)),
        (_("Organizer"), called(meeting.organizer), called(plan.organizer or meeting.organizer)),
        (_("Place"), meeting.place, plan.place),
        (_("Video link"), meeting.video_link, plan.video_link),
    ]
    return [{"name": name, "now": now, "yours": yours, "differs": now != yours} for name, now, yours in rows]


def _when(timed: Meeting | booking.MeetingPlan, reader: Reader) -> str:
    start, end = timed.starts_at, timed.ends_at
    return _("%(day)s, %(times)s, %(zone)s") % {
        "day": timefmt.short_day(start, reader),
        "times": timefmt.clock_range(start, end, reader),
        "zone": timefmt.zone_label(start, reader.zone),
    }
