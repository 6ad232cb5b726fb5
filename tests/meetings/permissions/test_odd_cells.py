"""The cells of the permission table that are easily got wrong, tried through the pages."""

from dataclasses import replace
from uuid import uuid4

import pytest
from django.urls import reverse

from meetings import booking
from meetings.enums import Kind
from meetings.models import Meeting
from paths.enums import Role
from tests.gate_world import a_good_form, a_manual_form, signed_in
from tests.scene import (
    a_meeting,
    a_participant,
    a_path,
    a_person,
    a_theme,
    add,
    an_admin,
    an_expert,
    at,
    book,
    edit,
    join,
    leave,
)
from tests.snapshot import everything

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
OF_DROPIN, OF_ADHOC = ("reschedule", "cancel"), ("edit", "hand-over", "delete")


def address(change, meeting):
    return reverse(f"meetings:{change}", args=[meeting.pk])


def answers(user, meeting, *changes):
    """What each change answers this person on GET and on a POST in good order; nothing may be written."""
    client, before = signed_in(user), everything()
    found = {}
    for change in changes:
        opened = client.get(address(change, meeting)).status_code
        found[change] = (opened, client.post(address(change, meeting), a_good_form(change, meeting)).status_code)
    assert everything() == before
    return found


def offered(user, meeting):
    """Which changes the meeting's page leads to."""
    page = signed_in(user).get(meeting.get_absolute_url()).content.decode()
    return {change for change in (*OF_DROPIN, *OF_ADHOC) if f'"{address(change, meeting)}"' in page}


def made(user, meeting, change):
    """Whether the change is open to this person and goes through."""
    client = signed_in(user)
    opened = client.get(address(change, meeting)).status_code
    return (opened, client.post(address(change, meeting), a_good_form(change, meeting)).status_code) == (200, 302)


class TestExpertWhoNamedTheParticipantOrganizer:
    @pytest.fixture
    def adhoc(self, path, eva, pia):
        """Through the page, as an expert would."""
        form = a_manual_form(at(12), experts=[eva.pk], participants=[pia.pk], organizer=pia.pk, token=str(uuid4()))
        signed_in(eva).post(reverse("schedule:manually", args=[path.pk]), form)
        return Meeting.objects.get()

    def test_can_not_change_it(self, eva, adhoc):
        assert adhoc.created_by == eva
        assert answers(eva, adhoc, *OF_ADHOC) == dict.fromkeys(OF_ADHOC, (403, 403))
        assert offered(eva, adhoc) == set()

    def test_is_told_why_in_words(self, eva, adhoc):
        page = signed_in(eva).get(address("edit", adhoc)).content.decode()

        assert "Only its organizer and the admins of this path can edit this meeting." in page

    @pytest.mark.parametrize("change", OF_ADHOC)
    def test_the_participant_can(self, pia, adhoc, change):
        assert made(pia, adhoc, change)

    def test_gets_the_right_with_the_place(self, eva, pia, adhoc):
        assert made(pia, adhoc, "hand-over")
        adhoc.refresh_from_db()

        assert answers(pia, adhoc, *OF_ADHOC) == dict.fromkeys(OF_ADHOC, (403, 403))
        assert made(eva, adhoc, "edit")


class TestKindNeverChanges:
    def test_dropin_booked_by_an_admin_is_its_participants(self, path, eva, pia):
        dropin = book(a_theme(path, eva.expert), pia, at(10), by=an_admin(path))

        assert (dropin.kind, dropin.organizer) == (Kind.DROP_IN, pia)
        assert offered(pia, dropin) == {"reschedule", "cancel"}
        assert made(pia, dropin, "reschedule")

    def test_dropin_is_edited_by_nobody(self, path, eva, pia, dropin):
        for user in (eva, pia, an_admin(path)):
            assert answers(user, dropin, *OF_ADHOC) == dict.fromkeys(OF_ADHOC, (403, 403))
            assert offered(user, dropin) == {"reschedule", "cancel"}

    def test_adhoc_is_rescheduled_and_cancelled_by_nobody(self, path, eva, pia, adhoc):
        for user in (eva, pia, an_admin(path)):
            assert answers(user, adhoc, *OF_DROPIN, "note") == dict.fromkeys((*OF_DROPIN, "note"), (403, 403))
            assert offered(user, adhoc).isdisjoint(OF_DROPIN)

    def test_an_edit_can_not_name_another_kind(self, pia, adhoc):
        form = a_good_form("edit", adhoc) | {"kind": "dropin", "status": "held", "path": str(a_path().pk)}

        assert signed_in(pia).post(address("edit", adhoc), form).status_code == 302
        edited = Meeting.objects.get()
        assert (edited.kind, edited.status, edited.path) == (Kind.AD_HOC, "scheduled", adhoc.path)


@pytest.mark.parametrize("minutes", [0, 10, 31, 60 * 24])
def test_begun_meeting_is_changed_by_nobody(path, eva, pia, dropin, adhoc, clock, minutes):
    people = (eva, pia, an_admin(path))
    for meeting, changes in ((dropin, OF_DROPIN), (adhoc, OF_ADHOC)):
        clock.move_to(meeting.starts_at)
        clock.shift(60 * minutes)
        for user in people:
            assert answers(user, meeting, *changes) == dict.fromkeys(changes, (403, 403))
            assert offered(user, meeting) == set()


