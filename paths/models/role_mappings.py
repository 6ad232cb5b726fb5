"""Which groups of an organisation are which roles, and where that could not be carried out."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from paths.enums import Role, Unmapped


class RoleMapping(models.Model):
    """Whoever signs in at the provider with this value among the claim's has the role on the path."""

    provider = models.CharField(_("provider"), max_length=40)
    claim = models.CharField(
        _("claim or attribute"),
        max_length=200,
        default="groups",
        help_text=_("As the provider names it: “groups”, or the whole name of an attribute of SAML."),
    )
    value = models.CharField(
        _("value"),
        max_length=200,
        help_text=_("The group or value, to the letter. Entra ID sends a group’s object id."),
    )
    path = models.ForeignKey(
        "paths.Path", on_delete=models.CASCADE, related_name="role_mappings", verbose_name=_("path")
    )
    role = models.CharField(_("role"), max_length=11, choices=Role.choices)

    class Meta:
        verbose_name = _("role by single sign-on")
        verbose_name_plural = _("roles by single sign-on")
        ordering = ["provider", "claim", "value", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="role_mapping_role_known"),
            models.UniqueConstraint(
                fields=["provider", "claim", "value", "path", "role"],
                name="one_role_mapping_of_a_kind",
                violation_error_message=_("This is there already."),
            ),
        ]

    def __str__(self):
        return f"{self.provider}: {self.value}"


class UnmappedRole(models.Model):
    """What a sign-in would have changed and did not: for the path's admins, until another sign-in or they settle it."""

    path = models.ForeignKey("paths.Path", on_delete=models.CASCADE, related_name="+", verbose_name=_("path"))
    user = models.ForeignKey(
        "accounts.User", on_delete=models.CASCADE, related_name="+", verbose_name=pgettext_lazy("a person", "user")
    )
    provider = models.CharField(_("provider"), max_length=40)
    role = models.CharField(_("role"), max_length=11, choices=Role.choices)
    why = models.CharField(_("why"), max_length=10, choices=Unmapped.choices)
    group = models.CharField(_("group"), max_length=200, blank=True)
    at = models.DateTimeField(pgettext_lazy("when it happened", "at"))

    class Meta:
        verbose_name = _("role that was not changed")
        verbose_name_plural = _("roles that were not changed")
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["path", "user", "role"], name="one_unmapped_role_each"),
        ]

    def __str__(self):
        return f"{self.user}, {self.get_role_display()}"
