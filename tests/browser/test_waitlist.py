"""Waiting for a time: axe finds nothing, nothing scrolls sideways at 320 px, and all of it works without a script."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from meetings.booking.waitlist import offering
from meetings.models import HeldTime, WaitlistEntry
from tests.browser.test_accessibility import looked_at, problems_of
from tests.scene import a_participant, a_theme, an_expert


@pytest.fixture
def waiting(world):
    """Somebody who can be told at any hour, and a theme that nobody gives time to yet."""
    user = a_participant(world.path, "Wanda", usual_from="00:00", usual_until="23:59")
    expert = an_expert(world.path, name="Eva Stone", windows="")
    return user, a_theme(world.path, expert, name="Saying no"), expert


def open_hours(theme, expert):
    """Time opens, and the worker comes by."""
    expert.rules.create(rrule="FREQ=DAILY", first_date=timezone.now().date(), windows="00:00-24:00")
    assert offering.offer(theme, timezone.now()) == 1
    return HeldTime.objects.get()


def test_pages_are_accessible(open_as, waiting):
    user, theme, expert = waiting
    page, problems = open_as(user), []
    wait = reverse("schedule:wait", args=[theme.path_id, theme.pk])
    times = f"{reverse('schedule:time', args=[theme.path_id])}?theme={theme.pk}"
    looked_at(page, times, "no times", problems=problems)
    looked_at(page, wait, "join", problems=problems)
    page.get_by_role("radio", name="Only these days:").check()
    page.get_by_role("button", name="Join the waitlist").click()
    expect(page.get_by_text("Choose at least one day.").first).to_be_visible()
    problems += problems_of(page)
    page.get_by_label("Any day", exact=True).check()
    page.get_by_role("button", name="Join the waitlist").click()
    expect(page.get_by_text("You are on the waitlist of")).to_be_visible()
    row = open_hours(theme, expert)
    held = reverse("meetings:held", args=[row.pk])
    path = reverse("paths:detail", args=[theme.path_id])
    for name, address in {"home": "/", "path": path, "times": times, "change": wait, "held": held}.items():
        looked_at(page, address, name, problems=problems)
    HeldTime.objects.update(until=timezone.now() - timedelta(minutes=1), offered_at=timezone.now() - timedelta(hours=1))
    looked_at(page, held, "held no more", problems=problems)
    assert problems == []


def test_without_a_script_somebody_waits_and_takes_what_is_held(open_as, waiting):
    user, theme, expert = waiting
    page = open_as(user, java_script_enabled=False)
    page.goto(f"{reverse('schedule:time', args=[theme.path_id])}?theme={theme.pk}")
    page.get_by_role("link", name="Join the waitlist").click()
    page.get_by_role("button", name="Join the waitlist").click()
    expect(page.get_by_text("You are on the waitlist of “Saying no”")).to_be_visible()
    open_hours(theme, expert)
    page.goto("/")
    page.get_by_role("link", name="Look at this time").click()
    expect(page.get_by_role("heading", name="Book this time?")).to_be_visible()
    page.get_by_role("button", name="Book", exact=True).click()
    expect(page.get_by_role("heading", name="You’re booked")).to_be_visible()
    assert WaitlistEntry.objects.get().ended_by == "taken"
