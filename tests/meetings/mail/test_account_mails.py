"""The e-mails that no meeting sends: in the outbox at once, made and sent by the worker, without secrets in between."""

import re
import socket
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from everwise.accounts.models import User
from everwise.demo import mailbox
from meetings.enums import QUICK, AccountMail
from meetings.integrity import invariants
from meetings.mail import account_mails, outbox
from meetings.mail.delivery import SmtpLine
from meetings.models import Notice, Priority
from tests.admin_site import staff_on
from tests.factories import PASSWORD
from tests.meetings.mailserver import MailServer, free_port
from tests.scene import NOW, a_participant, a_path, a_person, a_theme, an_expert, at, book

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_counted", "clock")]


def ask_for_reset(client, email="maya@example.com", **headers):
    return client.post(reverse("account_reset_password"), {"email": email}, **headers)


def work():
    call_command("worker", once=True)
    return mail.outbox


def link_in(text, start="/accounts/password/reset/key/"):
    return re.search(rf"\S*{start}\S+", text)[0]


def a_row(kind, user, address="maya@example.com", **facts):
    outbox.post(kind=kind, user_id=user and user.pk, address=address, facts=facts, now=NOW)
    return Notice.objects.select_related("user").get(kind=kind)


class Unreached:
    """Stands for every way out of this process: a page that takes one has failed."""

    def __init__(self):
        self.tried = []

    def __call__(self, address, *args, **kwargs):
        self.tried.append(address)
        raise OSError("no way out")


# The pages


@pytest.mark.parametrize("fault", ["refuses", "hangs", "is not there"])
def test_page_answers_without_the_mail_server_and_the_mail_arrives_later(client, settings, maya, monkeypatch, fault):
    server = MailServer()
    settings.EMAIL_BACKEND = "everwise.smtp.EmailBackend"
    # Only a server that hangs is not waited for: one that answers may be slow on a busy machine.
    settings.EMAIL_HOST, settings.EMAIL_TIMEOUT = "127.0.0.1", 0.3 if fault == "hangs" else 20
    settings.EMAIL_PORT = free_port() if fault == "is not there" else server.port
    server.replies = lambda verb, recipient: {"refuses": "554 not you", "hangs": "hang"}.get(fault)
    try:
        with monkeypatch.context() as during:
            unreached = Unreached()
            during.setattr(socket, "create_connection", unreached)
            response = ask_for_reset(client)
        assert (response.status_code, response.url) == (302, reverse("account_reset_password_done"))
        assert (unreached.tried, server.asked) == ([], [])

        line = SmtpLine()
        outbox.deliver(outbox.claim(NOW), lambda: NOW, line)
        row = Notice.objects.get()
        assert (row.attempts, row.sent_at, row.parked_at, row.leased_until) == (0, None, None, None)
        assert line.rest > 0

        settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = server.port, 20
        server.replies = lambda verb, recipient: None
        outbox.deliver(outbox.claim(later := Notice.objects.get().due_at), lambda: later)
        assert server.recipients == ["maya@example.com"]
        assert Notice.objects.get().sent_at is not None
    finally:
        server.stop()


@pytest.mark.parametrize("host", ["127.0.0.1:8201", "localhost"])
def test_links_come_from_the_site_url_whatever_the_host_header_says(client, settings, maya, host):
    assert "testserver" in settings.SITE_URL
    settings.SITE_URL = "https://sessions.example.org"

    asked = ask_for_reset(client, headers={"host": host})
    assert asked.wsgi_request.get_host() == host

    (letter,) = work()
    page = letter.alternatives[0].content
    for said in (letter.body, page):
        assert re.search(r"https://sessions\.example\.org/accounts/password/reset/key/\w+-[\w-]+/", said)
        assert "127.0.0.1" not in said
        assert "localhost" not in said
        assert "testserver" not in said
    assert letter.subject == "Set a new password"
    assert letter.from_email == settings.DEFAULT_FROM_EMAIL
    assert "Hello Maya," in letter.body


def test_reset_works_though_it_is_sent_days_after_it_was_asked_for(client, maya, clock):
    ask_for_reset(client)
    clock.move_to(NOW + timedelta(days=10))
    (letter,) = work()

    clock.move_to(NOW + timedelta(days=12))
    form = client.get(link_in(letter.body)).url
    client.post(form, {"password1": "another long phrase", "password2": "another long phrase"})

    maya.refresh_from_db()
    assert maya.check_password("another long phrase")
    assert [letter.subject for letter in work()] == ["Set a new password", "Your password was reset"]


