"""The jobs a person can have on a path."""

from django.db.models import TextChoices


class Role(TextChoices):
    ADMIN = "admin", "Admin"
    EXPERT = "expert", "Expert"
    PARTICIPANT = "participant", "Participant"

    @property
    def phrase(self) -> str:
        """“an expert”, as the end of a sentence about somebody."""
        return {"admin": "an admin", "expert": "an expert", "participant": "a participant"}[self.value]
