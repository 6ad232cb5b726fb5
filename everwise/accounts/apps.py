from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "everwise.accounts"
    label = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        # Connects its receivers.
        from everwise.accounts import authentication_log, signals  # noqa: F401
        from everwise.accounts.authentication_event import LOG

        authentication_log.connect()
        # SQLite drops a table's triggers whenever a migration remakes the table, so they are made again.
        post_migrate.connect(LOG.ensure, sender=self)
