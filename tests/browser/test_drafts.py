"""A draft from its checklist to its opening, and closing: axe finds nothing, 320 px are enough, no script is needed."""

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from paths.models import Path
from tests.browser.test_accessibility import looked_at, problems_of


def address(world, name):
    return reverse(f"paths:{name}", args=[world.path.pk])


def make_draft(world):
    Path.objects.filter(pk=world.path.pk).update(opened_at=None)


def test_pages_of_a_draft_and_of_closing_are_accessible(open_as, world):
    problems = []
    page = open_as(world.admin)
    looked_at(page, address(world, "close"), "close", problems=problems)
    make_draft(world)
    for name in ("detail", "open", "close", "list"):
        where = reverse("paths:list") if name == "list" else address(world, name)
        looked_at(page, where, f"{name} of a draft", problems=problems)
    looked_at(page, reverse("schedule:theme", args=[world.path.pk]), "nothing to book", problems=problems)
    world.path.themes.all().delete()
    for name in ("detail", "open"):
        looked_at(page, address(world, name), f"{name} without themes", problems=problems)
    Path.objects.filter(pk=world.path.pk).update(opened_at=timezone.now(), closed_at=timezone.now())
    for name in ("detail", "close"):
        looked_at(page, address(world, name), f"{name}, closed", problems=problems)

    assert problems == []


def test_without_a_script_it_is_opened_closed_and_opened_again(open_as, world):
    make_draft(world)
    page = open_as(world.admin, java_script_enabled=False)
    page.goto(address(world, "detail"))
    expect(page.get_by_text("3 of 4 done")).to_be_visible()
    page.get_by_role("link", name="Open the path").click()
    page.get_by_role("button", name="Open the path").click()
    expect(page.get_by_text("The path is open.")).to_be_visible()
    assert not Path.objects.get(pk=world.path.pk).is_draft

    page.get_by_role("link", name="Settings").click()
    page.get_by_role("link", name="Close this path early").click()
    page.get_by_role("button", name="Close this path").click()
    expect(page.get_by_text("The path is closed. What is booked takes place.")).to_be_visible()
    page.get_by_role("link", name="Open again").click()
    page.get_by_role("button", name="Open again").click()
    expect(page.get_by_text("The path is open again.")).to_be_visible()


def test_somebody_who_was_added_meanwhile_is_shown_with_focus_on_the_problem(open_as, world):
    make_draft(world)
    page = open_as(world.admin)
    page.goto(address(world, "open"))
    world.path.memberships.filter(user=world.participant).update(ended_at=timezone.now())
    page.get_by_role("button", name="Open the path").click()

    expect(page.get_by_role("alert")).to_be_focused()
    assert problems_of(page) == []
