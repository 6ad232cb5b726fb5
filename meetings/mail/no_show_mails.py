"""What the e-mails say about missed sessions: to whoever missed them, and to the admins whose yes is asked for."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from everwise.absolute_urls import absolute
from everwise.accounts.models import User
from everwise.plaintext import one_line
from everwise.wording import phrase
from meetings.booking import no_shows
from meetings.enums import AccountMail
from meetings.mail.arrival_mails import OPEN_PATH, ArrivalText
from meetings.models import Notice
from paths.enums import Role
from paths.models import FreshStart, Membership, Path

KINDS = {AccountMail.SESSIONS_MISSED, AccountMail.BOOKING_ASKED, AccountMail.BOOK_AGAIN}
LOOK = gettext_lazy("Look at it")
BOOK = gettext_lazy("Book a session")
MOST_ADMINS = 3


def told(notice: Notice, now: datetime) -> ArrivalText | None:
    """None where it is not so any more: corrected, allowed, taken back, off the path, the rule switched off."""
    facts, user = notice.facts, notice.user
    if user is None or "path" not in facts:
        return None
    role = Role.ADMIN if notice.kind == AccountMail.BOOKING_ASKED else Role.PARTICIPANT
    path = _path_of(user, role, facts)
    if path is None:
        return None
    if notice.kind == AccountMail.BOOKING_ASKED:
        return _asked(path, facts, now)
    if notice.kind == AccountMail.BOOK_AGAIN:
        return _again(path, user, facts)
    return _missed(path, user, now)


def _missed(path: Path, user: User, now: datetime) -> ArrivalText | None:
    starts = no_shows.missed_on(user, [path]).get(path.pk, ())
    if path.no_shows_allowed is None or len(starts) < path.no_shows_allowed:
        return None
    live = Membership.objects.live().filter(path=path, role=Role.ADMIN, user__is_active=True)
    admins = [each.user for each in live.select_related("user").order_by("user__name", "pk")[:MOST_ADMINS]]
    context: dict[str, Any] = {
        "path": phrase(path.name),
        "number": len(starts),
        "days": no_shows.days(starts, user.reader, now),
        "blocked": no_shows.is_beyond(path, len(starts)),
        "admins": [phrase(str(admin)) for admin in admins],
        "whom": phrase(str(admins[0])) if admins else "",
    }
    why = _("You get this e-mail because you take part in this path.")
    link = absolute(reverse("paths:detail", args=[path.pk]))
    return ArrivalText(context, link, OPEN_PATH, why, [admin.email for admin in admins])


def _again(path: Path, user: User, facts: dict[str, Any]) -> ArrivalText | None:
    fresh = FreshStart.objects.filter(pk=facts["fresh"], user=user, path=path, taken_back_at=None)
    given = fresh.select_related("by").first()
    if given is None:
        return None
    context = {"path": phrase(path.name), "by": phrase(str(given.by)), "allowed": path.no_shows_allowed}
    why = _("You get this e-mail because %(name)s let you book again.") % {"name": context["by"]}
    link = absolute(reverse("schedule:theme", args=[path.pk]))
    return ArrivalText(context, link, BOOK, why, [given.by.email] if given.by.is_active else [])


def _asked(path: Path, facts: dict[str, Any], now: datetime) -> ArrivalText | None:
    person = no_shows.needing_yes(path).filter(pk=UUID(facts["about"])).first()
    if person is None:
        return None
    starts = no_shows.missed_on(person, [path]).get(path.pk, ())
    context = {
        "path": phrase(path.name),
        "name": phrase(str(person)),
        "their_address": one_line(person.email),
        "number": len(starts),
    }
    why = _("You get this e-mail because you run this path.")
    link = absolute(reverse("paths:person", args=[path.pk, person.pk]))
    return ArrivalText(context, link, LOOK, why, [person.email])


def _path_of(user: User, role: Role, facts: dict[str, Any]) -> Path | None:
    live = Membership.objects.live().filter(user=user, role=role, path=UUID(facts["path"]))
    membership = live.select_related("path").first()
    return membership.path if membership else None
