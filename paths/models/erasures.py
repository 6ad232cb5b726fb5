"""What people ask who want to be erased."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

WORDS_LENGTH = 1000


class ErasureRequestQuerySet(models.QuerySet["ErasureRequest"]):
    def open(self) -> Self:
        """Neither withdrawn nor carried out."""
        return self.filter(withdrawn_at__isnull=True, carried_out_at__isnull=True)


class ErasureRequest(models.Model):
    """A person's wish to be erased, which they may withdraw until it is carried out. Their words go with them."""

    user = models.ForeignKey(
        "accounts.User",
        on_delete=models.PROTECT,
        related_name="erasure_requests",
        verbose_name=pgettext_lazy("a person", "user"),
    )
    asked_at = models.DateTimeField(_("asked at"))
    words = models.TextField(_("in their words"), max_length=WORDS_LENGTH, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    carried_out_at = models.DateTimeField(_("carried out at"), null=True, blank=True)

    objects = ErasureRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request to be erased")
        verbose_name_plural = _("requests to be erased")
        ordering = ["-asked_at", "id"]
        indexes = [models.Index(fields=["asked_at", "id"], name="erasure_request_listed")]
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(withdrawn_at__isnull=True, carried_out_at__isnull=True),
                name="one_open_erasure_request",
            ),
        ]

    def __str__(self):
        return gettext("%(name)s asks to be erased") % {"name": self.user}
