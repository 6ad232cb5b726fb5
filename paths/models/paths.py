"""Programs, their paths with themes and booking policy."""

import uuid
from datetime import UTC, datetime, time, timedelta
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from timezone_field import TimeZoneField

from everwise import timefmt
from everwise.accounts.models import active_language
from experts.availability import to_instant
from paths.enums import RoomKind
from paths.models.memberships import Membership

_NAME = pgettext_lazy("of a thing", "name")
_DESCRIPTION = _("description")


def usual_description() -> str:
    """What a new path says of itself until somebody writes something else."""
    return gettext(
        "Book a single session whenever you need one. Pick a theme, then any time that suits you with any of the"
        " path’s experts."
    )


class Program(models.Model):
    class Type(models.TextChoices):
        DROP_IN = "drop-in", pgettext_lazy("of a program", "Drop-in")

    name = models.CharField(_NAME, max_length=120)
    type = models.CharField(
        pgettext_lazy("of a program", "type"), max_length=10, choices=Type.choices, default=Type.DROP_IN
    )
    description = models.TextField(_DESCRIPTION, blank=True, max_length=2000)

    class Meta:
        verbose_name = _("program")
        verbose_name_plural = _("programs")
        ordering = ["name", "id"]
        indexes = [models.Index(fields=["name", "id"], name="program_listed")]

    def __str__(self):
        return self.name


class PathQuerySet(models.QuerySet):
    def visible_to(self, user) -> Self:
        """Paths of which the person is a live member in any role; of a draft its participants know nothing.

        For an admin who looks at a path as somebody else there is no other.
        """
        seen = user.seen_as
        if seen and seen.is_nobody:
            return self.filter(pk=seen.path)
        known = Membership.objects.knowing().filter(user=user, path=models.OuterRef("pk"))
        return self.filter(models.Exists(known), **({"pk": seen.path} if seen else {}))


