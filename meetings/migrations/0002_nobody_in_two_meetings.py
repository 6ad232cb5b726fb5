from django.db import migrations

from meetings.integrity.overlap import drop_rule, make_rule


class Migration(migrations.Migration):
    dependencies = [("meetings", "0001_initial")]
    # The rule differs by database; meetings/overlap.py says how.
    operations = [
        migrations.RunPython(
            lambda apps, schema_editor: make_rule(schema_editor.connection),
            lambda apps, schema_editor: drop_rule(schema_editor.connection),
        )
    ]
