"""Where allauth asks us about providers, and what others add to a sign-in."""

from datetime import datetime

import requests
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp
from django.conf import settings

from everwise.accounts.models import User
from everwise.config.sso import OIDC
from everwise.sso import oidc
from everwise.sso.identity import Identity

PROTOCOLS = {"oidc": "openid_connect", "saml": "saml"}


class SsoAdapter(DefaultSocialAccountAdapter):
    def signed_in(self, user: User, identity: Identity, now: datetime) -> None:
        """Whatever follows from what the provider says of them. paths/sso.py does it."""
        raise NotImplementedError

    def list_apps(self, request, provider=None, client_id=None) -> list[SocialApp]:
        """Of the settings alone: a row of a table makes no provider."""
        apps = []
        for each in settings.SSO_PROVIDERS.values():
            protocol = PROTOCOLS[each.protocol]
            known_as = each.client_id if each.protocol == OIDC else each.id
            if provider not in {None, protocol, each.id} or client_id not in {None, known_as}:
                continue
            settings_of = {"server_url": each.server, "scope": list(each.scopes)} if each.protocol == OIDC else {}
            app = SocialApp(provider=protocol, provider_id=each.id, name=each.name, client_id=known_as)
            app.secret, app.settings = each.client_secret, settings_of
            apps.append(app)
        return apps

    def get_requests_session(self) -> requests.Session:
        return oidc.session()
