"""Where organisations sign their people in."""

from django import template
from django.conf import settings

from everwise.sso import providers

register = template.Library()


@register.simple_tag
def sso_providers() -> list[tuple[str, str]]:
    """Each organisation that signs its people in: what it is called, and the address that leads there."""
    return [(each.name, providers.address(each)) for each in settings.SSO_PROVIDERS.values()]
