"""What themes ask, in Django's admin: to look at, with the theme and in a list, and gone with it."""

import pytest

from paths import questions
from paths.models import Theme, ThemeQuestion
from paths.questions import Asking
from tests.admin_site import address, as_sent, limited_staff_on, staff_on
from tests.scene import a_path, a_theme

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def theme():
    theme = a_theme(a_path(name="Leading"), name="Listening")
    questions.put(theme, [Asking("What is your <goal>?", True), Asking("By when?", False)])
    return theme


def test_questions_stand_on_the_page_of_their_theme_and_in_a_list_and_cannot_be_changed(client, theme):
    staff = staff_on(client)
    page = staff.get(address(Theme, "change", theme.pk))

    assert "<div>What is your &lt;goal&gt;? (required)</div><div>By when?</div>" in page.text
    assert staff.post(address(Theme, "change", theme.pk), as_sent(page, name="Hearing")).status_code == 302
    assert [each.text for each in questions.of(Theme.objects.get())] == ["What is your <goal>?", "By when?"]
    listed = staff.get(address(ThemeQuestion, "changelist"), {"q": "hearing by"}).context["cl"].result_list
    assert [row.text for row in listed] == ["By when?"]
    one = theme.questions.first()
    assert staff.post(address(ThemeQuestion, "change", one.pk), {"text": "Other"}).status_code == 403


def test_theme_that_asks_but_was_never_used_can_still_be_deleted(client, theme):
    staff = staff_on(client)

    assert staff.post(address(Theme, "delete", theme.pk), {"post": "yes"}).status_code == 302

    assert not Theme.objects.exists()
    assert not ThemeQuestion.objects.exists()


def test_whoever_may_not_delete_themes_deletes_none(client, theme):
    limited_staff_on(client, "view_theme", "change_theme")

    assert client.post(address(Theme, "delete", theme.pk), {"post": "yes"}).status_code == 403
