"""What a person can and can't do to their own account through its page."""

from datetime import time

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from everwise.accounts.models import User
from everwise.changelog import note_change
from tests.admin_site import as_sent
from tests.scene import PROFILE, a_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def maya(client):
    user = a_person("Maya", time_zone="Asia/Calcutta")
    client.force_login(user)
    return user


def test_profile_keeps_a_zone_that_is_not_in_the_list(client, maya):
    page = client.get(reverse("profile"))
    assert as_sent(page)["time_zone"] == ["Calcutta (GMT+5:30)"]
    assert "Calcutta" not in client.get(reverse("zones")).text

    client.post(reverse("profile"), as_sent(page, name="Maya L"))

    maya.refresh_from_db()
    assert (maya.name, str(maya.time_zone)) == ("Maya L", "Asia/Calcutta")


@pytest.mark.parametrize("typed", ["Europe/Stockholm", "Stockholm", " stockholm  ", "Stockholm (GMT+2)"])
def test_zone_is_chosen_by_what_its_city_is_called(client, maya, typed):
    assert client.post(reverse("profile"), PROFILE | {"time_zone": typed}).status_code == 302

    maya.refresh_from_db()
    assert str(maya.time_zone) == "Europe/Stockholm"


def test_zone_that_nobody_knows_is_refused_and_stays_as_typed(client, maya):
    response = client.post(reverse("profile"), PROFILE | {"time_zone": "Atlantis"})

    assert response.status_code == 400
    assert "That is not a time zone we know. Type a city in it, like Stockholm." in response.text
    assert as_sent(response)["time_zone"] == ["Atlantis"]


def test_list_of_zones_is_no_part_of_a_page_and_kept_by_browsers(client):
    options = client.get(reverse("zones"))

    assert '<option value="Port of Spain (GMT-4)"></option>' in options.text
    assert options["Cache-Control"] == "public, max-age=900"
    # The control: the field is there, without the list.
    client.force_login(a_person("Maya", time_zone="Europe/Stockholm"))
    page = client.get(reverse("profile")).text
    assert f'data-ew-zones="{reverse("zones")}?language=en"' in page
    assert "Port of Spain" not in page


@pytest.mark.parametrize(("language", "label"), [("en", "Prague"), ("de", "Prag"), ("es", "Praga"), ("xx", "Prague")])
def test_list_of_zones_is_in_the_language_of_its_address(client, language, label):
    # Whoever asks: a browser keeps it by the address alone.
    client.force_login(a_person("Maya", language="de"))

    options = client.get(reverse("zones"), {"language": language})
    one = client.get(reverse("zones"), {"language": language, "zone": "Europe/Prague"})

    assert f'<option value="{label} (GMT+' in options.text
    assert one.text == label
    assert one["Content-Type"] == "text/plain"
    assert client.get(reverse("zones"), {"zone": "Atlantis"}).text == ""


def test_field_asks_for_the_list_in_the_language_of_its_page(client):
    client.force_login(a_person("Maya", language="es"))

    assert f'data-ew-zones="{reverse("zones")}?language=es"' in client.get(reverse("profile")).text


def test_profile_changes_nothing_but_its_own_fields(client, maya):
    sent = PROFILE | {"name": "Maya L"}

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

    client.post(reverse("profile"), PROFILE | {name: "on" for name, ticked in boxes.items() if ticked})

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


def test_usual_hours_are_seven_to_eight_in_the_evening_until_they_are_chosen(client, maya):
    page = client.get(reverse("profile"))
    assert "Times outside these hours are folded away when you choose a time." in page.text
    assert {name: as_sent(page)[name] for name in ("usual_from", "usual_until")} == {
        "usual_from": ["07:00"],
        "usual_until": ["20:00"],
    }

    assert client.post(reverse("profile"), as_sent(page, usual_from="09:30", usual_until="23:59")).status_code == 302

    maya.refresh_from_db()
    assert (maya.usual_from, maya.usual_until) == (time(9, 30), time(23, 59))


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (("20:00", "07:00"), "The usual hours must end later than they begin, on the same day."),
        (("07:00", "07:00"), "The usual hours must end later than they begin, on the same day."),
        (("07:00", "24:00"), "Enter a valid time."),
        (("", "20:00"), "This field is required."),
    ],
)
def test_usual_hours_that_are_none_are_refused_in_words(client, maya, hours, words):
    sent = PROFILE | dict(zip(("usual_from", "usual_until"), hours, strict=True))

    response = client.post(reverse("profile"), sent)

    assert response.status_code == 400
    assert response.text.count(words) == 2  # in the summary and at the field
    maya.refresh_from_db()
    assert (maya.usual_from, maya.usual_until) == (time(7), time(20))


def test_usual_hours_that_two_tabs_changed_name_the_hour(client, maya):
    page = client.get(reverse("profile"))
    client.post(reverse("profile"), as_sent(page, usual_from="08:00"))

    response = client.post(reverse("profile"), as_sent(page, usual_from="09:00"))

    assert "Usual hours from was changed to “08:00” by you, since you opened this page." in response.text


@pytest.mark.parametrize(
    ("field", "chosen", "other", "said"),
    [
        ("appearance", "dark", "light", "Appearance was changed to “Dark” by you"),
        ("twelve_hour", "True", "False", "How times are written was changed to “12 hours (am/pm)” by you"),
        # The page speaks it by then.
        ("language", "de", "es", "„Deutsch“"),
    ],
)
def test_choice_that_two_tabs_changed_is_named_as_the_page_names_it(client, maya, field, chosen, other, said):
    page = client.get(reverse("profile"))
    client.post(reverse("profile"), as_sent(page, **{field: chosen}))

    response = client.post(reverse("profile"), as_sent(page, **{field: other}))

    assert said in response.text


def test_database_refuses_usual_hours_that_end_before_they_begin(maya):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET usual_from = '19:00'")
        with pytest.raises(IntegrityError), transaction.atomic():
            cursor.execute("UPDATE accounts_user SET usual_from = '21:00'")
