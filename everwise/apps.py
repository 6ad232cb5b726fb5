from django.apps import AppConfig
from django.conf import settings


class EverwiseConfig(AppConfig):
    name = "everwise"

    def ready(self) -> None:
        # Registers its checks.
        from everwise.config import checks  # noqa: F401

        if settings.SENTRY_DSN:
            from everwise.seeing import errors

            errors.start(settings.SENTRY_DSN)
