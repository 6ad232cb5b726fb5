"""Reads what lies in the outbox, as the person to whom it goes."""

from everwise.accounts.models import User
from meetings.mail import render
from meetings.models import Notice


def living_in(zone, user, **fields):
    User.objects.filter(pk=user.pk).update(time_zone=zone, **fields)
    return User.objects.get(pk=user.pk)


def sent(user, kind, sequence=None):
    rows = Notice.objects.select_related("event__by", "meeting__path", "user").filter(user=user, kind=kind)
    return tuple(render.render(rows.get() if sequence is None else rows.get(sequence=sequence))[:2])


def body(user, kind, sequence=None):
    return sent(user, kind, sequence)[1]


def page(meeting):
    return f"http://testserver/meetings/{meeting.pk}/"


def ending(why, city):
    """The last lines of every text about a meeting of a scene's path."""
    return (
        f"You get this e-mail because {why}, on the path Leading others.\n"
        f"Times are in your time zone, {city}. Change it, or your e-mail settings, here:\n"
        "http://testserver/accounts/profile/\nEverwise\n"
    )
