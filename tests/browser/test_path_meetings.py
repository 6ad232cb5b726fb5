"""All meetings of a path: axe finds nothing, nothing scrolls sideways at 320 px, no script is needed."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from meetings.enums import Status
from meetings.models import Meeting
from paths.models import Theme
from tests.browser.test_accessibility import looked_at, problems_of
from tests.scene import a_dropin


def over(world, number):
    """So many sessions that are over, and nobody has said how they went."""
    theme, now = Theme.objects.get(pk=world.theme.pk), timezone.now()
    return [
        a_dropin(theme, world.participant, world.expert.expert, now - timedelta(hours=2 + 2 * each), created_at=now)
        for each in range(number)
    ]


def address_of(world, show):
    return reverse("paths:meetings", args=[world.path.pk]) + f"?show={show}"


def test_lists_and_the_question_are_accessible(open_as, world):
    world.book()
    page, problems = open_as(world.admin), []
    looked_at(page, address_of(world, "no-outcome"), "every outcome known", problems=problems)
    over(world, 27)
    for show in ("coming", "past", "no-outcome", "cancelled"):
        looked_at(page, address_of(world, show), show, problems=problems)
    page.goto(address_of(world, "no-outcome"))
    page.get_by_role("button", name="Save outcomes").click()
    expect(page.get_by_text("Say how at least one meeting went.")).to_be_visible()
    problems += problems_of(page)
    page.get_by_role("button", name="All that are left were held").click()
    expect(page.get_by_role("heading", name="Mark 27 meetings as completed?")).to_be_visible()
    problems += problems_of(page)

    assert problems == []


def test_without_a_script_outcomes_are_saved(open_as, world):
    first, second, third = over(world, 3)
    page = open_as(world.admin, java_script_enabled=False)
    page.goto(address_of(world, "no-outcome"))

    rows = page.locator(".ew-settle--outcome")
    # The one that waits longest stands first.
    rows.nth(0).get_by_text("Participant did not come").click()
    page.get_by_role("button", name="Save outcomes").click()
    expect(page.get_by_text("1 outcome is saved.")).to_be_visible()
    expect(rows).to_have_count(2)
    page.get_by_role("button", name="All that are left were held").click()
    expect(page.get_by_text("Every past session has an outcome.")).to_be_visible()

    found = [Meeting.objects.get(pk=meeting.pk).status for meeting in (first, second, third)]
    assert found == [Status.HELD, Status.HELD, Status.NO_SHOW_PARTICIPANT]


def test_outcome_is_chosen_by_keyboard(open_as, world):
    [meeting] = over(world, 1)
    page = open_as(world.admin)
    page.goto(address_of(world, "no-outcome"))

    page.get_by_role("radio", name="Completed").focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="Save outcomes").press("Enter")
    expect(page.get_by_text("1 outcome is saved.")).to_be_visible()

    assert Meeting.objects.get(pk=meeting.pk).status == Status.NO_SHOW_PARTICIPANT
