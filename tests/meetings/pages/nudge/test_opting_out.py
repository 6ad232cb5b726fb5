"""No more reminders: a mail program's press, a person's two, and back again in the profile."""

import logging

import pytest
from django.test import Client
from django.urls import reverse

from meetings.mail.nudges import opting_out
from meetings.models import Nudge, NudgeOptOut, NudgeRecipient
from paths.enums import Role
from tests.gate_world import signed_in
from tests.scene import NOW, a_participant, a_path, an_admin, join

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def recipient():
    path = a_path(name="Leading")
    nudge = Nudge.objects.create(path=path, kind="never-booked", by=an_admin(path), at=NOW)
    return NudgeRecipient.objects.create(nudge=nudge, user=a_participant(path, "Sofia"), at=NOW)


def address(recipient):
    return opting_out.link(recipient).removeprefix("http://testserver")


def test_a_mail_program_posts_without_session_and_form_token(recipient, caplog):
    client = Client(enforce_csrf_checks=True)
    link = address(recipient)

    asked = client.get(link)
    assert "No more reminders like this?" in asked.content.decode()
    assert f"For {recipient.user.email}" in asked.content.decode()
    assert not NudgeOptOut.objects.exists()
    with caplog.at_level(logging.DEBUG):
        for _twice in range(2):
            answer = client.post(link, {"List-Unsubscribe": "One-Click"})
            assert answer.status_code == 200

    assert "You are no longer told" in answer.content.decode()
    opted = NudgeOptOut.objects.get()
    assert (opted.user, opted.path) == (recipient.user, recipient.nudge.path)
    recipient.refresh_from_db()
    assert recipient.opted_out_at == NOW
    assert "no-store" in answer["Cache-Control"]
    assert link.split("/")[2] not in caplog.text


def test_a_link_that_was_changed_ends_nothing(recipient):
    link = address(recipient)
    other = NudgeRecipient.objects.create(nudge=recipient.nudge, user=a_participant(recipient.nudge.path), at=NOW)
    signature = link.partition(":")[2]
    forged = (link[:-3] + "/", f"/reminders/{other.pk}:{signature}")
    for bad in (*forged, "/reminders/", "/reminders/%00/", "/reminders/x:y/"):
        answer = Client().post(bad)
        assert answer.status_code == 404, bad
    assert not NudgeOptOut.objects.exists()


def test_the_profile_ends_them_and_takes_it_back(recipient):
    sofia, path = recipient.user, recipient.nudge.path
    client, own = signed_in(sofia), reverse("own-reminders")
    assert f'href="{own}"' in client.get(reverse("profile")).content.decode()
    opting_out.opt_out(recipient=recipient, now=NOW)
    assert "Get reminders again" in client.get(own).content.decode()

    for do, off in (("on", False), ("on", False), ("off", True), ("off", True)):
        answer = client.post(own, {"of": path.pk, "do": do}, follow=True)
        assert answer.redirect_chain
        assert NudgeOptOut.objects.filter(user=sofia, path=path).exists() == off
    for strange in (a_path().pk, "x", ""):
        assert client.post(own, {"of": strange}).status_code == 404
    draft = a_path(name="Secret draft", opened_at=None)
    join(sofia, draft, Role.PARTICIPANT)
    assert "Secret draft" not in client.get(own).content.decode()
    nobody = signed_in(an_admin(path, "Abe"))
    assert "You are a participant of no path" in nobody.get(own).content.decode()
