"""What a theme asks of whoever books a session of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

MOST_QUESTIONS = 5
QUESTION_LENGTH = 200


class ThemeQuestion(models.Model):
    """One question of a theme, in its place of the list. Answers keep its words, so it may change at any time."""

    # No index of its own: the one below begins with it.
    theme = models.ForeignKey(
        "paths.Theme", on_delete=models.CASCADE, related_name="questions", db_index=False, verbose_name=_("theme")
    )
    position = models.PositiveSmallIntegerField(pgettext_lazy("in a list", "position"))
    text = models.CharField(pgettext_lazy("of a question", "words"), max_length=QUESTION_LENGTH)
    required = models.BooleanField(pgettext_lazy("of a question", "required"), default=False)

    class Meta:
        verbose_name = _("question of a theme")
        verbose_name_plural = _("questions of themes")
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["theme", "position"], name="one_question_per_place")]

    def __str__(self):
        return self.text
