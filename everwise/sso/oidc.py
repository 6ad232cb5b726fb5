"""OpenID Connect: the answers of a provider, checked more strictly than allauth does.

allauth believes an ID token that came over TLS, has no nonce, and follows redirects. Here the signature is always
checked, by keys that the issuer names, with algorithms that have a public key alone; the issuer is the one that is set;
the token was made for this very sign-in (nonce) and for us (audience).
"""

import functools
from typing import Any
from urllib.parse import urlencode, urlsplit

import jwt
import requests
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from everwise.absolute_urls import absolute
from everwise.config.sso import WELL_KNOWN, Provider
from everwise.sso.errors import ProviderUnreachable, SignInRefused
from everwise.sso.identity import Identity, as_values

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
LEEWAY_SECONDS = 60
TIMEOUT_SECONDS = 10
ENDPOINTS = {"authorization_endpoint", "token_endpoint", "jwks_uri"}
# Said by providers as a boolean, and by Entra ID as a number or a text.
YES = {True, "1", "true", "True"}


def session() -> requests.Session:
    """For asking a provider: with a deadline, and never sent on to another address."""
    asking = requests.Session()
    asking.max_redirects = 0
    asking.request = functools.partial(asking.request, timeout=TIMEOUT_SECONDS)  # type: ignore[method-assign]
    return asking


def asked(provider: Provider, method: str, address: str, **options: Any) -> dict[str, Any]:
    """The JSON that an address of the provider answers with. Raises Unreachable."""
    try:
        with session() as asking:
            answer = asking.request(method, address, **options)
            answer.raise_for_status()
            found = answer.json()
    except (requests.RequestException, ValueError) as error:
        raise unreachable(provider, f"{urlsplit(address).hostname}: {type(error).__name__}") from error
    if not isinstance(found, dict):
        raise unreachable(provider, "answered with something else than an object")
    return found


def unreachable(provider: Provider, detail: str) -> ProviderUnreachable:
    text = _("%(provider)s does not answer as it should. Try again in a few minutes.") % {"provider": provider.name}
    return ProviderUnreachable(text, detail)


def refused(provider: Provider, detail: str) -> SignInRefused:
    text = _("What %(provider)s sent could not be checked, so nobody is signed in. Start again from the sign-in page.")
    return SignInRefused(text % {"provider": provider.name}, detail)


def discovered(provider: Provider) -> dict[str, Any]:
    """The provider's own description. Raises Unreachable where it is not of that issuer, or names no safe addresses."""
    found = asked(provider, "GET", f"{provider.server}{WELL_KNOWN}")
    if str(found.get("issuer", "")).rstrip("/") != provider.server:
        raise unreachable(provider, "its discovery document is of another issuer")
    scheme = urlsplit(provider.server).scheme
    optional = {"userinfo_endpoint", "end_session_endpoint"} & found.keys()
    for name in ENDPOINTS | optional:
        if urlsplit(str(found.get(name, ""))).scheme not in {scheme, "https"}:
            raise unreachable(provider, f"its {name} is missing or not https")
    return found


def is_asked_by_header(config: dict[str, Any]) -> bool:
    """Whether the token endpoint wants our secret as HTTP Basic: what the standard means where nothing is said."""
    return "client_secret_post" not in (config.get("token_endpoint_auth_methods_supported") or [])


def claims_of(provider: Provider, config: dict[str, Any], token: str, nonce: str) -> dict[str, Any]:
    """What an ID token says. Raises Refused."""
    try:
        key = _key(provider, config, token)
        claims = jwt.decode(
            token,
            key,
            algorithms=ALGORITHMS,
            audience=provider.client_id,
            issuer=config["issuer"],
            leeway=LEEWAY_SECONDS,
            options={"require": ["exp", "iat", "iss", "aud", "sub"]},
        )
    except jwt.PyJWTError as error:
        raise refused(provider, f"its ID token: {type(error).__name__}") from error
    if not nonce or not constant_time_compare(str(claims.get("nonce", "")), nonce):
        raise refused(provider, "its ID token has another nonce")
    if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != provider.client_id:
        raise refused(provider, "its ID token was asked for by somebody else")
    return claims


def _key(provider, config, token):
    """The signer's public key, by its id; without an id, the only one."""
    wanted = jwt.get_unverified_header(token).get("kid")
    keys = jwt.PyJWKSet.from_dict(asked(provider, "GET", config["jwks_uri"])).keys
    found = [key for key in keys if key.public_key_use in {None, "sig"} and wanted in {None, key.key_id}]
    if len(found) != 1:
        raise jwt.InvalidKeyError
    return found[0]


def identity_of(provider: Provider, config: dict[str, Any], answer: dict[str, Any], nonce: str) -> Identity:
    """Who has signed in, by what the token endpoint answered. Raises Refused."""
    claims = claims_of(provider, config, str(answer.get("id_token", "")), nonce)
    if "userinfo_endpoint" in config:
        bearer = {"Authorization": f"Bearer {answer['access_token']}"}
        more = asked(provider, "GET", config["userinfo_endpoint"], headers=bearer)
        if more.get("sub") != claims["sub"]:
            raise refused(provider, "its userinfo is of somebody else")
        # What was signed comes first.
        claims = more | claims
    full = " ".join(str(claims[part]) for part in ("given_name", "family_name") if claims.get(part))
    verified = claims.get(provider.verified_claim)
    return Identity(
        provider=provider,
        uid=str(claims["sub"]),
        email=str(claims.get("email") or ""),
        verified=isinstance(verified, bool | int | str) and verified in YES,
        name=str(claims.get("name") or full),
        groups=as_values(claims),
        untold=_untold(claims),
        held={"id_token": str(answer["id_token"]), "refresh": str(answer.get("refresh_token") or "")},
    )


def _untold(claims: dict[str, Any]) -> frozenset[str]:
    """Claims that are said to be elsewhere (OpenID Connect Core, 5.6.2), where nobody asks for them."""
    elsewhere = claims.get("_claim_names")
    return frozenset(elsewhere) if isinstance(elsewhere, dict) else frozenset()


class OidcAdapter(OpenIDConnectOAuth2Adapter):
    """allauth's, which asks `discovered` and names our address from SITE_URL."""

    @property
    def openid_config(self) -> dict[str, Any]:
        if not hasattr(self, "_openid_config"):
            self._openid_config = discovered(self.get_provider().set)
        return self._openid_config

    @property
    def basic_auth(self) -> bool:
        return is_asked_by_header(self.openid_config)

    def get_callback_url(self, request, app) -> str:
        return absolute(reverse("openid_connect_callback", args=[self.provider_id]))

    def token_for(self, code: str, verifier: str) -> dict[str, Any]:
        """What the provider gives for a code. Raises Refused."""
        provider = self.get_provider()
        client = self.get_client(self.request, provider.app)
        try:
            return client.get_access_token(code, pkce_code_verifier=verifier)
        except requests.RequestException as error:
            raise unreachable(provider.set, f"its token endpoint: {type(error).__name__}") from error
        except (OAuth2Error, ValueError, KeyError) as error:
            raise refused(provider.set, "its token endpoint refused the code") from error


def sign_out(provider: Provider, held: dict[str, str]) -> str:
    """Where somebody signs out at the provider, too; "" if it has no such place. Raises Unreachable."""
    endpoint = discovered(provider).get("end_session_endpoint")
    if not endpoint:
        return ""
    asking = {"client_id": provider.client_id, "post_logout_redirect_uri": absolute(reverse("account_login"))}
    if held.get("id_token"):
        asking["id_token_hint"] = held["id_token"]
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asking)}"
