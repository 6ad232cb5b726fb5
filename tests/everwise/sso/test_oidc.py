"""Sign-in by OpenID Connect: who gets in, and every way in which an answer is refused."""

import time

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from everwise.accounts.models import SsoSession, User
from everwise.config.sso import WELL_KNOWN
from paths.enums import Role
from paths.models import Membership, RoleMapping
from tests.everwise.sso.oidc_provider import ANOTHER_KEY, address_of, sign_in, way_back
from tests.scene import a_path, a_person

pytestmark = pytest.mark.django_db


def who(client) -> str:
    """The e-mail address of whoever is signed in; "" for nobody."""
    key = client.session.get("_auth_user_id")
    return User.objects.get(pk=key).email if key else ""


def test_new_person_is_made_and_comes_back_as_the_same(acme, client):
    sub = acme.knows()

    answer = sign_in(client, sub)

    person = User.objects.get(email="pia@acme.example")
    assert (answer.status_code, who(client)) == (302, "pia@acme.example")
    assert (person.name, person.has_usable_password()) == ("Pia Lund", False)
    assert list(EmailAddress.objects.values_list("email", "verified", "primary")) == [("pia@acme.example", True, True)]
    assert list(SocialAccount.objects.values_list("provider", "uid", "extra_data")) == [("acme", sub, {})]
    acme.knows(email="pia.lund@acme.example")
    again = Client()
    sign_in(again, sub)
    assert (who(again), User.objects.count()) == ("pia@acme.example", 1)


def test_nobody_is_made_where_the_provider_makes_no_people(acme, client, settings):
    settings.SSO_PROVIDERS = {"acme": acme.provider()}

    answer = sign_in(client, acme.knows())

    assert (answer.status_code, who(client), User.objects.count()) == (403, "", 0)
    assert "There is no account for you here yet" in answer.content.decode()
    # The control: whoever has an account gets in.
    a_person(email="pia@acme.example")
    assert (sign_in(client, acme.knows()).status_code, who(client)) == (302, "pia@acme.example")


def test_person_goes_on_to_the_page_they_wanted_and_nowhere_else(acme):
    sub = acme.knows()
    # Whoever was made is asked for their zone first.
    sign_in(Client(), sub)
    User.objects.update(zone_asked=True)

    assert sign_in(Client(), sub, next="/meetings/").url == "/meetings/"
    assert sign_in(Client(), sub, next="https://evil.example/").url == "/"


BAD_CLAIMS = {
    "audience": {"aud": "somebody-else"},
    "several audiences, of which another asked": {"aud": ["everwise", "other"], "azp": "other"},
    "issuer": {"iss": "https://evil.example"},
    "expired": {"exp": 1_000_000_000},
    "made in the future": {"iat": 9_000_000_000, "exp": 9_000_000_100},
    "nonce": {"nonce": "another"},
    "no nonce": {"nonce": None},
    "no subject": {"sub": None},
    "no end": {"exp": None},
    "subject of another": {"sub": "max-2"},
}


@pytest.mark.parametrize("bad", BAD_CLAIMS.values(), ids=BAD_CLAIMS)
def test_token_with_a_wrong_claim_signs_nobody_in(acme, client, bad):
    acme.change = lambda claims: {name: value for name, value in {**claims, **bad}.items() if value is not None}

    answer = sign_in(client, acme.knows())

    assert (answer.status_code, who(client), User.objects.count()) == (403, "", 0)
    acme.reset()
    sign_in(client, acme.knows())
    assert who(client) == "pia@acme.example"


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [
        pytest.param(ANOTHER_KEY, "RS256", id="another key"),
        pytest.param("s3cret" * 10, "HS256", id="our own secret"),
        pytest.param(None, "none", id="not at all"),
    ],
)
def test_token_with_a_wrong_signature_signs_nobody_in(acme, client, key, algorithm):
    acme.key, acme.algorithm = key, algorithm

    answer = sign_in(client, acme.knows())

    assert (answer.status_code, who(client)) == (403, "")


def test_answer_is_taken_once_and_by_the_browser_that_asked(acme, client):
    back = way_back(address_of(client), acme.knows())

    other = Client()
    assert (other.get(back).status_code, who(other)) == (403, "")
    assert (client.get(back).status_code, who(client)) == (302, "pia@acme.example")
    client.logout()
    assert (client.get(back).status_code, who(client)) == (403, "")


