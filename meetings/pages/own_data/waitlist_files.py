"""The files about waitlists: what they waited for, and the times that were held for them."""

from collections.abc import Iterator

from meetings.models import HeldTime, WaitlistEntry
from meetings.pages.own_data.rows import STEP, File, Row, Whose


def places(whose: Whose) -> Iterator[Row]:
    found = WaitlistEntry.objects.filter(user=whose.user).select_related("theme__path").order_by("joined_at", "pk")
    for row in found.iterator(STEP):
        yield {
            "path": row.theme.path.name,
            "theme": row.theme.name,
            "joined_at": whose.moment(row.joined_at),
            "from": row.first_date.isoformat(),
            "until": row.last_date.isoformat(),
            "weekdays": [number + 1 for number in range(7) if row.weekdays >> number & 1],
            "part_of_day": row.part,
            "sooner_than_a_session_at": whose.moment(row.sooner_start),
            "ended_at": whose.moment(row.ended_at),
            "ended_by": row.ended_by,
        }


def held(whose: Whose) -> Iterator[Row]:
    found = HeldTime.objects.filter(user=whose.user).select_related("entry__theme__path").order_by("offered_at", "pk")
    for row in found.iterator(STEP):
        yield {
            "path": row.entry.theme.path.name,
            "theme": row.entry.theme.name,
            "start": whose.moment(row.starts_at),
            "offered_at": whose.moment(row.offered_at),
            "held_until": whose.moment(row.until),
            "became": row.ended_by,
        }


FILES = [
    File("waitlist", ("meetings.WaitlistEntry.user",), places),
    File("held_times", ("meetings.HeldTime.user",), held),
]
