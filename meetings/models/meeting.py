"""Meetings, who is in them, and what happened to them."""

import uuid
from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from meetings.constants import HELD_AFTER
from meetings.enums import CALLED_OFF, Happening, Kind, Status
from meetings.models.room import HeldInRoom
from paths.enums import Role
from paths.models import Membership

TITLE_LENGTH = 120
NOTE_LENGTH = 2000
AGENDA_LENGTH = 4000
PLACE_LENGTH = 120
LINK_LENGTH = 500
# Longer than any meeting can be (480 minutes): one that takes place at a moment started at most so long before it.
REACH = timedelta(days=1)


def _keys(rows, field="pk"):
    return rows.order_by().values(field)


def _where_seen(user):
    """An admin who looks at a path as somebody else sees no meeting of theirs on another path."""
    return {"path": user.seen_as.path} if user.seen_as else {}


class MeetingQuerySet(models.QuerySet):
    def of(self, user, *, since=None) -> Self:
        """Meetings the person attends or organizes, whatever became of them, save deleted ones.

        Two sets of keys, each read from an index that begins with the person: one condition with OR would have the
        database look at every meeting there is. Who needs none that ended before `since` spares their whole history.
        """
        attends, organizes = Attendee.objects.present().filter(user=user), Meeting.objects.filter(organizer=user)
        if since is not None:
            attends, organizes = attends.filter(ends_at__gte=since), organizes.filter(ends_at__gte=since)
        keys = _keys(attends, "meeting").union(_keys(organizes))
        return self.filter(pk__in=keys, **_where_seen(user)).exclude(status=Status.DELETED)

    def visible_to(self, user) -> Self:
        """Meetings the person may open: their own, and every one of the paths they are a live admin of.

        What is filtered before this (a single meeting's key) narrows each of the three sets; what comes after does not.
        """
        runs = Membership.objects.live().filter(user=user, role=Role.ADMIN).order_by().values("path")
        kept = self.exclude(status=Status.DELETED)
        attends = kept.filter(attendees__user=user, attendees__removed_at__isnull=True)
        keys = _keys(attends).union(_keys(kept.filter(organizer=user)), _keys(self.filter(path__in=runs)))
        return self.filter(pk__in=keys, **_where_seen(user))

    def scheduled(self) -> Self:
        return self.filter(status=Status.SCHEDULED)

    def upcoming(self, now) -> Self:
        """Confirmed and not over yet, the next one first."""
        # By the start as well, which has the indexes: those that nobody ever marked stay scheduled for ever.
        ahead = self.scheduled().filter(starts_at__gt=now - REACH, ends_at__gt=now)
        return ahead.order_by("starts_at", "id")

    def past(self, now) -> Self:
        """Over, cancelled or deleted; the latest first."""
        return self.filter(~Q(status=Status.SCHEDULED) | Q(ends_at__lte=now)).order_by("-starts_at", "id")

    def over(self, now) -> Self:
        """Over, and not cancelled or deleted; the latest first."""
        kept = self.filter(ends_at__lte=now).exclude(status__in=CALLED_OFF)
        return kept.order_by("-starts_at", "id")

    def called_off(self) -> Self:
        """Cancelled or deleted; the latest first."""
        return self.filter(status__in=CALLED_OFF).order_by("-starts_at", "id")

    def without_outcome(self, now) -> Self:
        """Over, and nobody ever said how it went; the one that waits longest first."""
        return self.scheduled().filter(ends_at__lte=now).order_by("ends_at", "id")

    def unmarked(self, now) -> Self:
        """Over, and still waiting for somebody to say how it went; the one that waits longest first."""
        since = now - HELD_AFTER
        over = self.scheduled().filter(starts_at__gt=since - REACH, ends_at__gt=since, ends_at__lte=now)
        return over.order_by("ends_at", "id")

    def markable_by(self, user, *, since=None) -> Self:
        """Those of which the person can say how they went: they are their expert, or an admin of their path.

        Two sets, as in `of`; each keeps to what was filtered before.
        """
        live = Membership.objects.live().filter(user=user).order_by()
        attends = Attendee.objects.present().filter(user=user, role=Role.EXPERT)
        if since is not None:
            attends = attends.filter(ends_at__gte=since)
        holds = live.filter(role=Role.EXPERT).values("path")
        held = self.filter(pk__in=_keys(attends, "meeting"), path__in=holds)
        run = self.filter(path__in=live.filter(role=Role.ADMIN).values("path"))
        return self.filter(pk__in=_keys(held).union(_keys(run)))

    def with_people(self) -> Self:
        """Load what a list shows of a meeting in a constant number of queries."""
        attendees = Attendee.objects.present().select_related("user", "user__expert", "calendar_answer")
        attendees = attendees.order_by("role", "user__name")
        return self.select_related("path", "theme", "organizer").prefetch_related(
            models.Prefetch("attendees", attendees)
        )


