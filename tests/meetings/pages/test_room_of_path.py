"""Where a path's meetings take place: set on its page, told in its history, its secret told nowhere."""

from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from meetings.models import Meeting
from paths import rooms
from paths.enums import Happened, RoomKind
from paths.models import Path, PathEvent, RoomServer
from tests.gate_world import signed_in
from tests.meetings.rooms.conference import BBB_SECRET, JITSI_SECRET, BigBlueButton, receiving
from tests.scene import NOW, a_participant, a_theme, an_expert, at, book, leave
from tests.snapshot import everything

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
JITSI = {
    "kind": "jitsi",
    "jitsi_address": "https://Meet.example.test",
    "jitsi_app_id": "everwise",
    "jitsi_secret": JITSI_SECRET,
}


@pytest.fixture
def client(ada):
    return signed_in(ada)


def address(path):
    return reverse("paths:room", args=[path.pk])


def send(client, path, *, version="", follow=True, **typed):
    return client.post(address(path), {"version": version or rooms.version(path), **typed}, follow=follow)


def text(answer):
    return answer.content.decode()


def test_jitsi_is_saved_and_its_secret_is_told_nowhere(client, path, ada):
    saved = send(client, path, **JITSI)
    same = send(client, path, **JITSI | {"jitsi_secret": ""})
    pages = [saved, same, client.get(address(path)), client.get(reverse("paths:settings", args=[path.pk]))]
    pages.append(client.get(reverse("paths:history", args=[path.pk])))

    assert "The video room is saved." in text(saved)
    assert rooms.opened(path) == rooms.RoomPlan(RoomKind.JITSI, "https://meet.example.test/", "everwise", JITSI_SECRET)
    assert "It is kept. Leave this empty unless it has changed." in text(pages[2])
    assert "Jitsi at meet.example.test" in text(pages[3])
    # Once: the same again is no change.
    assert text(pages[4]).count("changed the video room") == 1
    assert "Now: Jitsi at meet.example.test. Before: Each expert’s own link. With a new secret." in text(pages[4])
    assert not any(JITSI_SECRET in text(page) for page in pages)
    assert JITSI_SECRET not in str(everything())


def test_another_server_wants_its_secret_typed_again(client, path):
    send(client, path, **JITSI)
    before = everything()
    for other in ({"jitsi_address": "https://evil.example.test/"}, {"jitsi_app_id": "other"}):
        answer = send(client, path, **JITSI | {"jitsi_secret": ""} | other)
        assert (answer.status_code, "Type the secret of this server." in text(answer)) == (400, True)
        # What was typed stands there, but the secret.
        assert next(iter(other.values())) in text(answer)
    assert everything() == before
    # Back to the experts' links, nothing is kept that could be used.
    send(client, path, kind="own")
    assert not RoomServer.objects.exists()
    assert send(client, path, **JITSI | {"jitsi_secret": ""}).status_code == 400


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"kind": "zoom"}, "Choose one."),
        ({"kind": "jitsi"}, "Fill this in."),
        ({**JITSI, "jitsi_secret": "short"}, "The secret has 32 characters or more"),
        ({**JITSI, "jitsi_address": "http://meet.example.test/"}, "The address must begin with https://"),
        ({**JITSI, "jitsi_address": "https://me:pass@meet.example.test/"}, "This is not a web address."),
        ({**JITSI, "jitsi_address": "https://meet.example.test/?jwt=1"}, "This is not a web address."),
        ({**JITSI, "jitsi_address": "javascript:alert(1)"}, "This is not a web address."),
        ({**JITSI, "jitsi_app_id": "x" * 201}, "Please keep it under 200 characters"),
        ({**JITSI, "jitsi_app_id": "a\x00b"}, "Null characters are not allowed."),
        ({"kind": "template", "template": ""}, "Fill this in."),
        ({"kind": "template", "template": "https://meet.example.test/one"}, "Write {meeting} where"),
        ({"kind": "template", "template": "https://{meeting}.example.test/"}, "This is not a web address."),
        ({"kind": "template", "template": "javascript:{meeting}"}, "This is not a web address."),
        ({"kind": "template", "template": "https://[{meeting}"}, "This is not a web address."),
        ({"kind": "template", "template": "x" * 501}, "Please keep it under 500 characters"),
        ({"kind": "bigbluebutton", "bigbluebutton_address": "https://bbb.example.test/"}, "Type the secret"),
    ],
)
def test_hostile_input_gets_words_and_changes_nothing(client, path, typed, words):
    before = everything()

    answer = send(client, path, **typed)

    assert (answer.status_code, words in text(answer)) == (400, True)
    assert everything() == before
    assert "short" not in text(answer).replace("shorter", "")


