"""Invitations: who gets one, how long it works, and that it works once."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from allauth.account.models import EmailAddress

from everwise.accounts.models import User
from meetings.models import Notice
from paths import enrolment, invitations
from paths.enums import Happened, InvitationState, Role, Via
from paths.models import Invitation, Membership, PathEvent
from paths.models.invitations import hash_of
from tests.scene import NOW, a_dropin, a_path, a_person, a_theme, an_admin, an_expert, join, leave

pytestmark = pytest.mark.django_db

DAYS = timedelta(days=1)
MINUTE = timedelta(minutes=1)
DETAILS = invitations.Details("Zanele Dube", "seven wet umbrellas", ZoneInfo("Africa/Johannesburg"), "de")


@pytest.fixture
def path():
    return a_path(name="Leading others", language="es", time_zone="Europe/Stockholm")


@pytest.fixture
def admin(path):
    return an_admin(path, "Ruth Abara", email="ruth@example.com")


@pytest.fixture
def zanele():
    return User.objects.create_user("zanele@example.com", None, name="Zanele")


@pytest.fixture
def invitation(path, admin, zanele):
    enrolment.add(path=path, user=zanele, role=Role.PARTICIPANT, by=admin, now=NOW)
    return Invitation.objects.get()


def mails():
    return list(Notice.objects.of_accounts().order_by("pk").values_list("kind", "address"))


def happened(path):
    return list(path.events.order_by("pk").values_list("what", flat=True))


def test_whoever_can_not_sign_in_yet_is_invited_once(path, admin, zanele, invitation):
    enrolment.add(path=path, user=zanele, role=Role.ADMIN, by=admin, now=NOW)

    assert mails() == [("invited", "zanele@example.com")]
    assert happened(path) == [Happened.INVITED, Happened.ADDED]
    assert (invitation.by, invitation.role, invitation.state(NOW)) == (admin, "participant", InvitationState.INVITED)


def test_somebody_known_from_the_program_is_added_and_told(path, admin):
    maya = a_person("Maya")
    join(maya, a_path(program=path.program), Role.EXPERT)

    enrolment.add(path=path, user=maya, role=Role.PARTICIPANT, by=admin, now=NOW)

    assert not Invitation.objects.exists()
    assert mails() == [("added", maya.email)]
    assert happened(path) == [Happened.ADDED]


def test_account_elsewhere_is_not_revealed_before_its_person_accepts(path, admin):
    maya = a_person("Maya Lindqvist")

    enrolment.add(path=path, user=maya, role=Role.PARTICIPANT, by=admin, now=NOW)

    invitation = Invitation.objects.get()
    assert mails() == [("added", maya.email)]
    assert happened(path) == [Happened.INVITED]
    assert invitations.shown_name(invitation, maya) == maya.email
    invitations.accept_as(invitation=invitation, by=maya, now=NOW)
    assert not Invitation.objects.open().exists()
    assert invitations.shown_name(None, maya) == "Maya Lindqvist"


def test_whoever_adds_themselves_is_not_written_to(path, admin):
    enrolment.add(path=path, user=admin, role=Role.PARTICIPANT, by=admin, now=NOW)

    assert (mails(), Invitation.objects.count()) == ([], 0)


def test_only_a_hash_of_the_secret_is_stored(invitation):
    stored = {str(value) for row in (*Invitation.objects.values(), *Notice.objects.values()) for value in row.values()}

    assert invitation.token_hash == hash_of(invitation.token)
    assert not any(invitation.token in value for value in stored)


@pytest.mark.parametrize(
    ("after", "state"),
    [
        (14 * DAYS - MINUTE, InvitationState.INVITED),
        (14 * DAYS, InvitationState.EXPIRED),
        (14 * DAYS + MINUTE, InvitationState.EXPIRED),
    ],
)
def test_link_works_for_14_days_to_the_minute(invitation, zanele, after, state):
    assert invitations.state_of(invitation, NOW + after) == state
    if state == InvitationState.INVITED:
        invitations.accept(invitation=invitation, details=DETAILS, now=NOW + after)
    else:
        with pytest.raises(invitations.InvitationNotOpen, match="has run out"):
            invitations.accept(invitation=invitation, details=DETAILS, now=NOW + after)
    zanele.refresh_from_db()
    assert zanele.has_usable_password() == (state == InvitationState.INVITED)


def test_accepting_sets_up_the_account_and_verifies_the_address(path, invitation, zanele):
    assert not EmailAddress.objects.filter(user=zanele).exists()

    invitations.accept(invitation=invitation, details=DETAILS, now=NOW)

    zanele.refresh_from_db()
    assert zanele.check_password("seven wet umbrellas")
    assert (zanele.name, str(zanele.time_zone), zanele.language) == ("Zanele Dube", "Africa/Johannesburg", "de")
    assert zanele.zone_asked
    address = EmailAddress.objects.get(user=zanele)
    assert (address.email, address.verified, address.primary) == ("zanele@example.com", True, True)
    event = PathEvent.objects.get(path=path, what=Happened.ACCEPTED)
    assert (event.by, event.about, event.via) == (zanele, zanele, Via.EMAIL)


def test_link_works_once(invitation, zanele):
    invitations.accept(invitation=invitation, details=DETAILS, now=NOW)

    with pytest.raises(invitations.InvitationNotOpen) as refused:
        invitations.accept(invitation=invitation, details=DETAILS._replace(password="another one here"), now=NOW)
    assert refused.value.state == InvitationState.ACCEPTED
    zanele.refresh_from_db()
    assert zanele.check_password("seven wet umbrellas")


def test_one_acceptance_answers_the_invitations_to_every_path(invitation, zanele):
    other = a_path()
    enrolment.add(path=other, user=zanele, role=Role.EXPERT, by=an_admin(other), now=NOW)
    assert Invitation.objects.open().count() == 2

    invitations.accept(invitation=invitation, details=DETAILS, now=NOW)

    assert not Invitation.objects.open().exists()
    assert Happened.ACCEPTED in happened(other)


def test_nobody_sets_a_password_for_whoever_has_one(path, admin):
    maya = a_person("Maya")
    enrolment.add(path=path, user=maya, role=Role.PARTICIPANT, by=admin, now=NOW)

    with pytest.raises(invitations.HasAccount):
        invitations.accept(invitation=Invitation.objects.get(), details=DETAILS, now=NOW)
    maya.refresh_from_db()
    assert not maya.check_password("seven wet umbrellas")


def test_address_that_somebody_else_has_verified_meanwhile_is_refused(invitation):
    EmailAddress.objects.create(user=a_person(), email="zanele@example.com", verified=True)

    with pytest.raises(invitations.AddressTaken):
        invitations.accept(invitation=invitation, details=DETAILS, now=NOW)


@pytest.mark.parametrize("how", ["deactivated", "off the path"])
def test_whoever_is_gone_gets_in_by_no_link(path, invitation, zanele, how):
    if how == "deactivated":
        User.objects.filter(pk=zanele.pk).update(is_active=False)
    else:
        leave(zanele, path)

    with pytest.raises(invitations.InvitationNotOpen, match="withdrawn"):
        invitations.accept(invitation=invitations.by_token(invitation.token), details=DETAILS, now=NOW)


def test_sending_again_renews_the_link_and_ends_the_old_one(path, admin, invitation):
    old, later = invitation.token, NOW + 20 * DAYS

    new = invitations.resend(invitation=invitation, by=admin, now=later)

    assert new.token != old
    assert invitations.by_token(old) is None
    assert invitations.by_token(new.token) == invitation
    assert (new.state(later), new.expires_at) == (InvitationState.INVITED, later + 14 * DAYS)
    assert happened(path)[-1] == Happened.INVITED_AGAIN


def test_withdrawing_takes_the_person_off_the_path(path, admin, invitation, zanele):
    invitations.withdraw(invitation=invitation, by=admin, now=NOW)

    assert invitations.by_token(invitation.token).state(NOW) == InvitationState.WITHDRAWN
    assert not Membership.objects.live().filter(user=zanele).exists()
    assert happened(path)[-1] == Happened.WITHDRAWN


def test_withdrawing_refuses_what_would_strand_a_meeting(path, admin, invitation, zanele):
    expert = an_expert(path)
    a_dropin(a_theme(path, expert), zanele, expert, NOW + DAYS)

    with pytest.raises(enrolment.HasMeetings):
        invitations.withdraw(invitation=invitation, by=admin, now=NOW)
    assert Membership.objects.live().filter(user=zanele).exists()
    assert invitations.by_token(invitation.token).state(NOW) == InvitationState.INVITED


@pytest.mark.parametrize("writer", [invitations.resend, invitations.withdraw])
@pytest.mark.parametrize("who", ["participant", "admin elsewhere", "former admin", "staff"])
def test_only_an_admin_of_the_path_sends_again_and_withdraws(path, invitation, writer, who):
    by = {
        "participant": lambda: join(a_person(), path, Role.PARTICIPANT).user,
        "admin elsewhere": lambda: an_admin(a_path()),
        "former admin": lambda: join(a_person(), path, Role.ADMIN, ended_at=NOW).user,
        "staff": lambda: a_person(is_staff=True, is_superuser=True),
    }[who]()

    with pytest.raises(enrolment.EnrolmentRefused):
        writer(invitation=invitation, by=by, now=NOW)


def test_declining_takes_the_person_off_and_tells_who_invited_them(path, invitation, zanele):
    invitations.decline(invitation=invitation, now=NOW)

    assert not Membership.objects.live().filter(user=zanele).exists()
    assert mails()[-1] == ("declined", "ruth@example.com")
    assert happened(path)[-1] == Happened.DECLINED
    with pytest.raises(invitations.InvitationNotOpen):
        invitations.accept(invitation=invitation, details=DETAILS, now=NOW)


def test_declining_strands_no_meeting(path, invitation, zanele):
    expert = an_expert(path)
    a_dropin(a_theme(path, expert), zanele, expert, NOW + DAYS)

    invitations.decline(invitation=invitation, now=NOW)

    assert Membership.objects.live().filter(user=zanele).exists()
    assert Notice.objects.get(kind="declined").facts["stays"] == "1"


def test_only_admin_of_a_path_stays_when_they_decline(path, admin, zanele):
    join(zanele, path, Role.ADMIN)
    enrolment.add(path=path, user=zanele, role=Role.EXPERT, by=admin, now=NOW)
    leave(admin, path)

    invitations.decline(invitation=Invitation.objects.get(), now=NOW)

    assert Membership.objects.live().filter(user=zanele, role=Role.ADMIN).exists()


def test_new_one_is_asked_for_once_a_day(invitation, admin):
    late = NOW + 14 * DAYS
    assert invitations.ask_again(invitation=invitation, now=late) == admin
    with pytest.raises(invitations.AskedAlready):
        invitations.ask_again(invitation=invitation, now=late + DAYS - MINUTE)
    invitations.ask_again(invitation=invitation, now=late + DAYS)

    assert mails()[1:] == [("asked-again", "ruth@example.com")] * 2


def test_open_one_is_not_asked_for(invitation):
    with pytest.raises(invitations.InvitationNotOpen, match="still open"):
        invitations.ask_again(invitation=invitation, now=NOW)


def test_who_is_asked_is_an_admin_who_is_still_there(path, admin, invitation):
    other = an_admin(path, "Otto")
    leave(admin, path)

    assert invitations.ask_again(invitation=invitation, now=NOW + 14 * DAYS) == other


def test_ended_person_comes_back_with_a_new_membership_and_a_new_link(path, admin, invitation, zanele):
    old = invitation.token
    enrolment.end(membership=Membership.objects.get(user=zanele), by=admin, now=NOW)
    assert invitations.by_token(old).state(NOW) == InvitationState.WITHDRAWN

    enrolment.add(path=path, user=zanele, role=Role.PARTICIPANT, by=admin, now=NOW + MINUTE)

    assert Membership.objects.filter(user=zanele).count() == 2
    assert Invitation.objects.open().get().token != old


def test_whoever_signs_in_has_answered(path, admin):
    maya = a_person("Maya")
    enrolment.add(path=path, user=maya, role=Role.PARTICIPANT, by=admin, now=NOW)

    invitations.arrived(user=maya, now=NOW + MINUTE)

    assert Invitation.objects.get().accepted_at == NOW + MINUTE
