"""What a password must not be made of, beside what Django knows."""

import re
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

# Of a name, shorter pieces are in many words by chance.
SHORTEST_PIECE = 4
# What must be left of a password once the names are taken out of it.
SHORTEST_REST = 6


class NamesValidator:
    """Refuses a password that is little more than the person's or the site's name: "everwise2026", "Maya-Lindqvist"."""

    def validate(self, password, user=None) -> None:
        rest = password.lower()
        for piece in sorted(self._pieces(user), key=len, reverse=True):
            rest = rest.replace(piece, "")
        if len(rest) < len(password) and len(re.sub(r"[\W\d_]", "", rest)) < SHORTEST_REST:
            raise ValidationError(
                gettext("This password is made of your name or the site’s."), code="password_of_names"
            )

    def get_help_text(self) -> str:
        return gettext("Your password can’t be made of your name or the site’s.")

    @staticmethod
    def _pieces(user) -> set[str]:
        texts = ["everwise", urlsplit(settings.SITE_URL).hostname or ""]
        if user is not None:
            texts += [user.name, user.email]
        words = [word for text in texts for word in re.split(r"[\W_]+", text.lower())]
        return {word for word in words if len(word) >= SHORTEST_PIECE}
