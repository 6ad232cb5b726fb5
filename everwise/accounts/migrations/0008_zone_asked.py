from django.db import migrations, models


def believe(apps, schema_editor):
    """Whoever has another zone than the default has chosen it, or somebody for them."""
    users = apps.get_model("accounts", "User").objects.using(schema_editor.connection.alias)
    users.exclude(time_zone="UTC").update(zone_asked=True)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0007_called'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='zone_asked',
            field=models.BooleanField(default=False, editable=False, verbose_name='has confirmed the time zone'),
        ),
        migrations.RunPython(believe, migrations.RunPython.noop),
    ]
