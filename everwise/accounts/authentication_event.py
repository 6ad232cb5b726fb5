"""One row of the log of sign-ins: what somebody did, or tried, to get in, out, or other keys."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from everwise.db.append_only import AppendOnly

# The worker deletes rows that are old; nothing changes one.
LOG = AppendOnly(table="accounts_authenticationevent", name="log_of_sign_ins_is_only_added_to", may_go=True)


class AuthenticationKind(models.TextChoices):
    SIGNED_IN = "signed-in", _("Signed in")
    SIGN_IN_FAILED = "sign-in-failed", _("Sign-in failed")
    SIGNED_OUT = "signed-out", _("Signed out")
    SIGNED_UP = "signed-up", _("Made an account")
    PASSWORD_SET = "password-set", _("Password set")
    PASSWORD_CHANGED = "password-changed", _("Password changed")
    PASSWORD_RESET = "password-reset", _("Password set by a link")
    EMAIL_ADDED = "email-added", _("E-mail address added")
    EMAIL_CONFIRMED = "email-confirmed", _("E-mail address confirmed")
    EMAIL_CHANGED = "email-changed", _("Primary e-mail address changed")
    EMAIL_REMOVED = "email-removed", _("E-mail address removed")
    FACTOR_ADDED = "factor-added", _("Second factor added")
    FACTOR_REMOVED = "factor-removed", _("Second factor removed")
    FACTOR_RESET = "factor-reset", _("Recovery codes made anew")
    FACTOR_USED = "factor-used", _("Second factor used")
    FACTOR_FAILED = "factor-failed", _("Second factor failed")
    PROVIDER_ADDED = "provider-added", _("Single sign-on connected")
    PROVIDER_REMOVED = "provider-removed", _("Single sign-on disconnected")
    SESSION_ENDED = "session-ended", _("Session ended")
    LIMITED = "limited", _("Too many tries")


class AuthenticationEvent(models.Model):
    at = models.DateTimeField(_("at"))
    what = models.CharField(_("what happened"), max_length=20, choices=AuthenticationKind.choices)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=pgettext_lazy("a person", "user"),
    )
    typed = models.CharField(
        _("typed"),
        max_length=32,
        blank=True,
        help_text=_(
            "Where no account has the address that was typed: the same for the same address, and not readable."
        ),
    )
    address = models.GenericIPAddressField(_("from where"), null=True, blank=True)
    device = models.CharField(_("device"), max_length=200, blank=True)
    request = models.CharField(_("request"), max_length=64, blank=True, help_text=_("Its id in the log."))
    detail = models.CharField(_("detail"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("sign-in event")
        verbose_name_plural = _("sign-in events")
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["-at", "-id"], name="authentication_listed"),
            models.Index(fields=["what", "-at", "-id"], name="authentication_by_what"),
            models.Index(fields=["person", "-at", "-id"], name="authentication_by_person"),
            models.Index(fields=["address", "-at"], name="authentication_by_address"),
            models.Index(fields=["typed", "-at"], condition=~models.Q(typed=""), name="authentication_by_typed"),
        ]

    def __str__(self):
        return f"{self.get_what_display()}, {self.at:%Y-%m-%d %H:%M} UTC"
