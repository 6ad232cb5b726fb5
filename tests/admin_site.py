"""What the tests of Django's admin share: a sign-in, rows of everything, forms as a browser sends them."""

from datetime import UTC, datetime, timedelta

from django.urls import reverse

from experts.models import BusyTime, DateOverride
from meetings.models import Notice
from paths.enums import Role
from tests.factories import ExpertFactory, MembershipFactory, PathFactory, ThemeFactory, UserFactory, make_dropin

NOON = datetime(2030, 5, 6, 12, tzinfo=UTC)


def staff_on(client):
    """The client with a superuser signed in."""
    sign_in(client, UserFactory(is_staff=True, is_superuser=True))
    return client


def sign_in(client, user):
    # The first backend of the settings only knows rights on meetings.
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")


def a_world(day=0):
    """One row of everything that the admin shows."""
    path = PathFactory()
    expert = ExpertFactory()
    participant = MembershipFactory(path=path).user
    MembershipFactory(path=path, user=expert.user, role=Role.EXPERT)
    theme = ThemeFactory(path=path)
    theme.experts.add(expert)
    start = NOON + timedelta(days=day)
    DateOverride.objects.create(expert=expert, date=start.date(), windows="")
    BusyTime.objects.create(expert=expert, starts_at=start, ends_at=start + timedelta(hours=1))
    meeting = make_dropin(participant, expert, theme, start)
    event = meeting.events.get()
    Notice.objects.create(
        event=event, meeting=meeting, user=participant, kind=event.happening, sequence=0, due_at=event.at
    )
    return theme


def address(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def filled(form):
    """What a browser would send back of a form left as it is."""
    return {
        name: value
        for name, field in form.fields.items()
        # Not `in (None, False)`: 0 equals False, and a browser sends zeros.
        if (value := form.get_initial_for_field(field, name)) is not None and value is not False and not field.disabled
    }


def inline(prefix, *rows, old=0):
    fields = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": old}
    for number, row in enumerate(rows):
        fields |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return fields
