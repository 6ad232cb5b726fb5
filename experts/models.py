"""Experts and their time: weekly hours, exceptions, and what keeps them busy elsewhere."""

from datetime import date, timedelta
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from timezone_field import TimeZoneField

from experts import availability, faults
from experts.addresses import MAX_ADDRESS, masked
from experts.feeds.limits import FAILED_READINGS
from experts.fields import WindowsField


class Expert(models.Model):
    """One person's face and time as an expert, the same on every path."""

    user = models.OneToOneField(
        "accounts.User", on_delete=models.PROTECT, related_name="expert", verbose_name=_("user")
    )
    title = models.CharField(
        pgettext_lazy("of an expert", "title"), max_length=80, blank=True, help_text=_("Like “Torch coach”.")
    )
    bio = models.CharField(_("bio"), max_length=300, blank=True)
    languages = models.CharField(_("languages"), max_length=120, blank=True, help_text=_("Like “English, French”."))
    time_zone = TimeZoneField(
        _("time zone"), default="UTC", help_text=_("The expert’s hours are wall time in this zone.")
    )
    accepting = models.BooleanField(
        _("accepting sessions"), default=True, help_text=_("When off, no time of theirs is offered anywhere.")
    )
    video_link = models.URLField(_("video link"), blank=True)
    buffer_before_minutes = models.PositiveSmallIntegerField(_("buffer before (minutes)"), default=0)
    buffer_after_minutes = models.PositiveSmallIntegerField(_("buffer after (minutes)"), default=0)
    notice_minutes = models.PositiveIntegerField(
        _("notice (minutes)"), default=0, help_text=_("The larger of this and the path’s notice holds.")
    )
    horizon_days = models.PositiveSmallIntegerField(
        _("horizon (days)"),
        null=True,
        blank=True,
        help_text=_("The smaller of this and the path’s horizon holds. Empty: the path’s."),
    )
    cap_per_day = models.PositiveSmallIntegerField(
        _("cap per day"), null=True, blank=True, help_text=_("Empty: no limit.")
    )
    cap_per_week = models.PositiveSmallIntegerField(
        _("cap per week"), null=True, blank=True, help_text=_("Empty: no limit.")
    )

    class Meta:
        verbose_name = _("expert")
        verbose_name_plural = _("experts")
        ordering = ["user__name", "id"]
        # Staff's list.
        indexes = [
            models.Index(fields=["title", "id"], name="expert_listed_by_title"),
            models.Index(fields=["id"], condition=Q(accepting=False), name="expert_listed_not_accepting"),
        ]

    def __str__(self):
        return str(self.user)


class AvailabilityRule(models.Model):
    """Hours that recur on local dates of the expert's zone (RFC 5545 RRULE, nothing finer than daily)."""

    expert = models.ForeignKey(Expert, on_delete=models.CASCADE, related_name="rules", verbose_name=_("expert"))
    rrule = models.CharField(
        _("recurrence"), max_length=200, default="FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", help_text=_("RFC 5545 RRULE")
    )
    first_date = models.DateField(_("first date"), help_text=_("Nothing recurs before this date."))
    windows = WindowsField(_("windows"))

    class Meta:
        verbose_name = _("availability rule")
        verbose_name_plural = _("availability rules")
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~Q(windows=""), name="rule_has_windows")]

    def __str__(self):
        return self.rrule

    def clean(self) -> None:
        try:
            availability.parse_rrule(self.rrule)
        except availability.InvalidRule as error:
            raise ValidationError({"rrule": faults.in_words(error)}) from error


class DateOverride(models.Model):
    """Other hours on one local date of the expert's zone; no windows means a day off."""

    expert = models.ForeignKey(
        Expert, on_delete=models.CASCADE, related_name="overrides", db_index=False, verbose_name=_("expert")
    )
    date = models.DateField(_("date"))
    windows = WindowsField(_("windows"), blank=True)

    class Meta:
        verbose_name = _("date override")
        verbose_name_plural = _("date overrides")
        ordering = ["date"]
        constraints = [models.UniqueConstraint(fields=["expert", "date"], name="one_override_per_date")]

    def __str__(self):
        return str(self.date)


class BusyCalendarQuerySet(models.QuerySet):
    def due(self, now) -> Self:
        """What a worker should read now: its time has come, and no other worker has it in hand."""
        free = Q(leased_until__isnull=True) | Q(leased_until__lte=now)
        return self.filter(free, kind=BusyCalendar.Kind.ADDRESS, next_read_at__lte=now)

    def to_be_told(self, now) -> Self:
        """What has failed for a day and was not reported to its owner; whoever can't sign in gets no report."""
        long = now - timedelta(days=1)
        return self.filter(failing_since__lte=long, told_at__isnull=True, expert__user__is_active=True)

    def unreadable(self) -> Self:
        """What has failed again: a single failure may be gone at the next reading."""
        return self.filter(failures__gte=FAILED_READINGS, failing_since__isnull=False)


