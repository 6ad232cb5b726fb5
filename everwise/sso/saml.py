"""SAML 2.0, by python3-saml: what we ask a provider, and what we believe of its answers.

Strict, and more than the library asks for: an answer is to a request of this very browser (InResponseTo, in the signed
part), names us as its audience, is signed by the provider's certificate with no deprecated algorithm, has one
assertion, and is taken once. Our own addresses are those of SITE_URL, whatever host was asked.
"""

import binascii
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import gettext as _
from lxml import etree
from onelogin.saml2.auth import OneLogin_Saml2_Auth
from onelogin.saml2.constants import OneLogin_Saml2_Constants as Constants
from onelogin.saml2.errors import OneLogin_Saml2_Error, OneLogin_Saml2_ValidationError
from onelogin.saml2.logout_request import OneLogin_Saml2_Logout_Request
from onelogin.saml2.settings import OneLogin_Saml2_Settings
from onelogin.saml2.xml_utils import OneLogin_Saml2_XML as Xml

from everwise.absolute_urls import absolute
from everwise.config.sso import Provider
from everwise.sso.errors import SignInRefused
from everwise.sso.identity import Identity

# In base64. A real one has a few kilobytes.
LARGEST_RESPONSE = 200_000
# An assertion without an end is remembered so long; of any other a little longer than it lives.
REMEMBERED_SECONDS, DRIFT_SECONDS = 86_400, 600
EMAIL_FORMAT = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
# What Entra ID sends in place of groups that are too many.
INSTEAD = {
    "http://schemas.microsoft.com/ws/2008/06/identity/claims/groups": "http://schemas.microsoft.com/claims/groups.link"
}
# Of these a name is another at each sign-in.
PASSING = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"


def settings_of(provider: Provider, *, messages_signed: bool = False) -> dict[str, Any]:
    """As python3-saml wants them."""
    signs = bool(provider.signing_key)
    us = {
        "entityId": absolute(reverse("saml_metadata", args=[provider.id])),
        "assertionConsumerService": {
            "url": absolute(reverse("saml_acs", args=[provider.id])),
            "binding": Constants.BINDING_HTTP_POST,
        },
        "singleLogoutService": {
            "url": absolute(reverse("saml_sls", args=[provider.id])),
            "binding": Constants.BINDING_HTTP_REDIRECT,
        },
        "NameIDFormat": Constants.NAMEID_UNSPECIFIED,
        "x509cert": provider.signing_certificate,
        "privateKey": provider.signing_key,
    }
    them: dict[str, Any] = {
        "entityId": provider.idp_entity_id,
        "singleSignOnService": {"url": provider.sso_url, "binding": Constants.BINDING_HTTP_REDIRECT},
        "x509cert": provider.certificates[0],
        "x509certMulti": {"signing": list(provider.certificates)},
    }
    if provider.slo_url:
        them["singleLogoutService"] = {"url": provider.slo_url, "binding": Constants.BINDING_HTTP_REDIRECT}
    return {
        "strict": True,
        "sp": us,
        "idp": them,
        "security": {
            "authnRequestsSigned": signs,
            "logoutRequestSigned": signs,
            "logoutResponseSigned": signs,
            "wantMessagesSigned": messages_signed,
            # One signature is always asked for: of the assertion, or of the response around it.
            "wantAssertionsSigned": False,
            "requestedAuthnContext": False,
            "wantAttributeStatement": False,
            "rejectDeprecatedAlgorithm": True,
            "signatureAlgorithm": Constants.RSA_SHA256,
            "digestAlgorithm": Constants.SHA256,
            "allowRepeatAttributeName": True,
            "allowSingleLabelDomains": True,
        },
    }


def _auth(provider: Provider, path: str, *, get=None, post=None, messages_signed=False) -> OneLogin_Saml2_Auth:
    site = urlsplit(settings.SITE_URL)
    asked = {
        "https": "on" if site.scheme == "https" else "off",
        "http_host": site.netloc,
        "script_name": urlsplit(absolute(path)).path,
        "get_data": dict(get or {}),
        "post_data": dict(post or {}),
    }
    return OneLogin_Saml2_Auth(asked, settings_of(provider, messages_signed=messages_signed))


def metadata(provider: Provider) -> bytes:
    """What the provider reads about us."""
    return OneLogin_Saml2_Settings(settings_of(provider), sp_validation_only=True).get_sp_metadata()


def sign_in(provider: Provider) -> tuple[str, str]:
    """Where to send somebody, and the id of what they then ask for."""
    auth = _auth(provider, reverse("saml_login", args=[provider.id]))
    # Without a state of its own: python3-saml would name the page.
    return auth.login(return_to=""), auth.get_last_request_id()


def answered_id(response: str) -> str:
    """Which request an answer says that it is to, before anything of it is believed; "" for none."""
    try:
        root = Xml.to_etree(binascii.a2b_base64(response))
    except (ValueError, etree.XMLSyntaxError, binascii.Error):
        return ""
    return root.get("InResponseTo") or ""


