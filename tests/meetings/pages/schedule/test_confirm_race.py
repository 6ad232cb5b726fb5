"""The same confirm form posted by fifty browsers at once: one meeting, one e-mail per person."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from meetings.integrity import invariants
from meetings.models import Meeting
from meetings.slots.openings import Openings
from tests.old_factories import ExpertFactory, MembershipFactory, PathFactory, ThemeFactory, UserFactory

POSTS = 50


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_the_same_form_fifty_times_is_one_meeting_and_one_mail_each():
    path = PathFactory()
    theme, expert, participant = ThemeFactory(path=path), ExpertFactory(), UserFactory()
    theme.experts.add(expert)
    MembershipFactory(path=path, user=expert.user, role="expert")
    MembershipFactory(path=path, user=participant)
    now = timezone.now()
    openings = Openings(path, since=now, until=now + timedelta(days=14), now=now, theme=theme)
    start = openings.first(theme.duration_minutes)
    address = f"{reverse('schedule:confirm', args=[path.pk])}?theme={theme.pk}&start={start:%Y-%m-%dT%H:%M:%SZ}"
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
    assert not any(invariants.count_broken(timezone.now()).values())
