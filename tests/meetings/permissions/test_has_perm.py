"""Rights through Django's own user.has_perm, for people in a meeting, near it, and once near it."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404

from meetings.enums import Action, Kind, Status
from meetings.models import Meeting
from meetings.permissions import deadlines, gates, standings
from paths.enums import Role
from tests.scene import (
    NOW,
    a_meeting,
    a_participant,
    a_path,
    a_person,
    an_admin,
    an_expert,
    at,
    join,
    leave,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

DROP_IN_RIGHTS = {"reschedule_dropin", "cancel_dropin"}
AD_HOC_RIGHTS = {"edit_adhoc", "delete_adhoc"}
EVERY_RIGHT = [f"{action}_{kind}" for action in Action.values for kind in Kind.values]


def rights(user, obj):
    return {name for name in EVERY_RIGHT if user.has_perm(f"meetings.{name}", obj)}


class TestPeopleOfAMeeting:
    def test_participant(self, pia, dropin):
        assert rights(pia, dropin) == DROP_IN_RIGHTS

    def test_expert(self, eva, dropin):
        assert rights(eva, dropin) == DROP_IN_RIGHTS

    def test_admin_of_the_path(self, path, dropin, adhoc):
        admin = an_admin(path)

        assert rights(admin, dropin) == DROP_IN_RIGHTS
        assert rights(admin, adhoc) == AD_HOC_RIGHTS

    def test_organizer_of_adhoc(self, pia, adhoc):
        assert rights(pia, adhoc) == AD_HOC_RIGHTS

    def test_participant_of_adhoc_who_does_not_organize_it(self, path, eva, pia):
        adhoc = a_meeting(path, eva, pia, at(12), organizer=eva)

        assert rights(pia, adhoc) == set()
        assert rights(eva, adhoc) == AD_HOC_RIGHTS

    def test_expert_who_made_adhoc_and_named_the_participant_organizer(self, eva, adhoc):
        assert adhoc.created_by == eva
        assert rights(eva, adhoc) == set()

    def test_organizer_who_does_not_attend(self, path, eva, pia):
        other = an_expert(path).user
        adhoc = a_meeting(path, eva, pia, at(12), organizer=other, created_by=other)

        assert rights(other, adhoc) == AD_HOC_RIGHTS

    def test_admin_who_is_also_participant(self, path, pia, adhoc, dropin):
        join(pia, path, Role.ADMIN)

        assert rights(pia, dropin) == DROP_IN_RIGHTS
        assert rights(pia, adhoc) == AD_HOC_RIGHTS


class TestPeopleNearAMeeting:
    def test_expert_of_the_path_but_not_of_the_meeting(self, path, dropin, adhoc):
        other = an_expert(path).user

        assert rights(other, dropin) == set()
        assert rights(other, adhoc) == set()

    def test_participant_of_the_path_but_not_of_the_meeting(self, path, dropin, adhoc):
        other = a_participant(path)

        assert rights(other, dropin) == set()
        assert rights(other, adhoc) == set()

    def test_admin_of_another_path(self, dropin, adhoc):
        other = an_admin(a_path())

        assert rights(other, dropin) == set()
        assert rights(other, adhoc) == set()

    @pytest.mark.parametrize("powers", [{"is_staff": True}, {"is_staff": True, "is_superuser": True}])
    def test_staff_without_a_role(self, path, dropin, adhoc, powers):
        staff = a_person(**powers)

        assert rights(staff, dropin) == set()
        assert rights(staff, adhoc) == set()
        assert rights(staff, path) == set()

    def test_staff_with_a_role_has_that_role(self, path, dropin):
        staff = a_person(is_staff=True, is_superuser=True)
        join(staff, path, Role.ADMIN)

        assert rights(staff, dropin) == DROP_IN_RIGHTS

    def test_anonymous(self, path, dropin, adhoc):
        assert rights(AnonymousUser(), dropin) == set()
        assert rights(AnonymousUser(), adhoc) == set()
        assert rights(AnonymousUser(), path) == set()

    def test_deactivated_person(self, path, pia, dropin):
        pia.is_active = False
        pia.save()

        assert rights(pia, dropin) == set()
        assert rights(pia, path) == set()

    def test_expert_taken_out_of_the_meeting(self, eva, dropin):
        dropin.attendees.filter(user=eva).update(live=False, removed_at=NOW)

        assert rights(eva, dropin) == set()


class TestMembershipJustEnded:
    def test_participant_and_organizer(self, path, pia, dropin, adhoc):
        leave(pia, path)

        assert rights(pia, dropin) == set()
        assert rights(pia, adhoc) == set()
        assert rights(pia, path) == set()

    def test_expert(self, path, eva, dropin):
        leave(eva, path)

        assert rights(eva, dropin) == set()

    def test_admin(self, path, dropin):
        admin = an_admin(path)
        leave(admin, path)

        assert rights(admin, dropin) == set()

    def test_expert_who_is_now_a_participant_is_no_expert_of_the_meeting(self, path, eva, dropin):
        leave(eva, path)
        join(eva, path, Role.PARTICIPANT)

        assert rights(eva, dropin) == set()

    def test_own_meetings_can_still_be_seen(self, path, pia, dropin):
        leave(pia, path)

        assert gates.open_meeting(pia, dropin.pk, now=NOW) == dropin


class TestSchedule:
    @pytest.mark.parametrize(
        ("role", "expected"),
        [
            ("admin", {"schedule_dropin", "schedule_adhoc"}),
            ("expert", {"schedule_dropin", "schedule_adhoc"}),
            ("participant", {"schedule_dropin"}),
        ],
    )
    def test_is_asked_of_the_path(self, path, role, expected):
        user = a_person()
        join(user, path, role)

        assert rights(user, path) == expected
        assert rights(user, a_path()) == set()

    def test_is_never_asked_of_a_meeting(self, path, dropin):
        assert not an_admin(path).has_perm("meetings.schedule_dropin", dropin)

    def test_nothing_else_is_asked_of_a_path(self, path):
        assert not an_admin(path).has_perm("meetings.cancel_dropin", path)

    def test_needs_an_object(self, pia):
        assert not pia.has_perm("meetings.schedule_dropin")

    def test_open_path_names_why_not(self, path, pia):
        with pytest.raises(PermissionDenied, match="Only admins and experts"):
            gates.open_path(pia, path.pk, kind=Kind.AD_HOC)

    def test_open_path_of_a_stranger_is_not_there(self, path):
        with pytest.raises(Http404):
            gates.open_path(an_admin(a_path()), path.pk)


class TestWhen:
    def test_started_meeting(self, path, eva, pia, dropin, adhoc, clock):
        admin = an_admin(path)
        clock.move_to(dropin.starts_at)

        assert [rights(user, dropin) for user in (admin, eva, pia)] == [set(), set(), set()]
        assert rights(admin, adhoc) == AD_HOC_RIGHTS

    def test_a_microsecond_before_the_start(self, eva, dropin, clock):
        clock.move_to(dropin.starts_at - timedelta(microseconds=1))

        assert rights(eva, dropin) == DROP_IN_RIGHTS

    def test_participant_at_change_until(self, pia, dropin, clock):
        clock.move_to(dropin.starts_at - timedelta(hours=12))

        assert rights(pia, dropin) == DROP_IN_RIGHTS

    def test_participant_after_change_until_can_only_cancel(self, pia, dropin, clock):
        clock.move_to(dropin.starts_at - timedelta(hours=12) + timedelta(microseconds=1))

        assert dropin.organizer == pia
        assert rights(pia, dropin) == {"cancel_dropin"}

    def test_expert_and_admin_are_not_bound_by_change_until(self, path, eva, dropin, clock):
        admin = an_admin(path)
        clock.move_to(dropin.starts_at - timedelta(minutes=1))

        assert rights(eva, dropin) == DROP_IN_RIGHTS
        assert rights(admin, dropin) == DROP_IN_RIGHTS

    def test_participant_who_is_admin_too_is_not_bound(self, path, pia, dropin, clock):
        join(pia, path, Role.ADMIN)
        clock.move_to(dropin.starts_at - timedelta(minutes=1))

        assert rights(pia, dropin) == DROP_IN_RIGHTS

    @pytest.mark.parametrize("status", ["cancelled", "held", "no-show-participant", "no-show-expert"])
    def test_dropin_no_longer_scheduled(self, path, dropin, status):
        Meeting.objects.filter(pk=dropin.pk).update(status=status)

        assert rights(an_admin(path), Meeting.objects.get(pk=dropin.pk)) == set()

    def test_adhoc_deleted(self, path, adhoc):
        Meeting.objects.filter(pk=adhoc.pk).update(status=Status.DELETED)

        assert rights(an_admin(path), Meeting.objects.get(pk=adhoc.pk)) == set()


class TestOpenMeeting:
    @pytest.mark.parametrize("who", ["admin", "expert", "participant"])
    def test_wrong_word_for_the_kind_is_refused_in_words(self, path, eva, pia, dropin, adhoc, who):
        user = {"admin": an_admin(path), "expert": eva, "participant": pia}[who]

        for action, meeting, words in [
            (Action.RESCHEDULE, adhoc, "edited, not rescheduled"),
            (Action.CANCEL, adhoc, "deleted, not cancelled"),
            (Action.EDIT, dropin, "rescheduled, not edited"),
            (Action.DELETE, dropin, "cancelled, not deleted"),
        ]:
            with pytest.raises(PermissionDenied, match=words):
                gates.open_meeting(user, meeting.pk, now=NOW, action=action)

    def test_too_late_to_move_is_refused_in_words(self, pia, dropin):
        with pytest.raises(PermissionDenied, match="counts as used"):
            gates.open_meeting(pia, dropin.pk, now=at(9), action=Action.RESCHEDULE)

    @pytest.mark.parametrize(
        "stranger",
        [
            pytest.param(lambda path: an_expert(path).user, id="expert of the path"),
            pytest.param(a_participant, id="participant of the path"),
            pytest.param(lambda path: an_admin(a_path()), id="admin of another path"),
            pytest.param(lambda path: a_person(is_staff=True, is_superuser=True), id="superuser"),
        ],
    )
    def test_for_a_stranger_it_is_not_there(self, path, dropin, stranger):
        with pytest.raises(Http404):
            gates.open_meeting(stranger(path), dropin.pk, now=NOW)

    def test_deleted_is_there_for_admins_alone(self, path, eva, pia, adhoc):
        Meeting.objects.filter(pk=adhoc.pk).update(status=Status.DELETED)

        for user in (eva, pia):
            with pytest.raises(Http404):
                gates.open_meeting(user, adhoc.pk, now=NOW)
        assert gates.open_meeting(an_admin(path), adhoc.pk, now=NOW) == adhoc

    def test_taken_out_it_is_not_there(self, eva, dropin):
        dropin.attendees.filter(user=eva).update(live=False, removed_at=NOW)

        with pytest.raises(Http404):
            gates.open_meeting(eva, dropin.pk, now=NOW)

    def test_refusals_names_every_action_on_a_meeting(self, pia, dropin):
        found = deadlines.obstacles(dropin, standings.meeting_standings(pia, dropin), NOW)

        assert set(found) == {"reschedule", "cancel", "edit", "delete"}
        assert [name for name, reason in found.items() if not reason] == ["reschedule", "cancel"]
