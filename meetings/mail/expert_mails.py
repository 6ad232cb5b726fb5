"""What the e-mails say that a path's admin has sent to an expert of it (paths/expert_reminders.py)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from everwise import timefmt
from everwise.absolute_urls import absolute
from everwise.accounts.models import User
from everwise.plaintext import one_line
from everwise.wording import listed, phrase
from experts.models import BusyCalendar
from meetings.enums import AccountMail
from meetings.mail.arrival_mails import ArrivalText
from meetings.models import Notice
from paths.enums import Role
from paths.expert_reminders import has_hours
from paths.models import Membership

KINDS = {AccountMail.HOURS_WANTED, AccountMail.CALENDAR_TOLD}
GIVE_HOURS = gettext_lazy("Give hours")
CALENDARS = gettext_lazy("Other calendars")


def told(notice: Notice, now: datetime) -> ArrivalText | None:
    """None where there is nothing to say any more: off the path, hours given, the calendar read again."""
    facts, user = notice.facts, notice.user
    assert user is not None
    if not {"by", "path"} <= set(facts):
        return None
    live = Membership.objects.live().filter(user=user, role=Role.EXPERT, path=UUID(facts["path"]))
    membership = live.select_related("path", "user__expert").first()
    by = User.objects.filter(pk=UUID(facts["by"])).first()
    if membership is None or by is None:
        return None
    expert = membership.user.expert
    context: dict[str, Any] = {"by": phrase(str(by)), "path": phrase(membership.path.name)}
    why = _("You get this e-mail because %(name)s sent it to you as an expert of this path.")
    reply_to = [by.email] if by.is_active else []
    if notice.kind == AccountMail.HOURS_WANTED:
        if has_hours(expert, now):
            return None
        link = absolute(reverse("availability"))
        return ArrivalText(context, link, GIVE_HOURS, why % {"name": context["by"]}, reply_to)
    failing = list(BusyCalendar.objects.unreadable().filter(expert=expert))
    if not failing:
        return None
    since = min(calendar.failing_since for calendar in failing if calendar.failing_since)
    context |= {
        "calendars": listed([_("“%(name)s”") % {"name": phrase(each.label)} for each in failing]),
        "number": len(failing),
        "since": _since(since, user, now),
        "faults": [one_line(each.error_in_words) for each in failing],
    }
    return ArrivalText(context, absolute(reverse("calendars:list")), CALENDARS, why % {"name": context["by"]}, reply_to)


def _since(at: datetime, user: User, now: datetime) -> str:
    reader = user.reader
    return _("%(day)s, %(time)s, %(zone)s") % {
        "day": timefmt.long_day(at, reader, now),
        "time": timefmt.clock(at, reader),
        "zone": timefmt.zone_time(reader.zone, at),
    }
