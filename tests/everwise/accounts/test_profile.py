"""What a person can and can't do to their own account through its page."""

import pytest
from django.urls import reverse

from everwise.accounts.models import User
from everwise.changelog import note_change
from tests.admin_site import as_sent
from tests.scene import a_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def maya(client):
    user = a_person("Maya", time_zone="Asia/Calcutta")
    client.force_login(user)
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


def test_profile_leaves_what_others_changed_meanwhile(client, maya):
    sent = as_sent(client.get(reverse("profile")), name="Maya L")
    User.objects.filter(pk=maya.pk).update(is_active=True, appearance="dark", remind_hour_before=False)

    assert client.post(reverse("profile"), sent).status_code == 302

    maya.refresh_from_db()
    assert (maya.name, maya.appearance, maya.remind_hour_before) == ("Maya L", "dark", False)


def test_profile_that_two_tabs_changed_shows_both_versions(client, maya):
    page = client.get(reverse("profile"))
    client.post(reverse("profile"), as_sent(page, name="Maya Lind"))

    response = client.post(reverse("profile"), as_sent(page, name="Maya Berg", appearance="dark"))

    assert response.status_code == 409
    assert "Name was changed to “Maya Lind” by you, since you opened this page." in response.text
    assert User.objects.get().name == "Maya Lind"
    again = as_sent(response)
    assert (again["name"], again["appearance"]) == (["Maya Berg"], ["dark"])

    assert client.post(reverse("profile"), again).status_code == 302

    assert (User.objects.get().name, User.objects.get().appearance) == ("Maya Berg", "dark")


def test_profile_names_staff_who_changed_the_same(client, maya):
    page = client.get(reverse("profile"))
    nadia = a_person("Nadia Rahimi")
    User.objects.filter(pk=maya.pk).update(name="Maya Lind")
    note_change(maya, by=nadia, fields=["name"])

    response = client.post(reverse("profile"), as_sent(page, name="Maya Berg"))

    assert "Name was changed to “Maya Lind” by Nadia Rahimi, since you opened this page." in response.text