class BusyCalendar(models.Model):
    """A calendar kept elsewhere, of which only the busy times are known here.

    Its address is as good as a password: it is written nowhere, and shown to nobody but as `masked`.
    """

    class Kind(models.TextChoices):
        ADDRESS = "address", _("Address")
        UPLOAD = "upload", _("Uploaded file")

    expert = models.ForeignKey(
        Expert, on_delete=models.CASCADE, related_name="busy_calendars", verbose_name=_("expert")
    )
    kind = models.CharField(_("kind"), max_length=7, choices=Kind)
    label = models.CharField(_("name"), max_length=80)
    url = models.CharField(_("address"), max_length=MAX_ADDRESS, blank=True, editable=False)
    # What the server said of the version that is stored, to be asked only for a newer one.
    etag = models.CharField(max_length=200, blank=True, editable=False)
    last_modified = models.CharField(max_length=200, blank=True, editable=False)
    # When the whole file was read last, and the zone that its local times were taken in.
    full_read_at = models.DateTimeField(null=True, editable=False)
    read_in_zone = models.CharField(max_length=64, blank=True, editable=False)
    # When it was read last, well or not.
    tried_at = models.DateTimeField(null=True, editable=False)
    last_read_at = models.DateTimeField(_("last read"), null=True, help_text=_("When it was last read well."))
    next_read_at = models.DateTimeField(_("next read"), null=True)
    failures = models.PositiveSmallIntegerField(_("failures"), default=0)
    # A code, see experts/faults; rows of before codes hold words.
    error = models.CharField(_("error"), max_length=300, blank=True)
    leased_until = models.DateTimeField(null=True, editable=False)
    busy_count = models.PositiveIntegerField(_("busy times"), default=0)
    # What its owner goes by in it, beside their account's addresses: what these have declined is free.
    addresses = models.CharField(_("my addresses in this calendar"), max_length=500, blank=True)
    # All addresses that were looked for at the last whole reading.
    read_as = models.TextField(blank=True, editable=False)
    # {"left_out": 3, "left": [["2026-12-24", 120, "a code"], …], "unknown": ["a zone", …]}: no titles.
    notes = models.JSONField(
        pgettext_lazy("of a calendar that was read", "notes"), default=dict, blank=True, editable=False
    )
    # Since when no reading has gone well, and when its owner had an e-mail about it.
    failing_since = models.DateTimeField(_("failing since"), null=True, blank=True, editable=False)
    told_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = BusyCalendarQuerySet.as_manager()

    class Meta:
        verbose_name = _("busy calendar")
        verbose_name_plural = _("busy calendars")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["expert", "url"], condition=Q(kind="address"), name="calendar_address_once_per_expert"
            ),
            models.CheckConstraint(
                condition=Q(kind="upload") | Q(next_read_at__isnull=False), name="calendar_address_has_next_read"
            ),
        ]
        indexes = [
            models.Index(fields=["next_read_at"]),
            models.Index(
                fields=["failing_since"],
                condition=Q(failing_since__isnull=False, told_at__isnull=True),
                name="calendar_failing_untold",
            ),
        ]

    def __str__(self):
        return self.label

    @property
    def left_out(self) -> int:
        return self.notes.get("left_out", 0)

    @property
    def error_in_words(self) -> str:
        return faults.in_words(self.error)

    @property
    def left(self) -> list[dict]:
        """Those of the events left out that are listed one by one."""
        return [
            {"date": date.fromisoformat(day) if day else None, "line": line, "why": faults.in_words(why)}
            for day, line, why in self.notes.get("left", [])
        ]

    @property
    def masked(self) -> str:
        return masked(self.url) if self.url else ""


class BusyTime(models.Model):
    """A time in which the expert is taken by something outside Everwise. No titles are kept."""

    expert = models.ForeignKey(
        Expert, on_delete=models.CASCADE, related_name="busy_times", db_index=False, verbose_name=_("expert")
    )
    calendar = models.ForeignKey(
        BusyCalendar,
        on_delete=models.CASCADE,
        null=True,
        related_name="busy_times",
        editable=False,
        verbose_name=_("calendar"),
    )
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))

    class Meta:
        verbose_name = _("busy time")
        verbose_name_plural = _("busy times")
        ordering = ["starts_at"]
        indexes = [
            models.Index(fields=["expert", "ends_at"]),
            models.Index(fields=["starts_at", "id"], name="busy_time_listed"),
        ]
        constraints = [models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="busy_ends_after_start")]

    def __str__(self):
        words = {"start": f"{self.starts_at:%F %R}", "end": f"{self.ends_at:%F %R}"}
        return gettext("%(start)s to %(end)s UTC") % words
