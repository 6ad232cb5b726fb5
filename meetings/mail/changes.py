"""What an update has made of a meeting, one line a change, “old → new”, for the e-mail about it."""

from collections.abc import Iterable
from datetime import datetime

from everwise import timefmt
from everwise.accounts.models import User
from everwise.timefmt import Reader
from meetings.models.versions import Version


def lines(was: Version, now: Version, user: User, people: dict[str, str], at: datetime) -> list[str]:
    """In the reader's zone; `people` are the names by id, `at` is when it happened.

    Neither the agenda nor the video link is told: the one has a page, the other a time at which it is handed out.
    """
    people = {**people, str(user.pk): "you"}
    told = []
    if was.title != now.title:
        told.append(f"Title: “{was.title}” → “{now.title}”")
    if was.times != now.times:
        old, new = _times(was, now, user.reader, at)
        told.append(f"Time: {old} → {new}")
    if was.place != now.place:
        told.append(f"Place: {_quoted(was.place)} → {_quoted(now.place)}")
    if was.video_link != now.video_link:
        told.append(_video_link(was.video_link, now.video_link))
    if was.agenda != now.agenda:
        told.append("The agenda has changed")
    told += _people(was, now, people)
    if was.organizer != now.organizer:
        old, new = (
            "you" if pk == str(user.pk) else people.get(pk, "somebody") for pk in (was.organizer, now.organizer)
        )
        told.append(f"Organizer: {old} → {new}")
    return told


def moved_from(was: Version, now: Version, reader: Reader, at: datetime) -> str:
    """When it began before the move, with its zone where that had another offset; empty unless moved."""
    if was.starts_at == now.starts_at:
        return ""
    text = f"{timefmt.long_day(was.starts_at, reader, at)}, {timefmt.clock(was.starts_at, reader)}"
    return f"{text} {timefmt.zone_time(reader.zone, was.starts_at)}" if _offsets_differ(was, now, reader) else text


def _times(was: Version, now: Version, reader: Reader, at: datetime) -> list[str]:
    differ = _offsets_differ(was, now, reader)
    return [
        f"{timefmt.short_day(version.starts_at, reader, at)}, {timefmt.clock_range(*version.times, reader)}"
        + (f", {timefmt.zone_time(reader.zone, version.starts_at)}" if differ else "")
        for version in (was, now)
    ]


def _offsets_differ(was: Version, now: Version, reader: Reader) -> bool:
    return timefmt.offset(was.starts_at, reader.zone) != timefmt.offset(now.starts_at, reader.zone)


def _video_link(was: str, now: str) -> str:
    if was and now:
        return "The video link has changed; the address to join at stays the same"
    return "A video link has been added" if now else "The video link has been removed"


def _people(was: Version, now: Version, people: dict[str, str]) -> list[str]:
    told = {
        "Now in it": [person for person in now.people if person not in was.people],
        "No longer in it": [person for person in was.people if person not in now.people],
        "Now an expert": [person for person in now.experts if person in was.participants],
        "Now a participant": [person for person in now.participants if person in was.experts],
    }
    return [f"{words}: {_names(ids, people)}" for words, ids in told.items() if ids]


def _names(ids: Iterable[str], people: dict[str, str]) -> str:
    return ", ".join(people.get(person, "somebody") for person in ids)


def _quoted(text: str) -> str:
    return f"“{text}”" if text else "none"
