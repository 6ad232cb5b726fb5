"""Invitations: how somebody who was added hears of it, and sets up their account.

The link in the e-mail holds a secret. It is made anew by the worker whenever the e-mail is, from the row and the
installation's SECRET_KEY, and only its hash is stored: whoever reads the database can open nothing.
"""

import hashlib
import uuid
from datetime import UTC, datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from paths.enums import InvitationState, Role

INVITATION_LASTS = timedelta(days=14)


class InvitationQuerySet(models.QuerySet):
    def open(self) -> Self:
        """Neither answered nor withdrawn, those that have run out included."""
        return self.filter(accepted_at__isnull=True, declined_at__isnull=True, withdrawn_at__isnull=True)


class Invitation(models.Model):
    """One person's invitation to a path, or, without a path, to this installation."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    path = models.ForeignKey(
        "paths.Path",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="invitations",
        verbose_name=_("path"),
    )
    user = models.ForeignKey(
        "accounts.User",
        on_delete=models.PROTECT,
        related_name="invitations",
        verbose_name=pgettext_lazy("a person", "user"),
    )
    role = models.CharField(_("role"), max_length=11, choices=Role.choices, blank=True)
    by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, related_name="+", verbose_name=pgettext_lazy("who did it", "by")
    )
    token_hash = models.CharField(_("hash of the secret in the link"), max_length=64, unique=True, editable=False)
    sent_at = models.DateTimeField(_("sent at"))
    expires_at = models.DateTimeField(_("runs out at"))
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    declined_at = models.DateTimeField(_("declined at"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    asked_at = models.DateTimeField(_("asked for a new one at"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-sent_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["path", "user"],
                condition=Q(accepted_at__isnull=True, declined_at__isnull=True, withdrawn_at__isnull=True),
                name="one_open_invitation_to_a_path",
            ),
        ]

    def __str__(self):
        return gettext("Invitation of %(name)s") % {"name": self.user}

    @property
    def token(self) -> str:
        """The secret in the link. A later sending has another."""
        sent = self.sent_at.astimezone(UTC).isoformat()
        return salted_hmac("paths.invitation", f"{self.pk}:{sent}", algorithm="sha256").hexdigest()

    def send_from(self, now: datetime) -> None:
        """Let a new link count from now; an earlier one opens nothing any more."""
        self.sent_at, self.expires_at = now, now + INVITATION_LASTS
        self.token_hash = hash_of(self.token)

    def state(self, now: datetime) -> InvitationState:
        if self.accepted_at:
            return InvitationState.ACCEPTED
        if self.declined_at:
            return InvitationState.DECLINED
        if self.withdrawn_at:
            return InvitationState.WITHDRAWN
        return InvitationState.EXPIRED if self.expires_at <= now else InvitationState.INVITED


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
