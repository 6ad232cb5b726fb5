"""Experts and their time: weekly hours, exceptions, and what keeps them busy elsewhere."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from timezone_field import TimeZoneField

from experts import availability
from experts.feeds.fetch import MAX_ADDRESS, masked
from experts.fields import WindowsField


class Expert(models.Model):
    """One person's face and time as an expert, the same on every path."""

    user = models.OneToOneField("accounts.User", on_delete=models.PROTECT, related_name="expert")
    title = models.CharField(max_length=80, blank=True, help_text="Like “Torch coach”.")
    bio = models.CharField(max_length=300, blank=True)
    languages = models.CharField(max_length=120, blank=True, help_text="Like “English, French”.")
    time_zone = TimeZoneField(default="UTC", help_text="Her hours are wall time in this zone.")
    accepting = models.BooleanField(
        "accepting sessions", default=True, help_text="When off, no time of hers is offered anywhere."
    )
    video_link = models.URLField(blank=True)
    buffer_before_minutes = models.PositiveSmallIntegerField(default=0)
    buffer_after_minutes = models.PositiveSmallIntegerField(default=0)
    notice_minutes = models.PositiveIntegerField(default=0, help_text="The larger of this and the path's notice holds.")
    horizon_days = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="The smaller of this and the path's horizon holds. Empty: the path's.",
    )
    cap_per_day = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Empty: no limit.")
    cap_per_week = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Empty: no limit.")

    class Meta:
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

    expert = models.ForeignKey(Expert, on_delete=models.CASCADE, related_name="rules")
    rrule = models.CharField(
        "recurrence", max_length=200, default="FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", help_text="RFC 5545 RRULE"
    )
    first_date = models.DateField(help_text="Nothing recurs before this date.")
    windows = WindowsField()

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~Q(windows=""), name="rule_has_windows")]

    def __str__(self):
        return self.rrule

    def clean(self):
        try:
            availability.parse_rrule(self.rrule)
        except availability.InvalidRule as error:
            raise ValidationError({"rrule": str(error)}) from error


class DateOverride(models.Model):
    """Other hours on one local date of the expert's zone; no windows means a day off."""

    expert = models.ForeignKey(Expert, on_delete=models.CASCADE, related_name="overrides", db_index=False)
    date = models.DateField()
    windows = WindowsField(blank=True)

    class Meta:
        ordering = ["date"]
        constraints = [models.UniqueConstraint(fields=["expert", "date"], name="one_override_per_date")]

    def __str__(self):
        return str(self.date)


class BusyCalendarQuerySet(models.QuerySet):
    def due(self, now):
        """What a worker should read now: its time has come, and no other worker has it in hand."""
        free = Q(leased_until__isnull=True) | Q(leased_until__lte=now)
        return self.filter(free, kind=BusyCalendar.Kind.ADDRESS, next_read_at__lte=now)


class BusyCalendar(models.Model):
    """A calendar kept elsewhere, of which only the busy times are known here.

    Its address is as good as a password: it is written nowhere, and shown to nobody but as `masked`.
    """

    class Kind(models.TextChoices):
        ADDRESS = "address", "Address"
        UPLOAD = "upload", "Uploaded file"

    expert = models.ForeignKey(Expert, on_delete=models.CASCADE, related_name="busy_calendars")
    kind = models.CharField(max_length=7, choices=Kind)
    label = models.CharField("name", max_length=80)
    url = models.CharField("address", max_length=MAX_ADDRESS, blank=True, editable=False)
    # What the server said of the version that is stored, to be asked only for a newer one.
    etag = models.CharField(max_length=200, blank=True, editable=False)
    last_modified = models.CharField(max_length=200, blank=True, editable=False)
    # When the whole file was read last, and the zone that its local times were taken in.
    full_read_at = models.DateTimeField(null=True, editable=False)
    read_in_zone = models.CharField(max_length=64, blank=True, editable=False)
    # When it was read last, well or not.
    tried_at = models.DateTimeField(null=True, editable=False)
    last_read_at = models.DateTimeField("last read", null=True, help_text="When it was last read well.")
    next_read_at = models.DateTimeField("next read", null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    leased_until = models.DateTimeField(null=True, editable=False)
    busy_count = models.PositiveIntegerField("busy times", default=0)

    objects = BusyCalendarQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["expert", "url"], condition=Q(kind="address"), name="calendar_address_once_per_expert"
            ),
            models.CheckConstraint(
                condition=Q(kind="upload") | Q(next_read_at__isnull=False), name="calendar_address_has_next_read"
            ),
        ]
        indexes = [models.Index(fields=["next_read_at"])]

    def __str__(self):
        return self.label

    @property
    def masked(self) -> str:
        return masked(self.url) if self.url else ""


class BusyTime(models.Model):
    """A time in which the expert is taken by something outside Everwise. No titles are kept."""

    expert = models.ForeignKey(Expert, on_delete=models.CASCADE, related_name="busy_times", db_index=False)
    calendar = models.ForeignKey(
        BusyCalendar, on_delete=models.CASCADE, null=True, related_name="busy_times", editable=False
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        ordering = ["starts_at"]
        indexes = [
            models.Index(fields=["expert", "ends_at"]),
            models.Index(fields=["starts_at", "id"], name="busy_time_listed"),
        ]
        constraints = [models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="busy_ends_after_start")]

    def __str__(self):
        return f"{self.starts_at:%F %R} to {self.ends_at:%F %R} UTC"