class TestTakenOffThePath:
    """Their session goes on: what they may do is asked anew at every request."""

    def test_participant_loses_her_rights_at_the_next_request(self, path, pia, dropin, adhoc):
        client = signed_in(pia)
        assert client.get(address("edit", adhoc)).status_code == 200
        leave(pia, path)

        assert client.get(address("edit", adhoc)).status_code == 403
        assert client.get(address("reschedule", dropin)).status_code == 403
        assert answers(pia, adhoc, *OF_ADHOC) == dict.fromkeys(OF_ADHOC, (403, 403))
        assert answers(pia, dropin, *OF_DROPIN, "note") == dict.fromkeys((*OF_DROPIN, "note"), (403, 403))
        assert offered(pia, dropin) == offered(pia, adhoc) == set()

    def test_expert_and_admin_lose_theirs(self, path, eva, dropin):
        admin = an_admin(path)
        leave(eva, path)
        leave(admin, path)

        assert answers(eva, dropin, *OF_DROPIN) == dict.fromkeys(OF_DROPIN, (403, 403))
        assert answers(admin, dropin, *OF_DROPIN) == dict.fromkeys(OF_DROPIN, (404, 404))

    @pytest.mark.parametrize("role", ["pia", "eva"])
    def test_keeps_sight_of_her_own_past_meetings_only(self, path, eva, pia, dropin, adhoc, clock, role):
        user = {"pia": pia, "eva": eva}[role]
        others = book(dropin.theme, a_participant(path, "Per"), at(11), expert=an_extra(path, dropin.theme))
        client, link = signed_in(user), reverse("paths:detail", args=[path.pk])
        assert link in client.get(dropin.get_absolute_url()).content.decode()
        leave(user, path)
        clock.move_to(at(20))

        for meeting in (dropin, adhoc):
            page = client.get(meeting.get_absolute_url())
            assert page.status_code == 200
            assert link not in page.content.decode()
        listed = client.get(reverse("meetings:list") + "?show=past").content.decode()
        assert [meeting.get_absolute_url() in listed for meeting in (dropin, adhoc, others)] == [True, True, False]
        assert client.get(others.get_absolute_url()).status_code == 404

    @pytest.mark.parametrize("name", ["paths:detail", "schedule:theme", "schedule:time", "schedule:manually"])
    def test_the_path_is_not_there(self, path, eva, name):
        client, address = signed_in(eva), reverse(name, args=[path.pk])
        words = "We can’t find that page"
        assert words not in client.get(address).content.decode()
        leave(eva, path)

        answer = client.get(address)
        assert (answer.status_code, words in answer.content.decode()) == (404, True)

    @pytest.mark.parametrize("name", ["home", "paths:list"])
    def test_the_path_is_not_listed(self, path, pia, name):
        client, link = signed_in(pia), reverse("paths:detail", args=[path.pk])
        assert link in client.get(reverse(name)).content.decode()
        leave(pia, path)

        assert link not in client.get(reverse(name)).content.decode()

    def test_coming_back_brings_the_rights_back(self, path, pia, adhoc):
        leave(pia, path)
        join(pia, path, Role.PARTICIPANT)

        assert made(pia, adhoc, "edit")

    def test_organizer_who_does_not_attend_has_no_say_but_sight(self, path, eva, pia):
        otto = an_expert(path, name="Otto").user
        adhoc = a_meeting(path, eva, pia, at(12), organizer=otto, created_by=otto)
        leave(otto, path)

        assert signed_in(otto).get(adhoc.get_absolute_url()).status_code == 200
        assert answers(otto, adhoc, *OF_ADHOC) == dict.fromkeys(OF_ADHOC, (403, 403))


def an_extra(path, theme):
    expert = an_expert(path, name="Ines")
    theme.experts.add(expert)
    return expert


class TestWhoIsNotInIt:
    def test_organizer_without_attending_sees_and_changes(self, path, eva, pia):
        otto = an_expert(path, name="Otto").user
        adhoc = a_meeting(path, eva, pia, at(12), organizer=otto, created_by=otto)

        assert signed_in(otto).get(adhoc.get_absolute_url()).status_code == 200
        assert made(otto, adhoc, "edit")

    @pytest.mark.parametrize("who", ["superuser", "admin of another path", "expert of the path", "participant"])
    def test_for_anybody_else_it_is_not_there(self, path, dropin, adhoc, who):
        user = {
            "superuser": lambda: a_person(is_staff=True, is_superuser=True),
            "admin of another path": lambda: an_admin(a_path()),
            "expert of the path": lambda: an_expert(path).user,
            "participant": lambda: a_participant(path),
        }[who]()

        for meeting in (dropin, adhoc):
            changes = (*OF_DROPIN, *OF_ADHOC, "note")
            assert answers(user, meeting, *changes) == dict.fromkeys(changes, (404, 404))
            assert signed_in(user).get(meeting.get_absolute_url()).status_code == 404

    def test_somebody_taken_out_by_an_edit(self, path, eva, pia):
        admin, per = an_admin(path), a_participant(path, "Per")
        plan = booking.MeetingPlan(
            title="Both", starts_at=at(14), ends_at=at(15), experts=(eva,), participants=(pia, per), organizer=eva
        )
        meeting = add(path, plan, admin)
        edit(meeting, replace(plan, participants=(per,)), admin)

        assert answers(pia, meeting, *OF_ADHOC) == dict.fromkeys(OF_ADHOC, (404, 404))
        assert signed_in(pia).get(meeting.get_absolute_url()).status_code == 404

    def test_deleted_is_there_for_admins_alone(self, path, eva, pia, adhoc):
        assert made(pia, adhoc, "delete")

        seen = [signed_in(u).get(adhoc.get_absolute_url()).status_code for u in (eva, pia, an_admin(path))]
        assert seen == [404, 404, 200]
