"""Who is on a path, and was."""

from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from everwise.wording import isolated
from paths.enums import Role


class MembershipQuerySet(models.QuerySet):
    def live(self) -> Self:
        return self.filter(ended_at__isnull=True)

    def knowing(self) -> Self:
        """Live ones by which a person knows of the path: participants of a draft don't."""
        return self.live().filter(~Q(role=Role.PARTICIPANT) | Q(path__opened_at__isnull=False))


class Membership(models.Model):
    """A person's role on a path. An ended membership stays as a row; a new one begins afresh."""

    path = models.ForeignKey("paths.Path", on_delete=models.PROTECT, related_name="memberships", verbose_name=_("path"))
    user = models.ForeignKey(
        "accounts.User",
        on_delete=models.PROTECT,
        related_name="memberships",
        verbose_name=pgettext_lazy("a person", "user"),
    )
    role = models.CharField(_("role"), max_length=11, choices=Role.choices)
    started_at = models.DateTimeField(_("started at"), default=timezone.now, editable=False)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    through = models.ForeignKey(
        "paths.ProgramAdmin",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="memberships",
        verbose_name=_("as admin of the program"),
    )
    # Whose groups gave it, which alone may take it back (paths/role_mapping.py).
    by_provider = models.CharField(
        _("by single sign-on at"), max_length=40, blank=True, default="", db_default="", editable=False
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["path", "role", "user"]
        indexes = [
            # Staff's list, by role and of those that are over.
            models.Index(fields=["role", "id"], name="membership_listed_by_role"),
            models.Index(fields=["id"], condition=Q(ended_at__isnull=False), name="membership_listed_ended"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="membership_role_known"),
            models.UniqueConstraint(
                fields=["path", "user", "role"],
                condition=Q(ended_at__isnull=True),
                name="one_live_membership_per_role",
                violation_error_message=_("This person already has this role on the path."),
            ),
            models.UniqueConstraint(
                fields=["path", "user"],
                condition=Q(ended_at__isnull=True, role__in=[Role.EXPERT, Role.PARTICIPANT]),
                name="expert_or_participant_not_both",
                violation_error_message=_("Nobody can be both expert and participant on the same path."),
            ),
        ]

    def __str__(self):
        return gettext("%(name)s, %(role)s") % {"name": isolated(self.user), "role": self.get_role_display()}

    def clean(self) -> None:
        if self.role == Role.EXPERT and self.user_id and not hasattr(self.user, "expert"):
            raise ValidationError({"user": gettext("Give this person an expert profile first.")})
