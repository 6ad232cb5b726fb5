"""Sentences of both directions as a browser sets them: each name stays in its place, and no page becomes too wide."""

import pytest
from django.urls import reverse

from everwise.accounts.models import User
from paths.models import Theme
from scripts.pseudo_languages import MIRRORED
from tests.browser.conftest import every_page

# Fixtures of the other folder; pytest finds them by their names.
from tests.languages.conftest import languages, made_languages  # noqa: F401

pytestmark = pytest.mark.usefixtures("languages")

ARABIC = "ملاحظات مفيدة"
# Where the first of these words begins, and the digits that come after it in the same text, in px from the left.
PLACES = """name => {
  const texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode.data, start = text.indexOf(name);
    const digits = start < 0 ? null : /\\d+/.exec(text.slice(start + name.length));
    if (!digits) continue;
    const place = (from, length) => {
      const range = document.createRange();
      range.setStart(texts.currentNode, from);
      range.setEnd(texts.currentNode, from + length);
      return range.getBoundingClientRect().left;
    };
    return [place(start, name.length), place(start + name.length + digits.index, digits[0].length)];
  }
}"""


def times_of(world) -> str:
    return reverse("schedule:time", args=[world.path.pk]) + f"?theme={world.theme.pk}"


def places(page, name):
    found = page.evaluate(PLACES, name)
    assert found, page.locator("main").inner_text()[:300]
    return found


def test_name_from_right_to_left_stays_before_what_follows_it(open_as, world):
    """“ملاحظات مفيدة, 45 min”: without isolation the digits would jump to the name's other side."""
    Theme.objects.filter(pk=world.theme.pk).update(name=ARABIC)
    page = open_as(world.participant)
    page.goto(times_of(world))

    name, digits = places(page, ARABIC)
    assert name < digits
    # The control: the same text without what isolates the name.
    page.evaluate(
        "document.querySelector('main').innerHTML = document.querySelector('main').innerHTML"
        ".replaceAll('\\u2068', '').replaceAll('\\u2069', '')"
    )
    name, digits = places(page, ARABIC)
    assert name > digits


def test_latin_name_stands_at_the_right_of_what_follows_in_a_mirrored_page(open_as, world):
    User.objects.filter(pk=world.participant.pk).update(language=MIRRORED)
    page = open_as(world.participant)
    page.goto(times_of(world))
    assert page.evaluate("getComputedStyle(document.body).direction") == "rtl"
    name, digits = places(page, "Giving feedback that lands")
    assert name > digits

    # The control: in English it is the other way round.
    User.objects.filter(pk=world.participant.pk).update(language="en")
    page.goto(times_of(world))
    name, digits = places(page, "Giving feedback that lands")
    assert name < digits


def test_no_mirrored_page_scrolls_sideways(open_as, world):
    meeting = world.book()
    User.objects.filter(pk__in=[world.participant.pk, world.admin.pk]).update(language=MIRRORED)
    pages = every_page(world, meeting)
    for name in ("people", "themes", "settings", "meetings", "history", "detail", "import-people"):
        pages[f"{name} of an admin"] = reverse(f"paths:{name}", args=[world.path.pk])
    wide = []
    for who in (world.participant, world.admin):
        page = open_as(who, color_scheme="dark")
        for name, address in pages.items():
            if who == world.participant and name.endswith("of an admin"):
                continue
            page.goto(address)
            for width in (320, 1280):
                page.set_viewport_size({"width": width, "height": 900})
                found = page.evaluate("document.documentElement.scrollWidth")
                if found > width:
                    wide.append(f"{name}: {found} px")

    assert wide == []
