"""An admin’s yes to somebody who has missed more sessions of a path than it allows."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _


class FreshStart(models.Model):
    """From its moment on one person books again, and no session that started before it counts as missed.

    Why, stands in the path's history. Once taken back, it is as if it had not been given.
    """

    path = models.ForeignKey(
        "paths.Path", on_delete=models.PROTECT, related_name="fresh_starts", db_index=False, verbose_name=_("path")
    )
    user = models.ForeignKey(
        "accounts.User",
        on_delete=models.PROTECT,
        related_name="fresh_starts",
        db_index=False,
        verbose_name=pgettext_lazy("a person", "user"),
    )
    by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, related_name="+", verbose_name=pgettext_lazy("who did it", "by")
    )
    at = models.DateTimeField(pgettext_lazy("when it happened", "at"))
    taken_back_by = models.ForeignKey(
        "accounts.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("taken back by"),
    )
    taken_back_at = models.DateTimeField(_("taken back at"), null=True, blank=True)
    token = models.UUIDField(
        _("token"), help_text=_("Of the form that asked for it: the same form twice is one change.")
    )

    class Meta:
        verbose_name = _("fresh start")
        verbose_name_plural = _("fresh starts")
        ordering = ["at", "id"]
        indexes = [
            models.Index(fields=["user", "path", "at"], name="fresh_start_of_person"),
            models.Index(fields=["path", "user", "at"], name="fresh_start_on_path"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["by", "token"], name="one_fresh_start_per_form"),
            models.CheckConstraint(
                condition=Q(taken_back_at__isnull=True, taken_back_by__isnull=True)
                | Q(taken_back_at__isnull=False, taken_back_by__isnull=False),
                name="fresh_start_taken_back_by_somebody",
            ),
        ]

    def __str__(self):
        return gettext("%(name)s books again") % {"name": self.user}
