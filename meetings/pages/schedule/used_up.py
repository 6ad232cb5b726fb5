"""Why no session is left to book: what is used and what is booked, counted apart."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from everwise.accounts.models import User
from everwise.wording import isolated
from meetings.booking.credits import Credits


def title(credits: Credits, other: User | None) -> str:
    """Of somebody without a session left: `other` where it is not the reader."""
    total = credits.total or 0
    message = _theirs(credits, total) if other else _yours(credits, total)
    return message % {"name": isolated(other), "used": credits.used, "booked": credits.booked, "total": total}


def _yours(credits: Credits, total: int) -> str:
    if not total or credits.used + credits.booked > total:
        # The limit has come down meanwhile.
        return _("Your limit is now %(total)s: %(used)s used, %(booked)s booked")
    if not credits.booked:
        return ngettext("You’ve used your one session", "You’ve used all %(total)s of your sessions", total)
    if not credits.used:
        return ngettext("You’ve booked your one session", "You’ve booked all %(total)s of your sessions", total)
    return ngettext(
        "You’ve used %(used)s of your %(total)s sessions and booked the other one",
        "You’ve used %(used)s of your %(total)s sessions and booked the other %(booked)s",
        credits.booked,
    )


def _theirs(credits: Credits, total: int) -> str:
    if not total or credits.used + credits.booked > total:
        return _("%(name)s’s limit is now %(total)s: %(used)s used, %(booked)s booked")
    if not credits.booked:
        return ngettext(
            "%(name)s has used their one session", "%(name)s has used all %(total)s of their sessions", total
        )
    if not credits.used:
        return ngettext(
            "%(name)s has booked their one session", "%(name)s has booked all %(total)s of their sessions", total
        )
    return ngettext(
        "%(name)s has used %(used)s of their %(total)s sessions and booked the other one",
        "%(name)s has used %(used)s of their %(total)s sessions and booked the other %(booked)s",
        credits.booked,
    )
