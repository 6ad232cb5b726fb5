from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class MeetingsConfig(AppConfig):
    name = "meetings"
    verbose_name = _("Meetings")

    def ready(self) -> None:
        from meetings.integrity import append_only, overlap

        # SQLite drops a table's triggers whenever a migration remakes the table, so they are made again.
        post_migrate.connect(overlap.IN_MEETINGS.ensure, sender=self)
        post_migrate.connect(overlap.HELD.ensure, sender=self)
        post_migrate.connect(append_only.HISTORY.ensure, sender=self)
