"""The demo's mailbox keeps each message as a file and reads no other file."""

from datetime import timedelta

import pytest
from django.core.mail import EmailMessage, EmailMultiAlternatives

from everwise.demo import mailbox
from everwise.demo.mailbox import FileMailbox


@pytest.fixture
def box(settings, tmp_path):
    settings.MAIL_DIR = tmp_path / "mail"
    return FileMailbox()


def test_a_message_can_be_read_again(box):
    box.send_messages([EmailMessage("Grüße", "Hello\nthere ü", "from@example.com", ["to@example.com"])])

    (name,) = mailbox.stored_names()
    letter = mailbox.read_mail(name)

    assert letter.date.utcoffset() == timedelta(0)
    assert (letter.subject, letter.to, letter.text) == ("Grüße", "to@example.com", "Hello\nthere ü")


def test_newest_first(box):
    for number in range(3):
        box.send_messages([EmailMessage(str(number), "", "from@example.com", ["to@example.com"])])

    assert [mailbox.read_mail(name).subject for name in mailbox.stored_names()] == ["2", "1", "0"]


def test_empty_without_a_folder(box):
    assert mailbox.stored_names() == []


@pytest.mark.parametrize("name", ["../secret_key", "x", "", "20261020111000000000-0123abcd", "..%2f"])
def test_no_other_file_is_read(box, name):
    assert mailbox.read_mail(name) is None


def test_pages_show_list_and_message_to_anybody(box, client, db):
    assert "No e-mail yet" in client.get("/demo/mail/").content.decode()
    box.send_messages([EmailMessage("Booked", "See https://example.com/x", "from@example.com", ["to@example.com"])])
    (name,) = mailbox.stored_names()

    listed = client.get("/demo/mail/").content.decode()
    shown = client.get(f"/demo/mail/{name}/").content.decode()

    assert "Booked" in listed
    assert f"/demo/mail/{name}/" in listed
    assert '<a href="https://example.com/x"' in shown
    assert client.get("/demo/mail/other/").status_code == 404


@pytest.fixture
def rich(box):
    """The name of a message with every part."""
    message = EmailMultiAlternatives("Booked", "in words", "from@example.com", ["to@example.com"])
    message.attach_alternative("<html><head></head><body style='color:red'>in <b>HTML</b></body></html>", "text/html")
    message.attach_alternative("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "text/calendar")
    message.attach("meeting.ics", b"BEGIN:VCALENDAR", "application/ics")
    box.send_messages([message])
    return mailbox.stored_names()[0]


def test_each_part_has_its_tab(rich, client, db):
    url = f"/demo/mail/{rich}/"

    assert f'<iframe class="w-100 border-0" height="900" src="{url}html/"' in client.get(url).content.decode()
    assert "in words" in client.get(f"{url}?part=text").content.decode()
    assert "BEGIN:VCALENDAR\nEND:VCALENDAR" in client.get(f"{url}?part=calendar").content.decode()
    assert "<iframe" in client.get(f"{url}?part=<script>").content.decode()


def test_html_of_a_message_has_no_rights_of_our_pages(rich, client, db):
    response = client.get(f"/demo/mail/{rich}/html/")

    assert response.content.decode().startswith('<html><head><base target="_blank"></head><body style=')
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups allow-popups-to-escape-sandbox" in policy
    assert "script-src" not in policy
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    around = client.get(f"/demo/mail/{rich}/")["Content-Security-Policy"]
    assert "script-src" in around
    assert "frame-src 'self'" in around


def test_message_without_html_has_its_text_alone(box, rich, client, db):
    box.send_messages([EmailMessage("Reset", "Only words", "from@example.com", ["to@example.com"])])
    url = f"/demo/mail/{mailbox.stored_names()[0]}/"

    assert client.get(f"{url}html/").status_code == 404
    page = client.get(url).content.decode()
    assert "Only words" in page
    assert "nav-underline" not in page
    assert "nav-underline" in client.get(f"/demo/mail/{rich}/").content.decode()


def test_no_mailbox_outside_the_demo(rich, client, db, settings):
    pages = ["/demo/mail/", f"/demo/mail/{rich}/", f"/demo/mail/{rich}/html/"]
    assert {client.get(page).status_code for page in pages} == {200}

    settings.DEMO = False

    for page in pages:
        response = client.get(page)
        assert (response.status_code, "We can’t find that page" in response.text) == (404, True)
