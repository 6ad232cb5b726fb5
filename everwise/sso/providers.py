"""The providers that are set, and whose people are theirs."""

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.urls import reverse
from django.utils.http import urlencode

from everwise.accounts.models import User
from everwise.config.sso import OIDC, Provider


def by_id(key: str) -> Provider | None:
    return settings.SSO_PROVIDERS.get(key)


def of_address(email: str) -> Provider | None:
    """Whose domain the address has; it says nothing of whether there is an account."""
    domain = email.rpartition("@")[2].strip().lower()
    return next((each for each in settings.SSO_PROVIDERS.values() if domain in each.domains), None)


def instead_of_password(user: User) -> Provider | None:
    """Where this person signs in who may not use a password, whichever of their addresses they type."""
    strict = {key for key, each in settings.SSO_PROVIDERS.items() if not each.passwords}
    if not strict:
        return None
    addresses = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    for email in [user.email, *addresses]:
        provider = of_address(email)
        if provider and provider.id in strict:
            return provider
    linked = SocialAccount.objects.filter(user=user, provider__in=strict).order_by("pk").first()
    return by_id(linked.provider) if linked else None


def address(provider: Provider, next_url: str = "") -> str:
    """The page that leads to the provider."""
    name = "openid_connect_login" if provider.protocol == OIDC else "saml_login"
    query = f"?{urlencode({'next': next_url})}" if next_url else ""
    return f"{reverse(name, args=[provider.id])}{query}"
