"""Seeing a path as somebody else: begun, looked around and stopped without a script; axe finds nothing on its pages."""

from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.conftest import every_page
from tests.browser.test_accessibility import looked_at


def test_begun_looked_around_and_stopped_without_a_script(open_as, world):
    meeting = world.book()
    page = open_as(world.admin, java_script_enabled=False)
    page.goto(reverse("paths:person", args=[world.path.pk, world.participant.pk]))
    page.get_by_role("link", name="See the path as").click()
    expect(page.get_by_label("Maya Lindqvist")).to_be_checked()
    page.get_by_role("button", name="See as").click()

    banner = page.get_by_role("region", name="See as")
    expect(banner).to_contain_text("Nothing can be changed.")
    page.get_by_role("link", name=world.theme.name).last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Choose a time")
    page.goto(every_page(world, meeting)["confirm"])
    expect(page.get_by_role("button", name="Confirm meeting")).to_be_disabled()
    page.goto(meeting.get_absolute_url())
    page.get_by_role("link", name="Reschedule").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("This page isn’t part of it")
    banner.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("You see this path as yourself again.")).to_be_visible()
    expect(banner).to_have_count(0)


def test_pages_are_accessible(open_as, world):
    meeting, problems = world.book(), []
    page = open_as(world.admin)
    address = reverse("paths:see-as", args=[world.path.pk])
    looked_at(page, address, "as whom", problems=problems)
    page.get_by_label("Maya Lindqvist").check()
    page.get_by_role("button", name="See as").click()
    expect(page.get_by_text("Nothing can be changed.")).to_be_visible()
    seen = every_page(world, meeting)
    for name in ("path", "confirm", "meeting", "home"):
        looked_at(page, seen[name], f"{name}, as somebody else", problems=problems)
    assert problems == []
