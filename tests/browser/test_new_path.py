"""Making a path, and staff's checklist: axe finds nothing, nothing scrolls sideways at 320 px, no script is needed."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from meetings.models import Notice
from paths.models import Path
from tests.browser.test_accessibility import looked_at, problems_of
from tests.scene import a_person

NEW = "/paths/new/"


@pytest.fixture
def staff(world):
    return a_person("Sam", is_staff=True, is_superuser=True)


def test_the_pages_are_accessible(open_as, world, staff):
    problems = []
    page = open_as(world.admin)
    looked_at(page, NEW, "empty", problems=problems)
    page.goto(NEW)
    page.get_by_text("Copy an existing path").click()
    problems += problems_of(page)
    page.get_by_text("An empty path").click()
    page.get_by_text("Add themes and experts right away").click()
    page.get_by_label("Themes (optional)", exact=True).fill("Saying no, 500")
    page.get_by_role("button", name="Create path").click()
    expect(page.get_by_text("500 minutes is more than 480.").first).to_be_visible()
    problems += problems_of(page)
    page = open_as(staff)
    looked_at(page, NEW, "of staff", problems=problems)
    looked_at(page, "/", "first run", problems=problems)
    looked_at(page, reverse("staff:installation"), "installation", problems=problems)

    assert problems == []


def test_without_a_script_one_choices_fields_are_shown_and_a_copy_is_made(open_as, world):
    page = open_as(world.admin, java_script_enabled=False)
    page.goto("/paths/")
    page.get_by_role("link", name="Create a path").click()
    source, zone = page.get_by_label("Path to copy"), page.get_by_label("Time zone", exact=True)
    expect(source).to_be_hidden()
    expect(zone).to_be_visible()
    page.get_by_text("Copy an existing path").click()
    expect(source).to_be_visible()
    expect(zone).to_be_hidden()
    page.get_by_label("Participants").check()
    page.get_by_label("Name", exact=True).fill("Spring")
    page.get_by_role("button", name="Create path").click()

    expect(page.get_by_role("heading", name="Spring", level=1)).to_be_visible()
    assert Path.objects.get(name="Spring").themes.count() == world.path.themes.count() > 0


def test_without_a_script_staff_make_a_program_and_send_a_test(open_as, staff):
    page = open_as(staff, java_script_enabled=False)
    page.goto("/")
    page.get_by_role("button", name="Send a test e-mail").click()
    expect(page.get_by_text("A test e-mail is on its way").first).to_be_visible()
    assert Notice.objects.filter(kind="test", user=staff).exists()
    page.get_by_role("link", name="Create another path").click()
    name = page.get_by_label("Name of the new program")
    expect(name).to_be_hidden()
    page.get_by_label("Program", exact=True).select_option(label="New program…")
    expect(name).to_be_visible()
    name.fill("Sessions of autumn")
    page.get_by_label("Name", exact=True).fill("Autumn")
    page.get_by_label("Its admin (optional)").fill("ruth@new.example")
    page.get_by_role("button", name="Create path").click()

    expect(page.get_by_text("“Autumn” is a draft.").first).to_be_visible()
    assert Path.objects.get(name="Autumn").program.name == "Sessions of autumn"
