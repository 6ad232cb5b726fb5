"""Whatever people type into names, titles, agendas, places and notes, it stays the value that it is."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import icalendar
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from everwise.accounts.models import User
from everwise.plaintext import one_line
from meetings.calendars import ical
from meetings.mail import render
from meetings.models import Meeting, MeetingEvent, Notice
from tests.meetings.calendars import strict
from tests.rewriting import rewriting
from tests.scene import a_participant, a_path, a_theme, an_expert, at, book
from tests.thoroughness import drawn

pytestmark = pytest.mark.any_database
CASES = drawn(320)
START = datetime(2026, 11, 3, 9, tzinfo=UTC)
SHARP = [
    "\r\nATTENDEE:mailto:eve@example.test",
    "\nBcc: eve@example.test",
    "\r",
    "\n",
    '"',
    '";ROLE=CHAIR:mailto:eve@example.test',
    "'",
    "\\",
    "\\n",
    "\\N",
    ";",
    ",",
    ":",
    "^n",
    "^'",
    "\t",
    "\x0b",
    "\x1b",
    "\x7f",
    "\x85",
    "\u2028",
    "\u2029",
    "\u202e",
    "\u2066",
    "\u200f",
    "END:VEVENT",
    "=?utf-8?q?x?=",
    "<eve@example.test>",
    "</title><script>",
    "{{ subject }}",
    "ä",
    "日本",
    "👩‍👧",
    " ",
    "a" * 80,
]
# What a database and a form let in: all but NUL and halves of surrogate pairs.
CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
TEXTS = st.lists(st.sampled_from(SHARP) | CHARACTERS, max_size=12).map("".join)
FORBIDDEN = [*map(chr, [*range(0x20), 0x7F]), "\u202e", "\u2066", "\u2028"]
EVERYTHING = "".join(SHARP)


@settings(max_examples=CASES, deadline=None)
@given(title=TEXTS, agenda=TEXTS, place=TEXTS, name=TEXTS)
@example(title=EVERYTHING, agenda=EVERYTHING, place=EVERYTHING, name=EVERYTHING)
@example(title=r"C:\New", agenda=r"\\N", place=r"\N", name="")
def test_calendar_holds_the_properties_that_were_put_in(title, agenda, place, name):
    people = (ical.CalendarUser(name, "pia@example.test", ical.CHAIR), ical.CalendarUser(name, "o'x+1@example.test"))
    content = ical.calendar(
        [
            ical.Event(
                uid="1@everwise",
                sequence=3,
                stamp=START,
                starts_at=START,
                ends_at=START + timedelta(hours=1),
                summary=title,
                organizer=ical.CalendarUser(name, "everwise@example.test"),
                attendees=people,
                description=agenda,
                location=place,
                url="https://example.test/x",
                alarm=15,
            )
        ],
        method=ical.REQUEST,
    )

    message = strict.read(content)
    assert list(message.attendees) == ["pia@example.test", "o'x+1@example.test"]
    assert message.organizer == "everwise@example.test"
    assert [sign for sign in FORBIDDEN if sign in message.summary + message.location] == []
    assert (message.summary, message.location) == (one_line(title), one_line(place))
    (event,) = icalendar.Calendar.from_ical(content).walk("VEVENT")
    assert str(event["SUMMARY"]) == message.summary


@pytest.fixture
def notice(db):
    """A participant's e-mail about a session that was just booked."""
    path = a_path()
    pia = a_participant(path)
    book(a_theme(path, an_expert(path)), pia, at(10))
    return Notice.objects.of_changes().get(user=pia)


@settings(
    max_examples=CASES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(title=TEXTS, agenda=TEXTS, name=TEXTS, note=TEXTS)
@example(title=EVERYTHING, agenda=EVERYTHING, name=EVERYTHING, note=EVERYTHING)
@example(title="</title><script>", agenda="", name="", note="")
def test_mail_has_the_headers_and_parts_that_it_should(notice, title, agenda, name, note):
    event = MeetingEvent.objects.get()
    facts = {**event.facts, "title": title[:120], "agenda": agenda, "place": title[:120]}
    with rewriting():
        MeetingEvent.objects.update(facts=facts)
    Meeting.objects.update(title=title[:120], note=note)
    User.objects.update(name=name[:120])

    row = Notice.objects.select_related("event__by", "meeting__path", "user").get(pk=notice.pk)
    mail = message_from_bytes(render.message(row).message().as_bytes(linesep="\r\n"), policy=policy.default)

    answerable = set(User.objects.values_list("email", flat=True))
    assert sorted(mail.keys()) == sorted(
        ["Content-Type", "MIME-Version", "Subject", "From", "To", "Date", "Message-ID", "Auto-Submitted", "Reply-To"]
    )
    assert len(mail["Reply-To"].addresses) == 1
    assert mail["Reply-To"].addresses[0].addr_spec in answerable
    assert mail["Reply-To"].addresses[0].addr_spec != row.user.email
    assert mail["To"].addresses[0].addr_spec == row.user.email
    assert len(mail["To"].addresses) == 1
    kinds = [part.get_content_type() for part in mail.walk()]
    assert kinds == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
    ]
    shown, attached = [part.get_payload(decode=True) for part in list(mail.walk())[-2:]]
    assert shown == attached
    message = strict.read(shown)
    assert (message.method, len(message.attendees)) == ("REQUEST", 2)
    assert len(icalendar.Calendar.from_ical(shown).walk("VEVENT")) == 1
    html = next(part for part in mail.walk() if part.get_content_type() == "text/html").get_content()
    assert "<script" not in html
    assert "<script" not in title[:120] or "&lt;script" in html
