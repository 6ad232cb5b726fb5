"""A session that its expert cancelled, kept with another: with and without JavaScript, on a phone, by keyboard."""

import re
from uuid import uuid4

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from experts.models import AvailabilityRule, Expert
from meetings import booking
from meetings.models import Meeting
from tests.browser.test_accessibility import looked_at


@pytest.fixture
def lost(world):
    # So that both experts have time whenever one has.
    AvailabilityRule.objects.update(rrule="FREQ=DAILY", windows="00:00-24:00")
    meeting = world.book()
    expert = Meeting.objects.with_people().get(pk=meeting.pk).experts[0]
    return booking.cancel(meeting=meeting, by=expert, now=timezone.now())


def take(page, lost):
    page.goto(lost.get_absolute_url())
    first = page.locator("main h2").first
    expect(first).to_have_text(re.compile("^Same time, with "))
    name = first.text_content().removeprefix("Same time, with ")
    return name, page.get_by_role("button", name="Take this time")


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no-javascript"])
def test_take_the_time_of_a_lost_session(open_as, world, lost, javascript):
    page = open_as(world.participant, java_script_enabled=javascript)

    name, button = take(page, lost)
    button.click()

    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("You.re booked"))
    new = Meeting.objects.with_people().get(rescues=lost)
    assert [str(expert) for expert in new.experts] == [name]
    page.goto(lost.get_absolute_url())
    page.get_by_role("link", name="View the new meeting").click()
    expect(page).to_have_url(re.compile(f"/meetings/{new.pk}/$"))


def test_take_the_time_on_a_phone_by_keyboard(open_as, world, lost):
    page = open_as(world.participant, viewport={"width": 390, "height": 844}, has_touch=True)

    _, button = take(page, lost)
    expect(button).to_be_in_viewport()
    button.focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("You.re booked"))
    assert Meeting.objects.filter(rescues=lost).count() == 1


def test_second_press_of_a_page_that_was_left_open_leads_to_the_same_meeting(open_as, world, lost):
    page = open_as(world.participant)
    other = page.context.new_page()
    buttons = [take(tab, lost)[1] for tab in (page, other)]

    for tab, button in zip((page, other), buttons, strict=True):
        button.click()
        expect(tab.get_by_role("heading", level=1)).to_have_text(re.compile("You.re booked"))

    assert Meeting.objects.filter(rescues=lost).count() == 1


def test_pages_around_a_rescue_are_accessible(open_as, world, lost):
    page, problems = open_as(world.participant), []
    looked_at(page, lost.get_absolute_url(), "offer", problems=problems)
    Expert.objects.update(accepting=False)
    looked_at(page, lost.get_absolute_url(), "nobody", problems=problems)
    Expert.objects.exclude(user__in=lost.attendees.values("user")).update(accepting=True)
    new = booking.rescue(meeting=lost, by=world.participant, token=uuid4(), now=timezone.now())
    looked_at(page, lost.get_absolute_url(), "rescued", problems=problems)
    looked_at(page, new.get_absolute_url(), "rescue", problems=problems)

    assert problems == []
