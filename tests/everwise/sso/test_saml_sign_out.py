"""Signing out at a provider of SAML: asked by us, and asked by it."""

import base64
import zlib
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from lxml import etree
from onelogin.saml2.constants import OneLogin_Saml2_Constants as Constants

from everwise.accounts.models import SsoSession
from tests.everwise.sso import saml_provider
from tests.everwise.sso.saml_provider import IDP, KEY, NAMES, SLO, US, another, sign_in
from tests.everwise.sso.test_oidc import who
from tests.factories import PASSWORD
from tests.scene import a_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "acme")]

SLS = "/accounts/saml/acme/sls/"


@pytest.fixture
def acme(settings):
    settings.SSO_PROVIDERS = {"acme": saml_provider.provider()}


def asks(key=KEY, issuer=IDP, algorithm=Constants.RSA_SHA256, signed=True, name="pia-1") -> str:
    """The query by which a provider asks us to sign somebody out."""
    xml = (
        f'<samlp:LogoutRequest xmlns:samlp="{Constants.NS_SAMLP}" xmlns:saml="{Constants.NS_SAML}" ID="_out"'
        f' Version="2.0" IssueInstant="2026-01-01T00:00:00Z" Destination="{US}/sls/">'
        f"<saml:Issuer>{issuer}</saml:Issuer><saml:NameID>{name}</saml:NameID></samlp:LogoutRequest>"
    )
    packed = base64.b64encode(zlib.compress(xml.encode())[2:-4]).decode()
    fields = {"SAMLRequest": packed, "SigAlg": algorithm}
    if signed:
        text = urlencode(fields)
        secret = serialization.load_pem_private_key(key.encode(), None)
        way = hashes.SHA1() if algorithm == Constants.RSA_SHA1 else hashes.SHA256()
        fields["Signature"] = base64.b64encode(secret.sign(text.encode(), padding.PKCS1v15(), way)).decode()
    else:
        del fields["SigAlg"]
    return urlencode(fields)


def test_sign_out_goes_on_to_the_provider_with_who_it_is(client):
    sign_in(client)

    address = client.post("/accounts/logout/").context["address"]

    request = parse_qs(urlsplit(address).query)["SAMLRequest"][0]
    root = etree.fromstring(zlib.decompress(base64.b64decode(request), -15))
    assert address.startswith(f"{SLO}?")
    assert root.find("saml:NameID", NAMES).text == "pia-1"
    assert root.find("samlp:SessionIndex", NAMES).text == "_session"
    assert (who(client), SsoSession.objects.count()) == ("", 0)


def test_sign_out_stays_here_where_the_provider_has_none(client, settings):
    settings.SSO_PROVIDERS = {"acme": saml_provider.provider(slo_url="")}
    sign_in(client)
    assert client.post("/accounts/logout/").url == "/accounts/login/"
    assert client.get(SLS).status_code == 404


def test_requests_are_signed_where_there_is_a_key(client, settings):
    key, certificate = another()
    settings.SSO_PROVIDERS = {"acme": saml_provider.provider(signing_key=key, signing_certificate=certificate)}
    address = client.post("/accounts/saml/acme/login/").context["address"]
    assert parse_qs(urlsplit(address).query)["SigAlg"] == [Constants.RSA_SHA256]


def test_provider_signs_somebody_out_of_this_browser(client):
    sign_in(client)

    answer = client.get(f"{SLS}?{asks()}")

    assert answer["Location"].startswith(f"{SLO}?SAMLResponse=")
    assert (who(client), SsoSession.objects.count()) == ("", 0)


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param({"signed": False}, id="not signed"),
        pytest.param({"key": another()[0]}, id="another key"),
        pytest.param({"issuer": "https://evil.example"}, id="another issuer"),
        pytest.param({"algorithm": Constants.RSA_SHA1}, id="deprecated algorithm"),
    ],
)
def test_stranger_signs_nobody_out(client, bad):
    sign_in(client)
    assert client.get(f"{SLS}?{asks(**bad)}").status_code == 403
    assert who(client) == "pia@acme.example"
    client.get(f"{SLS}?{asks()}")
    assert who(client) == ""


def test_sign_out_of_a_colleague_signs_nobody_else_out(client):
    """Whoever signs out there sees the address by which it is said, and can send it to somebody."""
    sign_in(client)

    answer = client.get(f"{SLS}?{asks(name='tom-1')}")

    assert answer["Location"].startswith(f"{SLO}?SAMLResponse=")
    assert who(client) == "pia@acme.example"


@pytest.mark.parametrize("query", ["", "SAMLRequest=%%%", "SAMLResponse=AAAA", "SAMLRequest=AAAA&Signature=x"])
def test_nonsense_is_refused_in_words(client, query):
    answer = client.get(f"{SLS}?{query}")
    assert answer.status_code == 403


def test_session_by_a_password_is_not_the_provider_s_to_end(client):
    a_person(email="pia@acme.example")
    client.post("/accounts/login/", {"login": "pia@acme.example", "password": PASSWORD})
    client.get(f"{SLS}?{asks()}")
    assert who(client) == "pia@acme.example"
