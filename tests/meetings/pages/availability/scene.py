"""For tests of an expert's pages: their clock, their experts, and the forms as a browser posts them."""

import html
import re
from datetime import UTC, datetime, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from experts.hours import writer
from experts.models import Expert
from tests.experts.feeds.test_parse import event, file
from tests.scene import a_person, an_expert

NOW = datetime(2026, 10, 20, 11, 10, tzinfo=UTC)  # a Tuesday
URL = "/availability/"
INDEX = reverse("calendars:list")
ADDRESS = "https://calendar.example.com/secret-1234/basic.ics"


def a_weekday_expert(path, name):
    """Who works in Stockholm, with a break at noon."""
    return an_expert(
        path,
        user=a_person(name, time_zone="Europe/Stockholm"),
        windows="09:00-12:00, 13:00-17:00",
        rrule="FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
        time_zone="Europe/Stockholm",
    )


def upload(data=None, name="work.ics"):
    """What the form of a file sends; by itself, one hour in two days by the clock of the process that reads it."""
    if data is None:
        start = timezone.now() + timedelta(days=2)
        data = file(event(f"DTSTART:{start:%Y%m%dT%H%M%SZ}", "DURATION:PT1H"))
    return {"file": SimpleUploadedFile(name, data, "text/calendar"), "label": ""}


def text_of(response):
    return html.unescape(response.content.decode())


def fields_of(response) -> dict[str, list[str]]:
    """What a browser would post of the page's form, read from its markup."""
    markup = text_of(response)
    markup = markup[markup.index('id="availability-form"') : markup.index("</form>", markup.index("availability-form"))]
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", markup):
        known = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        boxed = known.get("type") in {"checkbox", "radio"}
        if "name" in known and (not boxed or " checked" in tag):
            found.setdefault(known["name"], []).append(known.get("value", "on" if boxed else ""))
    for name, options in re.findall(r'<select[^>]*name="([^"]+)".*?>(.*?)</select>', markup, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = [chosen[1]] if chosen else [re.search(r'value="([^"]*)"', options)[1]]
    return found


def change(own, **changes):
    """Open the page, change some fields, and post it."""
    return own.post(URL, fields_of(own.get(URL)) | {name.replace("__", "-"): value for name, value in changes.items()})


def stored(world):
    return writer.read_hours(Expert.objects.get(pk=world.expert.pk))
