"""A mailbox of answers on a small IMAP server, and a session between Eva and Pia."""

import pytest

from everwise.config.environment import Environment
from everwise.config.mailboxes import replies
from tests.meetings.mail.replies.answers import ADDRESS
from tests.meetings.mail.replies.imap_server import ImapServer
from tests.scene import a_participant, a_theme, an_expert, at, book


@pytest.fixture
def imap(settings):
    server = ImapServer()
    settings.REPLIES = replies(Environment({"IMAP_URL": server.url, "REPLIES_ADDRESS": ADDRESS}))
    yield server
    server.stop()


@pytest.fixture
def answering(settings):
    """Answers are wanted; where they would be read does not matter."""
    url = "imaps://replies:secret@imap.example.com"
    settings.REPLIES = replies(Environment({"IMAP_URL": url, "REPLIES_ADDRESS": ADDRESS}))


@pytest.fixture
def eva(path):
    return an_expert(path, name="Eva Rao").user


@pytest.fixture
def pia(path):
    return a_participant(path, "Pia Berg", email="pia@example.com")


@pytest.fixture
def session(path, eva, pia):
    return book(a_theme(path, eva.expert, name="First 90 days"), pia, at(10))
