"""A path's dates in words."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from everwise import timefmt
from everwise.timefmt import Reader
from paths.models import Path


def span(path: Path, reader: Reader, now: datetime) -> str:
    """“1 September to 18 December”, as far as the path has dates."""
    opens, closes = first_and_last(path, reader, now)
    if opens and closes:
        return pgettext("dates of a path", "%(first)s to %(last)s") % {"first": opens, "last": closes}
    if opens:
        return pgettext("dates of a path", "From %(first)s") % {"first": opens}
    return pgettext("dates of a path", "Until %(last)s") % {"last": closes} if closes else _("Always open")


def first_and_last(path: Path, reader: Reader, now: datetime) -> tuple[str, str]:
    """Its opening and its closing date; empty where it has none."""
    opens, closes = (timefmt.bare_day(day, reader, now) if day else "" for day in (path.opens_on, path.closes_on))
    return opens, closes
