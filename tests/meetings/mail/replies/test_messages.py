"""What is read of an e-mail, be it an answer as programs send it or whatever strangers do."""

from datetime import timedelta
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest

from meetings.mail.replies import messages
from meetings.mail.replies.messages import NOTHING, CalendarReply
from tests.meetings.mail.replies.answers import apple, google, mailed, mailed_to, outlook, plain, spam
from tests.scene import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "answering")]


@pytest.mark.parametrize("program", [outlook, google, apple])
@pytest.mark.parametrize("said", ["DECLINED", "ACCEPTED", "TENTATIVE"])
def test_each_program(program, said, session, pia):
    found = messages.read(program(session, pia, said, at=NOW))

    # Google sends it twice.
    assert set(found.replies) == {CalendarReply(f"{session.pk}@everwise", "pia@example.com", said, 0, NOW)}
    assert mailed_to(session, pia) in found.addressed


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "utf-16", "windows-1252"])
def test_charsets(charset, session, pia):
    attendee = f"ATTENDEE;CN=Pía Bérg;PARTSTAT=DECLINED:mailto:{pia.email}"
    letter = mailed(plain(session, pia, attendee=attendee), mailed_to(session, pia), charset=charset)

    (reply,) = messages.read(letter).replies
    assert reply.attendee == pia.email


@pytest.mark.parametrize(
    ("part", "read"),
    [
        ({}, 1),
        ({"attendee": "attendee;partstat=declined:MAILTO:pia@example.com"}, 1),
        ({"attendee": 'ATTENDEE;SENT-BY="mailto:x@example.com";PARTSTAT=DECLINED:mailto:pia%40example.com'}, 1),
        ({"sequence": None}, 1),
        ({"method": "METHOD:REQUEST"}, 0),
        ({"method": None}, 0),
        ({"method": "METHOD:COUNTER"}, 0),
        ({"attendee": None}, 0),
        ({"attendee": "ATTENDEE;PARTSTAT=DECLINED:https://example.com"}, 0),
        ({"more": "ATTENDEE;PARTSTAT=DECLINED:mailto:eva@example.com"}, 0),
        ({"more": "RECURRENCE-ID:20261103T100000Z"}, 0),
        ({"stamp": None}, 0),
        ({"stamp": "DTSTAMP:20261399T080000Z"}, 0),
        ({"stamp": "DTSTAMP:99999999999999T0Z"}, 0),
        ({"sequence": "SEQUENCE:-1"}, 0),
        ({"sequence": "SEQUENCE:99999999999999999999"}, 0),
        ({"sequence": "SEQUENCE:٣"}, 0),
        ({"uid": None}, 0),
        ({"uid": "UID:a\r\nUID:b"}, 0),
    ],
)
def test_what_is_an_answer(part, read, session, pia):
    letter = mailed(plain(session, pia, **part), mailed_to(session, pia))

    assert len(messages.read(letter).replies) == read


