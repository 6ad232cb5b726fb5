"""What has happened on a path: who did what, when, and from where.

Rows are never changed or removed; the database refuses it (paths/append_only.py). They name people by id. What
somebody has written lies beside, where erasing a person may blank it.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from paths.enums import Happened, Via


class PathEvent(models.Model):
    """One line of a path's history. What happened to a meeting is in the meeting's own."""

    path = models.ForeignKey(
        "paths.Path", on_delete=models.PROTECT, related_name="events", db_index=False, verbose_name=_("path")
    )
    what = models.CharField(_("what happened"), max_length=20)
    by = models.ForeignKey(
        "accounts.User",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=pgettext_lazy("who did it", "by"),
        help_text=_("Empty: Everwise itself."),
    )
    about = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("about")
    )
    at = models.DateTimeField(pgettext_lazy("when it happened", "at"))
    via = models.CharField(_("from where"), max_length=12)
    facts = models.JSONField(
        _("facts"),
        default=dict,
        help_text=_("Old and new values in plain JSON; people by id, times in UTC (ISO 8601)."),
    )

    class Meta:
        verbose_name = _("event of a path")
        verbose_name_plural = _("events of paths")
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["path", "at", "id"], name="path_event_listed")]

    def __str__(self):
        return str(Happened(self.what).label)

    @property
    def from_where(self) -> Via:
        return Via(self.via)


class PathEventText(models.Model):
    """What a person has written to explain a line of a path's history."""

    event = models.OneToOneField(
        PathEvent, on_delete=models.PROTECT, primary_key=True, related_name="words", verbose_name=_("event of a path")
    )
    text = models.TextField(pgettext_lazy("words", "text"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("text of an event")
        verbose_name_plural = _("texts of events")

    def __str__(self):
        return self.text
