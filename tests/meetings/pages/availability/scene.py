"""A small world for tests of the availability page: its clock, and the page as a browser posts it."""

import html
import re
from datetime import UTC, datetime

from experts.hours import writer
from experts.models import Expert

NOW = datetime(2026, 10, 20, 11, 10, tzinfo=UTC)  # a Tuesday
URL = "/availability/"


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


def change(hers, **changes):
    """Open the page, change some fields, and post it."""
    return hers.post(
        URL, fields_of(hers.get(URL)) | {name.replace("__", "-"): value for name, value in changes.items()}
    )


def stored(world):
    return writer.read(Expert.objects.get(pk=world.expert.pk))
