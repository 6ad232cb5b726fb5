"""Sign-in by SAML: who gets in, and every way in which a response is refused."""

import base64
from copy import deepcopy
from datetime import timedelta

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from lxml import etree
from onelogin.saml2.constants import OneLogin_Saml2_Constants as Constants

from everwise.accounts.models import User
from paths.enums import Role
from paths.models import Membership, RoleMapping
from tests.everwise.sso import saml_provider
from tests.everwise.sso.saml_provider import NAMES, US, another, asked, come_back, post, response, sign_in
from tests.everwise.sso.test_oidc import who
from tests.scene import NOW, a_path, a_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "acme")]


@pytest.fixture
def acme(settings):
    settings.SSO_PROVIDERS = {"acme": saml_provider.provider()}


def is_refused(answer, client):
    assert (answer.status_code, who(client)) == (403, "")
    assert "You are not signed in" in answer.content.decode()


@pytest.mark.parametrize("signed", ["assertion", "response", "both"])
def test_new_person_is_made_and_comes_back_as_the_same(client, signed):
    answer = sign_in(client, signed=signed)

    person = User.objects.get()
    assert (answer.status_code, who(client), person.name) == (302, "pia@acme.example", "Pia Lund")
    assert list(SocialAccount.objects.values_list("provider", "uid", "extra_data")) == [("acme", "pia-1", {})]
    again = Client()
    sign_in(again, email="pia.lund@acme.example")
    assert (who(again), User.objects.count()) == ("pia@acme.example", 1)


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param({"signed": "nothing"}, id="not signed"),
        pytest.param({"key": another()[0], "certificate": another()[1]}, id="another key"),
        pytest.param({"algorithm": Constants.RSA_SHA1}, id="deprecated algorithm"),
        pytest.param({"audience": "https://other.example"}, id="another audience"),
        pytest.param({"audience": ""}, id="no audience"),
        pytest.param({"issuer": "https://evil.example"}, id="another issuer"),
        pytest.param({"lasts": -1}, id="expired"),
        pytest.param({"destination": "https://other.example/acs/"}, id="another destination"),
        pytest.param({"recipient": "https://other.example/acs/"}, id="another recipient"),
        pytest.param({"answers": "_another"}, id="assertion to another request"),
        pytest.param({"answers": None}, id="assertion to no request"),
        pytest.param({"name_format": Constants.NAMEID_TRANSIENT}, id="passing name"),
        pytest.param({"email": "nobody"}, id="no address"),
        pytest.param({"email": "maya@brightwater.example"}, id="address of another domain"),
    ],
)
def test_wrong_response_signs_nobody_in(client, bad):
    is_refused(sign_in(client, **bad), client)
    assert not User.objects.exists()
    # The control.
    sign_in(client)
    assert who(client) == "pia@acme.example"


@pytest.mark.parametrize("request_id", [None, "_made_up"])
def test_response_that_nobody_asked_for_is_refused(client, request_id):
    asked(client)
    is_refused(post(client, response(request_id)), client)


def test_response_is_taken_once_and_by_the_browser_that_asked(client):
    xml = response(asked(client))

    other = Client()
    asked(other)
    is_refused(post(other, xml), other)
    post(client, xml)
    assert who(client) == "pia@acme.example"
    client.logout()
    is_refused(post(client, xml), client)


def test_assertion_is_remembered_until_it_has_run_out(client, clock):
    sign_in(client, assertion_id="_one")
    client.logout()
    is_refused(sign_in(client, assertion_id="_one"), client)
    clock.move_to(NOW + timedelta(hours=1))
    sign_in(client, assertion_id="_one")
    assert who(client) == "pia@acme.example"


def test_account_of_another_domain_is_not_taken_over(client):
    a_person(email="maya@brightwater.example")
    is_refused(sign_in(client, email="maya@brightwater.example"), client)
    assert not SocialAccount.objects.exists()


# Signature wrapping: what is signed stays in the document, and what is read is forged.
def _forged(assertion):
    evil = deepcopy(assertion)
    evil.set("ID", "_evil")
    for signature in evil.findall("ds:Signature", NAMES):
        evil.remove(signature)
    for value in evil.iter(f"{{{Constants.NS_SAML}}}AttributeValue"):
        value.text = "maya@acme.example" if "@" in value.text else value.text
    evil.find("saml:Subject/saml:NameID", NAMES).text = "maya-1"
    return evil


def forged_beside(root, assertion):
    root.insert(0, _forged(assertion))


def forged_after(root, assertion):
    root.append(_forged(assertion))


def signed_within_forged(root, assertion):
    evil = _forged(assertion)
    root.replace(assertion, evil)
    evil.append(assertion)


def signed_within_extensions(root, assertion):
    root.replace(assertion, _forged(assertion))
    extensions = etree.Element(f"{{{Constants.NS_SAMLP}}}Extensions")
    extensions.append(assertion)
    root.insert(1, extensions)