def test_only_what_belongs_to_the_choice_is_read(client, path):
    hint, manually = "in a room that the path makes", reverse("schedule:manually", args=[path.pk])
    before = text(client.get(manually))
    send(client, path, kind="template", template=" https://meet.example.test/{meeting} ", jitsi_address="nonsense")

    assert rooms.stored(path) == rooms.RoomPlan(RoomKind.TEMPLATE, "https://meet.example.test/{meeting}")
    assert Path.objects.get(pk=path.pk).room_kind == "template"
    # Who adds a meeting by hand is told.
    assert (hint in before, hint in text(client.get(manually))) == (False, True)


def test_other_version_is_told_and_changes_nothing(client, path):
    version = rooms.version(path)
    send(client, path, **JITSI)
    before = everything()

    answer = send(client, path, version=version, kind="template", template="https://other.example.test/{meeting}")

    assert answer.status_code == 409
    assert "It is now: Jitsi at meet.example.test." in text(answer)
    assert "https://other.example.test/{meeting}" in text(answer)
    assert everything() == before
    assert send(client, path, version=rooms.version(path), kind="own").status_code == 200


def test_right_is_asked_under_the_lock(path, ada):
    leave(ada, path)

    with pytest.raises(rooms.RoomRefused):
        rooms.save(path=path, plan=rooms.RoomPlan(RoomKind.OWN), version=rooms.version(path), by=ada, now=NOW)


def test_bigbluebutton_is_asked_when_it_is_saved(client, path, settings):
    settings.FEEDS_ALLOW_LOOPBACK = True
    with receiving(BigBlueButton()) as server:
        typed = {"kind": "bigbluebutton", "bigbluebutton_address": server.address, "bigbluebutton_secret": "wrong"}
        wrong = send(client, path, **typed)
        right = send(client, path, **typed | {"bigbluebutton_secret": BBB_SECRET})
    gone = send(client, path, **typed | {"bigbluebutton_secret": BBB_SECRET})

    assert "the server does not let us in. Is the secret right?" in text(wrong)
    assert "The video room is saved, and the server lets us in." in text(right)
    assert "the server does not answer now. Is its address right?" in text(gone)
    assert rooms.opened(path).secret == BBB_SECRET
    assert PathEvent.objects.filter(what=Happened.ROOM_CHANGED).count() == 2


def test_secret_outlives_a_change_of_the_key(client, path, settings, capsys):
    send(client, path, **JITSI)
    old, settings.SECRET_KEY = settings.SECRET_KEY, "x" * 60
    with pytest.raises(rooms.SecretLost):
        rooms.opened(path)
    call_command("renew_secrets")
    assert "their paths' admins type them again" in capsys.readouterr().err
    settings.SECRET_KEY_FALLBACKS = [old]
    call_command("renew_secrets")
    settings.SECRET_KEY_FALLBACKS = []

    assert rooms.opened(path).secret == JITSI_SECRET


def test_page_says_how_many_are_booked_at_the_same_cost(client, path):
    theme = a_theme(path, an_expert(path))

    def cost():
        with CaptureQueriesContext(connection) as captured:
            page = text(client.get(address(path)))
        return len(captured), page

    cost()
    before, page = cost()
    assert "booked" not in page
    for hour in (10, 11, 12):
        book(theme, a_participant(path, f"Pia {uuid4()}"), at(hour))
    assert Meeting.objects.count() == 3
    after, page = cost()
    assert "3 meetings are booked: they take place in the new rooms, too." in page
    assert after == before
