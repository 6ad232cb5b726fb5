"""Who hears that their role on a path is another, and what they read."""

import pytest
from django.core import mail
from django.core.management import call_command

from everwise.accounts.models import User
from meetings.booking import leaving
from meetings.booking.settling import Leaving
from meetings.models import Notice
from paths import enrolment, program_admins
from paths.enums import Role, Via
from paths.models import Invitation, Path, Program
from tests.scene import NOW, a_participant, a_path, a_person, an_admin, an_expert, join, leave

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

ADMIN, EXPERT, PARTICIPANT = Role.ADMIN, Role.EXPERT, Role.PARTICIPANT


@pytest.fixture
def path():
    return a_path(name="Leading & more", sessions_per_participant=3)


@pytest.fixture
def ruth(path):
    return an_admin(path, "Ruth Abara")


def change(path, user, old, new, by, **how):
    what = Leaving(user, path, frozenset({old}), new)
    return leaving.end(leaving=what, decisions={}, by=by, now=NOW, **how)


def queued():
    return sorted(Notice.objects.of_accounts().values_list("address", "kind"))


def sent():
    call_command("worker", once=True)
    return mail.outbox


class TestWhatItSays:
    def test_participant_is_an_expert_now(self, path, ruth):
        change(path, maya := a_participant(path, "Maya Lindqvist"), PARTICIPANT, EXPERT, ruth)

        (letter,) = sent()

        assert letter.subject == "Your role on Leading & more has changed"
        assert (letter.to, letter.reply_to) == ([maya.email], [ruth.email])
        for said in (
            "Ruth Abara changed your role on “Leading & more”.",
            "Your role until now: Participant",
            "Your role from now on: Expert",
            "As an expert you hold single sessions: people book them with you, in the hours that you give. "
            "You no longer book sessions there for yourself.",
            "If you think this is a mistake, answer this e-mail: it reaches Ruth Abara.",
        ):
            assert said in letter.body
        assert f"/paths/{path.pk}/" in letter.body
        ((html, _type),) = letter.alternatives
        assert "Ruth Abara changed your role on “Leading &amp; more”." in html
        assert ">Open the path</a>" in html

    @pytest.mark.parametrize(
        ("old", "new", "now", "means"),
        [
            (PARTICIPANT, ADMIN, "Admin", "As an admin you set the path up"),
            (EXPERT, PARTICIPANT, "Participant", "Nobody can book sessions with you there any more."),
            (ADMIN, PARTICIPANT, "Participant", "You no longer look after the path."),
        ],
    )
    def test_what_the_other_roles_mean(self, path, ruth, old, new, now, means):
        join(user := a_person("Maya"), path, old)
        change(path, user, old, new, ruth)

        (letter,) = sent()

        assert f"Your role from now on: {now}\n" in letter.body
        assert means in letter.body

    def test_one_of_two_roles_that_ended(self, path, ruth):
        marcus = an_expert(path, name="Marcus").user
        join(marcus, path, ADMIN)

        change(path, marcus, ADMIN, None, ruth)

        (letter,) = sent()
        assert "Your role until now: Admin and Expert" in letter.body
        assert "Your role from now on: Expert" in letter.body
        assert "You no longer look after the path." in letter.body

    def test_is_written_in_the_language_of_its_reader(self, path, ruth):
        maya = a_participant(path, "Maya", language="de")
        change(path, maya, PARTICIPANT, ADMIN, ruth)

        (letter,) = sent()

        assert "Hallo" in letter.body

    def test_program_admin_who_was_dismissed(self, path):
        staff = a_person("Sam Staff", is_staff=True, is_superuser=True)
        Program.objects.filter(pk=path.program_id).update(name="Leaders")
        an_admin(path)
        program_admins.appoint(program=path.program, user=(di := a_person("Di")), by=staff, now=NOW)
        Notice.objects.all().delete()

        program_admins.dismiss(program=path.program, user=di, by=staff, now=NOW)

        (letter,) = sent()
        assert (letter.to, letter.subject) == ([di.email], "You are no longer an admin of Leaders")
        assert "Sam Staff has ended your role as an admin of the program “Leaders” and of its paths." in letter.body


