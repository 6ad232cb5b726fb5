"""Reminders of sessions that are left: to whom of a path they went, and who wants no more of them."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from meetings.enums import NudgeKind


class Nudge(models.Model):
    """One reminder that an admin has written to participants of a path, or the path's last call."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    path = models.ForeignKey(
        "paths.Path", on_delete=models.PROTECT, related_name="nudges", db_index=False, verbose_name=_("path")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=NudgeKind.choices)
    since = models.DateField(
        _("since"), null=True, blank=True, help_text=_("Of people with sessions left: who has booked nothing since.")
    )
    by = models.ForeignKey(
        "accounts.User",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=pgettext_lazy("who did it", "by"),
        help_text=_("Empty: Everwise itself."),
    )
    at = models.DateTimeField(pgettext_lazy("when it happened", "at"))
    subject = models.CharField(_("subject"), max_length=150, blank=True)
    words = models.TextField(_("in their words"), max_length=2000, blank=True)
    token = models.UUIDField(
        _("token"), null=True, blank=True, help_text=_("Of the form that asked for it: the same form twice is one.")
    )

    class Meta:
        verbose_name = _("reminder of sessions left")
        verbose_name_plural = _("reminders of sessions left")
        ordering = ["-at", "id"]
        indexes = [models.Index(fields=["path", "at", "id"], name="nudge_listed")]
        constraints = [
            models.UniqueConstraint(fields=["by", "token"], name="one_nudge_per_form"),
            models.UniqueConstraint(
                fields=["path"], condition=Q(kind=NudgeKind.LAST_CALL), name="one_last_call_of_a_path"
            ),
            models.CheckConstraint(
                condition=Q(kind=NudgeKind.LAST_CALL, by__isnull=True)
                | (~Q(kind=NudgeKind.LAST_CALL) & Q(by__isnull=False)),
                name="nudge_by_somebody_unless_last_call",
            ),
        ]

    def __str__(self):
        return self.subject or str(NudgeKind(self.kind).label)


class NudgeRecipient(models.Model):
    """Somebody to whom a reminder went: each once. Their e-mail in the outbox goes after a while; this row stays."""

    nudge = models.ForeignKey(
        Nudge, on_delete=models.PROTECT, related_name="recipients", db_index=False, verbose_name=_("reminder")
    )
    # No index of its own: the one by time begins with it.
    user = models.ForeignKey(
        "accounts.User",
        on_delete=models.PROTECT,
        related_name="nudged",
        db_index=False,
        verbose_name=pgettext_lazy("a person", "user"),
    )
    at = models.DateTimeField(pgettext_lazy("when it happened", "at"))
    # By the link in this very e-mail.
    opted_out_at = models.DateTimeField(_("asked for no more at"), null=True, blank=True)

    class Meta:
        verbose_name = _("recipient of a reminder")
        verbose_name_plural = _("recipients of reminders")
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["user", "at"], name="nudged_lately")]
        constraints = [models.UniqueConstraint(fields=["nudge", "user"], name="one_nudge_per_person")]

    def __str__(self):
        return gettext("%(nudge)s to %(name)s") % {"nudge": self.nudge, "name": self.user}


class NudgeOptOut(models.Model):
    """Somebody who wants no more reminders of a path. Taking it back removes the row."""

    path = models.ForeignKey(
        "paths.Path", on_delete=models.PROTECT, related_name="opt_outs", db_index=False, verbose_name=_("path")
    )
    user = models.ForeignKey(
        "accounts.User",
        on_delete=models.PROTECT,
        related_name="opt_outs",
        verbose_name=pgettext_lazy("a person", "user"),
    )
    at = models.DateTimeField(pgettext_lazy("when it happened", "at"))

    class Meta:
        verbose_name = _("wish for no more reminders")
        verbose_name_plural = _("wishes for no more reminders")
        ordering = ["at", "id"]
        constraints = [models.UniqueConstraint(fields=["path", "user"], name="one_opt_out_of_a_path")]

    def __str__(self):
        return gettext("%(name)s, none of %(path)s") % {"name": self.user, "path": self.path}
