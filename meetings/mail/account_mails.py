"""Renders an account's e-mail from a row of the outbox: confirmations, new passwords, what was changed.

Links that open an account are made here, in the worker, from SITE_URL: nobody can read one in the database, and no
request's Host header has a say in it. Each attempt makes its own, and all of them work.
"""

from datetime import datetime
from typing import Any, NamedTuple

from allauth.account import app_settings
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from everwise import languages, timefmt, wording
from everwise.absolute_urls import absolute
from everwise.accounts.models import User
from everwise.plaintext import one_line
from experts import faults
from meetings.enums import AccountMail
from meetings.mail import arrival_mails, erasure_mails, expert_mails, no_show_mails, waitlist_mails
from meetings.mail.mime import Letter
from meetings.mail.nudges import letters as nudge_letters
from meetings.mail.replies import letters as reply_letters
from meetings.models import Notice


class Words(NamedTuple):
    """What stands around the paragraphs of templates/emails/account/<kind>.txt; those of TOLD_BY have their own."""

    why: Promise | str
    button: Promise


ASKED = gettext_lazy("You get this e-mail because somebody asked for it with this address.")
CHANGED = gettext_lazy("You get this e-mail because somebody changed how you sign in.")
SIGNED_IN = gettext_lazy("You get this e-mail because a recovery code of your account was used.")
ADDED_CALENDAR = gettext_lazy("You get this e-mail because you added this calendar to your availability.")
ASKED_TEST = gettext_lazy("You get this e-mail because you asked for a test on the page “Installation”.")
RENEW = gettext_lazy("Set a new password")
CONFIRM = gettext_lazy("Confirm address")
WORDS = {
    AccountMail.CONFIRM_SIGNUP: Words(ASKED, CONFIRM),
    AccountMail.CONFIRM_ADDRESS: Words(ASKED, CONFIRM),
    AccountMail.PASSWORD_RESET: Words(ASKED, RENEW),
    AccountMail.NO_ACCOUNT: Words(ASKED, gettext_lazy("Make an account")),
    AccountMail.ACCOUNT_EXISTS: Words(ASKED, RENEW),
    AccountMail.PASSWORD_CHANGED: Words(CHANGED, RENEW),
    AccountMail.PASSWORD_SET: Words(CHANGED, RENEW),
    AccountMail.PASSWORD_RENEWED: Words(CHANGED, RENEW),
    AccountMail.ADDRESS_CHANGED: Words(CHANGED, RENEW),
    AccountMail.ADDRESS_ADDED: Words(CHANGED, RENEW),
    AccountMail.ADDRESS_CONFIRMED: Words(CHANGED, RENEW),
    AccountMail.ADDRESS_REMOVED: Words(CHANGED, RENEW),
    AccountMail.APP_ADDED: Words(CHANGED, RENEW),
    AccountMail.APP_REMOVED: Words(CHANGED, RENEW),
    AccountMail.PASSKEY_ADDED: Words(CHANGED, RENEW),
    AccountMail.PASSKEY_REMOVED: Words(CHANGED, RENEW),
    AccountMail.CODES_RENEWED: Words(CHANGED, RENEW),
    AccountMail.CODE_USED: Words(SIGNED_IN, RENEW),
    AccountMail.STEP_TAKEN_OFF: Words(CHANGED, RENEW),
    AccountMail.CALENDAR_FAILED: Words(ADDED_CALENDAR, gettext_lazy("Other calendars")),
    AccountMail.TEST: Words(ASKED_TEST, gettext_lazy("Back to “Installation”")),
}
# What is looked up when the e-mail is made: people and paths as they are by then.
TOLD_BY = {
    **dict.fromkeys(arrival_mails.KINDS, arrival_mails.told),
    **dict.fromkeys(expert_mails.KINDS, expert_mails.told),
    **dict.fromkeys(erasure_mails.KINDS, erasure_mails.told),
    **dict.fromkeys(no_show_mails.KINDS, no_show_mails.told),
    **dict.fromkeys(nudge_letters.KINDS, nudge_letters.told),
    **dict.fromkeys(reply_letters.KINDS, reply_letters.told),
    **dict.fromkeys(waitlist_mails.KINDS, waitlist_mails.told),
}
TO_CONFIRM = {AccountMail.CONFIRM_SIGNUP, AccountMail.CONFIRM_ADDRESS}
# Between what a template says before the button and after it.
BUTTON = "\n---\n"


class RenderedAccountMail(NamedTuple):
    subject: str
    text: str
    html: str
    reply_to: list[str]
    stop_link: str = ""
    sender: str = ""


def render(notice: Notice, now: datetime) -> RenderedAccountMail | None:
    """What the e-mail says, in the language of its reader; None where there is nothing to say any more.

    That is: the account was closed, or the address is confirmed by now, or no longer the account's. An address without
    an account is written to in the language of the page from which it was asked for.
    """
    with languages.reading(_language(notice)):
        said = _said(notice, now)
        if said is None:
            return None
        text, html = (render_to_string(f"emails/account.{form}", said) for form in ("txt", "html"))
        return RenderedAccountMail(said["subject"], text, html, said["reply_to"], said["stop_link"], said["sender"])