def identity_of(provider: Provider, response: str, request_id: str) -> Identity:
    """Who has signed in. Raises Refused."""
    auth = _auth(provider, reverse("saml_acs", args=[provider.id]), post={"SAMLResponse": response})
    try:
        auth.process_response(request_id=request_id)
    except (OneLogin_Saml2_Error, OneLogin_Saml2_ValidationError, etree.XMLSyntaxError, ValueError) as error:
        raise refused(provider, f"its response can't be read: {type(error).__name__}") from error
    if auth.get_errors() or not auth.is_authenticated():
        raise refused(provider, f"its response: {auth.get_last_error_reason() or auth.get_errors()}")
    _check_bound(provider, auth, request_id)
    _take_once(provider, auth)
    attributes = {name: tuple(map(str, values)) for name, values in auth.get_attributes().items()}
    name_id, format_ = auth.get_nameid() or "", auth.get_nameid_format() or ""
    email = _first(attributes, provider.email_attributes) or (name_id if format_ == EMAIL_FORMAT else "")
    uid = _first(attributes, (provider.uid_attribute,)) if provider.uid_attribute else name_id
    if format_ == PASSING and not provider.uid_attribute:
        raise refused(provider, "its name for the person changes with each sign-in: set attributes.uid")
    return Identity(
        provider=provider,
        uid=uid,
        email=email,
        # Of a signed assertion, the provider speaks for its own domains; linking asks whether it is one of them.
        verified=True,
        name=_first(attributes, provider.name_attributes),
        groups=attributes,
        untold=frozenset(name for name, instead in INSTEAD.items() if instead in attributes),
        held={
            "name_id": name_id,
            "name_id_format": format_,
            "name_id_nq": auth.get_nameid_nq() or "",
            "session_index": auth.get_session_index() or "",
        },
    )


def _check_bound(provider, auth, request_id):
    """In its one assertion, whose signature holds: that it is for us, and to this request."""
    root = Xml.to_etree(auth.get_last_response_xml())
    audiences = Xml.query(root, "//saml:Assertion/saml:Conditions/saml:AudienceRestriction/saml:Audience")
    confirmed = Xml.query(root, "//saml:Assertion/saml:Subject/saml:SubjectConfirmation/saml:SubjectConfirmationData")
    if not audiences:
        raise refused(provider, "its assertion names no audience")
    if not confirmed or any(each.get("InResponseTo") != request_id for each in confirmed):
        raise refused(provider, "its assertion is no answer to this request")


def _take_once(provider, auth):
    """Remember the assertion, for all processes, until it has run out."""
    ends = auth.get_last_assertion_not_on_or_after()
    now = datetime.now(tz=UTC).timestamp()
    lasts = int(ends - now) + DRIFT_SECONDS if ends else REMEMBERED_SECONDS
    if not cache.add(f"saml:{provider.id}:{auth.get_last_assertion_id()}", 1, timeout=max(lasts, DRIFT_SECONDS)):
        raise refused(provider, "its assertion was used before")


def _first(attributes, names):
    return next((attributes[name][0].strip() for name in names if attributes.get(name)), "")


def refused(provider: Provider, detail: str) -> SignInRefused:
    text = _("What %(provider)s sent could not be checked, so nobody is signed in. Start again from the sign-in page.")
    return SignInRefused(text % {"provider": provider.name}, detail)


def sign_out(provider: Provider, held: dict[str, str]) -> str:
    """Where somebody signs out at the provider, too; "" if it has no such place."""
    if not provider.slo_url:
        return ""
    auth = _auth(provider, reverse("saml_sls", args=[provider.id]))
    return auth.logout(
        return_to=absolute(reverse("account_login")),
        name_id=held.get("name_id") or None,
        session_index=held.get("session_index") or None,
        nq=held.get("name_id_nq") or None,
        name_id_format=held.get("name_id_format") or None,
    )


def signed_out(provider: Provider, query: dict[str, str]) -> tuple[str | None, str]:
    """Read what a provider sends about signing out: whom it asks us to sign out, by its name for them, None where it
    asks nothing; and where to go on. Raises Refused.

    Only what it signed: a stranger's page could sign people out otherwise.
    """
    auth = _auth(provider, reverse("saml_sls", args=[provider.id]), get=query, messages_signed=True)
    whom = None
    try:
        onward = auth.process_slo(keep_local_session=True)
        if "SAMLRequest" in query and not auth.get_errors():
            whom = OneLogin_Saml2_Logout_Request.get_nameid(auth.get_last_request_xml(), provider.signing_key or None)
    except (OneLogin_Saml2_Error, OneLogin_Saml2_ValidationError, etree.XMLSyntaxError, ValueError) as error:
        raise refused(provider, f"its sign-out can't be read: {type(error).__name__}") from error
    if auth.get_errors():
        raise refused(provider, f"its sign-out: {auth.get_last_error_reason() or auth.get_errors()}")
    return whom, onward if whom is not None and onward else ""
