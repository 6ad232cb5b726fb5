"""Whose account a provider opens: its own domain's, with a confirmed address, and nobody else's."""

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.urls import reverse

from everwise.accounts.models import User
from everwise.sso import linking
from everwise.sso.errors import SignInRefused
from everwise.sso.identity import Identity
from paths import added
from paths.enums import Role
from paths.models import Invitation, Membership
from tests.everwise.sso.oidc_provider import sign_in
from tests.everwise.sso.test_oidc import who
from tests.factories import PASSWORD
from tests.scene import NOW, a_path, a_person, an_admin

pytestmark = pytest.mark.django_db


def refused(client, sub, words, status=403):
    """Nobody is signed in, and the page says why."""
    answer = sign_in(client, sub)
    assert (answer.status_code, who(client)) == (status, "")
    assert words in answer.content.decode()


def test_account_of_the_domain_is_linked_and_keeps_its_password(acme, client):
    pia = a_person(email="pia@acme.example")

    sign_in(client, acme.knows(email="Pia@Acme.example"))

    assert who(client) == "pia@acme.example"
    assert SocialAccount.objects.get().user == pia
    assert User.objects.get().check_password(PASSWORD)


def test_stranger_with_a_provider_of_another_domain_takes_no_account_over(acme, client, settings):
    maya = a_person(email="maya@brightwater.example")
    sub = acme.knows(email="maya@brightwater.example")

    refused(client, sub, "Acme does not look after addresses like yours")

    assert not SocialAccount.objects.exists()
    # The control: the provider of that domain may.
    settings.SSO_PROVIDERS = {"acme": acme.provider(domains=("brightwater.example",))}
    sign_in(client, sub)
    assert who(client) == maya.email


def test_provider_makes_nobody_of_another_domain(acme, client):
    refused(client, acme.knows(email="maya@brightwater.example"), "Acme does not look after addresses like yours")
    assert not User.objects.exists()


@pytest.mark.parametrize("verified", [False, None, "false", 0, "", [True], {"yes": 1}])
def test_address_that_is_not_confirmed_is_refused(acme, client, verified):
    a_person(email="pia@acme.example")
    refused(client, acme.knows(email_verified=verified), "has not confirmed that your e-mail address is yours")
    sign_in(client, acme.knows(email_verified=True))
    assert who(client) == "pia@acme.example"


def test_another_claim_may_say_that_the_address_is_confirmed(acme, client, settings):
    settings.SSO_PROVIDERS = {"acme": acme.provider(verified_claim="xms_edov", create_people=True)}
    refused(client, acme.knows(), "has not confirmed")
    sign_in(client, acme.knows(xms_edov="1"))
    assert who(client) == "pia@acme.example"


@pytest.mark.parametrize("email", [None, "", "nobody", "a@b@acme.example "])
def test_answer_without_an_address_is_refused(acme, client, email):
    assert sign_in(client, acme.knows(email=email)).status_code == 403
    assert who(client) == ""


def test_password_set_by_somebody_who_never_showed_the_address_is_gone(acme, client):
    a_person(email="pia@acme.example", verified=False)

    sign_in(client, acme.knows())

    assert who(client) == "pia@acme.example"
    assert not User.objects.get().has_usable_password()
    assert EmailAddress.objects.get().verified


def test_address_that_somebody_merely_claims_does_not_open_their_account(acme, client):
    thief = a_person("Tom", email="tom@example.com")
    EmailAddress.objects.create(user=thief, email="pia@acme.example", verified=False)

    sign_in(client, acme.knows())

    assert who(client) == "pia@acme.example"
    assert not SocialAccount.objects.filter(user=thief).exists()


def test_confirmed_second_address_opens_the_account(acme, client):
    pia = a_person(email="pia@example.com")
    EmailAddress.objects.create(user=pia, email="pia@acme.example", verified=True)

    sign_in(client, acme.knows())

    assert who(client) == "pia@example.com"


def test_what_no_database_takes_is_left_out_of_a_name_and_refused_in_what_they_are_known_by(acme, client):
    said = Identity(provider=acme.provider(create_people=True), uid="pia\x00", email="pia@acme.example", verified=True)
    with pytest.raises(SignInRefused, match="did not say who you are"):
        linking.person_of(said, NOW)

    sign_in(client, acme.knows(name=" Pia\x00 Lund "))
    assert User.objects.get().name == "Pia Lund"


def test_somebody_else_who_gets_the_address_later_is_refused(acme, client):
    sign_in(client, acme.knows("pia-1"))

    other = Client()
    refused(other, acme.knows("pia-2"), "Acme now has another account for your address")


@pytest.mark.parametrize("linked", [False, True])
def test_person_who_is_switched_off_is_refused(acme, client, linked):
    if linked:
        sign_in(Client(), acme.knows())
    else:
        a_person(email="pia@acme.example")
    User.objects.update(is_active=False)

    answer = sign_in(client, acme.knows())

    assert (answer.url, who(client)) == (reverse("account_inactive"), "")
    User.objects.update(is_active=True)
    sign_in(client, acme.knows())
    assert who(client) == "pia@acme.example"


def test_invited_person_becomes_active_with_their_memberships(acme, client, settings):
    settings.SSO_PROVIDERS = {"acme": acme.provider()}
    path = a_path()
    ada = an_admin(path)
    pia = User.objects.create_user("pia@acme.example", name="Pia")
    Membership.objects.create(path=path, user=pia, role=Role.PARTICIPANT, started_at=NOW)
    added.invite(path=path, user=pia, role=Role.PARTICIPANT, by=ada, now=NOW)

    sign_in(client, acme.knows())

    assert who(client) == "pia@acme.example"
    assert User.objects.get(pk=pia.pk).has_arrived
    assert Invitation.objects.get().accepted_at is not None
    assert Membership.objects.live().get(user=pia).role == Role.PARTICIPANT


def test_whoever_was_signed_in_before_is_signed_out(acme, client):
    client.force_login(a_person("Tom", email="tom@example.com"))
    sign_in(client, acme.knows())
    assert who(client) == "pia@acme.example"
