"""A provider of SAML made of a key and a template: it answers requests as a test asks, and signs with xmlsec."""

import base64
import zlib
from datetime import UTC, datetime, timedelta
from functools import cache
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from django.utils import timezone
from lxml import etree
from onelogin.saml2.constants import OneLogin_Saml2_Constants as Constants
from onelogin.saml2.utils import OneLogin_Saml2_Utils as Utils

from everwise.config.sso import SAML, Provider

IDP = "https://idp.acme.example/metadata"
SSO, SLO = "https://idp.acme.example/sso", "https://idp.acme.example/slo"
US = "http://testserver/accounts/saml/acme"
NAMES = {"samlp": Constants.NS_SAMLP, "saml": Constants.NS_SAML, "ds": Constants.NS_DS}
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"


def key_and_certificate(name) -> tuple[str, str]:
    """A key, and a certificate that it has signed itself; both as PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    called = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = datetime(2020, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(called)
        .issuer_name(called)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(made)
        .not_valid_after(made + timedelta(days=36_500))
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return secret.decode(), certificate.public_bytes(serialization.Encoding.PEM).decode()


KEY, CERTIFICATE_PEM = key_and_certificate("idp.acme.example")
CERTIFICATE = "".join(CERTIFICATE_PEM.splitlines()[1:-1])


@cache
def another() -> tuple[str, str]:
    return key_and_certificate("evil.example")


def provider(**fields) -> Provider:
    """The settings by which we know it."""
    usual = {
        "name": "Acme",
        "domains": ("acme.example",),
        "idp_entity_id": IDP,
        "sso_url": SSO,
        "slo_url": SLO,
        "certificates": (CERTIFICATE,),
        "create_people": True,
    }
    return Provider(**{"id": "acme", "protocol": SAML, **usual, **fields})


def asked(client, **fields) -> str:
    """The id of what the sign-in page asks the provider."""
    address = client.post("/accounts/saml/acme/login/", fields).context["address"]
    request = parse_qs(urlsplit(address).query)["SAMLRequest"][0]
    return etree.fromstring(zlib.decompress(base64.b64decode(request), -15)).get("ID")


def response(request_id, *, signed="assertion", key=KEY, certificate=CERTIFICATE_PEM, algorithm=None, **fields) -> str:
    """An answer as XML. `signed` is what of it: "assertion", "response", "both" or "nothing"."""
    xml = _plain(request_id, **fields)
    how = {"sign_algorithm": algorithm} if algorithm else {}
    if signed in {"assertion", "both"}:
        root = etree.fromstring(xml)
        assertion = root.find("saml:Assertion", NAMES)
        done = etree.fromstring(Utils.add_sign(etree.tostring(assertion), key, certificate, **how))
        root.replace(assertion, done)
        xml = etree.tostring(root).decode()
    if signed in {"response", "both"}:
        xml = Utils.add_sign(xml, key, certificate, **how).decode()
    return xml


def _plain(
    request_id,
    *,
    email="pia@acme.example",
    name_id="pia-1",
    name_format=PERSISTENT,
    attributes=None,
    audience=f"{US}/metadata/",
    issuer=IDP,
    destination=f"{US}/acs/",
    recipient=f"{US}/acs/",
    lasts=300,
    answers=...,
    assertion_id=None,
):
    now = timezone.now()
    ends = (now + timedelta(seconds=lasts)).strftime("%Y-%m-%dT%H:%M:%SZ")
    begins = (now - timedelta(seconds=3_600)).strftime("%Y-%m-%dT%H:%M:%SZ")
    at = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    confirmed = request_id if answers is ... else answers
    to = f' InResponseTo="{request_id}"' if request_id else ""
    for_ = f' InResponseTo="{confirmed}"' if confirmed else ""
    said = {"email": [email], "displayName": ["Pia Lund"], **(attributes or {})}
    values = "".join(
        f'<saml:Attribute Name="{name}">'
        + "".join(f"<saml:AttributeValue>{value}</saml:AttributeValue>" for value in listed)
        + "</saml:Attribute>"
        for name, listed in said.items()
    )
    restricted = (
        f"<saml:AudienceRestriction><saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction>"
        if audience
        else ""
    )
    return (
        f'<samlp:Response xmlns:samlp="{Constants.NS_SAMLP}" xmlns:saml="{Constants.NS_SAML}" ID="_{uuid4().hex}"'
        f' Version="2.0" IssueInstant="{at}" Destination="{destination}"{to}>'
        f"<saml:Issuer>{issuer}</saml:Issuer>"
        f'<samlp:Status><samlp:StatusCode Value="{Constants.STATUS_SUCCESS}"/></samlp:Status>'
        f'<saml:Assertion xmlns:saml="{Constants.NS_SAML}" ID="{assertion_id or f"_{uuid4().hex}"}" Version="2.0"'
        f' IssueInstant="{at}"><saml:Issuer>{issuer}</saml:Issuer>'
        f'<saml:Subject><saml:NameID Format="{name_format}">{name_id}</saml:NameID>'
        f'<saml:SubjectConfirmation Method="{Constants.CM_BEARER}">'
        f'<saml:SubjectConfirmationData NotOnOrAfter="{ends}" Recipient="{recipient}"{for_}/>'
        f"</saml:SubjectConfirmation></saml:Subject>"
        f'<saml:Conditions NotBefore="{begins}" NotOnOrAfter="{ends}">{restricted}</saml:Conditions>'
        f'<saml:AuthnStatement AuthnInstant="{at}" SessionIndex="_session"><saml:AuthnContext>'
        f"<saml:AuthnContextClassRef>{Constants.AC_PASSWORD}</saml:AuthnContextClassRef>"
        f"</saml:AuthnContext></saml:AuthnStatement>"
        f"<saml:AttributeStatement>{values}</saml:AttributeStatement></saml:Assertion></samlp:Response>"
    )


def post(client, xml):
    """As the provider's page posts it, and the browser goes on."""
    encoded = base64.b64encode(xml.encode() if isinstance(xml, str) else xml).decode()
    return come_back(client, encoded)


def come_back(client, encoded):
    answer = client.post("/accounts/saml/acme/acs/", {"SAMLResponse": encoded})
    return client.get(answer.url) if answer.status_code == 302 else answer


def sign_in(client, **fields):
    return post(client, response(asked(client), **fields))
