"""The Overview of a path for its admins: axe finds nothing, nothing scrolls sideways at 320 px, no script is needed."""

from django.urls import reverse

from tests.browser.test_accessibility import looked_at
from tests.scene import a_theme, an_expert


def test_overview_is_accessible(open_as, world):
    address, problems = reverse("paths:detail", args=[world.path.pk]), []
    page = open_as(world.admin)
    looked_at(page, address, "quiet", problems=problems)
    world.book()
    an_expert(world.path, name="Marcus Aurelius Bellamy-Hawthorne", windows="")
    for number in range(9):
        a_theme(world.path, name=f"Planning my next {number} quarters")

    looked_at(page, address, "busy", problems=problems)
    looked_at(page, f"{address}?all=1", "all", problems=problems)

    assert problems == []


def test_without_a_script_an_expert_is_reminded(open_as, world):
    an_expert(world.path, name="Marcus Bellamy", windows="")
    page = open_as(world.admin, java_script_enabled=False)
    page.goto(reverse("paths:detail", args=[world.path.pk]))

    page.get_by_role("button", name="Remind Marcus").click()

    assert page.get_by_text("A reminder is on its way.").is_visible()
    assert page.get_by_text("Reminded today").is_visible()
    assert page.get_by_role("button", name="Remind Marcus").count() == 0
