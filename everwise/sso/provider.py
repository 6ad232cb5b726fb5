"""allauth's classes of the two protocols, stricter. allauth finds them by this module's name.

What somebody puts into the address of a sign-in changes neither scopes nor what the provider is asked.
"""

from typing import Any

from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.saml.provider import SAMLProvider
from django.conf import settings
from django.http import HttpResponse
from django.utils.crypto import get_random_string

from everwise.config.sso import Provider
from everwise.sso import saml
from everwise.sso.oidc import OidcAdapter

NONCE_LENGTH = 32


class _Set:
    """Of the settings."""

    app: Any

    @property
    def set(self) -> Provider:
        return settings.SSO_PROVIDERS[self.app.provider_id]

    def get_redirect_from_request_kwargs(self, request) -> dict[str, Any]:
        return {"process": AuthProcess.LOGIN, "next_url": get_next_redirect_url(request)}


class Oidc(_Set, OpenIDConnectProvider):
    pkce_enabled_default = True
    oauth2_adapter_class = OidcAdapter

    def redirect(self, request, process, next_url=None, data=None, **kwargs) -> HttpResponse:
        nonce = get_random_string(NONCE_LENGTH)
        asking = {"nonce": nonce}
        return super().redirect(request, process, next_url, data, nonce=nonce, auth_params=asking, **kwargs)


class Saml(_Set, SAMLProvider):
    def redirect(self, request, process, next_url=None, data=None, **kwargs) -> HttpResponse:
        address, request_id = saml.sign_in(self.set)
        self.stash_redirect_state(request, process, next_url, data, state_id=request_id, **kwargs)
        return HttpResponse(headers={"Location": address}, status=302)


provider_classes = [Oidc, Saml]
