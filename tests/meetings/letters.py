"""Reads what lies in the outbox, as the person to whom it goes."""

from everwise.accounts.models import User
from meetings import notices
from meetings.models import Notice


def living_in(zone, user, **fields):
    User.objects.filter(pk=user.pk).update(time_zone=zone, **fields)
    return User.objects.get(pk=user.pk)


def sent(user, kind, sequence=None):
    rows = Notice.objects.select_related("event__by", "meeting", "user").filter(user=user, kind=kind)
    return notices.render(rows.get() if sequence is None else rows.get(sequence=sequence))


def body(user, kind, sequence=None):
    return sent(user, kind, sequence)[1]


def page(meeting):
    return f"http://testserver/meetings/{meeting.pk}/"
