from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('meetings', '0023_waitlist'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='calendaranswer',
            options={'ordering': ['id'], 'verbose_name': 'calendar answer', 'verbose_name_plural': 'calendar answers'},
        ),
        # No page lists answers by when they came.
        migrations.RemoveIndex(
            model_name='calendaranswer',
            name='calendar_answer_listed',
        ),
    ]
