"""Sessions that one person has on a path beyond everybody's number."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

# At once: more than two are taken back in two steps, so that nobody does so by a slip.
FEWEST, MOST = -2, 50


class ExtraSessions(models.Model):
    """Sessions that one person has beyond the path's number, or, below zero, that were taken back. Never changed.

    Why, stands in the path's history. They belong to person and path, as the sessions do that were used: whoever leaves
    and comes back finds both.
    """

    path = models.ForeignKey(
        "paths.Path", on_delete=models.PROTECT, related_name="extra_sessions", db_index=False, verbose_name=_("path")
    )
    user = models.ForeignKey(
        "accounts.User",
        on_delete=models.PROTECT,
        related_name="extra_sessions",
        db_index=False,
        verbose_name=pgettext_lazy("a person", "user"),
    )
    number = models.SmallIntegerField(_("number"))
    by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, related_name="+", verbose_name=pgettext_lazy("who did it", "by")
    )
    at = models.DateTimeField(pgettext_lazy("when it happened", "at"))
    token = models.UUIDField(
        _("token"), help_text=_("Of the form that asked for it: the same form twice is one change.")
    )

    class Meta:
        verbose_name = _("extra sessions")
        verbose_name_plural = _("extra sessions")
        ordering = ["at", "id"]
        # All that counting them needs.
        indexes = [
            models.Index(fields=["user", "path", "number"], name="extra_of_person"),
            models.Index(fields=["path", "user", "number"], name="extra_on_path"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["by", "token"], name="one_gift_of_sessions_per_form"),
            models.CheckConstraint(
                condition=Q(number__gte=FEWEST, number__lte=MOST) & ~Q(number=0), name="extra_sessions_minus_2_to_50"
            ),
        ]

    def __str__(self):
        return gettext("%(name)s, %(number)d extra") % {"name": self.user, "number": self.number}
