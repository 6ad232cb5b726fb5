"""Keeps the busy times of foreign calendars fresh: any number of workers, each calendar by one of them at a time.

A worker takes a calendar by a lease, reads it outside any transaction, and puts what it found in place of what was
there, with the owner locked as a booking locks them. Whatever goes wrong, the last good busy times stay.
"""

import logging
from collections.abc import Callable, Collection
from datetime import UTC, date, datetime, timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Value
from django.db.models.functions import Coalesce

from everwise.accounts.models import User
from everwise.intervals import merge
from everwise.plaintext import one_line
from experts.feeds import sandbox
from experts.feeds.fetch import Unreachable, fetch
from experts.feeds.ics import UnreadableCalendar
from experts.feeds.limits import MAX_TIMES, READ_EVERY, READ_WHOLE_EVERY, READING_LEASE
from experts.feeds.parse import ParsedCalendar
from experts.feeds.retries import wait_after
from experts.models import BusyCalendar, BusyTime, Expert

logger = logging.getLogger(__name__)
# From yesterday to beyond the farthest horizon a path can have.
BEHIND, AHEAD = timedelta(days=1), timedelta(days=760)

# Of some UUIDs, those that are meetings of ours: an expert who reads our own calendar back in is not busy by it.
Ours = Callable[[Collection[str]], set[str]]


def claim(now: datetime) -> BusyCalendar | None:
    """Take the longest waiting due calendar, for the length of the lease."""
    with transaction.atomic():
        due = BusyCalendar.objects.due(now).order_by("next_read_at", "pk")
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        calendar = due.first()
        if calendar is None:
            return None
        # Asked again in the UPDATE, which is what keeps two workers apart on SQLite.
        taken = BusyCalendar.objects.due(now).filter(pk=calendar.pk).update(leased_until=now + READING_LEASE)
    # None as well where its owner removes it this moment.
    return BusyCalendar.objects.select_related("expert").filter(pk=calendar.pk).first() if taken else None


def read_calendar(calendar: BusyCalendar, *, clock: Callable[[], datetime], ours: Ours) -> bool:
    """Read a claimed calendar and store what it says; when that fails, note why and try again later."""
    now, zone = clock(), str(calendar.expert.time_zone)
    unchanged_counts = calendar.full_read_at and calendar.full_read_at > now - READ_WHOLE_EVERY
    own = own_addresses(calendar.expert, calendar.addresses)
    unchanged_counts = unchanged_counts and calendar.read_in_zone == zone and calendar.read_as == "\n".join(own)
    try:
        answer = fetch(
            calendar.url,
            etag=calendar.etag if unchanged_counts else "",
            last_modified=calendar.last_modified if unchanged_counts else "",
            allow_loopback=settings.FEEDS_ALLOW_LOOPBACK,
        )
        busy = None if answer.body is None else busy_in(answer.body, zone=zone, now=now, own=own)
        if busy is None and not unchanged_counts:
            raise Unreachable("not-asked")
        intervals = intervals_of(busy, ours) if busy else []
    except (Unreachable, UnreadableCalendar) as error:
        _note_failure(calendar, str(error), timedelta(seconds=getattr(error, "wait", 0)), clock())
        return False
    except Exception as error:  # noqa: BLE001 - named in the log by its type alone
        # Whatever is wrong with this one, the others must be read. The message may hold the address: not logged.
        logger.error("Calendar %s was not read: %s", calendar.pk, type(error).__name__)
        _note_failure(calendar, "unreadable", timedelta(0), clock())
        return False
    with transaction.atomic():
        current = _held(calendar)
        if current is None:
            return False
        changed = [
            "tried_at",
            "last_read_at",
            "next_read_at",
            "failures",
            "error",
            "leased_until",
            "failing_since",
            "told_at",
        ]
        if busy is not None:
            changed += ["busy_count", "full_read_at", "read_in_zone", "read_as", "notes", "etag", "last_modified"]
            current.busy_count = _replace(current, intervals)
            current.full_read_at, current.read_in_zone, current.read_as = now, zone, "\n".join(own)
            current.notes = notes_of(busy)
            current.etag, current.last_modified = answer.etag, answer.last_modified
        current.tried_at = current.last_read_at = now
        current.next_read_at = clock() + READ_EVERY
        current.failures, current.error, current.leased_until = 0, "", None
        current.failing_since = current.told_at = None
        current.save(update_fields=changed)
    return True


