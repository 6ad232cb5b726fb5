"""The worker against mail servers that refuse, hang, trickle, hang up and recover."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.mail import EmailMessage

from everwise.smtp import EmailBackend
from meetings.mail import delivery, outbox
from meetings.mail.delivery import SmtpLine
from meetings.models import Notice
from tests.meetings.mailserver import MailServer, free_port
from tests.scene import NOW, a_participant, a_path, a_theme, an_expert, at, book

pytestmark = pytest.mark.django_db

# What a server that answers is given, so that a busy machine makes none late, and one that will never answer.
ALLOWED, BRIEF = 20, 0.3
NEVER_ANSWERS = {"hang", "trickle"}


@pytest.fixture
def server(settings):
    server = MailServer()
    settings.EMAIL_BACKEND = "everwise.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, ALLOWED
    yield server
    server.stop()
    assert server.outwaited == 0


@pytest.fixture
def meetings():
    """Three, so six e-mails."""
    path = a_path()
    theme = a_theme(path, an_expert(path))
    return [book(theme, a_participant(path), at(hour)) for hour in (10, 11, 12)]


class Now:
    def __init__(self):
        self.seconds = 0.0

    def __call__(self):
        return self.seconds


@pytest.fixture
def monotonic():
    return Now()


@pytest.fixture
def line(monotonic):
    line = SmtpLine(monotonic)
    yield line
    line.close()


def work(line, now=NOW):
    """What a worker does until nothing is due or the line rests; how many rows it took."""
    taken = 0
    while not line.rest and (notice := outbox.claim(now)):
        outbox.deliver(notice, lambda: now, line)
        taken += 1
        assert taken < 50
    return taken


def rows():
    return Notice.objects.of_changes()


def first_recipient():
    return rows().first().user.email


def hurry(monkeypatch, recipient):
    """Let the one message to them have less time than the others, which are answered."""
    send = EmailBackend.send_messages

    def send_messages(self, messages):
        self.connection.allowance = BRIEF if messages[0].to == [recipient] else ALLOWED
        return send(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", send_messages)


def test_all_go_over_one_connection(server, meetings, line):
    assert work(line) == 6

    assert len(server.letters) == rows().sent().count() == 6
    assert server.asked.count("GREETING") == 1


@pytest.mark.parametrize("reply", ["550 no such user", "553 5.1.3 bad address", "501 what?"])
@pytest.mark.parametrize("verb", ["RCPT", "BODY"])
def test_refused_for_good_is_parked_at_once_and_the_others_are_sent(server, meetings, line, verb, reply):
    bad = first_recipient()
    server.replies = lambda said, recipient: reply if said == verb and recipient == bad else None

    work(line)

    parked = rows().parked().get(user__email=bad)
    assert (parked.attempts, parked.parked_at) == (1, NOW)
    assert reply.split(" ", 1)[1] in parked.last_error
    assert rows().sent().count() == 6 - rows().filter(user__email=bad).count() == len(server.letters)


def test_too_large_is_the_messages_own_fault(server, meetings, line):
    first = iter(["552 too large"])
    server.replies = lambda said, recipient: next(first, None) if said == "MAIL" else None

    work(line)

    assert (rows().parked().count(), rows().sent().count()) == (1, 5)


@pytest.mark.parametrize("verb", ["RCPT", "DATA", "BODY"])
def test_not_now_waits_alone(server, meetings, line, verb):
    bad = first_recipient()
    # Nobody's mail is held up by a mailbox that is full.
    server.replies = lambda said, recipient: "452 full" if said == verb and recipient == bad else None

    work(line)

    waiting = rows().waiting()
    assert {row.user.email for row in waiting} == {bad}
    assert {(row.attempts, row.due_at) for row in waiting} == {(1, NOW + outbox.WAITS[0])}

    server.replies = lambda said, recipient: None
    work(line, NOW + outbox.WAITS[0])
    assert rows().sent().count() == len(server.letters) == 6


@pytest.mark.parametrize(
    ("verb", "reply"),
    [
        ("GREETING", "421 not today"),
        ("GREETING", "554 not you"),
        ("GREETING", "drop"),
        ("GREETING", "hang"),
        ("GREETING", "trickle"),
        ("EHLO", "hang"),
        ("MAIL", "421 not today"),
        ("MAIL", "530 sign in first"),
        ("MAIL", "550 no such sender"),
        ("RCPT", "530 sign in first"),
    ],
)
def test_server_that_takes_none_costs_no_attempts_and_one_try_at_a_time(
    settings, server, meetings, line, monotonic, verb, reply
):
    server.replies = lambda said, recipient: reply if said == verb else None
    settings.EMAIL_TIMEOUT = BRIEF if reply in NEVER_ANSWERS else ALLOWED

    assert work(line) == 1

    assert set(rows().values_list("attempts", "parked_at", "leased_until")) == {(0, None, None)}
    assert rows().exclude(last_error="").count() == 1
    assert line.rest == delivery.PAUSES[0]

    monotonic.seconds += delivery.PAUSES[0]
    assert work(line) == 1
    assert line.rest == delivery.PAUSES[1]

    server.replies, settings.EMAIL_TIMEOUT = lambda said, recipient: None, ALLOWED
    monotonic.seconds += delivery.PAUSES[1]
    work(line)
    assert rows().sent().count() == len(server.letters) == 6


def test_server_that_is_not_there_costs_nothing_and_gets_all_when_it_is(settings, server, meetings, line, monotonic):
    settings.EMAIL_PORT = free_port()
    for _ in range(10):
        assert work(line) == 1
        monotonic.seconds += line.rest
    assert line._failures == 10
    assert set(rows().values_list("attempts", flat=True)) == {0}

    settings.EMAIL_PORT = server.port
    work(line)

    assert len(server.letters) == 6


@pytest.mark.parametrize("reply", ["drop", "hang", "trickle", "421 closing"])
@pytest.mark.parametrize("verb", ["RCPT", "BODY"])
def test_one_at_which_it_breaks_off_does_not_hold_up_the_others(
    server, meetings, line, monotonic, monkeypatch, verb, reply
):
    bad = first_recipient()
    server.replies = lambda said, recipient: reply if said == verb and recipient == bad else None
    if reply in NEVER_ANSWERS:
        hurry(monkeypatch, bad)

    for _ in range(4):
        work(line)
        monotonic.seconds += line.rest

    waiting = rows().waiting()
    assert {row.user.email for row in waiting} == {bad}
    assert {row.attempts for row in waiting} == {1}
    assert rows().sent().count() == len(server.letters) == 6 - waiting.count()

    server.replies = lambda said, recipient: None
    work(line, NOW + outbox.WAITS[0])
    assert len(server.letters) == 6


def test_long_conversation_that_the_server_ends_is_begun_anew(server, meetings, line):
    mails = iter(range(100))
    server.replies = lambda said, recipient: "421 enough" if said == "MAIL" and next(mails) == 3 else None

    work(line)

    assert rows().sent().count() == len(server.letters) == 6
    assert server.asked.count("GREETING") == 2
    assert set(rows().values_list("attempts", flat=True)) == {1}


def test_connection_is_changed_after_many(server, meetings, line, monkeypatch):
    monkeypatch.setattr(delivery, "MOST_ON_ONE_LINE", 2)

    work(line)

    assert server.asked.count("GREETING") == 3


def test_wrong_password_is_not_the_recipients_fault(settings, server, meetings, line):
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "us", "wrong"
    answers = {"EHLO": "250-test\r\n250 AUTH PLAIN", "AUTH": "535 wrong"}
    server.replies = lambda said, recipient: answers.get(said)

    work(line)

    assert set(rows().values_list("attempts", "parked_at")) == {(0, None)}


@pytest.mark.parametrize("verb", ["GREETING", "EHLO", "RCPT", "BODY", "QUIT"])
def test_deadline_counts_the_whole_message(settings, server, verb):
    """A byte every 0.05 seconds never trips a timeout of 0.3 seconds by itself: the server sees that they hang up."""
    server.replies = lambda said, recipient: "trickle" if said == verb else None
    backend = EmailBackend(timeout=ALLOWED if verb == "QUIT" else BRIEF)
    if verb == "QUIT":
        backend.open()
        backend.connection.allowance = BRIEF
        backend.connection.start_over()
        backend.close()
    else:
        with pytest.raises(OSError, match=r"not done within 0\.3 seconds|timed out"):
            backend.send_messages([EmailMessage("Hi", "text", to=["a@example.test"])])


def test_deadline_begins_anew_with_each_message(server, meetings, line, monkeypatch):
    """On one connection, the time since it was opened says nothing."""
    clock = Now()
    monkeypatch.setattr("everwise.smtp.time", SimpleNamespace(monotonic=clock))

    def late(said, recipient):
        clock.seconds += ALLOWED / 3 if said == "BODY" else 0

    server.replies = late

    work(line)

    assert clock.seconds == pytest.approx(2 * ALLOWED)
    assert rows().sent().count() == 6
    assert server.asked.count("GREETING") == 1


def test_booking_does_not_meet_the_mail_server(server, meetings):
    server.replies = lambda said, recipient: "hang"
    meeting = meetings[0]

    book(meeting.theme, meeting.organizer, at(15))

    assert server.asked == []
    assert rows().due(NOW + timedelta(seconds=1)).count() == 8
