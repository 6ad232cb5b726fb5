"""What the e-mails to people who are added to paths, or have another role there, say, and those to whoever added them.

The link of an invitation is made here, in the worker; of two sendings only the later one has a link, and is sent.
"""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from everwise import timefmt
from everwise.absolute_urls import absolute
from everwise.accounts.models import User
from everwise.plaintext import one_line
from everwise.wording import listed, phrase
from meetings.enums import AccountMail
from meetings.models import Notice
from paths import invitations
from paths.enums import InvitationState, Role
from paths.models import Invitation, Membership, Path

KINDS = {
    AccountMail.INVITED,
    AccountMail.ADDED,
    AccountMail.ASKED_AGAIN,
    AccountMail.DECLINED,
    AccountMail.ROLE_CHANGED,
}
ACCEPT = gettext_lazy("Accept invitation")
OPEN_PATH = gettext_lazy("Open the path")
OPEN = gettext_lazy("Open Everwise")


class ArrivalText(NamedTuple):
    """What an e-mail says: its part of the template's context, and who gets an answer to it."""

    context: dict[str, Any]
    link: str
    button: Promise
    why: str
    reply_to: list[str]
    # Where whoever wants no more of them says so; "" for what can't be declined.
    stop_link: str = ""
    # Who writes it, where that is a person and not the installation.
    sender: str = ""


def told(notice: Notice, now: datetime) -> ArrivalText | None:
    """None where there is nothing to say any more: answered, withdrawn, sent again since, off the path."""
    kind, facts = AccountMail(notice.kind), notice.facts
    assert notice.user is not None
    invitation = _invitation(facts)
    if "invitation" in facts and invitation is None:
        return None
    if kind in {AccountMail.ASKED_AGAIN, AccountMail.DECLINED}:
        assert invitation is not None
        return _to_inviter(invitation, facts)
    if kind == AccountMail.ROLE_CHANGED:
        return _to_changed(notice.user, facts)
    return _to_added(notice, notice.user, invitation, now)


def _to_added(notice, user, invitation, now) -> ArrivalText | None:
    facts = notice.facts
    if invitation:
        sent = facts.get("sent") == invitation.sent_at.isoformat()
        if not sent or invitations.state_of(invitation, now) != InvitationState.INVITED:
            return None
    path = invitation.path if invitation else _path(user, facts)
    if path is None and "path" in facts:
        return None
    by = invitation.by if invitation else User.objects.filter(pk=UUID(facts["by"])).first()
    if by is None:
        return None
    reader = user.reader
    context = {
        "by": phrase(str(by)),
        "by_address": one_line(by.email) if by.is_active else "",
        "path": phrase(path.name) if path else "",
        "program": phrase(str(facts.get("program", ""))),
        "role": facts.get("role", ""),
        "sessions": path.sessions_per_participant if path else None,
        "closes": timefmt.full_date(path.closes_on) if path and path.closes_on else "",
        "until": _until(invitation, user, now) if invitation else "",
        "reader": reader,
    }
    reply_to = [by.email] if by.is_active else []
    if notice.kind == AccountMail.INVITED:
        why = _("%(name)s gave us this address. If you do not expect this e-mail, do nothing: no account is made.")
        return ArrivalText(context, _link(invitation), ACCEPT, why % {"name": context["by"]}, reply_to)
    why = _("You get this e-mail because %(name)s added you.") % {"name": context["by"]}
    if invitation and path:
        return ArrivalText(context, _link(invitation), OPEN_PATH, why, reply_to)
    if path:
        return ArrivalText(context, absolute(reverse("paths:detail", args=[path.pk])), OPEN_PATH, why, reply_to)
    return ArrivalText(context, absolute(reverse("home")), OPEN, why, reply_to)


def _to_changed(user: User, facts: dict[str, str]) -> ArrivalText | None:
    path, by = _path(user, facts), User.objects.filter(pk=UUID(facts["by"])).first()
    if by is None or (path is None and "path" in facts):
        return None
    before, after = (_roles(facts.get(name, "")) for name in ("before", "after"))
    context = {
        "by": phrase(str(by)),
        "answered": by.is_active,
        "path": phrase(path.name) if path else "",
        "program": phrase(facts.get("program", "")),
        "roles_before": listed([str(role.label) for role in before]),
        "roles_after": listed([str(role.label) for role in after]),
        "is_now": after,
        "is_no_longer": [role for role in before if role not in after],
    }
    why = _("You get this e-mail because %(name)s changed your role.") % {"name": context["by"]}
    reply_to = [by.email] if by.is_active else []
    if path:
        return ArrivalText(context, absolute(reverse("paths:detail", args=[path.pk])), OPEN_PATH, why, reply_to)
    return ArrivalText(context, absolute(reverse("home")), OPEN, why, reply_to)


def _roles(text: str) -> list[Role]:
    """In the order in which they are written."""
    return [role for role in Role if role in text.split(",")]


def _to_inviter(invitation: Invitation, facts) -> ArrivalText:
    user, path = invitation.user, invitation.path
    # What the person is called is theirs to say, where their account is not known here.
    name = invitations.shown_name(invitation, user)
    context = {
        "name": phrase(name),
        "their_address": one_line(user.email) if name != user.email else "",
        "path": phrase(path.name) if path else "",
        "stays": bool(facts.get("stays")),
    }
    why = _("You get this e-mail because you can invite people to this path.")
    if path:
        return ArrivalText(context, absolute(reverse("paths:detail", args=[path.pk])), OPEN_PATH, why, [])
    why = _("You get this e-mail because you invited this person.")
    return ArrivalText(context, absolute(reverse("admin:accounts_user_change", args=[user.pk])), OPEN, why, [])


def _invitation(facts) -> Invitation | None:
    rows = Invitation.objects.select_related("user", "path__program", "by")
    return rows.filter(pk=UUID(facts["invitation"])).first() if "invitation" in facts else None


def _path(user, facts) -> Path | None:
    """The path, while the person is on it and may know so."""
    if "path" not in facts:
        return None
    found = Membership.objects.knowing().filter(user=user, path=UUID(facts["path"])).select_related("path").first()
    return found.path if found else None


def _link(invitation: Invitation) -> str:
    return absolute(f"{reverse('invitations:page')}{invitation.token}/")


def _until(invitation, user, now) -> str:
    at, reader = invitation.expires_at, user.reader
    return _("%(day)s, %(time)s (%(city)s)") % {
        "day": timefmt.short_day(at, reader, now),
        "time": timefmt.clock(at, reader),
        "city": timefmt.city(reader.zone),
    }
