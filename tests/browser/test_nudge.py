"""Writing to people, and asking for no more: axe finds nothing, nothing scrolls sideways at 320 px, no script."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from meetings.mail.nudges import opting_out
from meetings.models import Nudge, NudgeRecipient
from tests.browser.test_accessibility import looked_at, problems_of
from tests.scene import a_participant


def sent_before(world):
    """Three weeks ago, to five people."""
    at = timezone.now() - timedelta(days=21)
    nudge = Nudge.objects.create(path=world.path, kind="never-booked", by=world.admin, at=at, subject="Come")
    people = [a_participant(world.path, f"Person {number}") for number in range(5)]
    NudgeRecipient.objects.bulk_create(NudgeRecipient(nudge=nudge, user=each, at=at) for each in people)
    return opting_out.link(nudge.recipients.first()).split("/", 3)[3]


def test_pages_are_accessible(open_as, world):
    stop, problems = "/" + sent_before(world), []
    page = open_as(world.admin)
    write = reverse("paths:nudge", args=[world.path.pk])
    for name, address in {"write": write, "stop": stop, "own": reverse("own-reminders")}.items():
        looked_at(page, address, name, problems=problems)
    page.goto(write)
    page.get_by_label("Subject").fill(" ")
    page.get_by_role("button", name="Send to ").click()
    expect(page.get_by_text("Type a subject.").first).to_be_visible()
    problems += problems_of(page)
    assert problems == []


def test_without_a_script_it_is_read_sent_and_declined(open_as, world):
    stop = "/" + sent_before(world)
    page = open_as(world.admin, java_script_enabled=False)
    page.goto(reverse("paths:nudge", args=[world.path.pk]))
    page.get_by_label("with sessions left and nothing booked").check()
    page.get_by_label("Your words").fill("Is there a talk you keep putting off?")
    page.get_by_role("button", name="Show it again").click()
    expect(page.get_by_label("The e-mail as one of them gets it")).to_contain_text("Is there a talk")
    page.get_by_role("button", name="Send to ").click()
    expect(page.get_by_text("on their way.")).to_be_visible()
    page.goto(stop)
    page.get_by_role("button", name="No more reminders").click()
    expect(page.get_by_text("You are no longer told")).to_be_visible()
