"""The same form sent fifty times at once, or once more from another tab: one change, and the same page for all."""

import re
import threading
from uuid import uuid4

import pytest
from django.contrib.messages import get_messages
from django.db import connections
from django.test import Client
from django.urls import reverse

from meetings.models import Meeting, MeetingEvent, Notice
from tests.meetings.racing import PATIENCE, broken
from tests.scene import (
    at,
    leave,
)

# What is sent fifty times is what creates a meeting; for the other forms the writer's lock is the same one.
SENDINGS = {"confirm": 50, "confirm in many tabs": 50, "add": 50}
FEWER = 10


def confirm(world, start):
    query = f"?theme={world.theme.pk}&start={start:%Y-%m-%dT%H:%M:%SZ}"
    return reverse("schedule:confirm", args=[world.path.pk]) + query


def sending(world, what):
    """Who sends what where. A callable makes the form of each sending."""

    def to(name, meeting):
        return reverse(f"meetings:{name}", args=[meeting.pk])

    marks = {"token": str(uuid4()), "sequence": "0"}
    when = {"start": f"{at(12):%Y-%m-%dT%H:%M:%SZ}"}
    typed = {
        "title": "First 90 days",
        "date": f"{at(13):%Y-%m-%d}",
        "start": "13:00",
        "duration": "30",
        "zone": "UTC",
        "experts": [str(world.eva.user.pk)],
        "participants": [str(world.pia.pk)],
        "organizer": str(world.pia.pk),
    }
    return {
        "confirm": (world.pia, confirm(world, at(13)), {"token": marks["token"], "note": "My case"}),
        "confirm in many tabs": (world.pia, confirm(world, at(13)), lambda: {"token": str(uuid4()), "note": ""}),
        "reschedule": (world.pia, to("reschedule", world.session), marks | when),
        "cancel": (world.pia, to("cancel", world.session), {"sequence": "0", "message": "Ill", "counts": "no"}),
        "rescue": (world.pia, to("rescue", world.lost), {"token": marks["token"]}),
        "add": (
            world.admin,
            reverse("schedule:manually", args=[world.path.pk]),
            typed | {"token": marks["token"]},
        ),
        "edit": (world.pia, to("edit", world.talk), typed | marks),
        "note": (world.pia, to("note", world.session), {"note": "My case", "seen": ""}),
        "own note": (world.pia, to("notes", world.over), {"sort": "shared", "text": "Went well", "seen": ""}),
        "rating": (world.pia, to("rating", world.over), {"stars": "5", "comment": "", "seen": ""}),
        "hand over": (world.pia, to("hand-over", world.talk), marks | {"to": str(world.eva.user.pk)}),
        "delete": (world.pia, to("delete", world.talk), marks | {"message": "Ill"}),
        "outcome": (
            world.eva.user,
            to("outcome", world.over),
            {"token": marks["token"], "was": "scheduled", "outcome": "held"},
        ),
    }[what]


# How many lines of history and how many e-mails about a change there are once all is sent.
WHAT = {
    "confirm": (1, 2),
    "confirm in many tabs": (1, 2),
    "reschedule": (1, 2),
    "cancel": (1, 2),
    "rescue": (1, 2),
    "add": (1, 2),
    "edit": (1, 2),
    "hand over": (1, 2),
    "delete": (1, 2),
    "outcome": (1, 0),
    "note": (1, 0),
    "own note": (0, 0),
    "rating": (0, 0),
}


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def seen(response):
    """All that a browser goes by."""
    told = [str(message) for message in get_messages(response.wsgi_request)]
    return response.status_code, response.get("Location"), tuple(told)


