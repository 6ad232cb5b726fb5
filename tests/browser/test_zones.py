"""Time zones in a real browser: the list of the field, and the zone of the device."""

from django.urls import reverse
from playwright.sync_api import expect

from everwise.accounts.models import User
from tests.browser.test_feedback_cards import sign_in_by_form


def test_list_of_zones_comes_when_its_field_is_entered(open_as, world):
    page = open_as(world.participant)
    page.goto(reverse("profile"))
    expect(page.locator("#zones")).to_have_count(0)

    page.get_by_label("Time zone").focus()

    expect(page.locator("#zones option[value^='Kolkata']")).to_have_count(1)
    expect(page.get_by_label("Time zone")).to_have_attribute("list", "zones")


def test_first_sign_in_proposes_the_zone_of_the_device(open_as, world):
    User.objects.filter(pk=world.participant.pk).update(time_zone="UTC", zone_asked=False)
    page = open_as(None, timezone_id="Asia/Kolkata")

    sign_in_by_form(page, world.participant)

    expect(page.get_by_role("heading", level=1)).to_have_text("Which time zone are you in?")
    expect(page.get_by_text("Taken from this device.")).to_be_visible()
    page.get_by_role("button", name="Use this time zone").click()
    page.wait_for_url(f"**{reverse('home')}")
    assert str(User.objects.get(pk=world.participant.pk).time_zone) in {"Asia/Kolkata", "Asia/Calcutta"}


def test_zone_of_the_device_is_offered_by_its_name_in_the_language_of_the_page(open_as, world):
    User.objects.filter(pk=world.participant.pk).update(language="de")
    page = open_as(world.participant, timezone_id="America/Mexico_City", viewport={"width": 390, "height": 844})

    page.goto(reverse("schedule:time", args=[world.path.pk]) + f"?theme={world.theme.pk}")

    expect(page.get_by_text("Die Zeitzone dieses Geräts ist Mexiko-Stadt.")).to_be_visible()
    expect(page.get_by_role("button", name="Zeitzone Mexiko-Stadt verwenden")).to_be_visible()


def test_zone_without_a_city_is_offered_by_its_own_name(open_as, world):
    page = open_as(world.participant, timezone_id="UTC")

    page.goto(reverse("schedule:time", args=[world.path.pk]) + f"?theme={world.theme.pk}")

    expect(page.get_by_text("The time zone of this device is UTC.")).to_be_visible()