def busy_in(data: bytes, *, zone: str, now: datetime, own: Collection[str] = ()) -> ParsedCalendar:
    """The busy times of a file, as far as they matter now. Raises UnreadableCalendar."""
    return sandbox.busy_times(data, zone=zone, start=now - BEHIND, end=now + AHEAD, own=own)


def own_addresses(expert: Expert, named: str) -> list[str]:
    """What the owner goes by in a calendar: their account's confirmed addresses, and those they name beside it."""
    confirmed = EmailAddress.objects.filter(user=expert.user_id, verified=True).values_list("email", flat=True)
    return sorted({address.strip().casefold() for address in [*confirmed, *named.split(",")]} - {""})


def notes_of(busy: ParsedCalendar) -> dict:
    """What the owner is shown of a reading: how many events were left out, some of them, and unknown zones."""
    if not busy.left_out and not busy.unknown:
        return {}
    left = [[_day(each.date), each.line, one_line(each.why)[:200]] for each in busy.left]
    return {"left_out": busy.left_out, "left": left, "unknown": [one_line(name)[:60] for name, _ in busy.unknown]}


def _day(text: str) -> str:
    """A day as the file has it; "" for one that does not exist."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""


def intervals_of(busy: ParsedCalendar, ours: Ours) -> list[tuple[int, int]]:
    """The one place where our own meetings are kept apart from foreign events: by the UUID that their UID begins with.

    Raises UnreadableCalendar where more are left than are kept.
    """
    own = ours(busy.named) if busy.named else set()
    foreign = (interval for uid, intervals in busy.named.items() if uid not in own for interval in intervals)
    merged = merge([*busy.intervals, *foreign])
    if len(merged) > MAX_TIMES:
        raise UnreadableCalendar(f"too-many-times {MAX_TIMES}")
    return merged


def _note_failure(calendar: BusyCalendar, fault: str, asked: timedelta, now: datetime) -> None:
    failures = min(calendar.failures + 1, 1000)
    # Only while the lease is ours: after it ran out, the row is another worker's to write.
    since = Coalesce("failing_since", Value(now))
    BusyCalendar.objects.filter(pk=calendar.pk, leased_until=calendar.leased_until).update(
        failing_since=since,
        failures=failures,
        error=fault[:300],
        tried_at=now,
        next_read_at=now + wait_after(failures, asked=asked),
        leased_until=None,
    )


def _held(calendar: BusyCalendar) -> BusyCalendar | None:
    """The row as it is now, its owner locked; None when it was removed, or the lease ran out meanwhile."""
    lock_owner(calendar.expert)
    rows = BusyCalendar.objects.filter(pk=calendar.pk, leased_until=calendar.leased_until)
    return rows.select_related("expert").first()


def lock_owner(expert) -> None:
    """Hold the expert's time until the transaction ends, as a booking does."""
    User.objects.select_for_update(no_key=True).get(pk=expert.user_id)


def store(calendar: BusyCalendar, intervals: list[tuple[int, int]]) -> None:
    """Put these busy times in place of a calendar's own; in a transaction, its owner locked."""
    calendar.busy_count = _replace(calendar, intervals)
    calendar.save(update_fields=["busy_count"])


def _replace(calendar: BusyCalendar, intervals: list[tuple[int, int]]) -> int:
    """Write only what differs: most readings find little that is new, and the owner is locked meanwhile."""
    wanted = {(datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(end, UTC)) for start, end in intervals}
    gone = []
    for pk, start, end in calendar.busy_times.values_list("pk", "starts_at", "ends_at"):
        if (start, end) in wanted:
            wanted.remove((start, end))
        else:
            gone.append(pk)
    for first in range(0, len(gone), 500):
        calendar.busy_times.filter(pk__in=gone[first : first + 500]).delete()
    new = [
        BusyTime(expert_id=calendar.expert_id, calendar=calendar, starts_at=start, ends_at=end)
        for start, end in sorted(wanted)
    ]
    BusyTime.objects.bulk_create(new, batch_size=500)
    return len(intervals)
