"""Imports of people: what an admin looks at before anything is written, and how far the writing is."""

import uuid
from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from paths.enums import ImportState

# What was not imported is forgotten: it is a list of people's addresses.
PREVIEW_LASTS = timedelta(days=1)


class PeopleImport(models.Model):
    """A file of people for one path. Once it is done, stopped or has failed, its lines are gone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    path = models.ForeignKey("paths.Path", on_delete=models.PROTECT, related_name="imports", verbose_name=_("path"))
    by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, related_name="+", verbose_name=pgettext_lazy("who did it", "by")
    )
    made_at = models.DateTimeField(_("made at"))
    file = models.CharField(_("file"), max_length=120, blank=True, help_text=_("Empty: pasted."))
    excel = models.BooleanField(_("Excel workbook"), default=False)
    lines = models.JSONField(_("lines"), default=list, help_text=_("Number, e-mail, name, role, zone, sessions."))
    shown = models.JSONField(_("as shown"), default=list, help_text=_("What each line would do, as a hash."))
    leaves_out = models.BooleanField(_("leaves out lines with problems"), default=False)
    state = models.CharField(_("state"), max_length=8, choices=ImportState.choices, default=ImportState.PREVIEW)
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    leased_until = models.DateTimeField(_("leased until"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    total = models.PositiveIntegerField(_("people to write"), default=0)
    written = models.PositiveIntegerField(_("people written"), default=0)
    # Of whom so many more had changed than was shown, when it was to be written.
    changed = models.PositiveIntegerField(_("people who changed meanwhile"), default=0)
    invited = models.PositiveIntegerField(_("people invited"), default=0)
    told = models.PositiveIntegerField(_("people told"), default=0)

    class Meta:
        verbose_name = _("import of people")
        verbose_name_plural = _("imports of people")
        ordering = ["made_at", "id"]
        indexes = [
            # What a worker looks for.
            models.Index(
                fields=["made_at"],
                condition=models.Q(state__in=[ImportState.QUEUED, ImportState.RUNNING]),
                name="import_waiting",
            ),
        ]

    def __str__(self):
        return self.file or gettext("Pasted lines")

    @property
    def is_open(self) -> bool:
        """Whether it can still be looked at and changed."""
        return self.state == ImportState.PREVIEW

    @property
    def is_under_way(self) -> bool:
        return self.state in {ImportState.QUEUED, ImportState.RUNNING}

    def runs_out(self) -> datetime:
        return self.made_at + PREVIEW_LASTS
