"""What a reminder of sessions left says to one person: how things stand with them when it is sent.

An admin reads the same before, of one of the recipients: from rows that are not saved.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from everwise import timefmt
from everwise.absolute_urls import absolute
from everwise.accounts.models import User
from everwise.plaintext import lines, one_line
from everwise.wording import phrase
from meetings.booking.credits import credits_of
from meetings.enums import AccountMail, NudgeKind
from meetings.mail.arrival_mails import ArrivalText
from meetings.mail.nudges import audience, free_times, opting_out
from meetings.models import Notice, Nudge, NudgeRecipient
from paths.enums import Role
from paths.models import Membership, Path

KINDS = {AccountMail.NUDGE, AccountMail.LAST_CALL}
CHOOSE = gettext_lazy("Choose a time")
NO_MORE = gettext_lazy("No more reminders like this")


def told(notice: Notice, now: datetime) -> ArrivalText | None:
    """None where it is not so any more, or not wanted: booked, left, none left, asked for no more, path closed."""
    recipient = notice.nudged
    if recipient is None or not audience.still_wanted(recipient, now):
        return None
    nudge, user = recipient.nudge, recipient.user
    path, by = nudge.path, nudge.by
    context = {
        **_sessions(path, user, nudge, now),
        "path": phrase(path.name),
        "typed": one_line(nudge.subject),
        "words": paragraphs(nudge.words),
        "closes": timefmt.full_date(path.closes_on) if path.closes_on else "",
        "lengths": _lengths(path),
        "times": _times(user, path, now),
        "stop_label": NO_MORE,
    }
    why = _("You get this because you have sessions left.")
    if path.sessions_per_participant is None:
        why = _("You get this because you can book sessions.")
    link = absolute(reverse("schedule:theme", args=[path.pk]))
    # One that is only looked at ends nothing.
    stop_link = opting_out.link(recipient) if recipient.pk else ""
    return ArrivalText(context, link, CHOOSE, why, _reply_to(by, path), stop_link, _sender(by))


def draft(nudge: Nudge, user: User) -> Notice:
    """The e-mail as this person would get it, of a reminder that is not sent yet; nothing of it is saved."""
    recipient = NudgeRecipient(nudge=nudge, user=user)
    return Notice(kind=AccountMail.NUDGE, user=user, address=user.email, nudged=recipient)


def paragraphs(words: str) -> list[str]:
    """Each line that somebody has typed is one. A line of dashes would be taken for the place of the button."""
    return [one_line(line) for line in lines(words) if line.strip("- ")]


def _sessions(path: Path, user: User, nudge: Nudge, now: datetime) -> dict[str, Any]:
    tally = credits_of(user, [path], now=now)[path.pk]
    left = ""
    if tally.left is not None:
        left = ngettext("%(number)d session", "%(number)d sessions", tally.left) % {"number": tally.left}
    return {"left": left, "never": nudge.kind == NudgeKind.NEVER_BOOKED}


def _lengths(path: Path) -> str:
    """“30 to 60 minutes”."""
    if (found := free_times.lengths(path)) is None:
        return ""
    shortest, longest = found
    if shortest == longest:
        return timefmt.minutes(shortest)
    return _("%(shortest)s to %(longest)s") % {
        "shortest": timefmt.minutes(shortest),
        "longest": timefmt.minutes(longest),
    }


def _times(user: User, path: Path, now: datetime) -> str:
    """“Thu 3 December, 09:00; Thu 3 December, 11:30 (Rome, GMT+1)”; "" where none is free."""
    found, reader = free_times.next_for(user, path, now), user.reader
    if not found:
        return ""
    said = [
        _("%(day)s, %(time)s") % {"day": timefmt.short_day(each, reader, now), "time": timefmt.clock(each, reader)}
        for each in found
    ]
    return _("%(times)s (%(zone)s)") % {
        "times": "; ".join(said),
        "zone": timefmt.zone_label(found[0], reader.zone),
    }


def _reply_to(by: User | None, path: Path) -> list[str]:
    """Whoever wrote it; of a last call, and of somebody who is gone, an admin of the path."""
    if by is not None and by.is_active:
        return [by.email]
    live = Membership.objects.live().filter(path=path, role=Role.ADMIN, user__is_active=True)
    first = live.select_related("user").order_by("started_at", "pk").first()
    return [first.user.email] if first else []


def _sender(by: User | None) -> str:
    """Their name before the installation's own address: no mail server takes a letter from somebody else's."""
    if by is None or not by.is_active:
        return ""
    name = one_line(_("%(name)s via %(site)s") % {"name": by, "site": site()})
    return settings.SENDER._replace(name=name).header


def site() -> str:
    """What the installation calls itself in e-mails."""
    return settings.SENDER.name or "Everwise"
