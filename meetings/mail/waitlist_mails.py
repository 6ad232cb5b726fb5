"""What somebody in line reads when a time is held for them, and when it is gone."""

from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from everwise import timefmt
from everwise.absolute_urls import absolute
from everwise.accounts.models import User
from everwise.wording import phrase
from meetings.booking.waitlist.in_line import is_over
from meetings.booking.waitlist.windows import Window, until_words
from meetings.enums import AccountMail, HeldEnd
from meetings.mail.arrival_mails import ArrivalText
from meetings.models import HeldTime, Notice, WaitlistEntry

KINDS = {AccountMail.TIME_HELD, AccountMail.TIME_GONE}
LOOK = gettext_lazy("Look at this time")
WAITLIST = gettext_lazy("Your place on the waitlist")


def told(notice: Notice, now: datetime) -> ArrivalText | None:
    """None where it is not so any more: taken, passed on or over by now; or they have left the line, or the path."""
    rows = HeldTime.objects.select_related("entry__theme__path", "entry__sooner_than__path", "entry__user", "expert")
    held = rows.filter(pk=UUID(notice.facts["held"]), user=notice.user).first() if "held" in notice.facts else None
    if held is None or not _is_in_line(held, now):
        return None
    theme, user = held.entry.theme, held.entry.user
    context = {
        "theme": phrase(theme.name),
        "path": phrase(theme.path.name),
        "when": _when(held.starts_at, user, now),
        "with": phrase(str(held.expert)),
        "moves": held.entry.sooner_than is not None,
        "window": Window.of(held.entry).words(user.reader, now),
    }
    why = _("You get this e-mail because you are on the waitlist of this theme.")
    if notice.kind == AccountMail.TIME_GONE:
        if held.ended_by != HeldEnd.GONE:
            return None
        place = reverse("schedule:wait", args=[theme.path_id, theme.pk])
        if session := held.entry.sooner_than_id:
            place = f"{place}?{urlencode({'sooner': session})}"
        return ArrivalText(context, absolute(place), WAITLIST, why, [])
    if held.ended_at or held.passed_at or held.until <= now:
        return None
    context["until"] = until_words(held.until, user.reader, now)
    return ArrivalText(context, absolute(reverse("meetings:held", args=[held.pk])), LOOK, why, [])


def _is_in_line(held: HeldTime, now: datetime) -> bool:
    return not is_over(held.entry, now) and WaitlistEntry.objects.waiting(now).filter(pk=held.entry_id).exists()


def _when(at: datetime, user: User, now: datetime) -> str:
    reader = user.reader
    return _("%(day)s, %(time)s, %(zone)s") % {
        "day": timefmt.long_day(at, reader, now),
        "time": timefmt.clock(at, reader),
        "zone": timefmt.zone_time(reader.zone, at),
    }
