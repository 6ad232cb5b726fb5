from django.apps import AppConfig
from django.db.models.signals import post_migrate


class MeetingsConfig(AppConfig):
    name = "meetings"

    def ready(self):
        from allauth.account.signals import email_added, email_confirmed

        from meetings import overlap
        from meetings.mail import adapter

        # SQLite drops a table's triggers whenever a migration remakes the table, so they are made again.
        post_migrate.connect(overlap.ensure_rule, sender=self)
        # allauth tells of every other change of how a person signs in; of these two it only lets us know.
        email_added.connect(adapter.tell_added)
        email_confirmed.connect(adapter.tell_confirmed)