def test_nobody_hears_more_than_that_there_is_no_account(client):
    ask_for_reset(client, "stranger@example.com")

    (letter,) = work()
    assert letter.to == ["stranger@example.com"]
    assert letter.body == (
        "Hello,\n\n"
        "Somebody, most likely you, has asked for a new password for stranger@example.com. No Everwise account has "
        "this address, so there is no password to change. Perhaps you sign in with another address.\n\n"
        "Make an account:\nhttp://testserver/accounts/signup/\n\n"
        "If it wasn’t you, ignore this e-mail.\n\n"
        "You get this e-mail because somebody asked for it with this address.\nEverwise\n"
    )


def test_without_sign_up_no_mail_leads_there(client, settings):
    ask_for_reset(client, "stranger@example.com")
    assert "/signup/" in work()[0].body
    settings.SIGNUP_OPEN = False
    ask_for_reset(client, "stranger@example.com")

    letter = work()[1]
    assert "/signup/" not in letter.body + letter.alternatives[0].content
    assert "ask them if you should have one" in letter.body


def test_sign_up_with_a_known_address_says_so_to_its_owner_alone(client, maya):
    known = {"name": "Eve", "email": maya.email, "time_zone": "Cairo"}
    client.post(reverse("account_signup"), known | dict.fromkeys(("password1", "password2"), "a long pass phrase"))

    (letter,) = work()
    assert (letter.to, letter.subject) == (["maya@example.com"], "You have an account already")
    assert "http://testserver/accounts/password/reset/\n" in letter.body


def test_name_somebody_typed_at_sign_up_is_not_sent_to_a_stranger(client):
    typed = {"name": "http://evil.example/ prize", "email": "victim@example.com", "time_zone": "Cairo"}
    client.post(reverse("account_signup"), typed | dict.fromkeys(("password1", "password2"), "a long pass phrase"))

    (letter,) = work()
    assert letter.to == ["victim@example.com"]
    assert "evil" not in letter.subject + letter.body + letter.alternatives[0].content
    assert "evil" in User.objects.get(email="victim@example.com").name


def test_change_of_password_is_told(client, maya):
    client.force_login(maya)
    new = dict.fromkeys(("password1", "password2"), "another long phrase")
    client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, **new})

    (letter,) = work()
    assert (letter.to, letter.subject) == (["maya@example.com"], "Your password was changed")
    assert "from the network address 127.0.0.1" in letter.body


# What is kept, and who sees it


def test_no_row_holds_what_opens_an_account(client, maya):
    ask_for_reset(client)
    client.post(reverse("account_signup"), {"name": "Omar", "email": "omar@example.com", "password1": PASSWORD})
    work()

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM meetings_notice")
        stored = repr(cursor.fetchall())
    assert maya.email in stored
    for letter in mail.outbox:
        key = link_in(letter.body, "/accounts/").rstrip("/").rpartition("/")[2]
        assert len(key) > 20
        assert key not in stored
    assert "/" not in "".join(str(row.facts) for row in Notice.objects.all())


def test_what_a_server_says_of_a_link_is_not_kept(settings, maya, caplog):
    server = MailServer()
    settings.EMAIL_BACKEND = "everwise.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 1
    said = "554 5.7.1 spam: http://testserver/accounts/password/reset/key/abc-secret/ listed"
    server.replies = lambda verb, recipient: said if verb == "BODY" else None
    try:
        row = a_row(AccountMail.PASSWORD_RESET, maya)
        outbox.deliver(outbox.claim(NOW), lambda: NOW)
    finally:
        server.stop()

    row.refresh_from_db()
    assert row.parked_at == NOW
    assert "spam: (a link) listed" in row.last_error
    assert "secret" not in row.last_error + caplog.text
    assert "was not sent" in caplog.text


def test_staff_see_who_was_written_to_about_what_and_nothing_of_it(client, maya):
    staff_on(client)
    row = a_row(AccountMail.PASSWORD_RESET, maya)
    a_row(AccountMail.NO_ACCOUNT, None, "stranger@example.com")
    assert "/reset/key/" in "".join(letter.body for letter in work())

    listed = client.get(reverse("admin:meetings_notice_changelist")).content.decode()
    shown = client.get(reverse("admin:meetings_notice_change", args=[row.pk])).content.decode()
    assert "Link to set a new password" in listed
    assert "stranger@example.com" in listed
    assert "maya@example.com" in shown
    assert "/reset/key/" not in listed + shown
    found = client.get(reverse("admin:meetings_notice_changelist"), {"q": "stranger"}).content.decode()
    assert "1 e-mail" in found or "1 notice" in found


