"""Whoever has an account elsewhere is called by their address wherever they can be chosen, until they accept."""

import html
from functools import cached_property
from uuid import uuid4

import pytest
from django.urls import reverse

from meetings import booking
from meetings.pages import invited
from paths import enrolment, invitations
from paths.enums import Role
from paths.models import Invitation, Membership
from tests.factories import AttendeeFactory
from tests.gate_world import a_manual_form, signed_in
from tests.scene import NOW, a_meeting, a_participant, a_path, a_person, a_theme, an_admin, an_expert, at, leave

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
NAME, ADDRESS = "Zanele Mokoena", "zm@elsewhere.example"


class Scene:
    """A path to which an admin has added Zanele, who has an account, and hours on another path, by an address."""

    def __init__(self, role):
        self.path = a_path()
        self.ada = an_admin(self.path)
        self.eva = an_expert(self.path)
        self.theme = a_theme(self.path, self.eva)
        self.zanele = a_person(NAME, email=ADDRESS, called="Zan")
        if role == Role.EXPERT:
            an_expert(a_path(), user=self.zanele)
        enrolment.add(path=self.path, user=self.zanele, role=role, by=self.ada, now=NOW)
        self.client = signed_in(self.ada)

    def accept(self):
        invitations.accept_as(invitation=Invitation.objects.get(), by=self.zanele, now=NOW)

    def schedule(self, step, **query):
        return self.client.get(reverse(f"schedule:{step}", args=[self.path.pk], query=query))

    def by_hand(self, **fields):
        form = {**a_manual_form(at(10)), "token": str(uuid4()), "organizer": "", **fields}
        return self.client.post(reverse("schedule:manually", args=[self.path.pk]), form)

    def time_page(self):
        return self.schedule("time", theme=self.theme.pk, **{"for": self.zanele.pk})

    def confirm(self):
        query = {"theme": self.theme.pk, "for": self.zanele.pk, "start": f"{at(11):%Y-%m-%dT%H:%M:%SZ}"}
        return self.schedule("confirm", **query)

    def hand_over(self):
        return self.client.get(reverse("meetings:hand-over", args=[self.meeting.pk]))

    @cached_property
    def meeting(self):
        return a_meeting(self.path, self.eva.user, self.zanele, at(13), organizer=self.eva.user)

    def new_theme(self):
        return self.client.get(reverse("paths:add-theme", args=[self.path.pk]))


def text(answer):
    assert answer.status_code == 200
    return html.unescape(answer.text.replace('<mark class="ew-hit">', "").replace("</mark>", ""))


PARTICIPANT = {
    "for whom": lambda scene: scene.schedule("theme"),
    "for whom, searched": lambda scene: scene.schedule("theme", find="elsewhere"),
    "for whom, chosen": lambda scene: scene.schedule("theme", **{"for": scene.zanele.pk}),
    "the times": Scene.time_page,
    "the last step": Scene.confirm,
    "by hand, listed": lambda scene: scene.by_hand(do="page:participants:1"),
    "by hand, chosen": lambda scene: scene.by_hand(participants=[scene.zanele.pk], do="check"),
    "hand over": Scene.hand_over,
    "why": lambda scene: scene.client.get(reverse("why", args=[scene.path.pk])),
}
EXPERT = {
    "by hand, experts listed": lambda scene: scene.by_hand(do="page:experts:1"),
    "by hand, expert chosen": lambda scene: scene.by_hand(experts=[scene.zanele.pk], do="check"),
    "the experts of a theme": Scene.new_theme,
    "why": lambda scene: scene.client.get(reverse("why", args=[scene.path.pk])),
}


@pytest.mark.parametrize(
    ("role", "look"),
    [(Role.PARTICIPANT, each) for each in PARTICIPANT.values()] + [(Role.EXPERT, each) for each in EXPERT.values()],
    ids=[*PARTICIPANT, *(f"{name} (expert)" for name in EXPERT)],
)
def test_is_called_by_their_address_until_they_accept(role, look):
    scene = Scene(role)
    before = text(look(scene))
    scene.accept()
    after = text(look(scene))

    assert ADDRESS in before
    for own in (NAME, "Zanele", "Zan "):
        assert own not in before
    assert NAME in after


def test_is_not_found_by_the_name_until_they_accept():
    scene = Scene(Role.PARTICIPANT)

    assert ADDRESS not in text(scene.schedule("theme", find="mokoena"))
    assert ADDRESS not in text(scene.by_hand(**{"find-participants": "mokoena", "do": "find:participants"}))
    assert ADDRESS in text(scene.schedule("theme", find="elsewhere"))
    scene.accept()
    assert ADDRESS in text(scene.schedule("theme", find="mokoena"))


def test_whoever_was_taken_off_before_accepting_is_named_by_address():
    scene = Scene(Role.PARTICIPANT)
    leave(scene.zanele, scene.path)

    answer = scene.by_hand(participants=[scene.zanele.pk], experts=[scene.eva.user_id], organizer=scene.eva.user_id)

    assert answer.status_code == 400
    assert ADDRESS in answer.text
    assert NAME not in answer.text


def test_a_participant_who_organizes_is_shown_no_address():
    scene = Scene(Role.PARTICIPANT)
    pia = a_participant(scene.path)
    meeting = a_meeting(scene.path, scene.eva.user, pia, at(13))
    booking_form = reverse("meetings:edit", args=[meeting.pk])
    AttendeeFactory(meeting=meeting, user=scene.zanele, role=Role.PARTICIPANT)

    for address in (booking_form, reverse("meetings:hand-over", args=[meeting.pk])):
        seen = {who: client.get(address).text for who, client in (("pia", signed_in(pia)), ("ada", scene.client))}
        assert ADDRESS in seen["ada"]
        assert ADDRESS not in seen["pia"]


def test_nobody_is_renamed_by_being_booked_for():
    scene = Scene(Role.PARTICIPANT)
    shown = invited.veiled(scene.path, [scene.zanele])[0]

    meeting = booking.schedule(theme=scene.theme, participant=shown, start=at(11), by=scene.ada, token=uuid4(), now=NOW)

    assert (str(shown), shown) == (ADDRESS, scene.zanele)
    scene.zanele.refresh_from_db()
    assert (scene.zanele.name, meeting.participants) == (NAME, [scene.zanele])
    assert Membership.objects.live().filter(user=scene.zanele, path=scene.path).exists()