def hostile(session, pia):
    """Each with an answer somewhere, so that reading it has a reason to go on."""
    answer = plain(session, pia)
    good = mailed(answer, mailed_to(session, pia))
    head = b"From: x@x.example\r\nTo: y@y.example\r\nMIME-Version: 1.0\r\n"
    calendar = head + b"Content-Type: text/calendar; method=REPLY"
    nested = MIMEText(answer, "calendar")
    for number in range(60):
        outer = MIMEMultipart(boundary=f"b{number}")
        outer.attach(nested)
        nested = outer
    forwarded = MIMEText(answer, "calendar")
    for _ in range(60):
        forwarded = MIMEMessage(forwarded)
    deeper = b"".join(b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(5_000))
    yield "nothing", b""
    yield "no headers", b"\x00\xff\xfe" * 1000
    yield "null bytes", good.replace(b"VEVENT", b"VE\x00VENT")
    yield "unknown charset", calendar + b"; charset=zip\r\n\r\n" + b"\xff\xfe\x80" + answer.encode()
    yield "codec that is no charset", calendar + b"; charset=rot13\r\n\r\n\xff" + answer.encode()
    yield "broken charset", calendar + b"; charset*=utf-8'%ff\r\n\r\n\xff" + answer.encode()
    yield "broken base64", calendar + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b"=%%%A" * 1000
    yield (
        "broken quoted-printable",
        calendar + b"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=ZZ=" + b"=" * 999,
    )
    yield "uuencoded", calendar + b"\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 x\r\n" + b"M" * 5_000
    yield "nested", nested.as_bytes()
    yield "forwarded", forwarded.as_bytes()
    yield "deeply nested", head + deeper
    borders = b"--b\n\n" * 190_000
    few = b"".join(b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(95))
    yield "nested around many lines", head + few + b"a\n" * 450_000
    yield "nested around few lines", head + few + b"a\n" * 4_000
    yield "many parts", head + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + borders
    yield "digest", head + b"Content-Type: multipart/digest; boundary=b\r\n\r\n" + borders
    yield "long line", calendar + b"\r\n\r\n" + b"ATTENDEE;CN=" + b"A" * 990_000
    yield "ten megabytes", calendar + b"\r\n\r\n" + b"A" * 10_000_000
    yield "long header", b"To: " + b"<" * 900_000 + b"\r\nContent-Type: text/calendar\r\n\r\n" + answer.encode()
    parameters = b';name="' + b";" * 900_000
    yield "open quote in a header", calendar + b"; x" + parameters + b"\r\n\r\n" + answer.encode()
    disposition = b"Content-Disposition: attachment" + parameters
    yield "name of a file that never ends", head + disposition + b"\r\n\r\n" + answer.encode()
    yield "border that never ends", head + b"Content-Type: multipart/mixed; boundary" + parameters
    folds = b"".join(b"\r name*%d*=a;" % number for number in range(60_000))
    yield "name of many folds", head + b"Content-Type: text/plain;" + folds + b"\r\n\r\n" + answer.encode()
    yield "many headers", b"To: replies@example.com\r\n" * 30_000 + calendar + b"\r\n\r\n" + answer.encode()
    yield "many folds", calendar + b"\r\n\r\nATTENDEE" + b"\r\n " * 30_000
    yield "many parameters", calendar + b"\r\n\r\n" + answer.replace("PARTSTAT", "A=1;" * 20_000 + "PARTSTAT").encode()
    yield "open quotes", calendar + b"\r\n\r\n" + answer.replace("PARTSTAT", 'A="' * 20_000 + "PARTSTAT").encode()
    yield "many events", calendar + b"\r\n\r\n" + answer.replace("BEGIN:VEVENT", "BEGIN:VEVENT\r\n" * 5_000).encode()
    rule = "BEGIN:VTIMEZONE\r\nRRULE:FREQ=SECONDLY\r\nEND:VTIMEZONE\r\n"
    yield "endless rule", mailed(answer.replace("BEGIN:VEVENT", rule + "BEGIN:VEVENT"), "x@x.example")
    yield "surrogates", good.replace(b"Somebody", b"\xed\xa0\x80").replace(b"Pia", b"\xed\xa0\x80")
    yield "encoded words", head + b"Content-Type: text/plain; name*0*=utf-8''%zz.ics\r\n\r\n" + answer.encode()
    yield "spam", spam(1)


NAMES = [
    *("nothing", "no headers", "null bytes", "unknown charset", "codec that is no charset", "broken charset"),
    *("broken base64", "broken quoted-printable", "uuencoded", "nested", "forwarded", "deeply nested"),
    *(
        "nested around many lines",
        "nested around few lines",
        "many parts",
        "digest",
        "long line",
        "ten megabytes",
        "long header",
        "open quote in a header",
        "name of a file that never ends",
        "border that never ends",
        "name of many folds",
        "many headers",
        "many folds",
        "many parameters",
    ),
    *("open quotes", "many events", "endless rule", "surrogates", "encoded words", "spam"),
]


@pytest.mark.parametrize("name", NAMES)
def test_hostile_mail_never_raises(name, session, pia):
    found = messages.read(dict(hostile(session, pia))[name])

    assert len(found.replies) <= messages.MOST_EVENTS


def test_all_hostile_mail_is_tried(session, pia):
    assert [name for name, _raw in hostile(session, pia)] == NAMES


def test_an_answer_is_found_within_others_mail(session, pia):
    """The control of what is hostile: parts within parts are no reason not to look."""
    letters = dict(hostile(session, pia))

    assert len(messages.read(letters["nested"]).replies) == 1
    assert len(messages.read(letters["endless rule"]).replies) == 1
    assert messages.read(letters["spam"]) == NOTHING


def test_stamp_of_now_is_now(session, pia):
    (reply,) = messages.read(outlook(session, pia, at=NOW + timedelta(seconds=9))).replies

    assert reply.stamp == NOW + timedelta(seconds=9)
