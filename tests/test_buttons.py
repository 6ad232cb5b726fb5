"""What a page offers is what its address answers: every change that is shown is allowed, and every other refused."""

from datetime import timedelta
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from django.urls import reverse

from meetings.enums import Kind
from tests.gate_world import PEOPLE, a_world, call_off, signed_in
from tests.scene import NOW

pytestmark = pytest.mark.django_db
CHANGES = (
    "note",
    "answers",
    "brief",
    "reschedule",
    "reassign",
    "cancel",
    "edit",
    "hand-over",
    "delete",
    "outcome",
    "rating",
    "notes",
)
STEPS = ("theme", "manually")


@pytest.fixture
def world(clock):
    return a_world()


class Targets(HTMLParser):
    """Where the links, forms and buttons of a page lead, without their queries."""

    def __init__(self, page: str):
        super().__init__()
        self.found: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if (tag, name) in {("a", "href"), ("form", "action"), ("button", "formaction")} and value:
                self.found.add(urlsplit(value).path)


def targets(client, *pages) -> set[str]:
    """Where these pages lead; nowhere, where they can't be opened."""
    answers = [client.get(page) for page in pages]
    return {
        found for answer in answers if answer.status_code == 200 for found in Targets(answer.content.decode()).found
    }


def shown(client, pages, changes) -> set[str]:
    """Which changes are offered on these pages, and on the edit page, where Delete lives, if that is one of them."""
    found = targets(client, *pages)
    if changes["edit"] in found:
        found |= targets(client, changes["edit"])
    return {change for change, address in changes.items() if address in found}


def allowed(client, changes) -> set[str]:
    """Which changes are opened, every other one being refused."""
    answers = {change: client.get(address).status_code for change, address in changes.items()}
    assert set(answers.values()) <= {200, 302, 403, 404}
    return {change for change, status in answers.items() if status == 200}


def pages_of(path) -> list[str]:
    """Where a meeting can be scheduled from."""
    return [reverse(name, args=[path.pk]) for name in ("paths:detail", "schedule:theme")]


@pytest.mark.parametrize("state", ["coming", "late", "begun", "past", "called off"])
@pytest.mark.parametrize("kind", [Kind.DROP_IN, Kind.AD_HOC])
def test_changes_shown_are_the_changes_allowed(world, clock, kind, state):
    if state == "called off":
        call_off(world)
    offered, opened = {}, {}

    for name, meeting in world.meetings[kind].items():
        late = meeting.change_until + timedelta(minutes=30)
        clock.move_to({"late": late, "begun": meeting.starts_at, "past": meeting.ends_at}.get(state, NOW))
        client = signed_in(world.person(name, kind))
        changes = {change: reverse(f"meetings:{change}", args=[meeting.pk]) for change in CHANGES}
        pages = [meeting.get_absolute_url(), reverse("meetings:booked", args=[meeting.pk])]
        offered[name], opened[name] = shown(client, pages, changes), allowed(client, changes)

    assert offered == opened


def test_ways_to_schedule_shown_are_the_ways_allowed(world):
    steps = {step: reverse(f"schedule:{step}", args=[world.path.pk]) for step in STEPS}
    offered, opened = {}, {}

    for name in PEOPLE:
        client = signed_in(world.person(name))
        found = targets(client, *pages_of(world.path))
        offered[name] = {step for step, address in steps.items() if address in found}
        opened[name] = allowed(client, steps)

    assert offered == opened
