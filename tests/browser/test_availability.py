"""An expert's availability in a real browser, with scripts and without, and what axe says of it."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from experts.models import AvailabilityRule, DateOverride, Expert
from tests.browser.test_accessibility import looked_at, problems_of
from tests.browser.test_feedback_cards import sign_in_by_form

URL = "/availability/"


def monday(world):
    expert = Expert.objects.get(user=world.expert)
    rules = AvailabilityRule.objects.filter(expert=expert, rrule__contains="BYDAY=MO")
    return [rule.windows for rule in rules]


def test_pages_of_an_expert_are_accessible(open_as, world):
    world.book()
    expert = Expert.objects.get(user=world.expert)
    soon = timezone.now().date() + timedelta(days=2)
    DateOverride.objects.create(expert=expert, date=soon, windows="")
    DateOverride.objects.create(expert=expert, date=soon + timedelta(days=1), windows="22:00-02:00")
    AvailabilityRule.objects.create(expert=expert, rrule="FREQ=MONTHLY", first_date=soon, windows="19:00-20:00")
    question = f"?theme={world.theme.pk}&expert={expert.pk}&day={soon}&time=09:00"
    problems = []

    page = open_as(world.expert)
    looked_at(page, URL, "availability", problems=problems)
    looked_at(page, reverse("why", args=[world.path.pk]), "why", problems=problems)
    looked_at(page, reverse("why", args=[world.path.pk]) + question, "why, explained", problems=problems)

    assert problems == []


@pytest.mark.parametrize("scripts", [True, False])
def test_hours_are_added_copied_and_saved(open_as, world, scripts):
    page = open_as(world.expert, java_script_enabled=scripts)
    page.goto(URL)

    page.get_by_role("button", name="Add hours to Monday").click()
    page.get_by_label("Monday, hours 3, from").fill("20:00")
    page.get_by_label("Monday, hours 3, to").fill("01:30")
    page.locator("summary", has_text="Copy Monday to other days").click()
    page.get_by_role("group", name="Copy Monday to").get_by_label("Sunday").check()
    page.get_by_role("button", name="Copy hours").click()
    page.get_by_label("Sunday, hours 3, to").wait_for()
    page.get_by_role("button", name="Save availability").click()
    page.get_by_text("Your availability is saved.").wait_for()

    assert monday(world) == [((480, 720), (780, 1080), (1200, 90))]
    assert AvailabilityRule.objects.filter(rrule__endswith="BYDAY=MO,SU").count() == 1
    expect(page.get_by_text("Ends on Tuesday at 01:30")).to_be_visible()


SCREENS = [{"width": 1280, "height": 720}, {"width": 390, "height": 844}]


@pytest.mark.parametrize("screen", SCREENS)
def test_page_stays_where_it_is_while_hours_are_added(open_as, world, screen):
    page = open_as(world.expert, viewport=screen)
    page.goto(URL)
    button = page.get_by_role("button", name="Add hours to Tuesday")
    button.evaluate("button => scrollTo(0, scrollY + button.getBoundingClientRect().top - 300)")
    scrolled = page.evaluate("scrollY")
    assert scrolled > 50

    button.click()
    added = page.get_by_label("Tuesday, hours 3, from")
    expect(added).to_be_focused()

    assert page.evaluate("scrollY") == scrolled
    # The control: what is out of view is scrolled to when it gets the focus.
    page.get_by_role("button", name="Add a date").focus()
    assert page.evaluate("scrollY") > scrolled


@pytest.mark.parametrize("screen", SCREENS)
def test_the_bar_at_the_bottom_takes_the_focus_where_it_stands(open_as, world, screen):
    page = open_as(world.expert, viewport=screen)
    page.goto(URL)

    for focused in (page.get_by_role("button", name="Save availability"), page.get_by_role("link", name="Discard")):
        focused.focus()
        expect(focused).to_be_focused()
        assert page.evaluate("scrollY") == 0


def test_error_is_shown_beside_its_field_and_is_accessible(open_as, world):
    page = open_as(world.expert)
    page.goto(URL)
    page.get_by_role("button", name="Add a date").click()
    # Typed earlier, it would go into the field that the focus is about to be given to.
    expect(page.get_by_label("Date, or the first")).to_be_focused()
    page.get_by_label("Monday, hours 1, from").fill("25:00")
    page.get_by_role("button", name="Save availability").click()
    page.locator("#errors-title").wait_for()

    assert problems_of(page) == []
    expect(page.get_by_label("Monday, hours 1, from")).to_have_value("25:00")
    page.get_by_role("link", name="Monday: “25:00” is not a time of the day.").first.click()
    expect(page.locator("#p0-d0-0-from")).to_be_focused()


def test_preview_follows_what_is_typed(open_as, world):
    page = open_as(world.expert)
    page.goto(URL)
    before = page.locator("#preview svg.ew-twoweeks").first.inner_html()
    expect(page.get_by_text("You have unsaved changes.")).to_be_hidden()

    page.get_by_label("Monday, hours 1, to").fill("10:00")
    page.get_by_label("Monday, hours 1, to").press("Tab")
    page.get_by_text("Preview, not saved").wait_for()

    assert page.locator("#preview svg.ew-twoweeks").first.inner_html() != before
    expect(page.get_by_text("You have unsaved changes.")).to_be_visible()
    assert monday(world) == [((480, 720), (780, 1080))]
    page.get_by_text("Read this as a list").click()
    page.get_by_label("As a participant sees it, in").fill("Tokyo")
    page.get_by_label("As a participant sees it, in").press("Tab")
    page.locator("#preview").get_by_text("Tokyo (GMT+9) time").wait_for()


def test_preview_on_its_way_gives_way_to_what_is_pressed(open_as, world):
    """As on a slow machine, where it often is when the next button is pressed."""

    def is_preview(request):
        return "preview=1" in (request.post_data or "")

    page = open_as(world.expert)
    page.goto(URL)
    page.route(f"**{URL}", lambda route: None if is_preview(route.request) else route.continue_())
    with page.expect_request(is_preview):
        page.get_by_label("Monday, hours 1, to").fill("10:00")
        page.get_by_label("Monday, hours 1, to").press("Tab")

    page.get_by_role("button", name="Add hours to Monday").click()

    page.get_by_label("Monday, hours 3, to").wait_for()
    expect(page.get_by_label("Monday, hours 1, to")).to_have_value("10:00")


def test_day_switched_off_hides_its_hours(open_as, world):
    page = open_as(world.expert, java_script_enabled=False)
    page.goto(URL)

    expect(page.get_by_label("Monday, hours 1, from")).to_be_visible()
    page.get_by_role("switch", name="Monday").uncheck()

    expect(page.get_by_label("Monday, hours 1, from")).to_be_hidden()
    page.get_by_role("button", name="Save availability").click()
    page.get_by_text("Your availability is saved.").wait_for()
    assert monday(world) == []


def test_enter_in_a_field_saves_nothing(open_as, world):
    page = open_as(world.expert)
    page.goto(URL)

    page.get_by_label("Monday, hours 1, to").fill("10:00")
    page.get_by_label("Monday, hours 1, to").press("Enter")
    page.get_by_text("Preview, not saved").wait_for()

    assert monday(world) == [((480, 720), (780, 1080))]


def test_signed_out_meanwhile_is_told_and_nothing_is_lost(open_as, world):
    page = open_as(world.expert)
    page.goto(URL)
    told = page.get_by_text("This could not be brought up to date.")
    expect(told).to_be_hidden()
    Session.objects.all().delete()

    page.get_by_label("Monday, hours 1, to").fill("10:00")
    page.get_by_label("Monday, hours 1, to").press("Tab")

    expect(told).to_be_visible()
    expect(page.get_by_label("Monday, hours 1, to")).to_have_value("10:00")
    # As told: signing in, in another tab, changes the token of the form that was left open.
    sign_in_by_form(page.context.new_page(), world.expert)
    page.get_by_role("button", name="Save availability").click()
    expect(page.get_by_role("status")).to_contain_text("saved")
    assert monday(world) == [((480, 600), (780, 1080))]


def test_unsaved_hours_are_not_left_without_a_question(open_as, world):
    page = open_as(world.expert)
    page.goto(URL)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))

    page.get_by_label("Monday, hours 1, to").press_sequentially("1")
    page.get_by_role("link", name="Home").first.click()

    expect(page.get_by_label("Monday, hours 1, to")).to_be_visible()
    assert asked == ["beforeunload"]
    # The controls: thrown away or saved on purpose, and nothing changed.
    page.get_by_role("link", name="Discard").click()
    expect(page.get_by_text("You have unsaved changes.")).to_be_hidden()
    page.get_by_label("Monday, hours 1, to").fill("10:00")
    page.get_by_role("button", name="Save availability").click()
    page.get_by_text("Your availability is saved.").wait_for()
    page.get_by_role("link", name="Home").first.click()
    page.wait_for_url("**/")
    assert asked == ["beforeunload"]
