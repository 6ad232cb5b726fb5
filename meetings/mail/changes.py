"""What an update has made of a meeting, one line a change, “old → new”, for the e-mail about it."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from everwise import timefmt, wording
from everwise.accounts.models import User
from everwise.timefmt import Reader
from meetings.models.versions import Version


def lines(was: Version, now: Version, user: User, people: dict[str, str], at: datetime) -> list[str]:
    """In the reader's zone; `people` are the names by id, `at` is when it happened.

    Neither the agenda nor the video link is quoted: the one has a page, the other a time at which it is handed out.
    """
    people = {**people, str(user.pk): pgettext("in a list of names", "you")}
    told = []
    if was.title != now.title:
        told.append(
            _("Title: “%(old)s” → “%(new)s”") % {"old": wording.isolated(was.title), "new": wording.isolated(now.title)}
        )
    if was.times != now.times:
        old, new = _times(was, now, user.reader, at)
        told.append(_("Time: %(old)s → %(new)s") % {"old": old, "new": new})
    if was.place != now.place:
        told.append(_place(was.place, now.place))
    if was.video_link != now.video_link:
        told.append(_video_link(was.video_link, now.video_link))
    if was.agenda != now.agenda:
        told.append(_("The agenda has changed"))
    told += _people(was, now, people)
    if was.organizer != now.organizer:
        names = {"old": _name(was.organizer, people), "new": _name(now.organizer, people)}
        told.append(_("Organizer: %(old)s → %(new)s") % names)
    return told


def moved_from(was: Version, now: Version, reader: Reader, at: datetime) -> str:
    """When it began before the move, with its zone where that had another offset; empty unless moved."""
    if was.starts_at == now.starts_at:
        return ""
    words = {
        "day": timefmt.long_day(was.starts_at, reader, at),
        "time": timefmt.clock(was.starts_at, reader),
        "zone": timefmt.zone_time(reader.zone, was.starts_at),
    }
    return (_("%(day)s, %(time)s %(zone)s") if _offsets_differ(was, now, reader) else _("%(day)s, %(time)s")) % words


def _times(was: Version, now: Version, reader: Reader, at: datetime) -> list[str]:
    said = _("%(day)s, %(time)s, %(zone)s") if _offsets_differ(was, now, reader) else _("%(day)s, %(time)s")
    return [
        said
        % {
            "day": timefmt.short_day(version.starts_at, reader, at),
            "time": timefmt.clock_range(*version.times, reader),
            "zone": timefmt.zone_time(reader.zone, version.starts_at),
        }
        for version in (was, now)
    ]


def _offsets_differ(was: Version, now: Version, reader: Reader) -> bool:
    return timefmt.offset(was.starts_at, reader.zone) != timefmt.offset(now.starts_at, reader.zone)


def _place(was: str, now: str) -> str:
    if was and now:
        said = _("Place: “%(old)s” → “%(new)s”")
    else:
        said = _("Place: none → “%(new)s”") if now else _("Place: “%(old)s” → none")
    return said % {"old": wording.isolated(was), "new": wording.isolated(now)}


def _video_link(was: str, now: str) -> str:
    if was and now:
        return _("The video link has changed; the address to join at stays the same")
    return _("A video link has been added") if now else _("The video link has been removed")


def _people(was: Version, now: Version, people: dict[str, str]) -> list[str]:
    told = (
        (_("Now in it: %(names)s"), [person for person in now.people if person not in was.people]),
        (_("No longer in it: %(names)s"), [person for person in was.people if person not in now.people]),
        (_("Now an expert: %(names)s"), [person for person in now.experts if person in was.participants]),
        (_("Now a participant: %(names)s"), [person for person in now.participants if person in was.experts]),
    )
    return [said % {"names": _names(ids, people)} for said, ids in told if ids]


def _names(ids: Iterable[str], people: dict[str, str]) -> str:
    return wording.listed([_name(person, people) for person in ids])


def _name(person: str, people: dict[str, str]) -> str:
    return people.get(person) or pgettext("instead of a name", "somebody")
