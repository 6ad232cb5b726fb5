"""The booking at 200 %, in forced colours, and while an answer takes its time."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.conftest import every_page

# A window of 1280 x 900 at 200 %.
TWICE_AS_LARGE = {"width": 640, "height": 450}
MAIN_ACTIONS = {
    "theme": ("link", "Giving feedback that lands"),
    "time": ("link", re.compile(r"\d\d:\d\d, with")),
    "confirm": ("button", "Confirm meeting"),
    "meeting": ("link", "Reschedule"),
    "save": ("button", "Save new time"),
}
# What is on top in the middle of the element: itself, or what lies over it.
IS_ON_TOP = """element => {
    const { x, y, width, height } = element.getBoundingClientRect();
    const top = document.elementFromPoint(x + width / 2, y + height / 2);
    return top === element || element.contains(top) || top?.contains(element) === true;
}"""
# What still tells things apart when grounds and colours are the system's.
EDGES = """element => {
    const style = getComputedStyle(element);
    const outline = style.outlineStyle === "none" ? "none" : `${style.outlineStyle} ${style.outlineWidth}`;
    return [outline, style.borderTopStyle, style.color].join(", ");
}"""


def sideways(page):
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def is_reachable(page, action) -> bool:
    """Within the window's width once scrolled to, with nothing over it."""
    action.scroll_into_view_if_needed()
    box = action.bounding_box()
    return box["x"] >= 0 and box["x"] + box["width"] <= page.viewport_size["width"] and action.evaluate(IS_ON_TOP)


def test_twice_as_large_every_step_keeps_its_action(open_as, world):
    page = open_as(world.participant, viewport=TWICE_AS_LARGE)
    pages = every_page(world, world.book())
    problems = []
    for name, (role, words) in MAIN_ACTIONS.items():
        page.goto(pages[name])
        action = page.get_by_role(role, name=words).locator("visible=true").first
        if sideways(page) > 0:
            problems.append(f"{name} scrolls sideways by {sideways(page)} px")
        if not is_reachable(page, action):
            problems.append(f"{name}: {words} can't be reached")
    assert problems == []

    # What is wrong is found.
    page.evaluate("document.querySelector('main').style.width = '700px'")
    assert sideways(page) > 0
    page.evaluate("document.querySelector('main').style.width = ''")
    assert is_reachable(page, action)
    action.evaluate("element => element.style.transform = 'translateX(-900px)'")
    assert not is_reachable(page, action)


def edges(locator):
    return locator.evaluate(EDGES)


@pytest.fixture
def forced(open_as, world):
    page = open_as(world.admin)
    page.emulate_media(forced_colors="active")
    return page


def test_forced_colours_tell_what_is_chosen(forced, world):
    forced.goto(reverse("schedule:theme", args=[world.path.pk]))
    forced.get_by_label("Find a participant by name or e-mail address").fill("maya")
    forced.get_by_role("button", name="Search").click()
    person = forced.get_by_role("radio", name="Maya")
    choice = forced.locator(".ew-choice").filter(has=person)
    before = edges(choice)
    person.check()
    forced.locator("h1").first.click()
    chosen = edges(choice)

    assert before != chosen
    assert chosen.startswith("solid 3px")
    # Without the rule nothing but its ground would tell.
    choice.evaluate("element => element.style.outline = 'none'")
    assert edges(choice) == before


def test_forced_colours_tell_what_is_disabled(forced, world):
    forced.goto(f"{reverse('schedule:time', args=[world.path.pk])}?theme={world.theme.pk}&for={world.participant.pk}")
    button = forced.get_by_role("button", name="Previous seven days")
    expect(button).to_be_disabled()
    disabled = edges(button)

    button.evaluate("(element) => { element.disabled = false; }")
    assert edges(button) != disabled
    button.evaluate("(element) => { element.disabled = true; }")
    assert edges(button) == disabled


@pytest.mark.parametrize("name", ["time", "confirm", "meeting", "save"])
def test_forced_colours_tell_what_has_the_focus(open_as, world, name):
    page = open_as(world.participant)
    page.emulate_media(forced_colors="active")
    page.goto(every_page(world, world.book())[name])
    role, words = MAIN_ACTIONS[name]
    action = page.get_by_role(role, name=words).locator("visible=true").first
    before = edges(action)
    # As the keyboard does: a click by the mouse draws no ring.
    page.keyboard.press("Tab")
    action.focus()

    assert before.startswith("none")
    assert edges(action).startswith("solid")
    action.evaluate("element => element.style.outline = 'none'")
    assert edges(action) == before


# While a page is on its way, nothing can be asked of the one that is left, but it still speaks.
LINE = "The line is shown"
ON_LINE = f"""addEventListener("animationstart", ({{ target }}) => {{
    if (target.matches(".ew-loading")) console.debug("{LINE}");
}})"""
RUNNING = "document.querySelector('.ew-loading').getAnimations().length"


@pytest.mark.parametrize("name", ["confirm", "save"])
def test_line_is_shown_while_an_answer_takes_long(open_as, world, name):
    page = open_as(world.participant)
    page.add_init_script(ON_LINE)
    lines, held = [], []
    page.on("console", lambda message: lines.append(message) if message.text == LINE else None)
    page.goto(every_page(world, world.book())[name])
    page.route("**/*", lambda route: held.append(route) if route.request.method == "POST" else route.fallback())
    assert page.evaluate(RUNNING) == 0
    assert lines == []

    role, words = MAIN_ACTIONS[name]
    with page.expect_console_message(lambda message: message.text == LINE):
        page.get_by_role(role, name=words).click(no_wait_after=True)

    (answer,) = held
    answer.continue_()
    expect(page.get_by_role(role, name=words)).to_have_count(0)
    expect(page.locator("h1")).to_be_visible()
    assert page.evaluate(RUNNING) == 0
    assert len(lines) == 1
