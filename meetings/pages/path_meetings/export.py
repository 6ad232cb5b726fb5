"""The list as a file: its filters, all its pages, and what a program's records need.

Times are in the path's zone, so that two admins get the same file. No notes, no ratings, no links to rooms, and no
closing messages, which are letters to the people who lost a meeting.
"""

from collections.abc import Iterator
from datetime import datetime

from django.http import StreamingHttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from everwise import csv_files
from everwise.accounts.models import User
from meetings.enums import Kind, Status
from meetings.models import Meeting
from meetings.pages.path_meetings.listing import MeetingFilters

AT_ONCE = 500


def export(listing: MeetingFilters) -> StreamingHttpResponse:
    """Two queries for each five hundred rows, in the language that is active now."""
    head = [
        pgettext("of a meeting", "Start"),
        pgettext("of a meeting", "End"),
        _("Kind"),
        pgettext("of a meeting", "Title"),
        _("Theme"),
        _("Experts"),
        _("Participants"),
        _("Organizer"),
        pgettext("of a meeting", "State"),
        _("Cancelled by"),
        _("Cancelled at"),
    ]
    day = listing.now.astimezone(listing.path.time_zone).date()
    return csv_files.download(f"meetings-{listing.show.value}-{day.isoformat()}.csv", head, _rows(listing))


def _rows(listing: MeetingFilters) -> Iterator[list[object]]:
    language, zone = translation.get_language(), listing.path.time_zone
    found = listing.meetings.with_people().select_related("cancelled_by")
    for meeting in found.iterator(chunk_size=AT_ONCE):
        # The request's language is gone by the time a file is sent.
        with translation.override(language):
            row = [
                csv_files.moment(meeting.starts_at, zone),
                csv_files.moment(meeting.ends_at, zone),
                str(Kind(meeting.kind).label),
                meeting.title,
                meeting.theme.name if meeting.theme else "",
                _people(meeting.experts),
                _people(meeting.participants),
                _person(meeting.organizer),
                _state(meeting, listing.now),
                _person(meeting.cancelled_by) if meeting.cancelled_by else "",
                csv_files.moment(meeting.cancelled_at, zone),
            ]
        yield row


def _state(meeting: Meeting, now: datetime) -> str:
    """How it stands, with what nobody has said yet named so."""
    if meeting.is_scheduled and meeting.is_past(now):
        return pgettext("of a meeting", "No outcome")
    return str(Status(meeting.status).label)


def _people(people: list[User]) -> str:
    return "; ".join(_person(person) for person in people)


def _person(person: User) -> str:
    """“Maya Lindqvist <maya@brightwater.example>”; whoever was erased has no address any more."""
    return str(person) if person.erased_at or not person.name else f"{person.name} <{person.email}>"
