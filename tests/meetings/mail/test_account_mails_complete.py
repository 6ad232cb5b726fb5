"""No e-mail of allauth's is without one of ours, and nobody sends another way."""

import re
from pathlib import Path

import allauth
import pytest
from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from django.apps import apps
from django.conf import settings as configured
from django.contrib.auth.views import PasswordResetView
from django.urls import get_resolver

from meetings.enums import QUICK, AccountMail, Happening
from meetings.mail import account_mails, outbox
from meetings.mail.adapter import KINDS
from meetings.models import Notice
from tests.scene import NOW

pytestmark = pytest.mark.django_db

TEMPLATES = Path(allauth.__file__).parent / "templates"
# What allauth could send only with a setting that is off here.
WITH_SETTINGS = {
    "account/email/login_code": "LOGIN_BY_CODE_ENABLED",
    "account/email/password_reset_code": "PASSWORD_RESET_BY_CODE_ENABLED",
}
# Single sign-on makes its own links (everwise/sso/linking.py): no page of allauth's connects or disconnects one.
NEVER = {"socialaccount/email/account_connected", "socialaccount/email/account_disconnected"}


def test_every_mail_of_allauths_has_one_of_ours():
    folders = [config.label for config in apps.get_app_configs() if config.name.startswith("allauth")]
    offered = {
        str(path.relative_to(TEMPLATES)).removesuffix("_subject.txt")
        for folder in folders
        for path in (TEMPLATES / folder / "email").glob("*_subject.txt")
    }
    off = {prefix for prefix, setting in WITH_SETTINGS.items() if not getattr(app_settings, setting)} | NEVER

    assert "account/email/password_reset_key" in offered
    assert offered - off <= set(KINDS)
    assert not app_settings.EMAIL_VERIFICATION_BY_CODE_ENABLED


def test_every_kind_is_reached_and_none_is_a_happenings():
    # What is no business of allauth's: failing_calendars and trial of meetings/mail write it, or paths/added,
    # invitations and expert_reminders.
    told = set(account_mails.TOLD_BY)
    ours = {AccountMail.CALENDAR_FAILED, AccountMail.TEST} | told
    assert set(KINDS.values()) | ours == set(AccountMail) == set(account_mails.WORDS) | told
    assert not set(AccountMail.values) & set(Happening.values)


@pytest.mark.parametrize("kind", sorted(set(AccountMail) - set(account_mails.TOLD_BY)))
def test_every_kind_says_the_same_in_text_and_html(maya, kind):
    EmailAddress.objects.filter(user=maya).update(verified=kind not in account_mails.TO_CONFIRM)
    addresses = ("from_email", "to_email", "added_email", "confirmed_email", "deleted_email")
    facts = {name: f"{name.partition('_')[0]}&<b>@example.com" for name in addresses}
    facts |= {"at": NOW.isoformat(), "ip": "192.0.2.7"}
    outbox.post(kind=kind, user_id=maya.pk, address=maya.email, facts=facts, now=NOW)
    row = Notice.objects.select_related("user").get()

    subject, text, html, *_rest = account_mails.render(row, NOW)

    assert "\n" not in subject
    assert "{" not in text + re.sub(r"<style.*?</style>", "", html)
    assert "<b>@" not in html
    assert ("&lt;b&gt;@" in html) == ("<b>@" in text)
    assert "None" not in text
    shown = re.sub(
        r"\s+", " ", re.sub(r"<[^>]+>", " ", html).replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")
    )
    for line in filter(None, text.splitlines()[1:]):
        assert line.rstrip(":") in shown
    told = kind in {each for each in AccountMail if each not in QUICK}
    assert ("192.0.2.7" in text) == (told and kind != AccountMail.CALENDAR_FAILED)
    assert ("Monday 2 November" in text) == told


def test_unknown_prefix_is_an_error_and_no_silence(rf):
    with pytest.raises(KeyError):
        get_adapter(rf.get("/")).send_mail("account/email/of_tomorrow", "maya@example.com", {})


def test_nobody_else_sends_mail():
    """Django's own password reset is nowhere, no error is mailed to admins, and one module makes letters."""

    def views(patterns):
        for each in patterns:
            if hasattr(each, "url_patterns"):
                yield from views(each.url_patterns)
            else:
                yield each.callback

    assert not [
        view for view in views(get_resolver().url_patterns) if getattr(view, "view_class", None) is PasswordResetView
    ]
    assert (configured.ADMINS, configured.MANAGERS) == ([], [])
    root = Path(configured.BASE_DIR)
    senders = re.compile(
        r"\b(send_mail|send_mass_mail|mail_admins|mail_managers|EmailMessage)\(|\((EmailMessage|EmailMultiAlternatives)\)"
    )
    found = {
        str(path.relative_to(root))
        for floor in ("everwise", "experts", "paths", "meetings")
        for path in (root / floor).rglob("*.py")
        if senders.search(re.sub(r"def send_mail\(|super\(\)\.send_\w+\(", "", path.read_text()))
    }
    assert found == {"meetings/mail/mime.py"}
