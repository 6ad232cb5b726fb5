"""Why nothing is booked on a path, in words: it is a draft, or it has closed."""

from datetime import datetime

from django.utils.translation import gettext as _

from everwise import timefmt
from everwise.timefmt import Reader
from paths.models import Path


def draft_words() -> str:
    """For those who know of the draft: its admins and experts."""
    return _("This path is a draft. Nothing can be booked on it until it is opened.")


def closed_words(path: Path, reader: Reader, now: datetime) -> str:
    """Since when; empty while it is open."""
    # Without a look at the clock: whoever asks may have begun a moment before it was closed.
    if path.closed_at:
        return _("This path was closed on %(day)s.") % {"day": timefmt.bare_day(path.closed_at, reader, now)}
    if path.closes_on and path.dates_end_at and path.dates_end_at <= now:
        return _("This path closed on %(day)s.") % {"day": timefmt.bare_day(path.closes_on, reader, now)}
    return ""
