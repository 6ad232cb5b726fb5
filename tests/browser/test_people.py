"""A path's people and its history: axe finds nothing, nothing scrolls sideways at 320 px, no script is needed."""

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from paths import adding
from paths.enums import Role
from paths.models import Membership
from tests.browser.test_accessibility import looked_at, problems_of

WHO = "ina@new.example"


def invite(world):
    token = "7b0a3c9e-0f0c-4a51-9a5c-0c8d3f3a9b11"
    adding.add_people(
        path=world.path, lines=WHO, role=Role.PARTICIPANT, by=world.admin, now=timezone.now(), token=token
    )
    return Membership.objects.get(path=world.path, user__email=WHO).user


def addresses(world):
    def address(name, *args):
        return reverse(f"paths:{name}", args=[world.path.pk, *args])

    return {
        "people": address("people"),
        "nobody": address("people") + "?q=lindquist",
        "add": address("add-people"),
        "participant": address("person", world.participant.pk),
        "expert": address("person", world.expert.pk),
        "oneself": address("person", world.admin.pk),
        "invited": address("person", invite(world).pk),
        "history": address("history"),
        "nothing": address("history") + "?q=lindquist&since=2026-13-01",
    }


def test_people_and_history_are_accessible(open_as, world):
    world.book()
    problems = []
    page = open_as(world.admin)

    for name, address in addresses(world).items():
        looked_at(page, address, name, problems=problems)
    page.goto(reverse("paths:add-people", args=[world.path.pk]))
    page.get_by_label("E-mail addresses").fill("omar@brightwater")
    page.get_by_role("button", name="Add and invite").click()
    expect(page.get_by_text("is not a full e-mail address.").first).to_be_visible()
    problems += problems_of(page)

    assert problems == []


def test_without_a_script_sessions_are_given_and_people_found(open_as, world):
    page = open_as(world.admin, java_script_enabled=False)
    page.goto(reverse("paths:people", args=[world.path.pk]))
    page.get_by_label("Name or e-mail").fill(world.participant.email)
    page.get_by_role("button", name="Show").click()
    page.get_by_role("link", name=world.participant.name).click()
    page.get_by_text("Give extra sessions").first.click()
    page.get_by_label("How many").fill("2")
    page.get_by_label("Why").fill("Returning from leave.")
    page.get_by_role("button", name="Give extra sessions").click()

    expect(page.get_by_text("2 of the 8 are extra.")).to_be_visible()
    page.get_by_role("link", name="All of it").click()
    expect(page.get_by_text("“Returning from leave.”")).to_be_visible()
