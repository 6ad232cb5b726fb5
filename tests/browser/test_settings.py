"""A path's settings: axe finds nothing, nothing scrolls sideways at 320 px, no script is needed."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from paths.models import Path
from tests.browser.test_accessibility import looked_at, problems_of


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_settings_are_accessible(open_as, world, scheme):
    world.book()
    problems = []
    page = open_as(world.admin, color_scheme=scheme)
    looked_at(page, reverse("paths:settings", args=[world.path.pk]), "settings", problems=problems)
    page.get_by_label("At the earliest").fill("0")
    page.get_by_label("At the latest", exact=True).fill("90")
    page.get_by_label("At the latest: Unit").select_option("days")
    page.get_by_role("button", name="Save settings").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    problems += problems_of(page)
    assert problems == []


@pytest.mark.parametrize("script", [True, False])
def test_counting_and_saving(open_as, world, script):
    page = open_as(world.admin, java_script_enabled=script)
    page.goto(reverse("paths:settings", args=[world.path.pk]))
    page.get_by_label("In one month").fill("2")
    page.get_by_role("button", name="Count again").click()
    expect(page.get_by_text("Would offer ")).to_be_visible()
    expect(page.get_by_text("At most 2 sessions start in one calendar month")).to_be_visible()
    page.get_by_role("button", name="Save settings").click()
    expect(page.get_by_text("Settings saved.")).to_be_visible()
    assert Path.objects.get(pk=world.path.pk).sessions_per_month == 2
