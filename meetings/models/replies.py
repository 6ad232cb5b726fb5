"""What people have answered to invitations in their own calendars, and how far the mailbox of these answers is read."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from meetings.enums import Participation, Status
from meetings.models.meeting import Attendee

SOURCE_LENGTH = 64


class CalendarAnswerQuerySet(models.QuerySet):
    def standing(self, now: datetime) -> Self:
        """Those to meetings to come as they stand: an answer ends with the next change of its meeting."""
        ahead = self.filter(attendee__meeting__status=Status.SCHEDULED, attendee__starts_at__gt=now)
        return ahead.filter(attendee__live=True, sequence=F("attendee__meeting__sequence"))

    def declined(self) -> Self:
        return self.filter(participation=Participation.DECLINED)


class CalendarAnswer(models.Model):
    """The last answer of one person to one meeting. It changes nothing of the meeting."""

    attendee = models.OneToOneField(
        "meetings.Attendee", on_delete=models.CASCADE, related_name="calendar_answer", verbose_name=_("attendee")
    )
    participation = models.CharField(_("answer"), max_length=9, choices=Participation.choices)
    sequence = models.PositiveIntegerField(_("sequence"), help_text=_("The meeting’s, which it is the answer to."))
    stamp = models.DateTimeField(_("answered at"), help_text=_("As their calendar says (RFC 5545 DTSTAMP)."))
    received_at = models.DateTimeField(_("received at"))
    told_sequence = models.PositiveIntegerField(
        _("told of sequence"),
        null=True,
        blank=True,
        help_text=_("For which sequence the others were last written to that they declined."),
    )

    objects = CalendarAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar answer")
        verbose_name_plural = _("calendar answers")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(participation__in=Participation.values), name="calendar_answer_participation_known"
            )
        ]

    def __str__(self):
        return self.get_participation_display()


class ReplyMailbox(models.Model):
    """One row: how far the mailbox of IMAP_URL is read, and how the last reading went."""

    source = models.CharField(_("source"), max_length=SOURCE_LENGTH, help_text=_("A digest of where the mailbox is."))
    uid_validity = models.BigIntegerField(_("UIDVALIDITY"), default=0)
    last_uid = models.BigIntegerField(_("last UID"), default=0)
    next_read_at = models.DateTimeField(_("next reading at"))
    leased_until = models.DateTimeField(_("leased until"), null=True, blank=True)
    last_read_at = models.DateTimeField(_("last read at"), null=True, blank=True)
    failing_since = models.DateTimeField(_("failing since"), null=True, blank=True)
    failures = models.PositiveIntegerField(_("failures"), default=0, help_text=_("In a row."))
    error = models.CharField(_("error"), max_length=100, blank=True)
    messages = models.PositiveBigIntegerField(_("messages read"), default=0)
    counted = models.PositiveBigIntegerField(_("answers that counted"), default=0)

    class Meta:
        verbose_name = pgettext_lazy("of answers", "mailbox")
        verbose_name_plural = pgettext_lazy("of answers", "mailboxes")

    def __str__(self):
        return gettext("Mailbox of answers")


def standing_answer(attendee: Attendee) -> CalendarAnswer | None:
    """What they have answered to the meeting as it stands. Wants the answers loaded (Meeting.with_people)."""
    try:
        answer: CalendarAnswer = attendee.calendar_answer
    except CalendarAnswer.DoesNotExist:
        return None
    return answer if attendee.live and answer.sequence == attendee.meeting.sequence else None
