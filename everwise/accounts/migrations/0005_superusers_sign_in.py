from django.db import migrations


def verify(apps, schema_editor):
    """Superusers made by createsuperuser before it vouched for their address could never sign in."""
    alias = schema_editor.connection.alias
    users = apps.get_model("accounts", "User").objects.using(alias)
    addresses = apps.get_model("account", "EmailAddress").objects.using(alias)
    for user in users.filter(is_superuser=True).iterator():
        email = user.email.lower()
        theirs = addresses.filter(user_id=user.pk)
        if theirs.filter(verified=True).exists() or addresses.filter(email__iexact=email, verified=True).exists():
            continue
        theirs.filter(email__iexact=email).delete()
        theirs.filter(primary=True).update(primary=False)
        addresses.create(user_id=user.pk, email=email, verified=True, primary=True)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_indexes_of_lists"),
        ("account", "0009_emailaddress_unique_primary_email"),
    ]
    operations = [migrations.RunPython(verify, migrations.RunPython.noop)]
