"""A path's settings: axe finds nothing, nothing scrolls sideways at 320 px, no script is needed."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from paths.models import Path
from tests.browser.test_accessibility import looked_at, problems_of


def test_settings_are_accessible(open_as, world):
    world.book()
    problems = []
    page = open_as(world.admin)
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


def test_video_room_is_accessible_and_saved_without_script(open_as, world):
    address, problems = reverse("paths:room", args=[world.path.pk]), []
    page = open_as(world.admin)
    looked_at(page, address, "video room", problems=problems)
    page.get_by_label("On a Jitsi server with tokens").check()
    expect(page.get_by_label("App ID")).to_be_visible()
    expect(page.get_by_label("Address with {meeting} in it")).to_be_hidden()
    page.get_by_role("button", name="Save video room").click()
    expect(page.get_by_role("heading", name="There are 3 problems")).to_be_visible()
    problems += problems_of(page)
    assert problems == []
    plain = open_as(world.admin, java_script_enabled=False, viewport={"width": 320, "height": 700})
    plain.goto(address)
    plain.get_by_label("At an address with a name for each meeting").check()
    plain.get_by_label("Address with {meeting} in it").fill("https://meet.example.com/{meeting}")
    plain.get_by_role("button", name="Save video room").click()
    expect(plain.get_by_text("The video room is saved.")).to_be_visible()
    assert Path.objects.get(pk=world.path.pk).room_kind == "template"
