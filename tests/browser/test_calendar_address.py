"""The calendar address in a browser: it is shown once, whatever is pressed after, and the pages are accessible."""

from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.test_accessibility import problems_of
from tests.factories import PASSWORD


def test_address_is_shown_once_on_accessible_pages(open_as, world):
    page = open_as(world.participant)
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(reverse("profile"))
    page.get_by_role("link", name="Calendar address").click()

    page.get_by_role("button", name="Make address").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.get_by_role("button", name="Make address").click()
    address = page.get_by_label("Address", exact=True)
    shown = address.input_value()
    expect(page.get_by_role("heading", name="Your new address")).to_be_focused()
    assert problems_of(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    answer = page.request.get(shown[shown.index("/calendar/") :])
    assert (answer.status, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")

    page.reload()
    expect(page.get_by_text("An address is shown once")).to_be_visible()
    expect(address).to_have_count(0)
    assert problems_of(page) == []
    page.go_back()
    expect(address).to_have_count(0)
    page.goto(reverse("calendar-address"))
    page.get_by_role("button", name="Remove address").click()
    expect(page.get_by_role("heading", name="No address yet")).to_be_visible()
