"""Who is admin of every path of a program."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _


class ProgramAdminQuerySet(models.QuerySet):
    def live(self) -> Self:
        return self.filter(ended_at__isnull=True)


class ProgramAdmin(models.Model):
    """An admin of all paths of a program, now and later. Each path has a membership that says so (`through`)."""

    program = models.ForeignKey(
        "paths.Program", on_delete=models.PROTECT, related_name="admins", verbose_name=_("program")
    )
    user = models.ForeignKey(
        "accounts.User",
        on_delete=models.PROTECT,
        related_name="program_admins",
        verbose_name=pgettext_lazy("a person", "user"),
    )
    started_at = models.DateTimeField(_("started at"), editable=False)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = ProgramAdminQuerySet.as_manager()

    class Meta:
        verbose_name = _("program admin")
        verbose_name_plural = _("program admins")
        ordering = ["program", "started_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["program", "user"],
                condition=Q(ended_at__isnull=True),
                name="one_live_program_admin",
                violation_error_message=_("This person is an admin of this program already."),
            ),
        ]

    def __str__(self):
        return gettext("%(name)s, admin of %(program)s") % {"name": self.user, "program": self.program}
