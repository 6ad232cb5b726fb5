"""Choosing a time takes few clicks, few keys and one screen, whatever day it is and however many times there are."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from experts.models import AvailabilityRule
from meetings.models import Meeting
from paths.models import Path
from tests import scene
from tests.browser.test_booking_flow import times

DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
MOST_TALL, MOST_TALL_EVERY = 1100, 1600


@pytest.fixture
def many(world):
    """The path with 18 experts of the theme, who work from early to late, and a start every quarter of an hour."""
    for number in range(16):
        zone = ("Africa/Lagos", "Europe/London", "Europe/Stockholm", "Europe/Athens")[number % 4]
        expert = scene.an_expert(
            world.path,
            user=scene.a_person(f"Expert {number}", time_zone=zone),
            windows="06:30-22:00",
            rrule="FREQ=DAILY",
            time_zone=zone,
        )
        world.theme.experts.add(expert)
    AvailabilityRule.objects.filter(expert__user=world.expert).delete()
    AvailabilityRule.objects.update(first_date=timezone.now().date() - timedelta(days=30))
    Path.objects.filter(pk=world.path.pk).update(start_interval_minutes=15)
    return world


def time_page(world, query=""):
    return f"/paths/{world.path.pk}/schedule/time/?theme={world.theme.pk}{query}"


@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no-javascript"])
def test_four_clicks_to_booked(open_as, world, screen, javascript):
    page = open_as(world.participant, viewport=screen, java_script_enabled=javascript)
    page.goto(f"/paths/{world.path.pk}/")
    steps = [
        page.get_by_role("link", name="Schedule meeting").locator("visible=true").first,
        page.get_by_role("link", name="Giving feedback that lands"),
        times(page).first,
        page.get_by_role("button", name="Confirm meeting"),
    ]
    for step in steps:
        step.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("You.re booked"))
    assert len(steps) == 4
    assert Meeting.objects.exists()


@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no-javascript"])
def test_three_clicks_to_moved(open_as, world, screen, javascript):
    page = open_as(world.participant, viewport=screen, java_script_enabled=javascript)
    meeting = world.book()

    page.goto(meeting.get_absolute_url())
    steps = [
        page.get_by_role("link", name="Reschedule"),
        times(page).nth(1),
        page.get_by_role("button", name="Save new time"),
    ]
    for step in steps:
        step.click()
    expect(page).to_have_url(re.compile(f"/meetings/{meeting.pk}/$"))
    assert Meeting.objects.get().starts_at != meeting.starts_at
    assert len(steps) == 3


@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_first_time_is_on_the_first_screen(open_as, many, screen):
    page = open_as(many.participant, viewport=screen)
    page.goto(time_page(many))

    # On a desktop the very first may lie in today's evening, below; above all times it has a button of its own.
    first = times(page).first if screen is PHONE else page.get_by_role("link", name="Next available")
    assert first.bounding_box()["y"] + first.bounding_box()["height"] <= screen["height"]
    tops = [slot.bounding_box()["y"] for slot in times(page).all()]
    assert min(tops) < screen["height"] - 50
    assert page.locator("a.ew-slot").count() > 50


def test_seven_days_are_one_short_page(open_as, many):
    page = open_as(many.participant, viewport=DESKTOP)
    tall = "document.documentElement.scrollHeight"
    page.goto(time_page(many, f"&day={timezone.now().date() + timedelta(days=7)}"))

    assert page.evaluate(tall) <= MOST_TALL
    page.get_by_role("link", name=re.compile("Show every 15 minutes")).click()
    page.wait_for_url(re.compile("every=15"))
    expect(page.get_by_role("link", name="Show one per half hour")).to_be_focused()
    assert MOST_TALL < page.evaluate(tall) <= MOST_TALL_EVERY


def test_skip_links_lead_to_the_last_day_in_few_keys(open_as, world):
    page = open_as(world.participant, viewport=DESKTOP, java_script_enabled=False)
    page.goto(time_page(world))
    page.locator("h1").focus()
    last = page.locator(".ew-times-day").last.get_attribute("aria-labelledby")

    for keys in range(1, 25):  # noqa: B007
        on_skip_link = page.evaluate("document.activeElement.matches('.ew-skip-day')")
        page.keyboard.press("Enter" if on_skip_link else "Tab")
        if page.evaluate("document.activeElement.id") == last or page.url.endswith(f"#{last}"):
            break
    else:
        raise AssertionError("The last day is more than 24 keys away.")
    assert keys > 6


def test_arrow_keys_go_to_the_days_beside(open_as, many):
    page = open_as(many.participant, viewport=DESKTOP)
    page.goto(time_page(many, f"&day={timezone.now().date() + timedelta(days=7)}"))
    times(page).first.focus()
    name = "document.activeElement.getAttribute('aria-label')"
    first = page.evaluate(name)

    page.keyboard.press("ArrowRight")
    beside = page.evaluate(name)
    page.keyboard.press("ArrowDown")
    below = page.evaluate(name)
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowLeft")

    day, clock = re.compile(r"^[^,]*"), re.compile(r"\d\d:\d\d")
    assert day.match(page.evaluate(name))[0] == day.match(first)[0]
    assert day.match(beside)[0] != day.match(first)[0]
    assert day.match(below)[0] == day.match(beside)[0]
    assert clock.search(below)[0] > clock.search(beside)[0]


def test_change_time_comes_back_to_the_time(open_as, world):
    page = open_as(world.participant, viewport=DESKTOP)
    page.goto(time_page(world))
    chosen = times(page).nth(3).get_attribute("aria-label")
    times(page).nth(3).click()
    page.get_by_role("link", name="Change time").click()

    expect(page.locator("#start")).to_be_focused()
    assert page.locator("#start").get_attribute("aria-label") == chosen


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no-javascript"])
def test_phone_goes_from_day_to_day(open_as, world, javascript):
    page = open_as(world.participant, viewport=PHONE, java_script_enabled=javascript)
    page.goto(time_page(world))
    first = page.locator(".ew-times-head:visible").inner_text()

    page.locator(".ew-daynav a").last.click()
    page.wait_for_url(re.compile("day="))

    assert page.locator(".ew-times-head:visible").count() == 1
    assert page.locator(".ew-times-head:visible").inner_text() != first


@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_confirm_has_its_button_on_the_first_screen(open_as, many, screen):
    page = open_as(many.participant, viewport=screen)
    page.goto(time_page(many))
    times(page).first.click()

    button = page.get_by_role("button", name="Confirm meeting")
    expect(button).to_have_count(1)
    box = button.bounding_box()
    assert box["y"] + box["height"] <= screen["height"]


OUTLINE = """
- main:
  - paragraph:
    - text: Giving feedback that lands, 45 min.
    - link "Change theme"
  - heading "Choose a time" [level=1]
  - link /Next available/
  - status: /times/
  - navigation "Expert":
    - link "Any expert"
    - link "Helen"
    - link "Priya"
  - button "Previous seven days" [disabled]
  - link "Next seven days"
  - heading /20/ [level=2]
