"""A meeting's page: two people of one name have their addresses, but for participants; its time names the zone."""

import html
import re

import pytest
from django.urls import reverse

from meetings.pages.meeting.facts import people
from meetings.permissions import standings
from tests.factories import AttendeeFactory
from tests.gate_world import signed_in
from tests.scene import NOW, a_meeting, a_participant, a_path, an_admin, an_expert, at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


class Scene:
    def __init__(self, twin="Maya Holm"):
        self.path = a_path()
        self.admin, self.expert = an_admin(self.path), an_expert(self.path).user
        self.maya = a_participant(self.path, "Maya Holm", email="maya@lake.example")
        self.twin = a_participant(self.path, twin, email="maya@river.example")
        self.meeting = a_meeting(self.path, self.expert, self.maya, at(10))
        AttendeeFactory(meeting=self.meeting, user=self.twin, role="participant")

    def page(self, user):
        answer = signed_in(user).get(reverse("meetings:detail", args=[self.meeting.pk]))
        found = re.search(r'id="people-title".*?</section>', answer.text, re.DOTALL)
        return found[0], answer.text

    def addresses(self, user):
        return re.findall(r"maya@\w+\.example", self.page(user)[0])


@pytest.mark.parametrize(("who", "seen"), [("admin", 2), ("expert", 2), ("maya", 0), ("twin", 0)])
def test_two_of_one_name_have_their_addresses_for_admins_and_experts(who, seen):
    scene = Scene()

    assert len(scene.addresses(getattr(scene, who))) == seen


def test_whose_name_is_theirs_alone_have_none():
    scene = Scene(twin="Maya Berg")
    held = standings.meeting_standings(scene.admin, scene.meeting)

    assert [each["address"] for each in people(scene.meeting, scene.admin, held, NOW)] == ["", "", ""]
    assert scene.addresses(scene.admin) == []


def test_the_lead_names_the_zone():
    scene = Scene()
    for zone, said in (("UTC", "10:00 to 10:30 UTC"), ("Asia/Kolkata", "15:30 to 16:00 Kolkata (GMT+5:30) time")):
        scene.admin.time_zone = zone
        scene.admin.save(update_fields=["time_zone"])
        lead = re.search(r'id="lead">(.*?)</p>', scene.page(scene.admin)[1], re.DOTALL)[1]

        words = re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", lead)))
        assert said in words
