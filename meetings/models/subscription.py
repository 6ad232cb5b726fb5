"""A person's own calendar address."""

import hashlib

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.debug import sensitive_variables


@sensitive_variables()
def digest_of(secret: str) -> str:
    """Plain SHA-256 will do: the secret is random and long, so there is nothing to guess at."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


class Subscription(models.Model):
    """A secret address. Only its digest is kept: the address itself is shown once, when it is made."""

    user = models.OneToOneField(
        "accounts.User",
        on_delete=models.CASCADE,
        related_name="subscription",
        verbose_name=pgettext_lazy("a person", "user"),
    )
    digest = models.CharField(
        _("digest"), max_length=64, unique=True, help_text=_("SHA-256 of the secret, in hexadecimal.")
    )
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        ordering = ["id"]
        indexes = [models.Index(fields=["made_at", "id"], name="subscription_listed")]

    def __str__(self):
        return str(self.user)

    @property
    def mark(self) -> str:
        """Another with each renewal; says nothing of the secret."""
        return self.digest[:16]
