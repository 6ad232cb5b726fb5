"""One person of a path: what its admins read of them, and the sessions they give them."""

from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from meetings.booking.credits import credits_of
from meetings.enums import Status
from meetings.models import Note, Rating
from paths.enums import Role
from paths.models import ExtraSessions, Invitation, Membership, Path, PathEvent, Program
from tests.gate_world import signed_in
from tests.meetings.pages.people.scene import a_full_scene, text_of
from tests.scene import NOW, a_dropin, a_path, a_person, a_theme, an_admin, an_expert, at, book, join, leave

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def scene():
    return a_full_scene(sessions_per_participant=6)


def page(scene, user, **query):
    response = scene.client.get(scene.address("person", user.pk), query)
    assert response.status_code == 200
    return response


def words(scene, user, **query):
    return text_of(page(scene, user, **query))


def give(scene, user, number, **fields):
    form = {"token": str(uuid4()), "number": number, "why": "", **fields}
    return scene.client.post(scene.address("person", user.pk), form)


def test_a_participant(scene):
    text = words(scene, scene.maya)

    assert "4 of 6 sessions left. 1 used, 1 booked." in text
    assert "extra." not in text
    assert f"E-mail {scene.maya.email}" in text
    assert "Time zone UTC, 08:00 there now" in text
    assert "Last signed in Never" in text
    assert "Ending the membership asks what becomes of their 1 coming meeting." in text
    assert f"?for={scene.maya.pk}" in page(scene, scene.maya).content.decode()
    assert "Schedule meeting for Maya" in text


def test_extra_sessions_are_said(scene):
    give(scene, scene.maya, 2, why="Returning from leave.")

    text = words(scene, scene.maya)
    assert "6 of 8 sessions left. 1 used, 1 booked. 2 of the 8 are extra." in text
    assert "You gave Maya Lindqvist 2 extra sessions 8 in all, 6 before. “Returning from leave.”" in text
    assert "You gave Maya Lindqvist 2 extra sessions" in text_of(scene.client.get(scene.address("history")))


def test_fewer_than_others_are_said(scene):
    give(scene, scene.maya, -1)

    assert "3 of 5 sessions left. 1 used, 1 booked. 1 less than others have." in words(scene, scene.maya)


def test_giving_says_what_they_have_now(scene):
    response = give(scene, scene.maya, 2)

    assert response.status_code == 302
    assert "Maya Lindqvist has 6 of 8 sessions left now." in words(scene, scene.maya)
    assert credits_of(scene.maya, [scene.path], now=NOW)[scene.path.pk].total == 8


def test_the_same_form_twice_gives_once(scene):
    token = str(uuid4())
    for _ in range(2):
        assert give(scene, scene.maya, 2, token=token).status_code == 302

    assert ExtraSessions.objects.count() == 1


@pytest.mark.parametrize("number", ["", "x", "0", "-3", "51", "1.5", "9" * 40])
def test_a_number_that_cannot_be_given_stays_in_the_form(scene, number):
    response = give(scene, scene.maya, number, why="Kept words")

    assert response.status_code in {400, 409}
    html = response.content.decode()
    assert "<title>Error: " in html
    assert 'value="Kept words"' in html
    assert '<details class="ew-disclosure" open>' in html
    assert not ExtraSessions.objects.exists()


def test_never_below_what_is_used_and_booked(scene):
    Path.objects.update(sessions_per_participant=2)

    response = give(scene, scene.maya, -1)

    assert response.status_code == 409
    assert "They have used or booked 2 already." in text_of(response)


def test_nobody_else_gives(scene):
    form = {"token": str(uuid4()), "number": 1, "why": ""}
    for user, status in ((scene.maya, 403), (scene.eva.user, 403), (an_admin(a_path()), 404), (scene.gone, 404)):
        client = signed_in(user)
        assert client.get(scene.address("person", scene.maya.pk)).status_code == status
        assert client.post(scene.address("person", scene.maya.pk), form).status_code == status
    assert not ExtraSessions.objects.exists()


def test_whoever_was_never_here_is_not_here(scene):
    stranger = a_person()

    assert scene.client.get(scene.address("person", stranger.pk)).status_code == 404
    assert give(scene, stranger, 1).status_code == 404


def test_meetings_are_of_this_path_alone_and_notes_are_nobodys(scene):
    other = a_path()
    join(scene.maya, other, Role.PARTICIPANT)
    theme = a_theme(other, an_expert(other), name="Elsewhere entirely")
    book(theme, scene.maya, at(9))
    held = scene.maya.attendances.get(meeting__status=Status.HELD).meeting
    Note.objects.create(meeting=held, author=scene.maya, text="For me alone", written_at=NOW)
    Rating.objects.create(meeting=held, user=scene.maya, stars=5, comment="Secret", rated_at=NOW)

    text = words(scene, scene.maya)

    assert "Meetings on this path 2" in text
    assert "with Eva Stern They rated it 5 of 5." in text
    for hidden in ("Elsewhere entirely", "For me alone", "Secret"):
        assert hidden not in text