class Path(models.Model):
    """A path of a program: its people, its themes, and the policy by which sessions are booked."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="paths", verbose_name=_("program"))
    name = models.CharField(_NAME, max_length=120)
    description = models.TextField(_DESCRIPTION, blank=True, max_length=2000, default=usual_description)
    time_zone = TimeZoneField(
        _("time zone"), default="UTC", help_text=_("The opening and closing dates are dates in this zone.")
    )
    # Of settings.LANGUAGES, which forms ask.
    language = models.CharField(
        _("language"),
        max_length=20,
        default=active_language,
        help_text=_("Of invitations to people who have not chosen one yet."),
    )
    opens_on = models.DateField(
        _("opens on"), null=True, blank=True, help_text=_("First date of sessions. Empty: always open.")
    )
    closes_on = models.DateField(
        _("closes on"), null=True, blank=True, help_text=_("Last date of sessions. Empty: never closes.")
    )
    start_interval_minutes = models.PositiveSmallIntegerField(
        _("start interval (minutes)"),
        default=30,
        validators=[MinValueValidator(5), MaxValueValidator(1440)],
        help_text=_("Sessions start every so many minutes from the beginning of an expert’s hours."),
    )
    notice_minutes = models.PositiveIntegerField(
        _("notice (minutes)"),
        default=240,
        validators=[MaxValueValidator(525_600)],
        help_text=_("How long before its start a session must be booked."),
    )
    horizon_days = models.PositiveSmallIntegerField(
        _("horizon (days)"),
        default=60,
        validators=[MaxValueValidator(730)],
        help_text=_("How many days ahead a session can be booked."),
    )
    change_until_minutes = models.PositiveIntegerField(
        _("changes until (minutes before)"),
        default=720,
        validators=[MaxValueValidator(525_600)],
        help_text=_("How long before its start a participant can still move a session, or cancel it and get it back."),
    )
    sessions_per_participant = models.PositiveSmallIntegerField(
        _("sessions per participant"), null=True, blank=True, help_text=_("Empty: no limit.")
    )
    sessions_per_month = models.PositiveSmallIntegerField(
        _("sessions per month"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Of one participant, in a month of the path’s time zone. Empty: no limit."),
    )
    sessions_at_once = models.PositiveSmallIntegerField(
        _("booked at once"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("How many sessions that are still to come one participant may have. Empty: no limit."),
    )
    most_moves = models.PositiveSmallIntegerField(
        _("moves of a session"),
        null=True,
        blank=True,
        help_text=_("How many times a participant may move one session. Empty: no limit."),
    )
    no_shows_allowed = models.PositiveSmallIntegerField(
        _("no-shows before an admin is asked"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
        help_text=_(
            "Whoever has missed so many sessions is warned, and after one more needs an admin’s yes to book."
            " Empty: no rule."
        ),
    )
    # What else a kind asks for is in RoomServer.
    room_kind = models.CharField(
        _("video rooms"),
        max_length=13,
        choices=RoomKind.choices,
        default=RoomKind.OWN,
        db_default=RoomKind.OWN.value,
        editable=False,
    )
    last_call_days = models.PositiveSmallIntegerField(
        _("last call (days before closing)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
        help_text=_("Who has sessions left and none coming up is written to once. Empty: nobody is."),
    )
    opened_at = models.DateTimeField(
        _("opened at"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("Empty: a draft, which participants don’t see."),
    )
    closed_at = models.DateTimeField(
        _("closed at"), null=True, blank=True, editable=False, help_text=_("Closed early, by an admin of the path.")
    )
    members = models.ManyToManyField(
        "accounts.User", through="Membership", related_name="paths", verbose_name=_("members")
    )

    objects = PathQuerySet.as_manager()

    class Meta:
        verbose_name = _("path")
        verbose_name_plural = _("paths")
        ordering = ["name", "id"]
        indexes = [models.Index(fields=["name", "id"], name="path_listed")]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_on__isnull=True) | Q(opens_on__isnull=True) | Q(closes_on__gte=F("opens_on")),
                name="path_closes_after_opening",
                violation_error_message=_("The path can’t close before it opens."),
            ),
            models.CheckConstraint(condition=Q(start_interval_minutes__gte=5), name="path_interval_at_least_5"),
        ]

    def __str__(self):
        return self.name

    @property
    def is_draft(self) -> bool:
        """Whether its participants don't know of it yet, and nobody books. Once opened, a path is no draft again."""
        return self.opened_at is None

    @property
    def makes_rooms(self) -> bool:
        """Whether its meetings have a room of their own, made when somebody joins, and not their expert's link."""
        return self.room_kind != RoomKind.OWN

    @property
    def opens_at(self) -> datetime | None:
        """The first instant at which a session may start."""
        return self._midnight(self.opens_on) if self.opens_on else None

    @property
    def closes_at(self) -> datetime | None:
        """The instant from which no session can be booked any more: the end of its dates, or when it was closed."""
        ends = [end for end in (self.dates_end_at, self.closed_at) if end]
        return min(ends, default=None)

    @property
    def dates_end_at(self) -> datetime | None:
        """The end of the closing date, also of a path that was closed before it."""
        return self._midnight(self.closes_on + timedelta(days=1)) if self.closes_on else None

    def _midnight(self, date) -> datetime:
        local = datetime.combine(date, time.min)
        return datetime.fromtimestamp(to_instant(local, str(self.time_zone)), tz=UTC)

    def change_until(self, starts_at: datetime) -> datetime:
        return starts_at - timedelta(minutes=self.change_until_minutes)

    def sessions_with(self, extra: int) -> int | None:
        """How many sessions somebody with so many extra ones has in all; None: no limit."""
        number = self.sessions_per_participant
        return None if number is None else max(0, number + extra)


class ThemeQuerySet(models.QuerySet):
    def bookable(self) -> Self:
        """Those that can be booked, as far as it is up to the theme: the retired ones are left out.

        `Theme.is_retired` says it of a row that is read already.
        """
        return self.filter(retired_at=None)


class Theme(models.Model):
    """What a session can be about, how long it takes, and which experts take it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    path = models.ForeignKey(Path, on_delete=models.PROTECT, related_name="themes", verbose_name=_("path"))
    name = models.CharField(_NAME, max_length=120)
    description = models.CharField(_DESCRIPTION, max_length=300, blank=True)
    duration_minutes = models.PositiveSmallIntegerField(
        _("duration (minutes)"), default=45, validators=[MinValueValidator(5), MaxValueValidator(480)]
    )
    position = models.PositiveSmallIntegerField(pgettext_lazy("in a list", "position"), default=0)
    retired_at = models.DateTimeField(
        _("retired at"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("From then on nobody can book it; what is booked takes place."),
    )
    experts = models.ManyToManyField("experts.Expert", related_name="themes", blank=True, verbose_name=_("experts"))

    objects = ThemeQuerySet.as_manager()

    class Meta:
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        ordering = ["position", "name", "id"]
        indexes = [models.Index(fields=["name", "id"], name="theme_listed")]
        constraints = [
            models.CheckConstraint(
                condition=Q(duration_minutes__gte=5, duration_minutes__lte=480),
                name="theme_duration_5_to_480",
            )
        ]

    def __str__(self):
        return self.name

    @property
    def duration(self) -> timedelta:
        return timedelta(minutes=self.duration_minutes)

    @property
    def is_retired(self) -> bool:
        """Whether nobody can book it any more."""
        return self.retired_at is not None

    @property
    def length(self) -> str:
        return timefmt.minutes(self.duration_minutes)