class Meeting(HeldInRoom, models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # No index of their own: the path and the organizer begin one below.
    path = models.ForeignKey(
        "paths.Path", on_delete=models.PROTECT, related_name="meetings", db_index=False, verbose_name=_("path")
    )
    theme = models.ForeignKey(
        "paths.Theme", on_delete=models.PROTECT, null=True, blank=True, related_name="meetings", verbose_name=_("theme")
    )
    kind = models.CharField(_("kind"), max_length=6, choices=Kind.choices)
    status = models.CharField(_("status"), max_length=20, choices=Status.choices, default=Status.SCHEDULED)
    title = models.CharField(pgettext_lazy("of a meeting", "title"), max_length=TITLE_LENGTH)
    agenda = models.TextField(_("agenda"), max_length=AGENDA_LENGTH, blank=True)
    note = models.TextField(
        _("note"), max_length=NOTE_LENGTH, blank=True, help_text=_("The participant’s note to the expert.")
    )
    place = models.CharField(_("place"), max_length=PLACE_LENGTH, blank=True)
    video_link = models.URLField(_("video link"), max_length=LINK_LENGTH, blank=True)
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))
    organizer = models.ForeignKey(
        "accounts.User",
        on_delete=models.PROTECT,
        related_name="organized_meetings",
        db_index=False,
        verbose_name=_("organizer"),
    )
    created_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("created by")
    )
    created_at = models.DateTimeField(_("created at"))
    sequence = models.PositiveIntegerField(
        _("sequence"),
        default=0,
        help_text=_("Raised with every change that anyone gets an e-mail about (RFC 5545 SEQUENCE)."),
    )
    cancelled_by = models.ForeignKey(
        "accounts.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("cancelled by"),
    )
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)
    cancel_message = models.TextField(_("closing message"), max_length=NOTE_LENGTH, blank=True)
    counts_as_used = models.BooleanField(
        _("counts as used"), default=True, help_text=_("Off when the participant gets the session back.")
    )
    outcome_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("outcome by")
    )
    outcome_at = models.DateTimeField(
        _("outcome at"),
        null=True,
        blank=True,
        help_text=_("When the outcome was marked; empty where it stands by itself."),
    )
    rescues = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="rescued_by",
        verbose_name=_("rescues"),
        help_text=_("The cancelled meeting in whose place this one was booked."),
    )

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["starts_at", "id"]
        indexes = [
            models.Index(fields=["path", "starts_at"]),
            models.Index(fields=["status", "starts_at"]),
            # A path's own list, counted by how they stand.
            models.Index(fields=["path", "status", "ends_at"], name="meeting_of_path_by_status"),
            models.Index(fields=["organizer", "ends_at"], name="meeting_of_organizer"),
            # Staff's list, and the same by kind.
            models.Index(fields=["starts_at", "id"], name="meeting_listed"),
            models.Index(fields=["kind", "starts_at"], name="meeting_listed_by_kind"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="meeting_ends_after_start"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="meeting_kind_known"),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="meeting_status_known"),
            models.CheckConstraint(condition=~Q(kind=Kind.DROP_IN) | Q(theme__isnull=False), name="dropin_has_theme"),
            models.CheckConstraint(
                condition=~Q(kind=Kind.DROP_IN, status=Status.DELETED) & ~Q(kind=Kind.AD_HOC, status=Status.CANCELLED),
                name="dropin_cancelled_adhoc_deleted",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("meetings:detail", args=[self.pk])

    @property
    def is_dropin(self) -> bool:
        return self.kind == Kind.DROP_IN

    @property
    def is_scheduled(self) -> bool:
        return self.status == Status.SCHEDULED

    @property
    def is_called_off(self) -> bool:
        return self.status in CALLED_OFF

    @property
    def is_no_show(self) -> bool:
        return self.status in {Status.NO_SHOW_PARTICIPANT, Status.NO_SHOW_EXPERT}

    @property
    def duration_minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds()) // 60

    def has_started(self, now: datetime) -> bool:
        return self.starts_at <= now

    def is_past(self, now: datetime) -> bool:
        return self.ends_at <= now

    @property
    def held_from(self) -> datetime:
        """From then on it counts as held, unless somebody has marked, cancelled or deleted it."""
        return self.ends_at + HELD_AFTER

    def counts_as_held(self, now: datetime) -> bool:
        """Marked as held, or left unmarked for so long. Derived: no clock has to write it into the row."""
        return self.status == Status.HELD or (self.is_scheduled and self.held_from <= now)

    @property
    def change_until(self) -> datetime:
        """Until then a participant can move the session, or cancel it and get it back."""
        return self.path.change_until(self.starts_at)

    @cached_property
    def moves_by_participants(self) -> int:
        """How often one of its participants has moved it, by its history. Counted once for each time it is read."""
        participants = self.attendees.filter(role=Role.PARTICIPANT).order_by().values("user")
        return self.events.filter(happening=Happening.RESCHEDULED, by__in=participants).count()

    def people(self, role: str) -> list:
        """The users of one role, from the prefetched attendees."""
        return [attendee.user for attendee in self.attendees.all() if attendee.role == role]

    @property
    def experts(self) -> list:
        return self.people(Role.EXPERT)

    @property
    def participants(self) -> list:
        return self.people(Role.PARTICIPANT)


