"""After a meeting its page has several forms: what is typed in one stays when another is saved."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import expect

from meetings.models import Attendee, Meeting, Note, Rating


@pytest.fixture
def over(world):
    meeting = world.book()
    ended = timezone.now() - timedelta(hours=1)
    times = {"starts_at": ended - timedelta(minutes=30), "ends_at": ended}
    Meeting.objects.filter(pk=meeting.pk).update(**times)
    Attendee.objects.filter(meeting=meeting).update(**times)
    return Meeting.objects.with_people().get(pk=meeting.pk)


def opened(page, meeting):
    """The meeting's page with both notes unfolded, which are empty and so start closed."""
    page.goto(meeting.get_absolute_url())
    for part in ("#shared-card", "#private-card"):
        page.locator(f"{part} > summary").click()
    return page


@pytest.fixture
def page(open_as, world, over):
    return opened(open_as(world.participant), over)


def sign_in_by_form(page, user):
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address").fill(user.email)
    page.get_by_label("Password").fill("everwise-demo")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "/accounts/login/" not in url)


def private(page):
    return page.get_by_label("Your private note")


def shared(page):
    return page.get_by_label("Your shared note")


def test_text_in_the_other_cards_stays_when_one_is_saved(page, over):
    page.get_by_label("Comment").fill("Half written")
    shared(page).fill("For both")
    private(page).fill("For me")

    page.get_by_role("button", name="Save private note").click()

    expect(page.get_by_role("status")).to_have_text("Your private note is saved.")
    expect(page.get_by_role("button", name="Save private note")).to_be_focused()
    assert [(note.shared, note.text) for note in Note.objects.all()] == [(False, "For me")]
    assert [field.input_value() for field in (private(page), shared(page), page.get_by_label("Comment"))] == [
        "For me",
        "For both",
        "Half written",
    ]
    page.get_by_role("button", name="Save shared note").click()
    expect(page.get_by_role("status")).to_have_text("Your shared note is saved.")
    private(page).fill("For me, again")
    page.get_by_role("button", name="Save private note").click()
    expect(page.get_by_role("status")).to_have_text("Your private note is saved.")
    expect(private(page)).to_have_value("For me, again")
    assert {note.shared: note.text for note in Note.objects.all()} == {False: "For me, again", True: "For both"}
    assert page.url.endswith(over.get_absolute_url())


def test_outcome_shows_at_once_and_notes_stay(open_as, over):
    page = opened(open_as(over.experts[0]), over)
    shared(page).fill("Half written")

    page.get_by_role("radio", name=re.compile("^Completed")).check()
    page.get_by_role("button", name="Save outcome").click()

    expect(page.locator("#badges")).to_contain_text("Completed")
    expect(page.get_by_role("status")).to_contain_text("Thank you, that is noted.")
    expect(shared(page)).to_have_value("Half written")
    page.get_by_text("History").click()
    expect(page.locator("#history li").first).to_contain_text("Marked as “Completed” by you")


def test_form_with_a_problem_is_a_page_of_its_own_with_what_was_typed(page, open_as):
    page.get_by_label("Comment").fill("No stars yet")

    page.get_by_role("button", name="Save rating").click()

    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("Comment")).to_have_value("No stars yet")
    # The browser and htmx both tell of the answer's status.
    assert [re.search(r"\b400\b", complaint) is not None for complaint in open_as.complaints] == [True, True]
    open_as.complaints.clear()
    page.locator("label.btn", has_text="4").click()
    page.get_by_role("button", name="Save rating").click()
    expect(page.get_by_role("status")).to_have_text("Your rating is saved. Thank you!")
    assert [(rating.stars, rating.comment) for rating in Rating.objects.all()] == [(4, "No stars yet")]


def test_signed_out_meanwhile_nothing_is_lost(page, over):
    Session.objects.all().delete()
    private(page).fill("For me")
    shared(page).fill("For both")
    save = page.get_by_role("button", name="Save private note")

    save.click()

    expect(page.locator("#private-card").get_by_role("alert")).to_contain_text("This was not saved.")
    assert not Note.objects.exists()
    # As told: signing in, in another tab, changes the token of the form that was left open.
    sign_in_by_form(page.context.new_page(), over.participants[0])
    save.click()
    expect(page.get_by_role("status")).to_have_text("Your private note is saved.")
    expect(shared(page)).to_have_value("For both")
    assert [note.text for note in Note.objects.all()] == ["For me"]


@pytest.mark.parametrize("status", [403, 502])
def test_no_answer_is_told_beside_the_form(page, open_as, status):
    private(page).fill("For me")
    page.route("**/notes/", lambda route: route.fulfill(status=status, body="No such page"))

    page.get_by_role("button", name="Save private note").click()

    expect(page.locator("#private-card").get_by_role("alert")).to_contain_text("This was not saved.")
    expect(page.locator("#shared-card").get_by_role("alert")).to_have_count(0)
    expect(private(page)).to_have_value("For me")
    open_as.complaints.clear()


def test_no_show_changes_the_page_around(open_as, over):
    page = opened(open_as(over.experts[0]), over)
    shared(page).fill("Half written")

    page.get_by_role("radio", name=re.compile("^Participant did not come")).check()
    page.get_by_role("button", name="Save outcome").click()

    expect(page.locator("#badges")).to_contain_text("No-show")
    expect(page.locator("#room")).to_contain_text("Participant did not come.")
    expect(page.get_by_text("Correct it")).to_be_focused()
    expect(shared(page)).to_have_value("Half written")
