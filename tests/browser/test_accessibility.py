"""Every page, light and dark: axe finds nothing, nothing scrolls sideways at 320 px, the console is silent."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.template.loader import render_to_string
from django.urls import reverse
from playwright.sync_api import expect

from meetings.models import Meeting
from paths.models import Theme
from tests.browser.conftest import every_page

PUBLIC = {
    "sign-in": "/accounts/login/",
    "sign-up": "/accounts/signup/",
    "reset": "/accounts/password/reset/",
}


def is_dark(page) -> bool:
    return page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")


def problems_of(page, *, colours=True) -> list[str]:
    # Without reading style sheets itself: it looks for their imported parts beside the page, and complains.
    options: dict[str, object] = {"preload": False}
    if is_dark(page):
        # Nothing else differs in the dark.
        options["runOnly"] = ["color-contrast"]
    elif not colours:
        options["rules"] = {"color-contrast": {"enabled": False}}
    found = Axe().run(page, options=options).response["violations"]
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]


def looked_at(page, address, name, *, problems):
    """Visit one page, and note what is wrong with it."""
    page.goto(address)
    problems += [f"{name}: {problem}" for problem in problems_of(page)]
    page.set_viewport_size({"width": 320, "height": 800})
    width = page.evaluate("document.documentElement.scrollWidth")
    if width > 320:
        problems.append(f"{name}: scrolls sideways, {width} px wide")
    if not is_dark(page):
        # A narrow page has the colours of the wide one, and they take axe longer than all the rest.
        problems += [f"{name} at 320 px: {problem}" for problem in problems_of(page, colours=False)]
    page.set_viewport_size({"width": 1280, "height": 900})


def test_what_is_wrong_is_found(open_as):
    page, problems = open_as(None), []
    wrong = '<html lang="en"><title>Wrong</title><main><h1>Wrong</h1><img src="data:," width="400"></main></html>'
    page.route("**/wrong/", lambda route: route.fulfill(body=wrong, content_type="text/html"))
    looked_at(page, "/wrong/", "wrong", problems=problems)

    assert [problem.partition(":")[2][:11] for problem in problems] == [" image-alt:", " scrolls si", " image-alt:"]


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
    looked_at(admin, reverse("meetings:reassign", args=[meeting.pk]), "giving it to another", problems=problems)

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


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_confirm_with_changed_terms_is_accessible(open_as, world, scheme):
    page = open_as(world.participant, color_scheme=scheme)
    page.goto(every_page(world, world.book())["confirm"])
    Theme.objects.filter(pk=world.theme.pk).update(duration_minutes=60)
    page.get_by_role("button", name="Confirm").click()

    expect(page.get_by_text("This theme now takes 1 hour instead of 45 minutes.")).to_be_visible()
    assert problems_of(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_of_an_outage_is_accessible(open_as, scheme):
    page = open_as(None, color_scheme=scheme)
    away = render_to_string("503.html")
    page.route("**/away/", lambda route: route.fulfill(status=503, body=away, content_type="text/html"))
    problems = []
    looked_at(page, "/away/", "outage", problems=problems)

    assert problems == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_adhoc_meetings_are_accessible(open_as, world, scheme):
    problems = []
    page = open_as(world.admin, color_scheme=scheme)
    meeting = world.add_by_hand()
    for name in ("detail", "edit", "hand-over", "delete"):
        looked_at(page, reverse(f"meetings:{name}", args=[meeting.pk]), name, problems=problems)
    for address in ("schedule:manually", "paths:meetings"):
        looked_at(page, reverse(address, args=[world.path.pk]), address, problems=problems)
    looked_at(open_as(world.participant, color_scheme=scheme), meeting.get_absolute_url(), "theirs", problems=problems)

    # What comes after a button, and has no address of its own.
    page.goto(reverse("meetings:edit", args=[meeting.pk]))
    page.get_by_label("Title").fill("")
    page.get_by_label("Start").fill("03:00")
    page.get_by_role("button", name="Update meeting").last.click()
    problems += [f"with problems: {problem}" for problem in problems_of(page)]
    page.get_by_role("button", name="Add an expert to the path").click()
    problems += [f"add an expert: {problem}" for problem in problems_of(page)]
    page.goto(reverse("meetings:edit", args=[meeting.pk]))
    Meeting.objects.filter(pk=meeting.pk).update(sequence=7)
    page.get_by_label("Title").fill("Another")
    page.get_by_role("button", name="Update meeting").last.click()
    problems += [f"changed meanwhile: {problem}" for problem in problems_of(page)]

    assert problems == []
