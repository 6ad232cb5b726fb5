"""The sign-in page knows organisations by the domain of an address, and never says whether there is an account."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.urls import reverse
from django.utils import timezone

from everwise.accounts.models import User
from everwise.config.sso import OIDC, Provider
from meetings.models import Notice
from paths import added
from paths.enums import Role
from paths.models import Membership
from tests.everwise.sso.oidc_provider import sign_in
from tests.everwise.sso.test_oidc import who
from tests.factories import PASSWORD
from tests.scene import a_path, a_person, an_admin
from tests.second_steps import lately

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"
ACME = "/accounts/oidc/acme/login/"


@pytest.fixture
def strict(settings):
    """Acme's people use no password."""
    provider = Provider(
        id="acme", name="Acme", protocol=OIDC, domains=("acme.example",), server="https://x.example", passwords=False
    )
    settings.SSO_PROVIDERS = {"acme": provider}


def typed(client, email, password=""):
    return client.post(LOGIN, {"login": email, "password": password})


def test_page_has_a_button_for_each_provider_and_none_without(acme, client, settings):
    content = client.get(LOGIN).content.decode()
    assert f'action="{ACME}"' in content
    assert "Sign in at Acme" in content

    settings.SSO_PROVIDERS = {}
    assert "Sign in at" not in client.get(LOGIN).content.decode()


@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize("email", ["pia@acme.example", " Pia@ACME.example "])
def test_address_alone_leads_to_its_provider_whether_or_not_there_is_an_account(acme, client, known, email):
    if known:
        a_person(email="pia@acme.example")

    answer = client.post(f"{LOGIN}?next=/meetings/", {"login": email, "password": "", "next": "/meetings/"})

    assert answer.url == f"{ACME}?next=%2Fmeetings%2F"
    page = client.get(answer.url).content.decode()
    assert "Your organisation signs in at Acme" in page
    assert 'name="next" value="/meetings/"' in page


@pytest.mark.parametrize("email", ["maya@brightwater.example", "pia@sub.acme.example", "pia@notacme.example"])
def test_address_of_another_domain_alone_asks_for_the_password(acme, client, email):
    answer = typed(client, email)
    assert (answer.status_code, list(answer.context["form"].errors)[-1]) == (200, "password")


def test_password_stands_beside_the_provider_where_that_is_wanted(acme, client):
    a_person(email="pia@acme.example")
    typed(client, "pia@acme.example", PASSWORD)
    assert who(client) == "pia@acme.example"


@pytest.mark.parametrize("known", [False, True])
def test_password_is_refused_where_the_organisation_leaves_none(strict, client, known):
    if known:
        a_person(email="pia@acme.example")
    assert typed(client, "pia@acme.example", PASSWORD).url == ACME
    assert who(client) == ""


def test_password_is_refused_by_another_address_of_theirs_too(strict, client, settings):
    pia = a_person(email="pia@acme.example")
    EmailAddress.objects.create(user=pia, email="pia@example.com", verified=True)

    assert typed(client, "pia@example.com", PASSWORD).url == ACME
    assert who(client) == ""
    settings.SSO_PROVIDERS = {}
    typed(client, "pia@example.com", PASSWORD)
    assert who(client) == "pia@acme.example"


def test_password_is_refused_to_whoever_once_came_by_the_provider(acme, client, settings):
    sign_in(client, acme.knows())
    client.logout()
    pia = EmailAddress.objects.get().user
    pia.email = "pia@example.com"
    pia.set_password(PASSWORD)
    pia.save(update_fields=["email", "password"])
    EmailAddress.objects.update(email="pia@example.com")
    settings.SSO_PROVIDERS = {"acme": acme.provider(passwords=False)}

    assert typed(client, "pia@example.com", PASSWORD).url == ACME
    assert who(client) == ""


