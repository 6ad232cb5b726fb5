"""What people write after, or about, a meeting: notes to themselves and each other, and a rating for the program."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from everwise.accounts.models import User
from everwise.wording import isolated

NOTE_LENGTH = 4000
COMMENT_LENGTH = 2000


class NoteQuerySet(models.QuerySet["Note"]):
    def visible_to(self, user: User) -> Self:
        """Private notes are read by nobody but who wrote them; shared ones by all who see the meeting's notes.

        An admin who looks at a path as somebody else is not who wrote them.
        """
        return self.filter(shared=True) if user.seen_as else self.filter(Q(author=user) | Q(shared=True))


class Note(models.Model):
    """One person's note to a meeting: private, for them alone, or shared with the others of the meeting."""

    meeting = models.ForeignKey(
        "meetings.Meeting", on_delete=models.PROTECT, related_name="notes", db_index=False, verbose_name=_("meeting")
    )
    author = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("author"))
    shared = models.BooleanField(pgettext_lazy("of a note", "shared"), default=False)
    text = models.TextField(_("text"), max_length=NOTE_LENGTH, blank=True)
    written_at = models.DateTimeField(_("written at"))

    objects = NoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["written_at", "id"]
        indexes = [models.Index(fields=["written_at", "id"], name="note_listed")]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "author", "shared"], name="one_note_of_each_sort_and_author")
        ]

    def __str__(self):
        text = gettext("Shared note by %(name)s") if self.shared else gettext("Private note by %(name)s")
        return text % {"name": isolated(self.author)}


class Rating(models.Model):
    """How a participant found a session, for the program to know."""

    meeting = models.ForeignKey(
        "meetings.Meeting", on_delete=models.PROTECT, related_name="ratings", db_index=False, verbose_name=_("meeting")
    )
    user = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, related_name="+", verbose_name=pgettext_lazy("a person", "user")
    )
    stars = models.PositiveSmallIntegerField(_("stars"))
    comment = models.TextField(_("comment"), max_length=COMMENT_LENGTH, blank=True)
    rated_at = models.DateTimeField(_("rated at"))

    class Meta:
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        ordering = ["-rated_at", "id"]
        indexes = [
            models.Index(fields=["rated_at", "id"], name="rating_listed"),
            models.Index(fields=["stars", "rated_at"], name="rating_listed_by_stars"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "user"], name="one_rating_per_person"),
            models.CheckConstraint(condition=Q(stars__gte=1, stars__lte=5), name="one_to_five_stars"),
        ]

    def __str__(self):
        return gettext("%(stars)d of 5") % {"stars": self.stars}
