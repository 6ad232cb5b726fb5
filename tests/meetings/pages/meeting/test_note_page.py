"""The participant's note in two tabs: the staler one is refused, and sees both."""

import pytest
from django.urls import reverse

from meetings import booking
from tests.admin_site import as_sent
from tests.scene import NOW, a_participant, a_path, a_theme, an_expert, at, book

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def meeting(client):
    path = a_path()
    participant = a_participant(path)
    meeting = book(a_theme(path, an_expert(path)), participant, at(10), note="first")
    client.force_login(participant)
    return meeting


@pytest.fixture
def address(meeting):
    return reverse("meetings:note", args=[meeting.pk])


def test_note_that_two_tabs_wrote_is_shown_in_both_versions(client, meeting, address):
    sent = as_sent(client.get(address), note="second")
    client.post(address, sent | {"note": "from the other tab"})

    response = client.post(address, sent)

    meeting.refresh_from_db()
    assert (response.status_code, meeting.note) == (409, "from the other tab")
    for words in ("Another note was saved meanwhile.", "Saved now", "from the other tab"):
        assert words in response.text
    again = as_sent(response)
    assert again["note"] == ["second"]

    assert client.post(address, again).status_code == 302

    meeting.refresh_from_db()
    assert meeting.note == "second"


def test_note_emptied_in_another_tab_is_said_to_be_empty(client, meeting, address):
    sent = as_sent(client.get(address), note="second")
    client.post(address, sent | {"note": ""})

    assert "Nothing: the note was emptied." in client.post(address, sent).text


def test_note_sent_twice_is_one_change(client, meeting, address):
    sent = as_sent(client.get(address), note="second")

    answers = [client.post(address, sent).status_code for _ in range(2)]

    assert answers == [302, 302]
    assert meeting.events.filter(happening="note-changed").count() == 1


def test_writer_refuses_a_note_by_an_older_one(meeting):
    with pytest.raises(booking.StaleMeeting):
        booking.change_note(meeting=meeting, by=meeting.organizer, note="second", now=NOW, seen="")
