"""A decline in a calendar reaches the other side by way of a Dovecot, past a thousand other e-mails and an outage."""

import imaplib
from email import message_from_string

import icalendar
import pytest

from acceptance.installation import Installation
from acceptance.processes import HOST, Dovecot, wait_for
from acceptance.visitor import Visitor
from meetings.demo.data import DOMAIN, PASSWORD

PARTICIPANT = f"participant@{DOMAIN}"
AT_ONCE = "UPDATE meetings_replymailbox SET next_read_at = now()"


@pytest.fixture
def site(cluster, install, dovecot) -> Installation:
    site = install(
        cluster.url, settings={"DEMO": "1", "IMAP_URL": dovecot.url, "REPLIES_ADDRESS": "replies@example.com"}
    )
    site.prepare()
    site.start()
    return site


def put(dovecot: Dovecot, *letters: str) -> None:
    """Into the mailbox, as a mail server delivers."""
    with imaplib.IMAP4(HOST, dovecot.port) as client:
        client.login(dovecot.USER, dovecot.PASSWORD)
        for letter in letters:
            client.append("INBOX", "", "", letter.encode())


def seen(dovecot: Dovecot) -> tuple[int, int]:
    """How many e-mails lie there, and how many of them are marked as seen."""
    with imaplib.IMAP4(HOST, dovecot.port) as client:
        client.login(dovecot.USER, dovecot.PASSWORD)
        number = int(client.select("INBOX", readonly=True)[1][0] or 0)
        return number, len(client.search(None, "SEEN")[1][0].split())


def invitation_of(letters, address: str) -> icalendar.Event:
    """The event of an invitation that the person got, of a meeting to come."""
    for recipient, text in letters:
        for part in message_from_string(text).walk() if recipient == address else ():
            if part.get_content_type() == "text/calendar":
                calendar = icalendar.Calendar.from_ical(part.get_payload(decode=True))
                if str(calendar["method"]) == "REQUEST":
                    return calendar.walk("VEVENT")[0]
    raise LookupError(address)


def answer(event: icalendar.Event, said: str, stamp: str, to: str) -> str:
    return (
        f"From: Maya <{PARTICIPANT}>\r\nTo: {to}\r\nContent-Type: text/calendar; charset=utf-8; method=REPLY\r\n\r\n"
        f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Test//EN\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:{event['uid']}\r\n"
        f"SEQUENCE:{event['sequence']}\r\nDTSTAMP:{stamp}\r\nATTENDEE;PARTSTAT={said}:mailto:{PARTICIPANT}\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    )


def test_a_decline_reaches_the_other_side(site, cluster, dovecot, mail_server, report) -> None:
    event = wait_for(lambda: _found(mail_server.letters), "Maya's invitation has arrived", seconds=180)
    to = str(event["organizer"]).removeprefix("mailto:")
    assert to.startswith("replies+")
    page = str(event["url"])
    spam = [f"From: x@spam.example\r\nTo: replies@example.com\r\nSubject: Offer {n}\r\n\r\nBuy" for n in range(1_000)]
    forged = answer(event, "DECLINED", "20260101T000000Z", "replies@example.com")
    put(dovecot, *spam[:500], forged, answer(event, "DECLINED", "20260101T000000Z", to), *spam[500:])

    def told() -> list[str]:
        cluster.sql(AT_ONCE)
        return [to for to, text in mail_server.letters if "Subject: Maya Lindqvist declined" in text]

    others = wait_for(told, "the other side has been written to", seconds=180)
    assert PARTICIPANT not in others
    visitor = Visitor(site.site_url)
    visitor.sign_in(PARTICIPANT, PASSWORD)
    assert "You declined this in your calendar. It is still booked." in visitor.get(page).text
    wait_for(lambda: int(cluster.sql("SELECT messages FROM meetings_replymailbox")) >= 1_002, "all are read")
    assert cluster.sql("SELECT counted FROM meetings_replymailbox") == "1"
    # The forged one is an answer too: nobody else need read it.
    assert seen(dovecot) == (1_002, 2)

    dovecot.stop()
    cluster.sql(AT_ONCE)
    wait_for(lambda: "failing (connect" in visitor.get("/readyz/worker").text, "the outage is told")
    assert visitor.get("/readyz/worker").status == 200
    dovecot.start()
    put(dovecot, answer(event, "ACCEPTED", "20260101T000100Z", to))
    cluster.sql(AT_ONCE)
    wait_for(lambda: "You declined this" not in visitor.get(page).text, "the answer after the outage has arrived")
    assert "Accepted in your calendar" in visitor.get(page).text
    assert "failing" not in visitor.get("/readyz/worker").text
    assert len(told()) == len(others)
    assert site.count_broken() == ""
    report("1,002 e-mails, one decline found, its other side written to once")


def _found(letters) -> icalendar.Event | None:
    try:
        return invitation_of(letters, PARTICIPANT)
    except LookupError:
        return None
