"""Where organisations sign their people in."""

from django import template
from django.conf import settings

from everwise.accounts.models import User
from everwise.config.sso import Provider
from everwise.sso import providers

register = template.Library()


@register.simple_tag
def sso_providers() -> list[tuple[str, str]]:
    """Each organisation that signs its people in: what it is called, and the address that leads there."""
    return [(each.name, providers.address(each)) for each in settings.SSO_PROVIDERS.values()]


@register.simple_tag
def instead_of_password(user: User) -> Provider | None:
    """The organisation by which alone this person signs in, if any."""
    return providers.instead_of_password(user)
