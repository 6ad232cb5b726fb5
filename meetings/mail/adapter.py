"""allauth's e-mails go into our outbox: nothing is sent, and no link made, while a page waits for its answer."""

from contextlib import suppress

from django.http import HttpResponse
from django.utils import timezone

from everwise.accounts.adapter import AccountAdapter
from meetings.enums import AccountMail
from meetings.mail import outbox
from paths import added, invitations
from paths.enums import Via
from paths.making_rights import programs_of
from paths.models import Invitation

# By the name of the template that allauth would send; a test holds that none is missing.
KINDS = {
    "account/email/email_confirmation_signup": AccountMail.CONFIRM_SIGNUP,
    "account/email/email_confirmation": AccountMail.CONFIRM_ADDRESS,
    "account/email/password_reset_key": AccountMail.PASSWORD_RESET,
    "account/email/unknown_account": AccountMail.NO_ACCOUNT,
    "account/email/account_already_exists": AccountMail.ACCOUNT_EXISTS,
    "account/email/password_changed": AccountMail.PASSWORD_CHANGED,
    "account/email/password_set": AccountMail.PASSWORD_SET,
    "account/email/password_reset": AccountMail.PASSWORD_RENEWED,
    "account/email/email_changed": AccountMail.ADDRESS_CHANGED,
    "account/email/email_added": AccountMail.ADDRESS_ADDED,
    "account/email/email_confirm": AccountMail.ADDRESS_CONFIRMED,
    "account/email/email_deleted": AccountMail.ADDRESS_REMOVED,
    "mfa/email/totp_activated": AccountMail.APP_ADDED,
    "mfa/email/totp_deactivated": AccountMail.APP_REMOVED,
    "mfa/email/webauthn_added": AccountMail.PASSKEY_ADDED,
    "mfa/email/webauthn_removed": AccountMail.PASSKEY_REMOVED,
    "mfa/email/recovery_codes_generated": AccountMail.CODES_RENEWED,
    # Ours: everwise/accounts sends them, which knows no outbox.
    "mfa/email/recovery_code_used": AccountMail.CODE_USED,
    "mfa/email/taken_off": AccountMail.STEP_TAKEN_OFF,
}
# What somebody asks for who would like to sign in.
SETTING_UP = {"account/email/password_reset_key", "account/email/account_already_exists"}
# What is kept of allauth's context. Keys, links and codes are not: they are made anew when the e-mail is.
KEPT = ("from_email", "to_email", "added_email", "confirmed_email", "deleted_email", "codes_left", "ip")


class MailingAdapter(AccountAdapter):
    def post(self, kind, user, facts, now) -> None:
        outbox.post(kind=AccountMail(kind), user_id=user.pk, address=user.email, facts=facts, now=now)

    def post_all(self, posts, now) -> None:
        outbox.post_all([(AccountMail(kind), user, facts) for kind, user, facts in posts], now)

    def invite(self, user, by, now) -> None:
        added.invite(path=None, user=user, role=None, by=by, now=now)

    def invite_again(self, user, by, now) -> None:
        for invitation in Invitation.objects.open().filter(user=user).order_by("pk"):
            with suppress(invitations.InvitationNotOpen):
                invitations.resend(invitation=invitation, by=by, now=now, via=Via.ADMIN)

    def is_admin(self, user) -> bool:
        return programs_of(user).exists()

    def post_login(self, request, user, **how) -> HttpResponse:
        invitations.arrived(user=user, now=timezone.now())
        return super().post_login(request, user, **how)

    def send_mail(self, template_prefix, email, context) -> None:
        user = context.get("user")
        now = timezone.now()
        if user and not user.has_arrived and template_prefix in SETTING_UP:
            # Whoever was invited has no password to renew: their way in is the invitation.
            if invitations.resend_to(user=user, now=now):
                return
            if user.invitations.exists():
                # It was declined or withdrawn: as if there were no account.
                template_prefix, user = "account/email/unknown_account", None
        outbox.post(
            kind=KINDS[template_prefix],
            user_id=user.pk if user else None,
            address=email,
            facts={"at": now.isoformat(), **{name: str(context[name]) for name in KEPT if context.get(name)}},
            now=now,
        )

    def send_notification_mail(self, template_prefix, user, context=None, email=None) -> None:
        """Say also whose account it is, which allauth leaves out."""
        super().send_notification_mail(template_prefix, user, {**(context or {}), "user": user}, email)
