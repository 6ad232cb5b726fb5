from django.apps import AppConfig


class EverwiseConfig(AppConfig):
    name = "everwise"

    def ready(self) -> None:
        # Registers its checks.
        from everwise.config import checks  # noqa: F401