def passkey(client, monkeypatch, person):
    """What comes of a passkey of theirs alone, whose answer is right."""
    key = Authenticator.objects.create(user=person, type="webauthn", data={"name": "Laptop"})
    monkeypatch.setattr("everwise.accounts.mfa.forms.PasskeySignInForm.clean_credential", lambda form: key)
    return client.post(reverse("mfa_login_webauthn"), {"credential": '{"id": "x"}'})


@pytest.mark.parametrize("email", ["pia@acme.example", "pia@example.com"])
def test_passkey_alone_is_refused_where_the_organisation_leaves_no_password(strict, client, monkeypatch, email):
    """It would go on opening the account once the organisation no longer knows its owner."""
    pia = a_person(email=email)
    SocialAccount.objects.create(user=pia, provider="acme", uid="pia-1")

    assert passkey(client, monkeypatch, pia).url == ACME
    assert who(client) == ""


def test_passkey_alone_signs_in_where_passwords_do_and_as_the_second_step_of_whoever_came_by_the_organisation(
    acme, client, monkeypatch, settings
):
    pia = a_person(email="pia@acme.example")
    passkey(client, monkeypatch, pia)
    assert who(client) == "pia@acme.example"
    client.logout()

    settings.SSO_PROVIDERS = {"acme": acme.provider(passwords=False)}
    assert sign_in(client, acme.knows()).url == reverse("mfa_authenticate")
    monkeypatch.setattr("everwise.accounts.mfa.forms.PasskeyForm.clean_credential", lambda form: key_of(pia))
    client.post(reverse("mfa_authenticate"), {"credential": '{"id": "x"}'})
    assert who(client) == "pia@acme.example"


def test_nothing_promises_that_a_passkey_signs_in_alone_where_it_does_not(acme, client, settings):
    pia = a_person(email="pia@acme.example")
    client.force_login(pia)

    def said():
        adding = lately(client).get(reverse("mfa_add_webauthn")).text
        key = Authenticator.objects.create(user=pia, type="webauthn", data={"name": "Laptop"})
        listed = client.get(reverse("mfa_index")).text
        key.delete()
        return "Sign in with it alone" in adding, "Signs you in alone" in listed, "Second step" in listed

    assert said() == (True, True, False)
    settings.SSO_PROVIDERS = {"acme": acme.provider(passwords=False)}
    assert said() == (False, False, True)


def key_of(person):
    return Authenticator.objects.get(user=person)


@pytest.mark.parametrize("known", [False, True])
def test_no_password_is_renewed_where_there_is_none(strict, client, known):
    if known:
        a_person(email="pia@acme.example")

    answer = client.post(reverse("account_reset_password"), {"email": "pia@acme.example"})

    assert "Your organisation signs in at Acme, so there is no password here." in answer.content.decode()
    assert not Notice.objects.exists()
    # The control: others' passwords are.
    assert client.post(reverse("account_reset_password"), {"email": "maya@example.com"}).status_code == 302


def test_nobody_signs_up_with_a_password_where_there_is_none(strict, client):
    answer = client.post(reverse("account_signup"), {"email": "pia@acme.example"})
    assert "Your organisation signs in at Acme" in str(answer.context["form"].errors["email"])


def test_invitation_leads_to_the_organisation_where_there_is_no_password(strict, client):
    path = a_path()
    pia = User.objects.create_user("pia@acme.example", name="Pia")
    Membership.objects.create(path=path, user=pia, role=Role.PARTICIPANT, started_at=timezone.now())
    invitation = added.invite(path=path, user=pia, role=Role.PARTICIPANT, by=an_admin(path), now=timezone.now())
    link = f"/invitations/{invitation.token}/"

    page = client.get(link).content.decode()

    assert f'href="{ACME}?next=' in page
    assert 'type="password"' not in page
    assert client.post(link, {"name": "Pia", "password": PASSWORD, "time_zone": "UTC"}).url.startswith(ACME)
    assert not User.objects.get(pk=pia.pk).has_arrived
