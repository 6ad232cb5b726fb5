"""The menu behind "Schedule meeting": by keyboard, by touch, and where no script runs."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.test_accessibility import problems_of

PHONE = {"viewport": {"width": 390, "height": 844}}


def opener(page):
    return page.locator("summary", has_text="Schedule meeting").locator("visible=true")


def entry(page):
    return page.get_by_role("link", name="Add meeting manually").locator("visible=true")


def test_menu_by_keyboard(open_as, world):
    page = open_as(world.admin)
    page.goto(reverse("paths:detail", args=[world.path.pk]))

    opener(page).focus()
    page.keyboard.press("Enter")
    expect(entry(page)).to_have_count(1)
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(entry(page)).to_have_count(0)
    expect(opener(page)).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    page.wait_for_url(f"**{reverse('schedule:manually', args=[world.path.pk])}")


def test_menu_closes_at_a_click_elsewhere(open_as, world):
    page = open_as(world.admin)
    page.goto(reverse("paths:detail", args=[world.path.pk]))

    opener(page).click()
    expect(entry(page)).to_have_count(1)
    page.locator("h1").click()

    expect(entry(page)).to_have_count(0)


@pytest.mark.parametrize("options", [{}, PHONE], ids=["desktop", "phone"])
def test_menu_without_scripts(open_as, world, options):
    page = open_as(world.expert, java_script_enabled=False, **options)
    page.goto(reverse("paths:detail", args=[world.path.pk]))

    opener(page).click()
    entry(page).click()

    page.wait_for_url(f"**{reverse('schedule:manually', args=[world.path.pk])}")


@pytest.mark.parametrize("width", [1280, 320])
def test_open_menu_is_accessible_and_fits(open_as, world, width):
    page = open_as(world.admin, viewport={"width": width, "height": 800})
    page.goto(reverse("paths:detail", args=[world.path.pk]))

    opener(page).click()

    assert problems_of(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
