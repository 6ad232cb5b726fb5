from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class PathsConfig(AppConfig):
    name = "paths"
    verbose_name = _("Paths")

    def ready(self) -> None:
        from paths.append_only import HISTORY

        # SQLite drops a table's triggers whenever a migration remakes the table, so they are made again.
        post_migrate.connect(HISTORY.ensure, sender=self)