@pytest.mark.parametrize("query", ["", "?state=", "?state=made-up&code=1", "?code=1", "?error=server_error"])
def test_answer_without_a_request_is_refused(acme, client, query):
    assert client.get(f"/accounts/oidc/acme/login/callback/{query}").status_code == 403


def test_somebody_who_turns_back_is_told_so(acme, client):
    address = address_of(client)
    state = address.partition("state=")[2].partition("&")[0]

    answer = client.get(f"/accounts/oidc/acme/login/callback/?error=access_denied&state={state}", follow=True)

    assert answer.redirect_chain == [("/accounts/login/", 302)]
    assert "You turned back at Acme" in answer.content.decode()


@pytest.mark.parametrize(
    "answers",
    [
        pytest.param({WELL_KNOWN: ("500 Broken", {})}, id="broken"),
        pytest.param({WELL_KNOWN: ("200 OK", ["no object"])}, id="no object"),
        pytest.param({WELL_KNOWN: ("200 OK", {"issuer": "https://evil.example"})}, id="issuer"),
        pytest.param({"/oauth2/token": ("302 Found", {})}, id="token elsewhere"),
        pytest.param({"/oauth2/token": ("200 OK", {"access_token": "a"})}, id="no ID token"),
        pytest.param({"/oauth2/token": ("200 OK", ["nothing"])}, id="no object for a code"),
        pytest.param({"/userinfo": ("200 OK", {"sub": "max-2"})}, id="userinfo of another"),
        pytest.param({"/userinfo": ("403 No", {})}, id="no userinfo"),
    ],
)
def test_provider_that_answers_nonsense_gives_no_error_page(acme, client, answers):
    sub = acme.knows()
    acme.answer = answers.get

    begun = client.post("/accounts/oidc/acme/login/")
    answer = client.get(way_back(begun.context["address"], sub)) if begun.status_code == 200 else begun

    assert answer.status_code in {403, 502}
    assert "You are not signed in" in answer.content.decode()
    assert who(client) == ""


def test_provider_that_is_down_is_said_in_words(acme, client, settings):
    settings.SSO_PROVIDERS = {"acme": acme.provider(server="http://127.0.0.1:9")}

    answer = client.post("/accounts/oidc/acme/login/")

    assert answer.status_code == 502
    assert "Acme does not answer as it should" in answer.content.decode()


def test_what_is_asked_for_comes_from_the_settings_alone(acme, client):
    query = "?scope=admin&auth_params=prompt%3Dnone&process=connect&action=rerequest"

    address = client.post(f"/accounts/oidc/acme/login/{query}", {"process": "connect"}).context["address"]

    assert "admin" not in address
    assert "prompt" not in address
    assert {"nonce=", "code_challenge=", "redirect_uri=http%3A%2F%2Ftestserver%2F"} <= {
        part for part in ("nonce=", "code_challenge=", "redirect_uri=http%3A%2F%2Ftestserver%2F") if part in address
    }


def test_addresses_of_no_provider_are_not_there(acme, client):
    for path in ("oidc/other/login/", "oidc/other/login/callback/", "saml/acme/login/", "saml/acme/metadata/"):
        assert client.get(f"/accounts/{path}").status_code == 404, path
    assert client.get("/accounts/oidc/acme/login/").status_code == 200


def test_secrets_are_kept_encrypted_and_go_with_the_session(acme, client):
    sign_in(client, acme.knows())

    row = SsoSession.objects.get()
    assert row.user.email == "pia@acme.example"
    assert row.ends_at.timestamp() - time.time() == pytest.approx(12 * 3600, abs=60)
    assert "refresh" not in row.held
    client.post("/accounts/logout/")
    assert not SsoSession.objects.exists()


def test_groups_that_are_too_many_to_be_sent_take_no_role_back(acme):
    """Entra ID names them as being elsewhere from 200 on."""
    mapping = RoleMapping.objects.create(
        provider="acme", claim="groups", value="coaches", path=a_path(), role=Role.PARTICIPANT
    )
    said = {"groups": ["coaches"]}, {"_claim_names": {"groups": "src1"}}, {}
    held = []
    for claims in said:
        acme.change = lambda told, more=claims: told | more
        sign_in(Client(), acme.knows())
        held.append(Membership.objects.live().filter(path=mapping.path).count())
    assert held == [1, 1, 0]
