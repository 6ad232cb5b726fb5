"""A theme of a path, and what the pages about one say of its sessions."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from everwise import timefmt
from paths.models import Path, Theme


def path_theme(path: Path, theme_id: UUID) -> Theme:
    """The theme, retired or not; 404 where it is not the path's."""
    theme = get_object_or_404(Theme, pk=theme_id, path=path)
    theme.path = path
    return theme


def booked_words(number: int) -> str:
    """What becomes of its booked sessions when a theme is retired."""
    if not number:
        return _("No session of it is booked.")
    return ngettext(
        "The %(number)d session already booked takes place, and can still be rescheduled.",
        "The %(number)d sessions already booked take place, and can still be rescheduled.",
        number,
    ) % {"number": number}


def kept_words(number: int, minutes: int) -> str:
    """What becomes of them when its length is changed; empty where none is booked."""
    if not number:
        return ""
    return ngettext(
        "The %(number)d session already booked keeps its %(length)s.",
        "The %(number)d sessions already booked keep their %(length)s.",
        number,
    ) % {"number": number, "length": timefmt.minutes(minutes)}
