"""A session of the demo that its participant has declined in their calendar, and that is booked all the same."""

from datetime import datetime, timedelta

from everwise.accounts.models import User
from meetings.calendars import invitations, reply_addresses
from meetings.enums import Kind, Participation
from meetings.mail.replies import writer
from meetings.mail.replies.messages import CalendarReply
from meetings.models import Meeting

WHO = "Jonas Weber"
AGO = timedelta(minutes=40)


def decline(person: User, path: str, now: datetime) -> None:
    """Their next session on the path, as an e-mail of their calendar would."""
    ahead = Meeting.objects.of(person).upcoming(now).filter(path__name=path, kind=Kind.DROP_IN, starts_at__gt=now)
    if meeting := ahead.first():
        reply = CalendarReply(
            uid=invitations.uid(meeting),
            attendee=person.email,
            participation=Participation.DECLINED,
            sequence=meeting.sequence,
            stamp=now - AGO,
        )
        token = reply_addresses.token_of(meeting.pk, person.pk)
        writer.keep(reply=reply, tokens={token}, now=now - AGO)
