"""The same confirm form posted by fifty browsers at once: one meeting, one e-mail per person."""

import threading
from uuid import uuid4

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connections
from django.test import Client
from django.urls import reverse

from meetings.integrity import invariants
from meetings.models import Meeting
from tests.scene import NOW, a_participant, a_path, a_theme, an_expert, at

POSTS = 50


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_the_same_form_fifty_times_is_one_meeting_and_one_mail_each(clock):
    path = a_path()
    expert, participant = an_expert(path), a_participant(path)
    theme = a_theme(path, expert)
    address = f"{reverse('schedule:confirm', args=[path.pk])}?theme={theme.pk}&start={at(10):%Y-%m-%dT%H:%M:%SZ}"
    form = {"token": str(uuid4()), "expert": "any", "note": ""}
    clients = [Client() for _ in range(POSTS)]
    for client in clients:
        client.force_login(participant)
    together, answers = threading.Barrier(POSTS), []

    def post(client):
        together.wait()
        answers.append(client.post(address, form))
        connections.close_all()

    threads = [threading.Thread(target=post, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    call_command("worker", once=True)

    meeting = Meeting.objects.get()
    assert [answer.status_code for answer in answers] == [302] * POSTS
    assert {answer.url for answer in answers} == {reverse("meetings:booked", args=[meeting.pk])}
    assert sorted(message.to[0] for message in mail.outbox) == sorted([participant.email, expert.user.email])
    assert not any(invariants.count_broken(NOW).values())
