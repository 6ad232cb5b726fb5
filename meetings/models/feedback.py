"""What people write after, or about, a meeting: notes to themselves and each other, and a rating for the program."""

from typing import Self

from django.db import models
from django.db.models import Q

from everwise.accounts.models import User

NOTE_LENGTH = 4000
COMMENT_LENGTH = 2000


class NoteQuerySet(models.QuerySet["Note"]):
    def visible_to(self, user: User) -> Self:
        """Private notes are read by nobody but who wrote them; shared ones by all who see the meeting's notes."""
        return self.filter(Q(author=user) | Q(shared=True))


class Note(models.Model):
    """One person's note to a meeting: private, for them alone, or shared with the others of the meeting."""

    meeting = models.ForeignKey("meetings.Meeting", on_delete=models.PROTECT, related_name="notes", db_index=False)
    author = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    shared = models.BooleanField(default=False)
    text = models.TextField(max_length=NOTE_LENGTH, blank=True)
    written_at = models.DateTimeField()

    objects = NoteQuerySet.as_manager()

    class Meta:
        ordering = ["written_at", "id"]
        indexes = [models.Index(fields=["written_at", "id"], name="note_listed")]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "author", "shared"], name="one_note_of_each_sort_and_author")
        ]

    def __str__(self):
        return f"{'Shared' if self.shared else 'Private'} note of {self.author}"


class Rating(models.Model):
    """How a participant found a session, told to the program."""

    meeting = models.ForeignKey("meetings.Meeting", on_delete=models.PROTECT, related_name="ratings", db_index=False)
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    stars = models.PositiveSmallIntegerField()
    comment = models.TextField(max_length=COMMENT_LENGTH, blank=True)
    rated_at = models.DateTimeField()

    class Meta:
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
        return f"{self.stars} of 5"
