"""The e-mails that are still to be sent, and who sends them."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from everwise.wording import isolated
from meetings.constants import WORKER_ALIVE
from meetings.enums import AccountMail, Happening


class NoticeQuerySet(models.QuerySet):
    def due(self, now) -> Self:
        """Unsent rows whose time has come and which no living worker holds."""
        free = Q(leased_until__isnull=True) | Q(leased_until__lte=now)
        return self.waiting().filter(free, due_at__lte=now)

    def waiting(self) -> Self:
        """Still to be sent, now or later, the ones a worker holds included."""
        return self.filter(sent_at__isnull=True, parked_at__isnull=True)

    def parked(self) -> Self:
        """Failed for so long that no worker tries again."""
        return self.filter(sent_at__isnull=True, parked_at__isnull=False)

    def of_meetings(self) -> Self:
        return self.filter(meeting__isnull=False)

    def of_accounts(self) -> Self:
        """Those that are about no meeting: they carry the address they go to."""
        return self.filter(meeting__isnull=True)

    def of_changes(self) -> Self:
        return self.of_meetings().filter(starts_at__isnull=True)

    def reminders(self) -> Self:
        """Those that are about no change, but about a start that comes near."""
        return self.filter(starts_at__isnull=False)

    def sent(self) -> Self:
        return self.filter(sent_at__isnull=False)


class Priority(models.IntegerChoices):
    QUICK = 0, pgettext_lazy("of an e-mail", "Quick")
    USUAL = 1, pgettext_lazy("of an e-mail", "Usual")
    # Many at once that nobody waits for: they let all others pass.
    BULK = 2, pgettext_lazy("of an e-mail", "After the others")


class Notice(models.Model):
    """The outbox: one e-mail to one person about one happening, written with the change itself.

    Either a meeting's, or an account's: that one has the address it goes to, for whoever changes their address gets the
    e-mail at the old one, and whoever has no account has nothing but an address. No row holds a link that opens an
    account: it is made when the e-mail is.
    """

    event = models.ForeignKey(
        "meetings.MeetingEvent",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="notices",
        verbose_name=_("meeting event"),
    )
    # No index of its own: the constraints begin with it.
    meeting = models.ForeignKey(
        "meetings.Meeting",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="notices",
        db_index=False,
        verbose_name=_("meeting"),
    )
    user = models.ForeignKey(
        "accounts.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="notices",
        verbose_name=pgettext_lazy("a person", "user"),
    )
    # Of an e-mail that reminds of sessions left: as nobody is twice among a reminder's people, none is written twice.
    nudged = models.OneToOneField(
        "meetings.NudgeRecipient",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="notice",
        verbose_name=_("as recipient of a reminder"),
    )
    address = models.EmailField(_("address"), blank=True, help_text=_("Of an account’s e-mail: where it goes."))
    kind = models.CharField(_("kind"), max_length=20, choices=[*Happening.choices, *AccountMail.choices])
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority.choices, default=Priority.USUAL)
    facts = models.JSONField(
        _("facts"), default=dict, blank=True, help_text=_("Of an account’s e-mail: what it says, no secrets.")
    )
    sequence = models.PositiveIntegerField(_("sequence"), default=0)
    message_id = models.UUIDField(
        _("message id"), default=uuid.uuid4, editable=False, help_text=_("The same at every attempt.")
    )
    due_at = models.DateTimeField(_("due at"))
    starts_at = models.DateTimeField(
        _("starts at"), null=True, blank=True, help_text=_("Of a reminder: the start that it reminds of.")
    )
    leased_until = models.DateTimeField(_("leased until"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    parked_at = models.DateTimeField(_("parked at"), null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    # Why a row is parked whose reader can't sign in; in English, like what mail servers say.
    SWITCHED_OFF = "Not sent: the account is switched off."
    HELD_BACK = "Held back after a backup was restored: it may have been sent since that backup."

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["due_at", "id"]
        indexes = [
            models.Index(
                fields=["priority", "due_at"],
                condition=Q(sent_at__isnull=True, parked_at__isnull=True),
                name="notice_waiting",
            ),
            # Staff's list; by kind; what was tried in vain, and what was sent.
            models.Index(fields=["due_at", "id"], name="notice_listed"),
            models.Index(fields=["kind", "due_at"], name="notice_listed_by_kind"),
            models.Index(
                fields=["due_at", "id"],
                condition=Q(sent_at__isnull=True, parked_at__isnull=True) & ~Q(attempts=0),
                name="notice_listed_tried",
            ),
            models.Index(
                fields=["due_at", "id"],
                condition=Q(sent_at__isnull=True, parked_at__isnull=True),
                name="notice_listed_waiting",
            ),
            models.Index(fields=["due_at", "id"], condition=Q(sent_at__isnull=False), name="notice_listed_sent"),
            # By which the worker finds what it has kept for long enough.
            models.Index(fields=["sent_at"], condition=Q(sent_at__isnull=False), name="notice_sent"),
            models.Index(fields=["parked_at"], condition=Q(parked_at__isnull=False), name="notice_parked"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(event__isnull=False, meeting__isnull=False, user__isnull=False, address="")
                | (Q(event__isnull=True, meeting__isnull=True, starts_at__isnull=True) & ~Q(address="")),
                name="notice_of_a_meeting_or_an_account",
            ),
            models.UniqueConstraint(
                fields=["meeting", "user", "kind", "sequence"], name="one_notice_per_change_and_person"
            ),
            models.UniqueConstraint(
                fields=["meeting", "user", "kind", "starts_at"],
                condition=Q(starts_at__isnull=False),
                name="one_reminder_of_a_start",
            ),
        ]

    def __str__(self):
        words = {"kind": self.get_kind_display(), "whom": isolated(self.user or self.address)}
        return pgettext("an e-mail in the outbox", "%(kind)s to %(whom)s") % words


class Sweep(models.Model):
    """One row: since when the outbox is whole. What was sent or parked before has been deleted (MAIL_KEPT_DAYS)."""

    until = models.DateTimeField(_("until"))

    class Meta:
        verbose_name = _("sweep")
        verbose_name_plural = _("sweeps")

    def __str__(self):
        return gettext("Deleted up to %(when)s") % {"when": self.until}


class Worker(models.Model):
    """A process that empties the outbox: its heartbeat, so that staff see whether any is alive."""

    name = models.CharField(
        pgettext_lazy("of a thing", "name"), max_length=120, unique=True, help_text=_("Host and process.")
    )
    started_at = models.DateTimeField(_("started at"))
    beat_at = models.DateTimeField(_("last heartbeat at"))

    class Meta:
        verbose_name = _("worker")
        verbose_name_plural = _("workers")
        ordering = ["-beat_at", "id"]

    def __str__(self):
        return self.name

    def lives(self, now) -> bool:
        return self.beat_at > now - WORKER_ALIVE