"""


THEMES = """
- main:
  - paragraph: Leading your first team
  - heading "Choose a theme" [level=1]
  - paragraph: What would you like to discuss? You have 6 of 6 sessions left.
  - list:
    - listitem:
      - heading "A theme without experts" [level=2]
    - listitem:
      - heading "Giving feedback that lands" [level=2]:
        - link "Giving feedback that lands"
"""
CONFIRM = """
- main:
  - heading "Check and confirm" [level=1]
  - region "Giving feedback that lands":
    - heading "Giving feedback that lands" [level=2]
    - paragraph:
      - link "Change time"
    - term: Sessions
    - definition: Uses 1 session. You’ll have 5 of 6 left.
  - textbox /Note to your expert/
  - button "Confirm meeting"
"""
SAVE = """
- main:
  - heading "Move this meeting" [level=1]
  - region "Old and new time":
    - paragraph:
      - link "Choose another time"
  - button "Save new time"
  - link "Keep current time"
"""


def test_accessibility_tree_of_the_steps(open_as, world):
    page = open_as(world.participant, viewport=DESKTOP)
    page.goto(f"/paths/{world.path.pk}/schedule/")
    expect(page.locator("main")).to_match_aria_snapshot(THEMES)
    page.goto(time_page(world))
    times(page).first.click()
    expect(page.locator("main")).to_match_aria_snapshot(CONFIRM)
    page.goto(f"{world.book().get_absolute_url()}reschedule/")
    times(page).nth(1).click()
    expect(page.locator("main")).to_match_aria_snapshot(SAVE)


def test_accessibility_tree_of_the_times(open_as, world):
    page = open_as(world.participant, viewport=DESKTOP)
    page.goto(time_page(world))

    expect(page.locator("main")).to_match_aria_snapshot(OUTLINE)
    day = page.locator(".ew-times-day:has(.ew-hour)").last
    expect(day).to_match_aria_snapshot("""
- region /\\d+ times/:
  - heading /\\d+ times/ [level=3]
  - list:
    - listitem:
      - link /\\d\\d:\\d\\d, with/
""")


def test_arrow_keys_reach_the_last_day_in_twelve(open_as, many):
    page = open_as(many.participant, viewport=DESKTOP)
    page.goto(time_page(many, f"&day={timezone.now().date() + timedelta(days=7)}"))
    last = page.locator(".ew-times-day:has(a.ew-slot)").last.get_attribute("aria-labelledby")
    on_last = f"!!document.activeElement.closest('[aria-labelledby={last}]')"
    times(page).first.focus()
    assert not page.evaluate(on_last)

    keys = 0
    while not page.evaluate(on_last) and keys < 12:
        page.keyboard.press("ArrowRight")
        keys += 1
    # And three hours down that day.
    for _ in range(6):
        page.keyboard.press("ArrowDown")
        keys += 1

    assert page.evaluate(on_last)
    assert keys <= 12


def test_twice_as_large_nothing_is_cut_off(open_as, many):
    """A window of 1280 x 900 at 200 %."""
    page = open_as(many.participant, viewport={"width": 640, "height": 450})
    page.goto(time_page(many, f"&day={timezone.now().date() + timedelta(days=7)}"))

    assert page.evaluate("document.documentElement.scrollWidth") <= 640
    first = times(page).first
    first.scroll_into_view_if_needed()
    assert first.bounding_box()["x"] >= 0
    assert first.bounding_box()["x"] + first.bounding_box()["width"] <= 640


def test_times_have_an_edge_where_colours_are_forced(open_as, many):
    page = open_as(many.participant, viewport=DESKTOP, forced_colors="active")
    page.goto(time_page(many, f"&day={timezone.now().date() + timedelta(days=7)}"))
    times(page).first.focus()

    # Grounds are gone in high contrast: what can be pressed is told by its edge, what has the focus by its outline.
    style = (
        "(element) => { const style = getComputedStyle(element); return [style.borderTopStyle, style.outlineStyle]; }"
    )
    assert times(page).first.evaluate(style) == ["solid", "solid"]
    assert times(page).last.evaluate(style) == ["solid", "none"]
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