@pytest.mark.race
@pytest.mark.parametrize("what", WHAT)
@pytest.mark.django_db(transaction=True)
def test_many_sendings_at_once_are_one_change_and_one_answer(what, world):
    user, address, form = sending(world, what)
    sendings = SENDINGS.get(what, FEWER)
    clients = [signed_in(user) for _ in range(sendings)]
    events, notices = MeetingEvent.objects.count(), Notice.objects.of_changes().count()
    before = broken()  # meetings made by hand have no reminders
    together, answers = threading.Barrier(sendings), []

    def post(client):
        together.wait(PATIENCE)
        answers.append(seen(client.post(address, form() if callable(form) else form)))
        connections.close_all()

    threads = [threading.Thread(target=post, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(answers) == sendings
    assert len(set(answers)) == 1
    assert answers[0][0] == 302
    written = MeetingEvent.objects.count() - events, Notice.objects.of_changes().count() - notices
    assert written == WHAT[what]
    assert broken().items() <= before.items()


@pytest.mark.parametrize("what", WHAT)
@pytest.mark.django_db
def test_sent_once_more_is_answered_alike(what, world):
    user, address, form = sending(world, what)
    client, made = signed_in(user), form() if callable(form) else form
    first = seen(client.post(address, made))
    events = MeetingEvent.objects.count()
    client.get(first[1])  # which shows what was said

    assert seen(client.post(address, made)) == first
    assert MeetingEvent.objects.count() == events


def words(response):
    return re.sub(r"\s+", " ", response.content.decode())


@pytest.fixture
def pia(world):
    return signed_in(world.pia)


def booked(meeting):
    return reverse("meetings:booked", args=[meeting.pk])


def test_the_last_session_confirmed_after_going_back_leads_to_the_booked_page(world, pia):
    type(world.path).objects.update(sessions_per_participant=2)
    pia.post(confirm(world, at(13)), {"token": str(uuid4())})
    meeting = Meeting.objects.get(starts_at=at(13))

    assert pia.get(confirm(world, at(13))).url == booked(meeting)
    assert pia.post(confirm(world, at(13)), {"token": str(uuid4())}).url == booked(meeting)


def test_slot_of_ones_own_session_leads_to_its_booked_page(world, pia):
    assert pia.get(confirm(world, at(10))).url == booked(world.session)
    assert pia.post(confirm(world, at(10)), {"token": str(uuid4()), "expert": str(world.eva.pk)}).url == booked(
        world.session
    )


def test_slot_of_ones_own_session_with_another_expert_is_taken_by_it(world, pia):
    response = pia.post(confirm(world, at(10)), {"token": str(uuid4()), "expert": str(world.ines.pk)})

    assert response.status_code == 409
    assert "You’re in another meeting then" in words(response)


def test_overlapping_start_of_the_same_theme_is_another_meeting(world, pia):
    response = pia.post(confirm(world, at(10, 30)), {"token": str(uuid4())})

    assert response.status_code == 409
    assert "You’re in another meeting then" in words(response)


def test_another_note_typed_after_going_back_is_not_lost_in_silence(world, pia):
    token = str(uuid4())
    pia.post(confirm(world, at(13)), {"token": token, "note": "My case"})

    response = pia.post(confirm(world, at(13)), {"token": token, "note": "Another case"}, follow=True)

    assert "its note stays as it was. You typed: “Another case”" in words(response)
    assert Meeting.objects.get(starts_at=at(13)).note == "My case"


def test_another_time_chosen_after_going_back_is_not_taken_for_done(world, pia):
    _, address, form = sending(world, "reschedule")
    pia.post(address, form)

    response = pia.post(address, form | {"start": f"{at(14):%Y-%m-%dT%H:%M:%SZ}"})

    assert response.status_code == 409
    assert "This meeting was changed while you had it open." in words(response)


def test_another_message_to_a_cancelled_meeting_is_not_lost_in_silence(world, pia):
    _, address, form = sending(world, "cancel")
    pia.post(address, form)

    response = pia.post(address, form | {"message": "Still ill"}, follow=True)

    assert "The meeting is cancelled." in words(response)
    assert "this message was not sent: “Still ill”" in words(response)


def test_what_an_admin_books_twice_leads_on_too(world):
    admin = signed_in(world.admin)
    address = f"{confirm(world, at(13))}&for={world.pia.pk}"
    admin.post(address, {"token": str(uuid4())})
    meeting = Meeting.objects.get(starts_at=at(13))

    response = admin.post(address, {"token": str(uuid4())}, follow=True)

    assert response.redirect_chain == [(meeting.get_absolute_url(), 302)]
    assert f"{world.pia.name} has this session already. Nothing was booked twice." in words(response)


def test_form_whose_change_took_the_right_away_is_answered_as_before(world):
    user, address, form = sending(world, "delete")
    client = signed_in(user)
    first = seen(client.post(address, form))
    client.get(first[1])  # which shows what was said
    leave(user, world.path)

    again = seen(client.post(address, form))

    # The page of the path is theirs no more.
    assert again == (302, "/", first[2])
    assert "deleted" in str(again)
    assert client.post(address, form | {"token": str(uuid4())}).status_code == 404