def signed_within_the_signature(root, assertion):
    evil = _forged(assertion)
    signature = assertion.find("ds:Signature", NAMES)
    root.replace(assertion, evil)
    assertion.remove(signature)
    evil.insert(1, signature)
    box = etree.SubElement(signature, f"{{{Constants.NS_DS}}}Object")
    box.append(assertion)


def forged_with_the_same_id(root, assertion):
    evil = _forged(assertion)
    evil.set("ID", assertion.get("ID"))
    evil.insert(1, deepcopy(assertion.find("ds:Signature", NAMES)))
    root.insert(2, evil)


def response_within_forged_response(root, assertion):
    evil = _forged(assertion)
    original = deepcopy(root)
    root.set("ID", "_evil_response")
    root.replace(assertion, evil)
    extensions = etree.Element(f"{{{Constants.NS_SAMLP}}}Extensions")
    extensions.append(original)
    root.insert(1, extensions)


def changed(root, assertion):
    assertion.find("saml:Subject/saml:NameID", NAMES).text = "maya-1"


WRAPPINGS = [
    forged_beside,
    forged_after,
    signed_within_forged,
    signed_within_extensions,
    signed_within_the_signature,
    forged_with_the_same_id,
    response_within_forged_response,
    changed,
]


@pytest.mark.parametrize("wrap", WRAPPINGS, ids=lambda wrap: wrap.__name__)
@pytest.mark.parametrize("signed", ["assertion", "response"])
def test_forged_assertion_around_a_signed_one_is_refused(client, wrap, signed):
    root = etree.fromstring(response(asked(client), signed=signed))
    assertion = root.find("saml:Assertion", NAMES)
    if signed == "response":
        # Of a signed response, its own signature is moved about.
        assertion.insert(1, deepcopy(root.find("ds:Signature", NAMES)))
    wrap(root, assertion)

    is_refused(post(client, etree.tostring(root)), client)


def test_comment_within_a_name_cuts_nothing_off(client):
    """Canonical XML leaves comments out, so a signature holds with one put in."""
    xml = response(asked(client), email="pia@acme.example.evil.example")
    xml = xml.replace("pia@acme.example.evil.example", "pia@acme.example<!-- -->.evil.example")

    is_refused(post(client, xml), client)


@pytest.mark.parametrize(
    "encoded",
    ["", "%%%", "AAAA", base64.b64encode(b"<a/>").decode(), base64.b64encode(b"\xff" * 50).decode(), "A" * 300_000],
)
def test_nonsense_is_refused_in_words(client, encoded):
    asked(client)
    is_refused(come_back(client, encoded), client)


def test_entities_are_not_expanded(client):
    bomb = '<!DOCTYPE a [<!ENTITY b "pia@acme.example">]>' + response(asked(client), signed="nothing", email="&b;")
    is_refused(post(client, bomb), client)


def test_page_after_the_post_without_it_is_refused(client):
    asked(client)
    is_refused(client.get("/accounts/saml/acme/acs/finish/"), client)


def test_name_may_come_from_an_attribute(client, settings):
    settings.SSO_PROVIDERS = {"acme": saml_provider.provider(uid_attribute="employee")}
    is_refused(sign_in(client), client)
    sign_in(client, attributes={"employee": ["4711"]}, name_format=Constants.NAMEID_TRANSIENT)
    assert SocialAccount.objects.get().uid == "4711"


def test_provider_may_have_two_certificates_while_it_changes_them(client, settings):
    new = "".join(another()[1].splitlines()[1:-1])
    settings.SSO_PROVIDERS = {"acme": saml_provider.provider(certificates=(saml_provider.CERTIFICATE, new))}
    sign_in(client, key=another()[0], certificate=another()[1])
    assert who(client) == "pia@acme.example"


def test_metadata_names_our_addresses_whatever_host_asks(client):
    answer = client.get("/accounts/saml/acme/metadata/", headers={"host": "127.0.0.1"})
    root = etree.fromstring(answer.content)
    assert answer["Content-Type"] == "application/samlmetadata+xml"
    assert root.get("entityID") == f"{US}/metadata/"
    assert [each.get("Location") for each in root.iter("{*}AssertionConsumerService")] == [f"{US}/acs/"]
    assert [each.get("Location") for each in root.iter("{*}SingleLogoutService")] == [f"{US}/sls/"]


def test_groups_that_are_too_many_to_be_sent_take_no_role_back():
    """Entra ID sends a link in their place from 150 on."""
    claims = "http://schemas.microsoft.com/ws/2008/06/identity/claims/groups"
    mapping = RoleMapping.objects.create(
        provider="acme", claim=claims, value="coaches", path=a_path(), role=Role.PARTICIPANT
    )
    said = {claims: ["coaches"]}, {"http://schemas.microsoft.com/claims/groups.link": ["https://graph.example"]}, {}
    held = []
    for attributes in said:
        sign_in(Client(), attributes=attributes)
        held.append(Membership.objects.live().filter(path=mapping.path).count())
    assert held == [1, 1, 0]
