"""A path's themes: axe finds nothing, nothing scrolls sideways at 320 px, no script is needed, and focus stays."""

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from paths import themes
from paths.models import Theme
from tests.browser.test_accessibility import looked_at, problems_of


def address(world, name, *args):
    return reverse(f"paths:{name}", args=[world.path.pk, *args])


def test_themes_are_accessible(open_as, world):
    world.book()
    problems, page = [], open_as(world.admin)

    for name, args in {
        "themes": [],
        "add-theme": [],
        "theme": [world.theme.pk],
        "retire-theme": [world.theme.pk],
    }.items():
        looked_at(page, address(world, name, *args), name, problems=problems)
    page.goto(address(world, "add-theme"))
    page.get_by_label("Name").fill("Saying no")
    page.get_by_label("Length").fill("5")
    page.get_by_role("button", name="Save theme").click()
    expect(page.get_by_text("Type a number of minutes from 15 to 240.").first).to_be_visible()
    problems += [f"with problems: {problem}" for problem in problems_of(page)]
    themes.retire(theme=world.theme, by=world.admin, now=timezone.now())
    looked_at(page, address(world, "themes"), "with a retired one", problems=problems)

    assert problems == []


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no-javascript"])
def test_a_theme_is_added_moved_retired_and_brought_back(open_as, world, javascript):
    page = open_as(world.admin, java_script_enabled=javascript)
    page.goto(address(world, "themes"))
    page.get_by_role("link", name="Add theme").click()
    page.get_by_label("Name").fill("Saying no")
    page.get_by_label("Length").fill("30")
    page.get_by_role("button", name="Count again").click()
    expect(page.get_by_text("in the next two weeks, first")).to_be_visible()
    page.get_by_role("button", name="Save theme").click()
    page.get_by_role("button", name="Move Saying no up").click()
    expect(page.get_by_role("row").nth(2)).to_contain_text("Saying no")
    if javascript:
        expect(page.get_by_role("button", name="Move Saying no up")).to_be_focused()

    page.get_by_role("link", name="Saying no").click()
    page.get_by_role("link", name="Retire theme").click()
    page.get_by_role("button", name="Retire theme").click()
    expect(page.get_by_role("row", name="Saying no")).to_have_count(0)
    assert Theme.objects.get(name="Saying no").is_retired
    page.get_by_text("Retired theme").click()
    page.get_by_role("button", name="Bring back").click()
    expect(page.get_by_role("row", name="Saying no")).to_have_count(1)
