"""All that is kept of a person, as a zip: JSON for programs, their calendar, and what they wrote as plain text."""

import json
import tempfile
from collections.abc import Iterator
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from everwise import languages
from meetings.calendars import feed, ical, invitations
from meetings.models import MeetingEvent
from meetings.pages.own_data import files, meeting_files, nudge_files, waitlist_files
from meetings.pages.own_data.rows import Row, Whose

FILES = [*files.FILES, *meeting_files.FILES, *nudge_files.FILES, *waitlist_files.FILES]
# Of a calendar's meetings, so many are in memory with their people.
CALENDAR_STEP = 1000


def made(whose: Whose) -> IO[bytes]:
    """The zip in a file without a name, at its beginning; gone once it is closed."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  # whoever sends it closes it
    with languages.reading(whose.user.language), ZipFile(file, "w", ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", _about(whose))
        for each in FILES:
            _write(archive, f"{each.name}.json", _json(each.rows(whose)))
        _write(archive, "meetings.ics", _calendar(whose))
        _write(archive, "texts.txt", _texts(whose))
    file.seek(0)
    return file


def _write(archive: ZipFile, name: str, pieces: Iterator[str]) -> None:
    with archive.open(name, "w", force_zip64=True) as member:
        for piece in pieces:
            member.write(piece.encode())


def _json(rows: Iterator[Row]) -> Iterator[str]:
    """A list with a line for each row."""
    before = "["
    for row in rows:
        yield f"{before}\n{json.dumps(row, ensure_ascii=False)}"
        before = ","
    yield "[]\n" if before == "[" else "\n]\n"


def _about(whose: Whose) -> str:
    lines = [
        _("This is what Everwise keeps about you."),
        _("Times are in your time zone, %(zone)s, with its offset from UTC.") % {"zone": whose.user.time_zone},
        _("Of other people it has what the pages show you: names, and notes they shared. Never an address."),
        _("Passwords, links that open something, and the addresses of your calendars are left out."),
        _("The .json files are for programs, meetings.ics for calendars, texts.txt has what you wrote."),
    ]
    return "\n".join([*lines, "", *(f"{each.name}.json" for each in FILES), "meetings.ics", "texts.txt", ""])


def _calendar(whose: Whose) -> Iterator[str]:
    """As their calendar address has it, of all times."""
    changes = MeetingEvent.objects.filter(meeting=OuterRef("pk")).order_by("-at", "-pk")
    found = meeting_files.theirs(whose).annotate(changed_at=Subquery(changes.values("at")[:1]))
    rows = found.with_people().order_by("starts_at", "pk").iterator(CALENDAR_STEP)
    events = (invitations.present(each, each.changed_at or each.created_at, whose.user) for each in rows)
    return ical.calendar_in_pieces(events, name=feed.name(whose.user))


def _texts(whose: Whose) -> Iterator[str]:
    """Each with when it was written and what it is about."""
    for row in meeting_files.notes(whose):
        if row["yours"]:
            yield _text(row["written_at"], row["meeting"], row["text"])
    for row in meeting_files.ratings(whose):
        if row["comment"]:
            yield _text(row["rated_at"], row["meeting"], row["comment"])
    for row in meeting_files.meeting_history(whose):
        if row["your_words"]:
            yield _text(row["at"], row["meeting"], row["your_words"])
    for row in files.path_history(whose):
        if row["your_words"]:
            yield _text(row["at"], row["path"], row["your_words"])


def _text(*parts: object) -> str:
    return "{}  {}\n{}\n\n".format(*parts)
