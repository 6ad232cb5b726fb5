"""Answers as calendars send them, with what each program adds, and other e-mails that a mailbox gets."""

from base64 import encodebytes
from datetime import UTC, timedelta
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from textwrap import wrap

from meetings.calendars import invitations, reply_addresses
from meetings.mail.replies import writer
from meetings.mail.replies.messages import CalendarReply
from meetings.models import Meeting
from tests.scene import NOW

ADDRESS = "replies@example.com"
LATER = timedelta(minutes=5)


def answer(meeting, user, said="DECLINED", *, token=None, now=NOW, **other):
    """The writer asked with an answer that counts, but for what is said."""
    known = {
        "uid": invitations.uid(meeting),
        "attendee": user.email,
        "participation": said,
        "sequence": Meeting.objects.get(pk=meeting.pk).sequence,
        "stamp": now,
    }
    tokens = {reply_addresses.token_of(meeting.pk, user.pk) if token is None else token}
    return writer.keep(reply=CalendarReply(**known | other), tokens=tokens, now=now)


def mailed_to(meeting, user):
    return reply_addresses.address_for(meeting.pk, user.pk)


def stamped(at=NOW):
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def plain(meeting, user, said="DECLINED", **other):
    """The least that is an answer; each part of it can be another."""
    lines = {
        "method": "METHOD:REPLY",
        "uid": f"UID:{invitations.uid(meeting)}",
        "sequence": f"SEQUENCE:{meeting.sequence}",
        "stamp": f"DTSTAMP:{stamped()}",
        "attendee": f"ATTENDEE;PARTSTAT={said}:mailto:{user.email}",
        "more": "",
        **other,
    }
    event = [lines[name] for name in ("uid", "sequence", "stamp", "attendee", "more")]
    text = [
        *("BEGIN:VCALENDAR", "PRODID:-//Test//EN", "VERSION:2.0", lines["method"], "BEGIN:VEVENT"),
        *event,
        *("END:VEVENT", "END:VCALENDAR", ""),
    ]
    return "\r\n".join(line for line in text if line is not None)


def mailed(text, to, sender="pia@example.com", charset="utf-8", **headers):
    """An e-mail that is nothing but a calendar."""
    letter = MIMEText(text, "calendar", charset)
    letter.set_param("method", "REPLY")
    return _sealed(letter, to, sender, **headers)


