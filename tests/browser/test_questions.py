"""Questions of a theme: axe finds nothing, nothing scrolls sideways at 320 px, and no script is needed."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from meetings import booking
from meetings.booking import brief
from meetings.models import Meeting, Note
from paths import questions
from paths.questions import Asking
from tests import scene
from tests.browser.test_accessibility import looked_at, problems_of

GOAL = Asking("What is your goal?", True)


@pytest.fixture
def asking(world):
    """The world, whose theme asks two things; Maya has had a session of it, with a private note."""
    questions.put(world.theme, [GOAL, Asking("By when?", False)])
    now = timezone.now()
    expert = world.theme.experts.get(user=world.expert)
    old = scene.a_dropin(world.theme, world.participant, expert, now - timedelta(days=5), note="Please be blunt.")
    Note.objects.create(meeting=old, author=world.participant, text="Ask about pay.", written_at=now)
    return world


def confirm_url(world):
    start = world.first_opening(timezone.now() + timedelta(days=2))
    path = reverse("schedule:confirm", args=[world.path.pk])
    return f"{path}?theme={world.theme.pk}&start={start:%Y-%m-%dT%H:%M:%SZ}"


def test_pages_with_questions_are_accessible(open_as, asking):
    now, problems = timezone.now(), []
    keys = [text.key for text in brief.earlier(asking.participant, asking.path.pk, now)]
    given = booking.GivenAnswers(None, {GOAL.key: "To be heard"})
    start = asking.first_opening(now + timedelta(days=4))
    meeting = scene.book(asking.theme, asking.participant, start, now=now, given=given, brief=keys)
    page = open_as(asking.participant)
    for name in ("detail", "answers", "brief"):
        looked_at(page, reverse(f"meetings:{name}", args=[meeting.pk]), name, problems=problems)
    looked_at(page, confirm_url(asking), "confirm", problems=problems)
    page.get_by_text("Earlier notes and answers").click()
    page.get_by_role("button", name="Confirm meeting").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    page.get_by_text("Earlier notes and answers").click()
    problems += [f"with problems: {problem}" for problem in problems_of(page)]
    admin = open_as(asking.admin)
    looked_at(admin, reverse("paths:theme", args=[asking.path.pk, asking.theme.pk]), "theme", problems=problems)

    assert problems == []


def test_without_script_a_session_is_booked_with_answers_and_what_was_ticked(open_as, asking):
    page = open_as(asking.participant, java_script_enabled=False, viewport={"width": 320, "height": 800})
    page.goto(confirm_url(asking))
    page.get_by_label("What is your goal?").fill("To be heard")
    page.get_by_text("Earlier notes and answers").click()
    page.get_by_label("Private note").check()
    page.get_by_role("button", name="Confirm meeting").click()
    expect(page.get_by_role("heading", name="You’re booked")).to_be_visible()
    meeting = Meeting.objects.scheduled().latest("starts_at")
    assert [row.text for row in meeting.answers.all()] == ["To be heard", ""]
    assert [text.text for text in brief.chosen_for(meeting)] == ["Ask about pay."]

    page.goto(reverse("meetings:brief", args=[meeting.pk]))
    page.get_by_label("Private note").uncheck()
    page.get_by_role("button", name="Save choice").click()
    expect(page.get_by_text("sees nothing of them.")).to_be_visible()
    assert brief.chosen_for(meeting) == []
