"""Choosing people out of many in a real browser, with and without script."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from meetings.models import Meeting
from tests.scene import a_participant

SCRIPT = pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no-javascript"])


@pytest.fixture
def path(world):
    for number in range(20):
        a_participant(world.path, f"Guest {number:02}", email=f"{'abcdefghijklmnopqrst'[number]}@lake.example")
    return world.path


@SCRIPT
def test_add_meeting_manually_finds_and_keeps_what_was_typed(open_as, world, path, javascript):
    page = open_as(world.admin, java_script_enabled=javascript)
    page.goto(reverse("schedule:manually", args=[path.pk]))
    page.get_by_label("Title").fill("Typed before")

    find = page.get_by_label("Find a participant to add")
    find.fill("guest 17")
    # Without script this presses the form's first button, the one that schedules.
    find.press("Enter")
    expect(page.locator("#found-participants").get_by_text("1 to 1 of 1 for “guest 17”")).to_be_visible()
    assert not Meeting.objects.exists()
    page.get_by_role("button", name=re.compile("^Add Guest 17")).click()

    chosen = page.get_by_role("checkbox", name=re.compile("^Guest 17"))
    expect(chosen).to_be_checked()
    expect(page.get_by_label("Organizer")).to_contain_text("Guest 17 (participant)")
    expect(page.get_by_label("Title")).to_have_value("Typed before")
    chosen.uncheck()
    expect(chosen).not_to_be_checked()


def test_add_meeting_manually_searches_while_typing_and_keeps_the_focus(open_as, world, path):
    page = open_as(world.admin)
    page.goto(reverse("schedule:manually", args=[path.pk]))
    found = page.locator("#found-participants")
    find = page.get_by_label("Find a participant to add")

    find.press_sequentially("guest", delay=20)
    expect(found.get_by_text("1 to 6 of 20 for “guest”")).to_be_visible()
    expect(find).to_be_focused()
    found.get_by_role("button", name="Next").click()
    expect(found.get_by_text("7 to 12 of 20 for “guest”")).to_be_visible()
    found.get_by_role("button", name=re.compile("^Add Guest 06")).press("Enter")

    expect(page.get_by_role("checkbox", name=re.compile("^Guest 06"))).to_be_checked()
    expect(found.get_by_text("Added")).to_be_focused()
    expect(page.locator("#count-participants")).to_have_text("(1)")


def test_a_button_works_from_the_moment_it_is_shown(open_as, world, path):
    """Pressed at once it would otherwise send the form as a page of its own, and the focus would be gone."""
    page = open_as(world.admin)
    page.goto(reverse("schedule:manually", args=[path.pk]))
    page.evaluate(
        """() => {
            window.samePage = true;
            const part = document.getElementById("found-participants").parentElement;
            new MutationObserver((_changes, observer) => {
                const add = part.querySelector("button[value^='add:']");
                if (!add) return;
                observer.disconnect();
                add.focus();
                add.click();
            }).observe(part, { childList: true, subtree: true });
        }"""
    )

    page.get_by_label("Find a participant to add").fill("guest 06")

    expect(page.get_by_role("checkbox", name=re.compile("^Guest 06"))).to_be_checked()
    assert page.evaluate("window.samePage") is True
    expect(page.locator("#found-participants").get_by_text("Added")).to_be_focused()


@SCRIPT
def test_for_whom_finds_a_person_and_goes_on_by_a_theme(open_as, world, path, javascript):
    page = open_as(world.admin, java_script_enabled=javascript)
    page.goto(reverse("schedule:theme", args=[path.pk]))

    find = page.get_by_label("Find a participant by name or e-mail address")
    find.fill("guest 17")
    find.press("Enter")
    expect(page.get_by_text("1 to 1 of 1 for “guest 17”")).to_be_visible()
    guest = page.get_by_role("radio", name=re.compile("Guest 17"))
    guest.check()
    page.get_by_label("Find a participant by name or e-mail address").fill("maya")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("radio", name=re.compile("Maya"))).to_be_visible()
    expect(guest).to_be_checked()
    page.get_by_role("button", name=world.theme.name).click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Choose a time")
    assert f"for={guest_id(path)}" in page.url


def guest_id(path):
    return path.members.get(name="Guest 17").pk


@SCRIPT
def test_why_a_time_is_not_offered_finds_whom_it_is_about(open_as, world, path, javascript):
    page = open_as(world.admin, java_script_enabled=javascript)
    page.goto(reverse("why", args=[path.pk]))
    page.get_by_label("Theme").select_option(label=world.theme.name)

    find = page.get_by_label("Find a participant by name or e-mail address")
    find.fill("guest 17")
    find.press("Enter")
    expect(page.locator("#found").get_by_text("1 to 1 of 1 for “guest 17”")).to_be_visible()
    page.get_by_role("radio", name=re.compile("Guest 17")).check()
    page.get_by_label("Date").fill("2027-03-01")
    page.get_by_label("Start").fill("03:00")
    page.get_by_role("button", name="Explain").click()

    expect(page.get_by_role("listitem").filter(has_text="Guest 17")).to_be_visible()
    expect(page.get_by_role("radio", name=re.compile("Guest 17"))).to_be_checked()
