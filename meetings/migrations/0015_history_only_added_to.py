from django.db import migrations

from meetings.integrity.append_only import HISTORY


class Migration(migrations.Migration):
    dependencies = [("meetings", "0014_kept")]
    # The rule differs by database; everwise/db/append_only.py says how.
    operations = [
        migrations.RunPython(
            lambda apps, schema_editor: HISTORY.make(schema_editor.connection),
            lambda apps, schema_editor: HISTORY.drop(schema_editor.connection),
        )
    ]
