"""What the room of a meeting is called: nobody can guess it, and no two are called alike."""

from base64 import b32encode

from django.utils.crypto import salted_hmac

from meetings.models import Meeting
from paths.enums import Role

SALT = "everwise.rooms"
# Of the name: 160 bits, which are 32 letters and digits.
NAME_BYTES = 20


def room_name(meeting: Meeting) -> str:
    """Of the meeting and who leads it since when, so that it is another one whenever the expert has changed.

    An expert who gets the meeting back finds a new room as well. Wants its people loaded (with_people).
    """
    return derived(meeting, "name")


def derived(meeting: Meeting, what: str) -> str:
    """A secret of this room for one purpose."""
    leading = sorted(
        f"{attendee.user_id} {attendee.added_at.timestamp()}"
        for attendee in meeting.attendees.all()
        if attendee.role == Role.EXPERT
    )
    digest = salted_hmac(SALT, "\n".join([what, str(meeting.pk), *leading]), algorithm="sha256").digest()
    return b32encode(digest[:NAME_BYTES]).decode().lower()
