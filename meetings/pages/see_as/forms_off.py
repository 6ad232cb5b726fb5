"""Forms that would change something, shown switched off: nobody presses a button that can only be refused."""

import re

from django.http import HttpResponse
from django.template.loader import render_to_string

POSTING = re.compile(r"(<form\b[^>]*\bmethod=\"post\"[^>]*>)(.*?)(</form>)", re.IGNORECASE | re.DOTALL)
# Stop is the one that works.
WORKS = re.compile(r"\bdata-ew-stop\b")


def switch_off(response: HttpResponse) -> HttpResponse:
    """All that is sent by POST, whichever page it is on; each says why. Searches and filters go on working."""
    if not response.streaming and response.headers.get("Content-Type", "").startswith("text/html"):
        why = render_to_string("paths/see_as/_switched_off.html")
        response.content = POSTING.sub(lambda form: _off(form, why), response.text)
    return response


def _off(form: re.Match[str], why: str) -> str:
    opening, inside, closing = form.groups()
    if WORKS.search(opening):
        return form[0]
    return f'{opening}{why}<fieldset class="ew-off" disabled>{inside}</fieldset>{closing}'