class AttendeeQuerySet(models.QuerySet):
    def present(self) -> Self:
        """All who were not taken out of their meeting."""
        return self.filter(removed_at__isnull=True)

    def live_within(self, range_start, range_end) -> Self:
        """Rows that take somebody's time in the range."""
        return self.filter(live=True, starts_at__lt=range_end, ends_at__gt=range_start)


class Attendee(models.Model):
    """One person in one meeting. Carries the time, so that one database rule covers everybody everywhere.

    The rule itself (nobody in two live meetings at once) is in meetings/integrity/overlap.py: an exclusion constraint
    on PostgreSQL, triggers on SQLite.
    """

    # No index of their own: those below begin with them, and a database that has both takes the poorer one.
    meeting = models.ForeignKey(
        Meeting, on_delete=models.PROTECT, related_name="attendees", db_index=False, verbose_name=_("meeting")
    )
    user = models.ForeignKey(
        "accounts.User",
        on_delete=models.PROTECT,
        related_name="attendances",
        db_index=False,
        verbose_name=pgettext_lazy("a person", "user"),
    )
    role = models.CharField(
        _("role"), max_length=11, choices=[(r.value, r.label) for r in (Role.EXPERT, Role.PARTICIPANT)]
    )
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))
    live = models.BooleanField(
        pgettext_lazy("of an attendee", "live"),
        default=True,
        help_text=_("Off when the meeting no longer takes this person’s time."),
    )
    added_at = models.DateTimeField(_("added at"))
    removed_at = models.DateTimeField(
        _("removed at"),
        null=True,
        blank=True,
        help_text=_("Set when the person was taken out: then they no longer see the meeting."),
    )
    kept_at = models.DateTimeField(
        _("kept at"),
        null=True,
        blank=True,
        help_text=_("Set when the person left the path, or this role on it, and stays in the meeting without rights."),
    )
    offer_hidden_at = models.DateTimeField(
        _("offer hidden at"),
        null=True,
        blank=True,
        help_text=_("Set when the person has put away the offer for a lost session on their first page."),
    )

    objects = AttendeeQuerySet.as_manager()

    class Meta:
        verbose_name = _("attendee")
        verbose_name_plural = _("attendees")
        ordering = ["role", "id"]
        indexes = [
            # Who is busy: all that the question needs, in an order that SQLite can use too.
            models.Index(fields=["user", "ends_at", "starts_at", "live"]),
            # Whose turn it is: when an expert was last assigned.
            models.Index(fields=["user", "role", "added_at"]),
            # Staff's list; and whose reminders are to come.
            models.Index(fields=["starts_at", "id"], name="attendee_listed"),
            models.Index(fields=["starts_at", "id"], condition=Q(live=False), name="attendee_listed_not_live"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "user"], name="once_per_meeting"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="attendee_ends_after_start"),
            models.CheckConstraint(condition=Q(role__in=[Role.EXPERT, Role.PARTICIPANT]), name="attendee_role_known"),
        ]

    def __str__(self):
        return str(self.user)


class MeetingEvent(models.Model):
    """One line of a meeting's history. Never changed after it is written."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="events", verbose_name=_("meeting"))
    happening = models.CharField(_("what happened"), max_length=20, choices=Happening.choices)
    by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, related_name="+", verbose_name=pgettext_lazy("who did it", "by")
    )
    at = models.DateTimeField(pgettext_lazy("when it happened", "at"))
    sequence = models.PositiveIntegerField(_("sequence"), help_text=_("The meeting’s sequence after this change."))
    token = models.UUIDField(
        _("token"),
        null=True,
        blank=True,
        help_text=_("Of the form that asked for it: the same form twice is one change."),
    )
    facts = models.JSONField(
        _("facts"),
        default=dict,
        help_text=_("What the meeting was after the change, times in UTC (ISO 8601), and, where it differs, before."),
    )
    message = models.TextField(_("message"), max_length=NOTE_LENGTH, blank=True)

    class Meta:
        verbose_name = _("meeting event")
        verbose_name_plural = _("meeting events")
        ordering = ["at", "id"]
        indexes = [
            models.Index(fields=["at", "id"], name="event_listed"),
            models.Index(fields=["happening", "at"], name="event_listed_by_happening"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["by", "token"], condition=Q(token__isnull=False), name="one_change_per_form"
            )
        ]

    def __str__(self):
        return self.get_happening_display()
