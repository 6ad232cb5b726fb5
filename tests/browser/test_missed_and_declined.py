"""Missed sessions and declines in a calendar: axe finds nothing on their pages, and all works without a script."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from meetings.enums import Status
from paths.models import Path
from tests.browser.test_accessibility import looked_at
from tests.meetings.mail.replies.answers import answer
from tests.scene import a_dropin


@pytest.fixture
def missed(world):
    """The participant has missed two sessions where one is allowed."""
    Path.objects.filter(pk=world.path.pk).update(no_shows_allowed=1)
    for days in (2, 3):
        start = timezone.now() - timedelta(days=days)
        a_dropin(world.theme, world.participant, world.expert.expert, start, status=Status.NO_SHOW_PARTICIPANT)


@pytest.mark.usefixtures("missed")
def test_somebody_asks_and_is_let_book_again_without_a_script(open_as, world):
    page = open_as(world.participant, java_script_enabled=False)
    page.goto(reverse("paths:detail", args=[world.path.pk]))
    page.get_by_role("button", name="Ask an admin").click()
    expect(page.get_by_text("get an e-mail that you would like to book again.")).to_be_visible()

    admin = open_as(world.admin, java_script_enabled=False)
    admin.goto(reverse("paths:person", args=[world.path.pk, world.participant.pk]))
    admin.get_by_role("button", name="Let them book again").click()
    expect(admin.get_by_text("can book again and gets an e-mail.")).to_be_visible()

    page.goto(f"{reverse('schedule:time', args=[world.path.pk])}?theme={world.theme.pk}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Choose a time")
    # The control: taken back, they are told why no time is shown.
    admin.get_by_role("button", name="Take back").click()
    page.reload()
    expect(page.get_by_text("has to let you book again").first).to_be_visible()


@pytest.mark.usefixtures("missed")
def test_pages_of_missed_sessions_are_accessible(open_as, world):
    problems = []
    page, path = open_as(world.participant), reverse("paths:detail", args=[world.path.pk])
    looked_at(page, path, "path, theirs", problems=problems)
    looked_at(page, reverse("schedule:theme", args=[world.path.pk]), "theme", problems=problems)
    admin = open_as(world.admin)
    person = reverse("paths:person", args=[world.path.pk, world.participant.pk])
    for name, address in {"path": path, "person": person}.items():
        looked_at(admin, address, name, problems=problems)
    assert problems == []


def test_pages_of_a_decline_are_accessible(open_as, world):
    meeting, problems = world.book(), []
    assert answer(meeting, world.participant, now=timezone.now())
    page, expert, admin = open_as(world.participant), open_as(world.expert), open_as(world.admin)
    looked_at(page, "/", "home", problems=problems)
    expect(page.get_by_text("in your calendar. It is still booked.").first).to_be_visible()
    looked_at(page, meeting.get_absolute_url(), "meeting, theirs", problems=problems)
    looked_at(expert, meeting.get_absolute_url(), "meeting, the other side's", problems=problems)
    expect(expert.get_by_text("declined this in their calendar").first).to_be_visible()
    looked_at(admin, reverse("paths:detail", args=[world.path.pk]), "path", problems=problems)
    expect(admin.get_by_text("declined a meeting in their calendar")).to_be_visible()
    assert problems == []