def test_a_late_cancellation_says_that_it_counts(scene):
    a_dropin(scene.theme, scene.jonas, scene.eva, at(10), status=Status.CANCELLED, counts_as_used=True)

    assert "Cancelled late, counts as used." in words(scene, scene.jonas)


def test_meetings_come_in_pages_at_the_same_cost(scene):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            page(scene, scene.maya)
        return len(queries)

    few = asked()
    for day in range(2, 14):
        a_dropin(scene.theme, scene.maya, scene.eva, NOW - timedelta(days=day), status=Status.HELD)
    assert asked() == few
    assert "1 to 10 of 14" in words(scene, scene.maya)
    assert "11 to 14 of 14" in words(scene, scene.maya, page=2)


def test_an_expert_is_chosen_for_a_meeting_by_hand(scene):
    html = unescape(page(scene, scene.eva.user).content.decode())
    address = f"{scene.address('detail')}schedule/manually/?expert={scene.eva.user_id}"
    an_expert(scene.path, name="Other Expert")

    assert f'href="{address}"' in html
    assert "Sessions</h2>" not in html
    form = scene.client.get(address).content.decode()
    assert f'name="experts" value="{scene.eva.user_id}"' in form


def test_an_invited_person_can_be_invited_again_or_not(scene):
    ina = Membership.objects.get(user__name="Ina New").user
    assert "Invited on 2 November. Not answered." in words(scene, ina)

    response = scene.client.post(scene.address("invite-again", ina.pk), follow=True)
    assert "A new invitation is on its way to ina@new.example." in text_of(response)

    response = scene.client.post(scene.address("withdraw-invitation", ina.pk), follow=True)
    assert "The invitation of ina@new.example is withdrawn: they are not on this path any more." in text_of(response)
    assert Invitation.objects.get().withdrawn_at == NOW
    assert "Send again" not in words(scene, ina)

    # Twice is told, and changes nothing.
    for name in ("invite-again", "withdraw-invitation"):
        response = scene.client.post(scene.address(name, ina.pk), follow=True)
        assert "This invitation has been withdrawn." in text_of(response)


def test_an_invitation_is_its_admins_alone(scene):
    ina = Membership.objects.get(user__name="Ina New").user
    for name in ("invite-again", "withdraw-invitation"):
        assert scene.client.get(scene.address(name, ina.pk)).status_code == 405
        assert scene.client.post(scene.address(name, scene.maya.pk)).status_code == 404
        for user, status in ((scene.maya, 403), (an_admin(a_path()), 404)):
            assert signed_in(user).post(scene.address(name, ina.pk)).status_code == status


def test_an_account_elsewhere_stays_unknown(scene):
    other = a_person("Secret Name", email="known@elsewhere.example", time_zone="Asia/Kolkata", last_login=NOW)
    join(other, a_path(program=Program.objects.create(name="Another")), Role.PARTICIPANT)
    scene.invite(other.email)

    text = words(scene, other)

    assert "known@elsewhere.example" in text
    for hidden in ("Secret", "Kolkata", "Last signed in"):
        assert hidden not in text
    assert "Secret" not in text_of(scene.client.get(scene.address("history")))


def test_somebody_gone_is_read_only_and_can_be_added_again(scene):
    html = unescape(page(scene, scene.gone).content.decode())

    assert f"{scene.address('add-people')}?who={scene.gone.email.replace('@', '%40')}&role=participant" in html
    for missing in ("Give extra sessions", "End membership", "Change role", "Schedule meeting for"):
        assert missing not in html
    assert give(scene, scene.gone, 1).status_code == 409


def test_ones_own_page_changes_no_role(scene):
    text = words(scene, scene.admin)

    assert "Ruth Abara (you)" in text
    assert "Change role" not in text
    assert "Leave this path" in text


def test_roles_lead_to_the_page_that_settles_meetings(scene):
    html = unescape(page(scene, scene.maya).content.decode())
    end = f"{scene.address('person', scene.maya.pk)}end/"

    assert f'method="get" action="{end}"' in html
    assert f'href="{end}">End membership' in html
    assert '<option value="participant">' not in html.split('id="role"')[1].split("</select>")[0]


def test_a_role_of_two_can_end_alone(scene):
    join(scene.maya, scene.path, Role.ADMIN)

    html = unescape(page(scene, scene.maya).content.decode())

    assert f"{scene.address('person', scene.maya.pk)}end/?of=admin" in html


def test_history_is_of_the_person(scene):
    text = words(scene, scene.jonas)

    assert "Nothing has happened yet." in text
    assert "booked Giving feedback with Eva Stern" in words(scene, scene.maya)
    assert PathEvent.objects.filter(about=scene.jonas).count() == 0
    leave(scene.jonas, scene.path)
    assert "Add again" in words(scene, scene.jonas)
