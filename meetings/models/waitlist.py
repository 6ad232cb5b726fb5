"""Who waits for a time of a theme, and which times are held for them."""

import uuid
from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from meetings.constants import HELD_ON_FOR
from meetings.enums import EntryEnd, HeldEnd
from meetings.models.insights import DayPart
from paths.enums import Role
from paths.models import Membership

# Weekdays as bits, Monday the first.
ANY_WEEKDAY, WEEKDAYS, WEEKEND = 0b1111111, 0b0011111, 0b1100000


class WaitlistEntryQuerySet(models.QuerySet):
    def live(self) -> Self:
        return self.filter(ended_at__isnull=True)

    def waiting(self, now: datetime) -> Self:
        """Those to whom something can be offered: live, of a theme that can be booked, and still on its path."""
        here = Membership.objects.live().filter(path=OuterRef("theme__path"), user=OuterRef("user"))
        return self.live().filter(
            Exists(here.filter(role=Role.PARTICIPANT).order_by()),
            # A date behind every zone's.
            last_date__gte=(now - timedelta(days=1)).date(),
            user__is_active=True,
            theme__retired_at__isnull=True,
            theme__path__opened_at__isnull=False,
            theme__path__closed_at__isnull=True,
        )


class WaitlistEntry(models.Model):
    """Somebody's place in the line of a theme, and the times that would suit them: dates and days in their own zone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # No index of its own: those below begin with it.
    theme = models.ForeignKey(
        "paths.Theme", on_delete=models.PROTECT, related_name="waitlist", db_index=False, verbose_name=_("theme")
    )
    user = models.ForeignKey(
        "accounts.User",
        on_delete=models.PROTECT,
        related_name="waitlist",
        verbose_name=pgettext_lazy("a person", "user"),
    )
    joined_at = models.DateTimeField(_("joined at"))
    first_date = models.DateField(_("first date"))
    last_date = models.DateField(_("last date"))
    weekdays = models.PositiveSmallIntegerField(
        _("weekdays"), default=ANY_WEEKDAY, help_text=_("As bits: 1 is Monday, 64 is Sunday.")
    )
    part = models.CharField(_("part of the day"), max_length=9, choices=DayPart.choices, default=DayPart.ANY)
    sooner_than = models.ForeignKey(
        "meetings.Meeting",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("sooner than"),
        help_text=_("Their own session of the theme, which moves to an earlier time."),
    )
    sooner_start = models.DateTimeField(
        _("start to beat"), null=True, blank=True, help_text=_("When that session started as they asked.")
    )
    not_suiting = models.JSONField(
        _("times that don’t suit"), default=list, blank=True, help_text=_("Starts that could be booked as they joined.")
    )
    version = models.PositiveIntegerField(_("version"), default=1)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    ended_by = models.CharField(_("how it ended"), max_length=6, choices=EntryEnd.choices, blank=True)

    objects = WaitlistEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("place in a waitlist")
        verbose_name_plural = _("places in waitlists")
        ordering = ["joined_at", "id"]
        indexes = [
            models.Index(
                fields=["theme", "joined_at", "id"], condition=Q(ended_at__isnull=True), name="waitlist_in_line"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["theme", "user"], condition=Q(ended_at__isnull=True), name="one_place_in_a_waitlist"
            ),
            models.CheckConstraint(condition=Q(first_date__lte=F("last_date")), name="waitlist_window_lasts"),
            models.CheckConstraint(
                condition=Q(weekdays__gte=1, weekdays__lte=ANY_WEEKDAY), name="waitlist_weekdays_known"
            ),
            models.CheckConstraint(condition=Q(part__in=DayPart.values), name="waitlist_part_known"),
            models.CheckConstraint(
                condition=Q(sooner_than__isnull=True, sooner_start__isnull=True)
                | Q(sooner_than__isnull=False, sooner_start__isnull=False),
                name="waitlist_sooner_than_a_start",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by="")
                | (Q(ended_at__isnull=False) & Q(ended_by__in=EntryEnd.values)),
                name="waitlist_end_explained",
            ),
        ]

    def __str__(self):
        return gettext("%(name)s for %(theme)s") % {"name": self.user, "theme": self.theme}


class HeldTimeQuerySet(models.QuerySet):
    def live(self) -> Self:
        return self.filter(ended_at__isnull=True)

    def blocking(self, now) -> Self:
        """Those that nobody else can book. What is over is passed on within moments; without a worker it is let go."""
        return self.live().filter(until__gt=now - HELD_ON_FOR)

    def open(self, now) -> Self:
        """Those that their holder can still take."""
        return self.live().filter(until__gt=now, passed_at__isnull=True)

    def over(self, now) -> Self:
        """Those that are to be passed on."""
        return self.live().filter(until__lte=now)

    def within(self, start, end) -> Self:
        return self.filter(starts_at__lt=end, ends_at__gt=start)


class HeldTime(models.Model):
    """A time with one expert that was offered to somebody in line, and is kept for them for a while.

    `until`: when it goes to the next. Its minutes run from `told_at`, when they get the e-mail. It stays live until a
    worker has passed it on, so that nobody can slip in between; `passed_at`: they don't want it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entry = models.ForeignKey(
        WaitlistEntry,
        on_delete=models.PROTECT,
        related_name="held_times",
        db_index=False,
        verbose_name=_("place in a waitlist"),
    )
    # No index of its own: the constraint begins with it.
    user = models.ForeignKey(
        "accounts.User",
        on_delete=models.PROTECT,
        related_name="held_times",
        db_index=False,
        verbose_name=pgettext_lazy("a person", "user"),
    )
    expert = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name=_("expert")
    )
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))
    offered_at = models.DateTimeField(_("offered at"))
    told_at = models.DateTimeField(_("told at"))
    until = models.DateTimeField(_("held until"))
    passed_at = models.DateTimeField(_("passed at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    ended_by = models.CharField(_("how it ended"), max_length=6, choices=HeldEnd.choices, blank=True)

    objects = HeldTimeQuerySet.as_manager()

    class Meta:
        verbose_name = _("held time")
        verbose_name_plural = _("held times")
        ordering = ["offered_at", "id"]
        indexes = [
            models.Index(
                fields=["expert", "starts_at"], condition=Q(ended_at__isnull=True), name="held_time_of_expert"
            ),
            models.Index(fields=["until"], condition=Q(ended_at__isnull=True), name="held_time_until"),
            models.Index(fields=["entry", "starts_at"], name="held_time_of_entry"),
        ]
        # That no two live ones of an expert overlap is in meetings/integrity/overlap.py.
        constraints = [
            models.UniqueConstraint(
                fields=["user", "starts_at"], condition=~Q(ended_by=HeldEnd.GONE), name="one_start_held_once"
            ),
            models.UniqueConstraint(fields=["entry"], condition=Q(ended_at__isnull=True), name="one_time_held_at_once"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="held_time_ends_after_start"),
            models.CheckConstraint(
                condition=Q(offered_at__lte=F("told_at")) & Q(offered_at__lte=F("until")), name="held_time_in_order"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by="")
                | (Q(ended_at__isnull=False) & Q(ended_by__in=HeldEnd.values)),
                name="held_time_end_explained",
            ),
        ]

    def __str__(self):
        return gettext("%(name)s, held until %(when)s") % {"name": self.user, "when": self.until}
