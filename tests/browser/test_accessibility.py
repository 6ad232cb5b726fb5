"""Every page, light and dark: axe finds nothing, nothing scrolls sideways at 320 px, the console is silent."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import every_page

PUBLIC = {
    "sign-in": "/accounts/login/",
    "sign-up": "/accounts/signup/",
    "reset": "/accounts/password/reset/",
}


def problems_of(page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]


def looked_at(page, address, name, *, problems):
    """Visit one page, and note what is wrong with it."""
    page.goto(address)
    problems += [f"{name}: {problem}" for problem in problems_of(page)]
    page.set_viewport_size({"width": 320, "height": 800})
    width = page.evaluate("document.documentElement.scrollWidth")
    if width > 320:
        problems.append(f"{name}: scrolls sideways, {width} px wide")
    problems += [f"{name} at 320 px: {problem}" for problem in problems_of(page)]
    page.set_viewport_size({"width": 1280, "height": 900})


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_accessible(open_as, world, scheme):
    meeting = world.book()
    problems = []

    page = open_as(world.participant, color_scheme=scheme)
    for name, address in every_page(world, meeting).items():
        looked_at(page, address, name, problems=problems)

    assert problems == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_public_and_admin_pages_are_accessible(open_as, world, scheme):
    meeting = world.book()
    problems = []

    stranger = open_as(None, color_scheme=scheme)
    for name, address in PUBLIC.items():
        looked_at(stranger, address, name, problems=problems)
    admin = open_as(world.admin, color_scheme=scheme)
    for name in ("home", "path", "theme", "meeting", "reschedule"):
        looked_at(admin, every_page(world, meeting)[name], f"{name} of an admin", problems=problems)

    assert problems == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_that_say_no_are_accessible(open_as, world, scheme):
    problems = []
    page = open_as(world.participant, color_scheme=scheme)
    start = world.book().starts_at
    taken = f"/paths/{world.path.pk}/schedule/confirm/?theme={world.theme.pk}&start={start:%Y-%m-%dT%H:%M:%SZ}"
    looked_at(page, taken, "taken", problems=problems)
    world.path.sessions_per_participant = 1
    world.path.save()
    looked_at(page, f"/paths/{world.path.pk}/schedule/", "used up", problems=problems)
    looked_at(page, f"/paths/{world.path.pk}/", "path, used up", problems=problems)
    looked_at(page, "/accounts/confirm-email/nothing/", "bad link", problems=problems)

    assert problems == []
