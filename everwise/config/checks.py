"""Reports what is wrong in the environment by Django's system checks, too."""

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register
def environment(app_configs, **options) -> list[CheckMessage]:
    return [Error(fault, id="everwise.E001") for fault in getattr(settings, "ENVIRONMENT_FAULTS", [])]
