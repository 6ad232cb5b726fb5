"""What a participant answers to the questions of a theme, and what they let an expert see of earlier sessions."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from paths.models import QUESTION_LENGTH

ANSWER_LENGTH = 500


class MeetingAnswer(models.Model):
    """A question of the theme as it stood when the session was booked, in these words, with the answer, if any yet."""

    # No index of its own: the one below begins with it.
    meeting = models.ForeignKey(
        "meetings.Meeting", on_delete=models.PROTECT, related_name="answers", db_index=False, verbose_name=_("meeting")
    )
    position = models.PositiveSmallIntegerField(pgettext_lazy("in a list", "position"))
    question = models.CharField(_("question"), max_length=QUESTION_LENGTH)
    required = models.BooleanField(pgettext_lazy("of a question", "required"), default=False)
    text = models.TextField(_("text"), max_length=ANSWER_LENGTH, blank=True)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["meeting", "position"], name="one_answer_per_place")]

    def __str__(self):
        return self.question


class BriefPart(models.Model):
    """One text of an earlier session that the participant lets the expert of this one see.

    It names the text by its row, so that it ends with it, and the very words (`digest`): a note that is changed
    afterwards is not shown until it is chosen again.
    """

    # No index of its own: those below begin with it.
    meeting = models.ForeignKey(
        "meetings.Meeting", on_delete=models.PROTECT, related_name="brief", db_index=False, verbose_name=_("meeting")
    )
    note = models.ForeignKey(
        "meetings.Note", on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("note")
    )
    answer = models.ForeignKey(
        MeetingAnswer, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("answer")
    )
    session = models.ForeignKey(
        "meetings.Meeting",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("session"),
        help_text=_("Whose note to the expert it is."),
    )
    digest = models.CharField(_("digest"), max_length=32)

    class Meta:
        verbose_name = _("earlier text shown")
        verbose_name_plural = _("earlier texts shown")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(note__isnull=False, answer=None, session=None)
                | Q(note=None, answer__isnull=False, session=None)
                | Q(note=None, answer=None, session__isnull=False),
                name="brief_of_one_text",
            ),
            models.UniqueConstraint(fields=["meeting", "note"], name="note_once_in_a_brief"),
            models.UniqueConstraint(fields=["meeting", "answer"], name="answer_once_in_a_brief"),
            models.UniqueConstraint(fields=["meeting", "session"], name="session_once_in_a_brief"),
        ]

    def __str__(self):
        return self.digest
