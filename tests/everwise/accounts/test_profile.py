"""What a person can and can't do to her own account through its page."""

import pytest
from django.urls import reverse

from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def maya(client):
    user = UserFactory(name="Maya", time_zone="Asia/Calcutta")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return user


def test_profile_keeps_a_zone_that_is_not_in_the_list(client, maya):
    page = client.get(reverse("profile")).content.decode()

    assert '<option value="Asia/Calcutta" selected>' in page


def test_profile_changes_nothing_but_its_own_fields(client, maya):
    sent = {"name": "Maya L", "time_zone": "Asia/Calcutta", "appearance": "dark"}

    client.post(reverse("profile"), sent | {"is_staff": "on", "is_superuser": "on", "email": "other@demo.example"})

    before = maya.email
    maya.refresh_from_db()
    assert (maya.name, maya.email) == ("Maya L", before)
    assert not maya.is_staff
    assert not maya.is_superuser


@pytest.mark.parametrize("day", [True, False])
@pytest.mark.parametrize("hour", [True, False])
def test_reminders_are_chosen_on_the_profile(client, maya, day, hour):
    boxes = {"remind_day_before": day, "remind_hour_before": hour}
    page = client.get(reverse("profile")).text
    assert "Remind me by e-mail a day before a meeting" in page
    assert "Remind me by e-mail an hour before a meeting" in page
    sent = {"name": "Maya", "time_zone": "Asia/Calcutta", "appearance": "system"}

    client.post(reverse("profile"), sent | {name: "on" for name, ticked in boxes.items() if ticked})

    maya.refresh_from_db()
    assert (maya.remind_day_before, maya.remind_hour_before) == (day, hour)
