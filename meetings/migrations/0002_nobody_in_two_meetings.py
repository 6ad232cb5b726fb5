from django.db import migrations

from meetings.integrity.overlap import IN_MEETINGS


class Migration(migrations.Migration):
    dependencies = [("meetings", "0001_initial")]
    # The rule differs by database; meetings/overlap.py says how.
    operations = [
        migrations.RunPython(
            lambda apps, schema_editor: IN_MEETINGS.make(schema_editor.connection),
            lambda apps, schema_editor: IN_MEETINGS.drop(schema_editor.connection),
        )
    ]
