"""An e-mail as it is sent: text, HTML and calendar as alternatives, and the calendar once more as a file (RFC 6047)."""

from email import encoders
from email.mime.base import MIMEBase
from typing import Any

from django.core.mail import EmailMultiAlternatives

from meetings.calendars.invitations import CalendarInvitation


class Letter(EmailMultiAlternatives):
    """mixed(alternative(plain, html, calendar), .ics), both calendars the same bytes; without them just the texts."""

    def __init__(self, *, html: str, invitation: CalendarInvitation | None, **fields):
        super().__init__(**fields)
        self.attach_alternative(html, "text/html")
        self.invitation = invitation
        if invitation:
            self.attach(_file(invitation))

    def message(self, **options) -> Any:
        # Its types are of a later Django, which makes messages of another class.
        message: Any = super().message(**options)
        if self.invitation:
            # Django takes alternatives as text alone, whose line ends a mail server may change.
            message.get_payload(0).attach(_alternative(self.invitation))
        return message


def _alternative(invitation: CalendarInvitation) -> MIMEBase:
    part = MIMEBase("text", "calendar", charset="utf-8", method=invitation.method, component="VEVENT")
    return _filled(part, invitation)


def _file(invitation: CalendarInvitation) -> MIMEBase:
    """Not text/calendar again: programs would show a second invitation beside the first."""
    part = MIMEBase("application", "ics", name="meeting.ics")
    part.add_header("Content-Disposition", "attachment", filename="meeting.ics")
    return _filled(part, invitation)


def _filled(part: MIMEBase, invitation: CalendarInvitation) -> MIMEBase:
    part.set_payload(invitation.content)
    encoders.encode_base64(part)
    return part