def parts(notice: Notice, now: datetime) -> dict[str, Any] | None:
    """What `render` writes, in its parts, for a page that shows the e-mail before it is sent."""
    with languages.reading(_language(notice)):
        said = _said(notice, now)
        if said is None:
            return None
        # Their words are chosen here, in the language of whoever reads the e-mail.
        said |= {name: str(said[name]) for name in ("label", "stop_label") if name in said}
        return said | {"greeting": render_to_string("emails/_greeting.txt", said)}


def _language(notice: Notice) -> str:
    return notice.user.language if notice.user else notice.facts.get("language", "")


def _said(notice: Notice, now: datetime) -> dict[str, Any] | None:
    kind, user = AccountMail(notice.kind), notice.user
    if user and not user.is_active:
        return None
    own = TOLD_BY[kind](notice, now) if kind in TOLD_BY else None
    link = own.link if own else _link(kind, user, notice.address)
    if link is None:
        return None
    words, facts = Words(own.why, own.button) if own else WORDS[kind], notice.facts
    told = own.context if own else {}
    context = {
        **{name: one_line(str(value)) for name, value in facts.items()},
        "error": faults.in_words(one_line(str(facts.get("error", "")))),
        "subject": one_line(render_to_string(f"emails/account/{kind}_subject.txt", told)),
        "address": one_line(notice.address),
        # Who has only typed an address may have typed anything for a name, too.
        "first_name": wording.phrase(user.first_name) if user and kind not in TO_CONFIRM else "",
        "when": _when(facts, user, now),
        "signup_open": settings.SIGNUP_OPEN,
        "days_to_confirm": app_settings.EMAIL_CONFIRMATION_EXPIRE_DAYS,
        "days_to_reset": settings.PASSWORD_RESET_TIMEOUT // 86_400,
        "link": link,
        "label": words.button,
        "why": words.why,
        "reply_to": own.reply_to if own else [],
        "stop_link": own.stop_link if own else "",
        "sender": own.sender if own else "",
        **told,
    }
    said = render_to_string(f"emails/account/{kind}.txt", context)
    before, _button, after = said.partition(BUTTON)
    return context | {"before": _paragraphs(before), "after": _paragraphs(after)}


def message(notice: Notice, now: datetime) -> Letter | None:
    """The e-mail, with the same Message-ID at every attempt; None where it is not wanted any more."""
    rendered = render(notice, now)
    if rendered is None:
        return None
    headers = {"Message-ID": f"<{notice.message_id}@everwise>", "Auto-Submitted": "auto-generated"}
    if rendered.stop_link:
        # RFC 8058: mail programs show a button that posts there, without a page.
        headers |= {
            "List-Unsubscribe": f"<{rendered.stop_link}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    return Letter(
        subject=rendered.subject,
        body=rendered.text,
        html=rendered.html,
        invitation=None,
        from_email=rendered.sender or None,
        to=[notice.address],
        reply_to=rendered.reply_to,
        headers=headers,
    )


def _link(kind: AccountMail, user: User | None, address: str) -> str | None:
    """Where the button leads, "" for no button; None where the link is not to be made any more."""
    if kind in TO_CONFIRM:
        waiting = EmailAddress.objects.filter(user=user, email__iexact=address, verified=False).first()
        return _url("account_confirm_email", EmailConfirmationHMAC(waiting).key) if waiting else None
    if kind == AccountMail.PASSWORD_RESET:
        if user is None or not _owns(user, address):
            return None
        token = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
        return _url("account_reset_password_from_key", user_pk_to_url_str(user), token)
    if kind in TOLD_BY:
        # Nothing to say any more.
        return None
    if kind == AccountMail.NO_ACCOUNT:
        return _url("account_signup") if settings.SIGNUP_OPEN else ""
    if kind == AccountMail.CALENDAR_FAILED:
        return _url("calendars:list")
    if kind == AccountMail.TEST:
        return _url("staff:installation")
    return _url("account_reset_password")


def _owns(user: User, address: str) -> bool:
    return (
        user.email.lower() == address.lower() or EmailAddress.objects.filter(user=user, email__iexact=address).exists()
    )


def _url(name: str, *args: str) -> str:
    return absolute(reverse(name, args=args))


def _when(facts: dict, user: User | None, now: datetime) -> str:
    if not user or "at" not in facts:
        return ""
    at, reader = datetime.fromisoformat(facts["at"]), user.reader
    return _("%(day)s, %(time)s, %(zone)s") % {
        "day": timefmt.long_day(at, reader, now),
        "time": timefmt.clock(at, reader),
        "zone": timefmt.zone_time(reader.zone, at),
    }


def _paragraphs(text: str) -> list[str]:
    return [one_line(paragraph) for paragraph in text.split("\n\n") if paragraph.strip()]
