"""The page of an expert's other calendars, looked at and used by keyboard and file."""

import re
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from experts.models import BusyCalendar, Expert
from tests.browser.test_accessibility import looked_at
from tests.experts.feeds.test_parse import event, file


def calendars_of(user):
    now = timezone.now()
    expert = Expert.objects.get(user=user)
    known = {"kind": "address", "url": "https://calendar.example.com/secret.ics", "busy_count": 12}
    times = {"last_read_at": now - timedelta(minutes=4), "next_read_at": now + timedelta(minutes=11)}
    broken = {"error": "The server wants a sign-in. Use the calendar’s secret address instead.", "failures": 1}
    BusyCalendar.objects.create(expert=expert, label="Work", **known, **times)
    known["url"] = "https://" + "a" * 60 + ".example.com/secret.ics"
    BusyCalendar.objects.create(expert=expert, label="A" * 80, **known, **times, **broken)
    return BusyCalendar.objects.create(expert=expert, label="Holidays", kind="upload", last_read_at=now)


def test_calendar_pages_are_accessible(open_as, world):
    problems = []
    page = open_as(world.expert)
    looked_at(page, reverse("calendars:list"), "empty", problems=problems)
    uploaded = calendars_of(world.expert)
    looked_at(page, reverse("calendars:list"), "list", problems=problems)
    looked_at(page, reverse("calendars:remove", args=[uploaded.pk]), "remove", problems=problems)
    by_address = BusyCalendar.objects.get(label="Work")
    looked_at(page, reverse("calendars:addresses", args=[by_address.pk]), "own addresses", problems=problems)

    assert problems == []


def test_calendars_are_added_and_removed(open_as, world, tmp_path):
    start = timezone.now() + timedelta(days=2)
    (tmp_path / "work.ics").write_bytes(file(event(f"DTSTART:{start:%Y%m%dT%H%M%SZ}", "DURATION:PT1H")))
    page = open_as(world.expert, java_script_enabled=False)
    page.goto(reverse("calendars:list"))

    page.get_by_role("textbox", name=re.compile(r"^Address")).fill("ftp://example.com/")
    page.get_by_role("button", name="Add calendar").press("Enter")
    expect(page).to_have_title("Error: Other calendars · Everwise")
    expect(page.get_by_role("textbox", name=re.compile(r"^Address"))).to_have_value("ftp://example.com/")

    page.get_by_label("Calendar file").set_input_files(tmp_path / "work.ics")
    page.get_by_role("button", name="Upload file").press("Enter")
    expect(page.get_by_text("“work.ics” is read: 1 busy time.")).to_be_visible()

    page.get_by_role("link", name="Remove work.ics").press("Enter")
    page.get_by_role("button", name="Remove calendar").press("Enter")
    expect(page.get_by_text("No other calendars yet")).to_be_visible()