def outlook(meeting, user, said="DECLINED", sequence=None, at=NOW):
    """Exchange: the calendar beside a text, in base64, with a zone of Windows, capitals and props of its own."""
    zone = (
        "BEGIN:VTIMEZONE\r\nTZID:W. Europe Standard Time\r\nBEGIN:STANDARD\r\nDTSTART:16010101T030000\r\n"
        "TZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nRRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10\r\n"
        "END:STANDARD\r\nBEGIN:DAYLIGHT\r\nDTSTART:16010101T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\n"
        "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\n"
    )
    text = (
        "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nPRODID:Microsoft Exchange Server 2010\r\nVERSION:2.0\r\n"
        f"{zone}BEGIN:VEVENT\r\nATTENDEE;PARTSTAT={said};CN={user.name}:MAILTO:{user.email.title()}\r\n"
        "COMMENT;LANGUAGE=en-GB:I am at the dentist\\, sorry.\\n\r\n"
        f"UID:{invitations.uid(meeting)}\r\nSUMMARY;LANGUAGE=en-GB:Declined: First 90 days\r\n"
        "DTSTART;TZID=W. Europe Standard Time:20261103T110000\r\n"
        "DTEND;TZID=W. Europe Standard Time:20261103T120000\r\nCLASS:PUBLIC\r\nPRIORITY:5\r\n"
        f"DTSTAMP:{stamped(at)}\r\nTRANSP:OPAQUE\r\nSTATUS:CONFIRMED\r\n"
        f"SEQUENCE:{meeting.sequence if sequence is None else sequence}\r\nLOCATION;LANGUAGE=en-GB:\r\n"
        "X-MICROSOFT-CDO-APPT-SEQUENCE:0\r\nX-MICROSOFT-CDO-OWNERAPPTID:0\r\nX-MICROSOFT-CDO-BUSYSTATUS:BUSY\r\n"
        "X-MICROSOFT-CDO-INTENDEDSTATUS:BUSY\r\nX-MICROSOFT-CDO-ALLDAYEVENT:FALSE\r\n"
        "X-MICROSOFT-DISALLOW-COUNTER:FALSE\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    letter = MIMEMultipart("alternative")
    letter.attach(MIMEText("I am at the dentist, sorry.", "plain", "iso-8859-1"))
    part = MIMEText(text, "calendar", "utf-8")
    part.set_param("method", "REPLY")
    letter.attach(part)
    return _sealed(letter, mailed_to(meeting, user), user.email, **{"X-MS-Exchange-Calendar-Series-Id": "1"})


def google(meeting, user, said="DECLINED", sequence=None, at=NOW):
    """Google Calendar: long lines folded in the middle of words, the calendar in 7bit and once more as a file."""
    attendee = (
        f"ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT={said};CN={user.name};X-NUM-GUESTS=0:"
        f"mailto:{user.email}"
    )
    lines = [
        *("BEGIN:VCALENDAR", "PRODID:-//Google Inc//Google Calendar 70.9054//EN", "VERSION:2.0", "CALSCALE:GREGORIAN"),
        *("METHOD:REPLY", "BEGIN:VEVENT", "DTSTART:20261103T100000Z", "DTEND:20261103T110000Z"),
        f"DTSTAMP:{stamped(at)}",
        f"ORGANIZER;CN=Everwise:mailto:{mailed_to(meeting, user)}",
        f"UID:{invitations.uid(meeting)}",
        attendee,
        *("X-MICROSOFT-CDO-OWNERAPPTID:-1224566721", "CREATED:20261101T080000Z", "LAST-MODIFIED:20261102T080000Z"),
        f"SEQUENCE:{meeting.sequence if sequence is None else sequence}",
        *("STATUS:CONFIRMED", "SUMMARY:First 90 days", "TRANSP:OPAQUE", "END:VEVENT", "END:VCALENDAR", ""),
    ]
    folded = "\r\n".join("\r\n ".join(wrap(line, 60, drop_whitespace=False)) for line in lines)
    alternative = MIMEMultipart("alternative")
    alternative.attach(MIMEText("Pia has declined this invitation.", "plain", "utf-8"))
    alternative.attach(MIMEText("<p>Pia has declined this invitation.</p>", "html", "utf-8"))
    part = MIMEBase("text", "calendar", charset="UTF-8", method="REPLY")
    part.set_payload(folded)
    part["Content-Transfer-Encoding"] = "7bit"
    alternative.attach(part)
    letter = MIMEMultipart("mixed")
    letter.attach(alternative)
    file = MIMEBase("application", "ics", name="invite.ics")
    file.add_header("Content-Disposition", "attachment", filename="invite.ics")
    file["Content-Transfer-Encoding"] = "base64"
    file.set_payload(encodebytes(folded.encode()).decode())
    letter.attach(file)
    return _sealed(letter, mailed_to(meeting, user), user.email)


def apple(meeting, user, said="DECLINED", sequence=None, at=NOW):
    """Apple Calendar: a file in base64 within multipart/mixed, line ends of Unix, quoted names."""
    text = (
        "BEGIN:VCALENDAR\nCALSCALE:GREGORIAN\nVERSION:2.0\nMETHOD:REPLY\nPRODID:-//Apple Inc.//macOS 15.1//EN\n"
        f'BEGIN:VEVENT\nATTENDEE;CN="{user.name}";CUTYPE=INDIVIDUAL;EMAIL="{user.email}";PARTSTAT={said}'
        f";ROLE=REQ-PARTICIPANT:mailto:{user.email}\nDTEND:20261103T110000Z\nTRANSP:OPAQUE\n"
        f'ORGANIZER;CN="Everwise":mailto:{mailed_to(meeting, user)}\nUID:{invitations.uid(meeting)}\n'
        f"DTSTAMP:{stamped(at)}\nSUMMARY:First 90 days\nLAST-MODIFIED:20261102T080000Z\nDTSTART:20261103T100000Z\n"
        f"SEQUENCE:{meeting.sequence if sequence is None else sequence}\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    letter = MIMEMultipart("mixed")
    letter.attach(MIMEText("Pia declined your invitation.", "plain", "us-ascii"))
    file = MIMEBase("text", "calendar", charset="utf-8", method="REPLY", name="iCal-20261102-080000.ics")
    file.add_header("Content-Disposition", "attachment", filename="iCal-20261102-080000.ics")
    file["Content-Transfer-Encoding"] = "base64"
    file.set_payload(encodebytes(text.encode()).decode())
    letter.attach(file)
    return _sealed(letter, mailed_to(meeting, user), user.email)


def spam(number):
    letter = MIMEText(f"Buy now, offer {number}. " * 20, "html", "utf-8")
    return _sealed(letter, ADDRESS, f"offer{number}@spam.example", Subject=f"Offer {number}")


def _sealed(letter, to, sender, **headers):
    letter["From"], letter["To"] = f"Somebody <{sender}>", to
    for name, value in headers.items():
        letter[name.replace("_", "-")] = value
    return letter.as_bytes()