def test_demo_shows_them_in_its_mailbox(client, settings, tmp_path, maya):
    settings.EMAIL_BACKEND, settings.MAIL_DIR = "everwise.demo.mailbox.FileMailbox", tmp_path
    ask_for_reset(client)
    call_command("worker", once=True)

    (name,) = mailbox.stored_names()
    assert "Set a new password" in client.get(reverse("demo-mail")).content.decode()
    assert (
        link_in(mailbox.read_mail(name).text)
        in client.get(reverse("demo-mail-page", args=[name]) + "?part=text").content.decode()
    )


# The row


@pytest.mark.parametrize(
    "kind", [AccountMail.PASSWORD_RESET, AccountMail.PASSWORD_CHANGED, AccountMail.CONFIRM_ADDRESS]
)
def test_closed_account_gets_nothing(maya, kind):
    EmailAddress.objects.filter(user=maya).update(verified=False)
    a_row(kind, maya)
    User.objects.filter(pk=maya.pk).update(is_active=False)

    assert work() == []
    assert not Notice.objects.exists()
    User.objects.filter(pk=maya.pk).update(is_active=True)
    a_row(kind, maya)
    assert len(work()) == 1


def test_address_that_is_no_longer_the_accounts_gets_no_link(maya):
    a_row(AccountMail.PASSWORD_RESET, maya, "old@example.com")
    a_row(AccountMail.CONFIRM_ADDRESS, maya, "old@example.com")

    assert work() == []
    assert not Notice.objects.exists()
    a_row(AccountMail.PASSWORD_RESET, maya)
    assert len(work()) == 1


def test_confirmed_meanwhile_is_not_asked_again(maya):
    a_row(AccountMail.CONFIRM_SIGNUP, maya)

    assert work() == []
    EmailAddress.objects.update(verified=False)
    a_row(AccountMail.CONFIRM_SIGNUP, maya)
    assert len(work()) == 1


def test_quick_one_goes_before_five_hundred_that_wait(maya):
    path = a_path()
    booked = book(a_theme(path, an_expert(path)), a_participant(path), at(10)).notices.first()
    Notice.objects.bulk_create(
        Notice(event=booked.event, meeting=booked.meeting, user=booked.user, kind="booked", sequence=number, due_at=NOW)
        for number in range(1, 501)
    )
    reset = a_row(AccountMail.PASSWORD_RESET, maya)
    Notice.objects.filter(pk=reset.pk).update(due_at=NOW + timedelta(minutes=1))

    now = NOW + timedelta(minutes=2)
    assert outbox.claim(now) == reset
    assert outbox.claim(now).priority == Priority.USUAL


@pytest.mark.parametrize("kind", AccountMail)
def test_only_what_somebody_waits_for_is_quick(maya, kind):
    waited = {"confirm-signup", "confirm-address", "password-reset", "no-account", "account-exists", "test"}
    assert (a_row(kind, maya).priority == Priority.QUICK) == (kind.value in waited) == (kind in QUICK)


def test_every_row_is_a_meetings_or_an_accounts(maya):
    path = a_path()
    meeting = book(a_theme(path, an_expert(path)), a_participant(path), at(10))
    one = a_row(AccountMail.PASSWORD_RESET, maya)
    event = meeting.events.get()
    for broken in (
        {"address": ""},
        {"meeting": meeting},
        {"event": event},
        {"meeting": meeting, "event": event},
        {"starts_at": NOW},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Notice.objects.filter(pk=one.pk).update(**broken)
    for broken in ({"address": "a@example.com"}, {"meeting": None}, {"event": None}, {"user": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            meeting.notices.update(**broken)


def test_failed_for_good_can_be_sent_again(maya):
    row = a_row(AccountMail.PASSWORD_RESET, maya)
    Notice.objects.filter(pk=row.pk).update(parked_at=NOW, attempts=8)

    sue = a_person("Sue", is_staff=True, is_superuser=True)
    assert outbox.send_again(notices=Notice.objects.all(), by=sue, now=NOW) == [row]
    assert len(work()) == 1


def test_invariants_hold_with_them(maya):
    a_row(AccountMail.PASSWORD_RESET, maya)
    a_row(AccountMail.NO_ACCOUNT, None)

    assert {words for words, count in invariants.count_broken(NOW).items() if count} == set()
    Notice.objects.update(leased_until=NOW - timedelta(hours=2))
    assert invariants.count_broken(NOW)["stale leases"] == 2


def test_killed_workers_row_is_sent_with_the_same_message_id(maya):
    row = a_row(AccountMail.PASSWORD_RESET, maya)
    assert outbox.claim(NOW) == row
    assert outbox.claim(NOW) is None

    again = outbox.claim(NOW + outbox.LEASE)
    ids = {account_mails.message(each, NOW).message()["Message-ID"] for each in (row, again)}
    assert ids == {f"<{row.message_id}@everwise>"}
