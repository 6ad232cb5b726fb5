"""The jobs a person can have on a path."""

from django.db.models import TextChoices


class Role(TextChoices):
    ADMIN = "admin", "Admin"
    EXPERT = "expert", "Expert"
    PARTICIPANT = "participant", "Participant"
