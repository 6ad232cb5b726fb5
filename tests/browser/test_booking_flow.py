"""The main job in a real browser: book, move and cancel; also without JavaScript and by keyboard alone."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from meetings.enums import Status
from meetings.models import Meeting


def times(page):
    """The starts that can be seen and chosen now."""
    return page.locator("a.ew-slot:visible")


def go_to_a_tuesday(page):
    """One so far ahead that a meeting of it can be changed, whatever day it is today."""
    today = timezone.now().date()
    tuesday = today + timedelta(days=(1 - today.weekday()) % 7 + 7)
    page.get_by_text("Go to date").click()
    page.get_by_label("Date", exact=True).fill(f"{tuesday:%Y-%m-%d}")
    page.locator("#go-to-date").get_by_role("button", name="Show").click()
    page.wait_for_url(re.compile("day="))


def book_move_and_cancel(page, world):
    page.goto(f"/paths/{world.path.pk}/")
    page.get_by_role("link", name="Schedule meeting").first.click()
    page.get_by_role("link", name="Giving feedback that lands").click()
    expect(page).to_have_title(re.compile("Choose a time"))
    go_to_a_tuesday(page)
    times(page).first.click()
    page.get_by_label(re.compile("Note to your expert")).fill("The first two minutes.")
    page.get_by_role("button", name="Confirm meeting").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("You.re booked"))
    meeting = Meeting.objects.get()
    assert (meeting.status, meeting.note) == (Status.SCHEDULED, "The first two minutes.")

    page.get_by_role("link", name="View meeting").click()
    page.get_by_role("link", name="Reschedule").click()
    times(page).nth(1).click()
    page.get_by_role("button", name="Save new time").click()
    expect(page).to_have_url(re.compile(f"/meetings/{meeting.pk}/$"))
    moved = Meeting.objects.get()
    assert moved.pk == meeting.pk
    assert moved.starts_at != meeting.starts_at


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no-javascript"])
def test_book_move_cancel(open_as, world, javascript):
    page = open_as(world.participant, java_script_enabled=javascript)

    book_move_and_cancel(page, world)
    page.get_by_role("link", name="Cancel meeting").click()
    page.get_by_role("button", name="Cancel meeting").click()

    expect(page.get_by_text("Cancelled").first).to_be_visible()
    assert Meeting.objects.get().status == Status.CANCELLED


def test_book_on_a_phone(open_as, world):
    page = open_as(world.participant, viewport={"width": 390, "height": 844}, has_touch=True)

    book_move_and_cancel(page, world)

    assert Meeting.objects.get().status == Status.SCHEDULED


def press_until_focused(page, matches, key="Tab", limit=150):
    """Press the key until the focused element matches, as a person without a mouse does."""
    for _ in range(limit):
        page.keyboard.press(key)
        if page.evaluate(f"() => {{ const it = document.activeElement; return Boolean({matches}); }}"):
            return
    raise AssertionError(f"{key} never reached {matches}")


def test_book_move_cancel_by_keyboard_alone(open_as, world):
    page = open_as(world.participant)
    page.goto(f"/paths/{world.path.pk}/")

    press_until_focused(page, "it.textContent.trim() == 'Schedule meeting'")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/schedule/"))
    press_until_focused(page, "it.textContent.includes('Giving feedback')")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/schedule/time/"))
    press_until_focused(page, "it.textContent.includes('Next seven days')")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("day="))
    press_until_focused(page, "it.matches('.ew-slot')")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/schedule/confirm/"))
    press_until_focused(page, "it.textContent.includes('Confirm meeting')")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/booked/"))
    meeting = Meeting.objects.get()

    page.goto(f"/meetings/{meeting.pk}/")
    press_until_focused(page, "it.textContent.trim() == 'Reschedule'")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/reschedule/"))
    press_until_focused(page, "it.matches('.ew-slot')")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("start="))
    press_until_focused(page, "it.textContent.includes('Save new time')")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"/meetings/{meeting.pk}/$"))
    assert Meeting.objects.get().starts_at != meeting.starts_at

    press_until_focused(page, "it.textContent.trim() == 'Cancel meeting'")
    page.keyboard.press("Enter")
    press_until_focused(page, "it.matches('button') && it.textContent.trim() == 'Cancel meeting'")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Cancelled").first).to_be_visible()
    assert Meeting.objects.get().status == Status.CANCELLED


def test_escape_keeps_the_meeting(open_as, world):
    meeting = world.book()
    page = open_as(world.participant)
    page.goto(f"/meetings/{meeting.pk}/")

    page.get_by_role("link", name="Cancel meeting").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.get_by_role("dialog")).to_be_hidden()
    assert Meeting.objects.get().status == Status.SCHEDULED


def test_sign_in_with_the_form(open_as, world, live_server):
    page = open_as(None)
    page.goto("/")

    page.get_by_label("E-mail address").fill(world.participant.email)
    page.get_by_label("Password").fill("everwise-demo")
    page.get_by_role("button", name="Sign in", exact=True).click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Maya")
