"""No page does what the policy of contents forbids: each of them is opened, and the browser reports what it refused.

Every other browser test fails by such a report, too (`open_as`); Django's admin is walked in test_admin.
"""

import pytest
from django.urls import reverse

from tests import scene
from tests.browser.conftest import every_page

REFUSED = "() => { const style = document.createElement('style'); document.body.append(style); style.append('p {}') }"


def test_refused_style_is_reported(open_as, world):
    page = open_as(None)
    page.goto(reverse("account_login"))

    page.evaluate(REFUSED)
    page.wait_for_function("() => document.querySelector('style')")
    page.goto(reverse("account_login"))

    assert any("style-src" in complaint for complaint in open_as.complaints)
    open_as.complaints.clear()


@pytest.mark.parametrize("who", ["participant", "expert", "admin"])
def test_nothing_is_refused_on_any_page(open_as, world, who):
    meeting = world.book()
    world.add_by_hand()
    warnings = []
    page = open_as(getattr(world, who))
    page.on("console", lambda message: warnings.append(message.text) if "olicy" in message.text else None)

    for address in every_page(world, meeting).values():
        page.goto(address)
    if who == "admin":
        for name in ("people", "history", "settings", "themes", "meetings", "add-people", "import-people", "detail"):
            page.goto(reverse(f"paths:{name}", args=[world.path.pk]))

    # Names that a browser doesn't know in Permissions-Policy are warnings.
    assert warnings == []


def test_nothing_is_refused_in_the_admin_where_a_field_completes(open_as, world):
    page = open_as(scene.a_person("Sam Staff", is_staff=True, is_superuser=True))

    page.goto(reverse("admin:meetings_meeting_changelist"))
    page.locator("#changelist-filter .select2-selection").first.click()
    page.locator(".select2-search__field").last.fill("Leading")

    page.get_by_role("option", name="Leading").wait_for()
