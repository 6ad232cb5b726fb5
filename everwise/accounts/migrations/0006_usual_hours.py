
import datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_superusers_sign_in'),
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='usual_from',
            field=models.TimeField(default=datetime.time(7, 0), verbose_name='usual hours from'),
        ),
        migrations.AddField(
            model_name='user',
            name='usual_until',
            field=models.TimeField(default=datetime.time(20, 0), verbose_name='usual hours until'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('usual_from__lt', models.F('usual_until'))), name='usual_hours_end_after_they_begin'),
        ),
    ]
