"""What an expert does with their foreign calendars: add, name their addresses in one, have read again, remove."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from everwise.errors import Refused
from experts.addresses import clean_address
from experts.feeds.limits import MAX_CALENDARS, READ_AGAIN_AFTER
from experts.feeds.reader import Ours, busy_in, intervals_of, lock_owner, notes_of, own_addresses, store
from experts.models import BusyCalendar, Expert


class CalendarRefused(Refused):
    """What was asked for is not done; the message says why, in words."""


def add_address(*, expert: Expert, label: str, address: str, by, now: datetime, addresses: str = "") -> BusyCalendar:
    """Add an address, to be read by a worker at once. Raises Refused, and BadAddress for one that is never read."""
    _own(expert, by)
    address = clean_address(address)
    with transaction.atomic():
        lock_owner(expert)
        _room(expert)
        if expert.busy_calendars.filter(kind=BusyCalendar.Kind.ADDRESS, url=address).exists():
            raise CalendarRefused(_("You have this calendar already."))
        return BusyCalendar.objects.create(
            expert=expert,
            kind=BusyCalendar.Kind.ADDRESS,
            label=label,
            url=address,
            addresses=addresses,
            next_read_at=now,
        )


def add_upload(
    *, expert: Expert, label: str, data: bytes, by, now: datetime, ours: Ours, addresses: str = ""
) -> BusyCalendar:
    """Read a file and keep its busy times, not the file. Raises Refused, and Unreadable with what is wrong."""
    _own(expert, by)
    zone = str(expert.time_zone)
    own = own_addresses(expert, addresses)
    busy = busy_in(data, zone=zone, now=now, own=own)
    intervals = intervals_of(busy, ours)
    with transaction.atomic():
        lock_owner(expert)
        _room(expert)
        calendar = BusyCalendar.objects.create(
            expert=expert,
            kind=BusyCalendar.Kind.UPLOAD,
            label=label,
            tried_at=now,
            last_read_at=now,
            full_read_at=now,
            read_in_zone=zone,
            addresses=addresses,
            read_as="\n".join(own),
            notes=notes_of(busy),
        )
        store(calendar, intervals)
    return calendar


def read_again(*, calendar: BusyCalendar, by, now: datetime) -> None:
    """Make a worker read it now instead of later. Raises Refused."""
    _own(calendar.expert, by)
    if calendar.kind == BusyCalendar.Kind.UPLOAD:
        raise CalendarRefused(_("An uploaded file is read once. Upload the newer file instead."))
    if calendar.tried_at and calendar.tried_at > now - READ_AGAIN_AFTER:
        raise CalendarRefused(_("This calendar was read less than a minute ago."))
    waiting = BusyCalendar.objects.filter(pk=calendar.pk, next_read_at__gt=now)
    if not waiting.update(next_read_at=now):
        raise CalendarRefused(_("This calendar is about to be read."))


def name_addresses(*, calendar: BusyCalendar, addresses: str, by, now: datetime) -> None:
    """Say what its owner goes by in it, and have it read again by that at once. Raises Refused."""
    _own(calendar.expert, by)
    if calendar.kind == BusyCalendar.Kind.UPLOAD:
        raise CalendarRefused(_("An uploaded file is read once. Upload it again and name your addresses there."))
    BusyCalendar.objects.filter(pk=calendar.pk).update(addresses=addresses, next_read_at=now)


def remove(*, calendar: BusyCalendar, by, now: datetime) -> None:
    """Remove a calendar and its busy times. Meetings stay as they are."""
    _own(calendar.expert, by)
    with transaction.atomic():
        lock_owner(calendar.expert)
        calendar.delete()


def _own(expert: Expert, by) -> None:
    if by.pk != expert.user_id:
        raise CalendarRefused(_("Only the expert keeps their calendars."))


def _room(expert: Expert) -> None:
    if expert.busy_calendars.count() >= MAX_CALENDARS:
        words = _("You have %(number)s calendars, which is as many as can be read. Remove one first.")
        raise CalendarRefused(words % {"number": MAX_CALENDARS})