class TestWhoHears:
    def test_nobody_twice_and_nobody_else(self, path, ruth):
        a_participant(path, "Per")
        change(path, maya := a_participant(path), PARTICIPANT, ADMIN, ruth)
        with pytest.raises(leaving.AlreadyLeft):
            change(path, maya, PARTICIPANT, ADMIN, ruth)

        assert queued() == [(maya.email, "role-changed")]

    def test_not_who_did_it_themselves(self, path, ruth):
        join(ruth, path, PARTICIPANT)
        an_admin(path, "Ada")

        change(path, ruth, ADMIN, None, ruth)

        assert queued() == []

    def test_not_who_leaves_the_path(self, path, ruth):
        change(path, a_participant(path), PARTICIPANT, None, ruth)

        assert queued() == []

    def test_not_who_is_deactivated(self, path, ruth):
        maya, per = a_participant(path), a_participant(path, "Per")
        User.objects.filter(pk=maya.pk).update(is_active=False)
        for user in (maya, per):
            change(path, user, PARTICIPANT, ADMIN, ruth)

        assert queued() == [(per.email, "role-changed")]

    def test_not_who_has_left_since(self, path, ruth):
        for user in (maya := a_participant(path), per := a_participant(path, "Per")):
            change(path, user, PARTICIPANT, ADMIN, ruth)
        leave(maya, path)

        assert [letter.to for letter in sent()] == [[per.email]]

    @pytest.mark.parametrize("arrived", [False, True])
    def test_whoever_is_only_invited_has_their_invitation_for_the_new_role(self, path, ruth, arrived):
        user = a_person("Zoë", email="zoe@example.com") if arrived else User.objects.create_user("zoe@example.com")
        enrolment.add(path=path, user=user, role=PARTICIPANT, by=ruth, now=NOW)
        before = queued()

        change(path, user, PARTICIPANT, EXPERT, ruth)

        assert queued() == before
        invitation = Invitation.objects.get()
        assert (invitation.role, invitation.withdrawn_at) == (EXPERT, None)
        Invitation.objects.update(accepted_at=NOW)
        User.objects.filter(pk=user.pk).update(last_login=NOW)
        change(path, user, EXPERT, ADMIN, ruth)
        assert ("zoe@example.com", "role-changed") in queued()

    def test_dismissed_program_admin_who_has_not_arrived_hears_nothing(self, path):
        staff = a_person("Sam Staff", is_staff=True, is_superuser=True)
        an_admin(path)
        di = User.objects.create_user("di@example.com")
        program_admins.appoint(program=path.program, user=di, by=staff, now=NOW)
        before = queued()

        program_admins.dismiss(program=path.program, user=di, by=staff, now=NOW)

        assert queued() == before == [("di@example.com", "invited")]


class TestDraft:
    @pytest.fixture
    def path(self):
        return a_path(opened_at=None)

    def test_who_becomes_a_participant_hears_nothing(self, path, ruth):
        change(path, an_expert(path).user, EXPERT, PARTICIPANT, ruth)
        assert queued() == []

        Path.objects.update(opened_at=NOW)
        change(path, other := an_expert(path, name="Ines").user, EXPERT, PARTICIPANT, ruth)
        assert queued() == [(other.email, "role-changed")]

    def test_participant_who_is_more_now_hears_of_the_path_for_the_first_time(self, path, ruth):
        known = a_participant(a_path(program=path.program), "Per")
        new = User.objects.create_user("zoe@example.com")
        for user in (known, new):
            enrolment.add(path=path, user=user, role=PARTICIPANT, by=ruth, now=NOW)
        assert queued() == []

        for user in (known, new):
            change(path, user, PARTICIPANT, EXPERT, ruth)

        assert queued() == sorted([(known.email, "added"), ("zoe@example.com", "invited")])
        assert Invitation.objects.get().role == EXPERT

    def test_expert_who_is_an_admin_now_is_told(self, path, ruth):
        change(path, eva := an_expert(path).user, EXPERT, ADMIN, ruth)

        assert queued() == [(eva.email, "role-changed")]


def test_staff_who_change_it_are_named(path):
    an_admin(path)
    staff = a_person("Sam Staff", is_staff=True, is_superuser=True)

    change(path, a_participant(path), PARTICIPANT, ADMIN, staff, via=Via.ADMIN)

    (letter,) = sent()
    assert "Sam Staff changed your role" in letter.body
