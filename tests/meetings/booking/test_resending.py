"""The same form sent fifty times at once, or once more from another tab: one change, and the same page for all."""

import re
import threading
from uuid import uuid4

import pytest
from django.contrib.messages import get_messages
from django.db import connections
from django.test import Client
from django.urls import reverse

from meetings import booking
from meetings.models import Meeting, MeetingEvent, Notice
from tests.meetings.racing import PATIENCE, broken
from tests.scene import (
    NOW,
    a_meeting,
    a_participant,
    a_path,
    a_theme,
    an_admin,
    an_expert,
    at,
    book,
    leave,
)

SENDINGS = 50


class World:
    def __init__(self):
        self.path = a_path()
        self.eva, self.ines = an_expert(self.path, name="Eva"), an_expert(self.path, name="Ines")
        self.theme = a_theme(self.path, self.eva, self.ines, minutes=60)
        self.pia, self.admin = a_participant(self.path), an_admin(self.path)
        self.session = book(self.theme, self.pia, at(10), expert=self.eva)
        self.lost = book(self.theme, self.pia, at(11), expert=self.eva)
        booking.cancel(meeting=self.lost, by=self.eva.user, now=NOW)
        self.talk = a_meeting(self.path, self.eva.user, self.pia, at(15))
        self.over = a_meeting(self.path, self.eva.user, self.pia, at(9, day=-1))

    def confirm(self, start):
        query = f"?theme={self.theme.pk}&start={start:%Y-%m-%dT%H:%M:%SZ}"
        return reverse("schedule:confirm", args=[self.path.pk]) + query

    def sending(self, what):
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
            "experts": [str(self.eva.user.pk)],
            "participants": [str(self.pia.pk)],
            "organizer": str(self.pia.pk),
        }
        return {
            "confirm": (self.pia, self.confirm(at(13)), {"token": marks["token"], "note": "My case"}),
            "confirm in many tabs": (self.pia, self.confirm(at(13)), lambda: {"token": str(uuid4()), "note": ""}),
            "reschedule": (self.pia, to("reschedule", self.session), marks | when),
            "cancel": (self.pia, to("cancel", self.session), {"sequence": "0", "message": "Ill", "counts": "no"}),
            "rescue": (self.pia, to("rescue", self.lost), {"token": marks["token"]}),
            "add": (
                self.admin,
                reverse("schedule:manually", args=[self.path.pk]),
                typed | {"token": marks["token"]},
            ),
            "edit": (self.pia, to("edit", self.talk), typed | marks),
            "note": (self.pia, to("note", self.session), {"note": "My case", "seen": ""}),
            "own note": (self.pia, to("notes", self.over), {"sort": "shared", "text": "Went well", "seen": ""}),
            "rating": (self.pia, to("rating", self.over), {"stars": "5", "comment": "", "seen": ""}),
            "hand over": (self.pia, to("hand-over", self.talk), marks | {"to": str(self.eva.user.pk)}),
            "delete": (self.pia, to("delete", self.talk), marks | {"message": "Ill"}),
            "outcome": (
                self.eva.user,
                to("outcome", self.over),
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
def test_fifty_sendings_at_once_are_one_change_and_one_answer(what, clock):
    world = World()
    user, address, form = world.sending(what)
    clients = [signed_in(user) for _ in range(SENDINGS)]
    events, notices = MeetingEvent.objects.count(), Notice.objects.of_changes().count()
    before = broken()  # meetings made by hand have no reminders
    together, answers = threading.Barrier(SENDINGS), []

    def post(client):
        together.wait(PATIENCE)
        answers.append(seen(client.post(address, form() if callable(form) else form)))
        connections.close_all()

    threads = [threading.Thread(target=post, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(answers) == SENDINGS
    assert len(set(answers)) == 1
    assert answers[0][0] == 302
    written = MeetingEvent.objects.count() - events, Notice.objects.of_changes().count() - notices
    assert written == WHAT[what]
    assert broken().items() <= before.items()


@pytest.mark.parametrize("what", WHAT)
@pytest.mark.django_db
def test_sent_once_more_is_answered_alike(what, clock):
    world = World()
    user, address, form = world.sending(what)
    client, made = signed_in(user), form() if callable(form) else form
    first = seen(client.post(address, made))
    events = MeetingEvent.objects.count()
    client.get(first[1])  # which shows what was said

    assert seen(client.post(address, made)) == first
    assert MeetingEvent.objects.count() == events


def words(response):
    return re.sub(r"\s+", " ", response.content.decode())


@pytest.fixture
def world(db, clock):
    return World()


@pytest.fixture
def pia(world):
    return signed_in(world.pia)


def booked(meeting):
    return reverse("meetings:booked", args=[meeting.pk])


def test_the_last_session_confirmed_after_going_back_leads_to_the_booked_page(world, pia):
    type(world.path).objects.update(sessions_per_participant=2)
    pia.post(world.confirm(at(13)), {"token": str(uuid4())})
    meeting = Meeting.objects.get(starts_at=at(13))

    assert pia.get(world.confirm(at(13))).url == booked(meeting)
    assert pia.post(world.confirm(at(13)), {"token": str(uuid4())}).url == booked(meeting)


def test_slot_of_ones_own_session_leads_to_its_booked_page(world, pia):
    assert pia.get(world.confirm(at(10))).url == booked(world.session)
    assert pia.post(world.confirm(at(10)), {"token": str(uuid4()), "expert": str(world.eva.pk)}).url == booked(
        world.session
    )


def test_slot_of_ones_own_session_with_another_expert_is_taken_by_it(world, pia):
    response = pia.post(world.confirm(at(10)), {"token": str(uuid4()), "expert": str(world.ines.pk)})

    assert response.status_code == 409
    assert "You’re in another meeting then" in words(response)


def test_overlapping_start_of_the_same_theme_is_another_meeting(world, pia):
    response = pia.post(world.confirm(at(10, 30)), {"token": str(uuid4())})

    assert response.status_code == 409
    assert "You’re in another meeting then" in words(response)


def test_another_note_typed_after_going_back_is_not_lost_in_silence(world, pia):
    token = str(uuid4())
    pia.post(world.confirm(at(13)), {"token": token, "note": "My case"})

    response = pia.post(world.confirm(at(13)), {"token": token, "note": "Another case"}, follow=True)

    assert "its note stays as it was. You typed: “Another case”" in words(response)
    assert Meeting.objects.get(starts_at=at(13)).note == "My case"


def test_another_time_chosen_after_going_back_is_not_taken_for_done(world, pia):
    _, address, form = world.sending("reschedule")
    pia.post(address, form)

    response = pia.post(address, form | {"start": f"{at(14):%Y-%m-%dT%H:%M:%SZ}"})

    assert response.status_code == 409
    assert "This meeting was changed while you had it open." in words(response)


def test_another_message_to_a_cancelled_meeting_is_not_lost_in_silence(world, pia):
    _, address, form = world.sending("cancel")
    pia.post(address, form)

    response = pia.post(address, form | {"message": "Still ill"}, follow=True)

    assert "The meeting is cancelled." in words(response)
    assert "this message was not sent: “Still ill”" in words(response)


def test_what_an_admin_books_twice_leads_on_too(world):
    admin = signed_in(world.admin)
    address = f"{world.confirm(at(13))}&for={world.pia.pk}"
    admin.post(address, {"token": str(uuid4())})
    meeting = Meeting.objects.get(starts_at=at(13))

    response = admin.post(address, {"token": str(uuid4())}, follow=True)

    assert response.redirect_chain == [(meeting.get_absolute_url(), 302)]
    assert f"{world.pia.name} has this session already. Nothing was booked twice." in words(response)


def test_form_whose_change_took_the_right_away_is_answered_as_before(world):
    _, address, form = world.sending("delete")
    pia = signed_in(world.pia)
    first = pia.post(address, form)
    leave(world.pia, world.path)

    assert pia.post(address, form).status_code == first.status_code == 302
