from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_usual_hours'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='called',
            field=models.CharField(blank=True, max_length=60, verbose_name='what to call them'),
        ),
    ]
