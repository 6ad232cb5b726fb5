"""allauth's e-mails go into our outbox: nothing is sent, and no link made, while a page waits for its answer."""

from django.utils import timezone

from everwise.accounts.adapter import AccountAdapter
from meetings.enums import AccountMail
from meetings.mail import outbox

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
}
# What is kept of allauth's context. Keys, links and codes are not: they are made anew when the e-mail is.
KEPT = ("from_email", "to_email", "added_email", "confirmed_email", "deleted_email", "ip")


class MailingAdapter(AccountAdapter):
    def send_mail(self, template_prefix, email, context) -> None:
        user = context.get("user")
        now = timezone.now()
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
