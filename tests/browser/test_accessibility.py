"""Every page, light and dark: axe finds nothing, nothing scrolls sideways at 320 px, the console is silent."""

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


def problems_of(page, *, colours=True) -> list[str]:
    """What axe finds on the page as it stands, with its colours in the light and in the dark."""
    # It leaves WCAG 2.2, 2.5.8 out unless it is asked.
    found = violations(page, rules={"color-contrast": {"enabled": colours}, "target-size": {"enabled": True}})
    if colours:
        # Without motion, so that no colour is still on its way.
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        # Nothing else differs in the dark.
        found += [f"dark: {problem}" for problem in violations(page, runOnly=["color-contrast"])]
        page.emulate_media(color_scheme="light", reduced_motion="no-preference")
    return found


def violations(page, **options) -> list[str]:
    # Without reading style sheets itself: it looks for their imported parts beside the page, and complains.
    found = Axe().run(page, options={"preload": False, **options}).response["violations"]
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]


def looked_at(page, address, name, *, problems):
    """Visit one page, and note what is wrong with it."""
    page.goto(address)
    problems += [f"{name}: {problem}" for problem in problems_of(page)]
    page.set_viewport_size({"width": 320, "height": 800})
    width = page.evaluate("document.documentElement.scrollWidth")
    if width > 320:
        problems.append(f"{name}: scrolls sideways, {width} px wide")
    # As tall as it is: a field that a phone's bar covers for now can be scrolled free of it, which axe does not do.
    page.set_viewport_size({"width": 320, "height": page.evaluate("document.documentElement.scrollHeight")})
    # A narrow page has the colours of the wide one, and they take axe longer than all the rest.
    problems += [f"{name} at 320 px: {problem}" for problem in problems_of(page, colours=False)]
    page.set_viewport_size({"width": 1280, "height": 900})


def test_what_is_wrong_is_found(open_as):
    page, problems = open_as(None), []
    wrong = """<html lang="en"><title>Wrong</title><main><h1>Wrong</h1><img src="data:," width="400">
        <style>button { inline-size: 12px; block-size: 12px; padding: 0 }
        @media (prefers-color-scheme: dark) { h1 { color: #eee } }</style>
        <p><button aria-label="Sooner"></button><button aria-label="Later"></button></p></main></html>"""
    page.route("**/wrong/", lambda route: route.fulfill(body=wrong, content_type="text/html"))
    looked_at(page, "/wrong/", "wrong", problems=problems)

    found = [" image-alt:", " target-siz", " target-siz"]
    assert [problem.partition(":")[2][:11] for problem in problems] == [*found, " dark: colo", " scrolls si", *found]


def test_every_page_is_accessible(open_as, world):
    meeting = world.book()
    problems = []

    page = open_as(world.participant)
    for name, address in every_page(world, meeting).items():
        looked_at(page, address, name, problems=problems)

    assert problems == []


def test_public_and_admin_pages_are_accessible(open_as, world):
    meeting = world.book()
    problems = []

    stranger = open_as(None)
    for name, address in PUBLIC.items():
        looked_at(stranger, address, name, problems=problems)
    admin = open_as(world.admin)
    for name in ("home", "path", "theme", "meeting", "reschedule"):
        looked_at(admin, every_page(world, meeting)[name], f"{name} of an admin", problems=problems)
    looked_at(admin, reverse("meetings:reassign", args=[meeting.pk]), "giving it to another", problems=problems)

    assert problems == []


def test_pages_that_say_no_are_accessible(open_as, world):
    problems = []
    page = open_as(world.participant)
    start = world.book().starts_at
    taken = f"/paths/{world.path.pk}/schedule/confirm/?theme={world.theme.pk}&start={start:%Y-%m-%dT%H:%M:%SZ}"
    looked_at(page, taken, "taken", problems=problems)
    world.path.sessions_per_participant = 1
    world.path.save()
    looked_at(page, f"/paths/{world.path.pk}/schedule/", "used up", problems=problems)
    looked_at(page, f"/paths/{world.path.pk}/", "path, used up", problems=problems)
    looked_at(page, "/accounts/confirm-email/nothing/", "bad link", problems=problems)

    assert problems == []


def test_confirm_with_changed_terms_is_accessible(open_as, world):
    page = open_as(world.participant)
    page.goto(every_page(world, world.book())["confirm"])
    Theme.objects.filter(pk=world.theme.pk).update(duration_minutes=60)
    page.get_by_role("button", name="Confirm").click()

    expect(page.get_by_text("This theme now takes 1 hour instead of 45 minutes.")).to_be_visible()
    assert problems_of(page) == []


def test_page_of_an_outage_is_accessible(open_as):
    page = open_as(None)
    away = render_to_string("503.html")
    page.route("**/away/", lambda route: route.fulfill(status=503, body=away, content_type="text/html"))
    problems = []
    looked_at(page, "/away/", "outage", problems=problems)

    assert problems == []


def test_pages_of_adhoc_meetings_are_accessible(open_as, world):
    problems = []
    page = open_as(world.admin)
    meeting = world.add_by_hand()
    for name in ("detail", "edit", "hand-over", "delete"):
        looked_at(page, reverse(f"meetings:{name}", args=[meeting.pk]), name, problems=problems)
    for address in ("schedule:manually", "paths:meetings"):
        looked_at(page, reverse(address, args=[world.path.pk]), address, problems=problems)
    looked_at(open_as(world.participant), meeting.get_absolute_url(), "theirs", problems=problems)

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
