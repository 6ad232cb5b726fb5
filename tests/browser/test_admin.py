"""Django's admin in a real browser: under our content security policy its scripts work, and the console is silent."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from meetings.models import Meeting
from paths.models import Membership, Path
from tests.admin_site import EDITED, MODELS, address
from tests.scene import a_path, a_person


@pytest.fixture
def staff(world):
    return a_person("Sam Staff", is_staff=True, is_superuser=True)


def test_every_page_opens_silently(open_as, world, staff):
    world.book()
    page = open_as(staff)

    for model in MODELS:
        page.goto(address(model, "changelist"))
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        if row := model.objects.first():
            page.goto(address(model, "change", row.pk))
            page.goto(address(model, "history", row.pk))
        if model in EDITED:
            page.goto(address(model, "add"))
            expect(page.get_by_role("button", name="Save", exact=True)).to_be_visible()


def choose(page, selection, words):
    """Type into a field that completes, and take the one that is found."""
    selection.click()
    page.locator(".select2-search__field").last.fill(words)
    page.get_by_role("option", name=re.compile(words)).click()


def test_meetings_are_narrowed_by_path_and_day(open_as, world, staff):
    meeting = world.book()
    a_path(program=world.path.program, name="Another path")
    page = open_as(staff)

    page.goto(address(Meeting, "changelist"))
    choose(page, page.locator("#changelist-filter .select2-selection"), "Another")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator("#result_list")).to_have_count(0)
    choose(page, page.locator("#changelist-filter .select2-selection"), "Leading")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator("#result_list tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Past 7 days").click()
    expect(page.locator("#result_list")).to_have_count(0)
    page.get_by_role("link", name="Any date").click()
    expect(page.locator("#result_list tbody tr")).to_have_count(1)
    page.locator("#searchbar").fill(f"{meeting.pk}@everwise.example")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("#result_list tbody tr")).to_have_count(1)


def test_person_is_added_to_a_path_and_another_one_leaves(open_as, world, staff):
    a_person("Nadia Rahimi")
    page = open_as(staff)

    page.goto(address(Path, "change", world.path.pk))
    page.get_by_role("button", name="Add another Person").click()
    choose(page, page.locator("#memberships-2-group .select2-selection:visible").last, "Nadia")
    page.locator("#id_memberships-2-0-role").select_option("participant")
    page.get_by_role("button", name="Save and continue editing").click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()
    page.get_by_role("link", name="End the membership of Maya Lindqvist").click()
    page.get_by_role("button", name="End membership").click()

    expect(page.get_by_text("The membership of Maya Lindqvist has ended.")).to_be_visible()
    names = Membership.objects.live().filter(path=world.path, role="participant").values_list("user__name", flat=True)
    assert list(names) == ["Nadia Rahimi"]


def test_staff_sign_in_by_the_one_page(open_as, world, staff):
    page = open_as(None)
    page.goto(reverse("admin:index"))

    page.get_by_label(re.compile("mail", re.IGNORECASE)).fill(staff.email)
    page.locator("input[type=password]").fill("everwise-demo")
    page.get_by_role("button", name="Sign in", exact=True).click()

    expect(page).to_have_title(re.compile("Everwise admin"))
