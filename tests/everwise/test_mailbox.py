"""The demo's mailbox keeps each message as a file and reads no other file."""

from datetime import timedelta

import pytest
from django.core.mail import EmailMessage

from everwise.demo import mailbox
from everwise.demo.mailbox import FileMailbox


@pytest.fixture
def box(settings, tmp_path):
    settings.MAIL_DIR = tmp_path / "mail"
    return FileMailbox()


def test_a_message_can_be_read_again(box):
    box.send_messages([EmailMessage("Grüße", "Hello\nthere ü", "from@example.com", ["to@example.com"])])

    (name,) = mailbox.names()
    letter = mailbox.read(name)

    assert letter.date.utcoffset() == timedelta(0)
    assert (letter.subject, letter.to, letter.text) == ("Grüße", "to@example.com", "Hello\nthere ü")


def test_newest_first(box):
    for number in range(3):
        box.send_messages([EmailMessage(str(number), "", "from@example.com", ["to@example.com"])])

    assert [mailbox.read(name).subject for name in mailbox.names()] == ["2", "1", "0"]


def test_empty_without_a_folder(box):
    assert mailbox.names() == []


@pytest.mark.parametrize("name", ["../secret_key", "x", "", "20261020111000000000-0123abcd", "..%2f"])
def test_no_other_file_is_read(box, name):
    assert mailbox.read(name) is None


def test_pages_show_list_and_message_to_anybody(box, client, db):
    assert "No e-mail yet" in client.get("/demo/mail/").content.decode()
    box.send_messages([EmailMessage("Booked", "See https://example.com/x", "from@example.com", ["to@example.com"])])
    (name,) = mailbox.names()

    listed = client.get("/demo/mail/").content.decode()
    shown = client.get(f"/demo/mail/{name}/").content.decode()

    assert "Booked" in listed
    assert f"/demo/mail/{name}/" in listed
    assert '<a href="https://example.com/x"' in shown
    assert client.get("/demo/mail/other/").status_code == 404


def test_no_mailbox_outside_the_demo(box, client, db, settings):
    box.send_messages([EmailMessage("Reset", "secret", "from@example.com", ["to@example.com"])])
    settings.DEMO = False

    assert client.get("/demo/mail/").status_code == 404
    assert client.get(f"/demo/mail/{mailbox.names()[0]}/").status_code == 404
