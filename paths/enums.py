"""The jobs a person can have on a path."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    ADMIN = "admin", _("Admin")
    EXPERT = "expert", _("Expert")
    PARTICIPANT = "participant", _("Participant")
