"""The two ad-hoc procedures in a real browser, word for word: add by hand and edit, then delete."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import expect

from meetings.enums import Status
from meetings.models import Meeting


def next_monday():
    today = timezone.now().date()
    return today + timedelta(days=14 - today.weekday())


def choose(page, name):
    """An expert who schedules is chosen already."""
    chosen = page.get_by_role("checkbox", name=re.compile(name))
    if not chosen.count():
        page.get_by_role("button", name=re.compile(f"^Add {name}")).click()
    expect(chosen).to_be_checked()


def fill_and_schedule(page, *, organizer):
    page.get_by_label("Title").fill("First 90 days review")
    page.get_by_label(re.compile("^Agenda")).fill("What went well\nWhat next")
    page.get_by_label("Date").fill(f"{next_monday():%Y-%m-%d}")
    page.get_by_label("Start").fill("16:00")
    page.get_by_label("Time zone").fill("Stockholm")
    choose(page, "Helen Castillo")
    choose(page, "Maya Lindqvist")
    page.get_by_label("Organizer").select_option(label=organizer)
    page.get_by_label(re.compile("^Place")).fill("Lake room")
    page.get_by_role("button", name="Schedule meeting").last.click()


def add_meeting_manually(page, world, *, organizer="Helen Castillo (expert)"):
    page.goto(f"/paths/{world.path.pk}/")
    page.get_by_text("Schedule meeting").locator("visible=true").first.click()
    page.get_by_role("link", name=re.compile("Add meeting manually")).locator("visible=true").first.click()
    fill_and_schedule(page, organizer=organizer)
    expect(page.get_by_role("heading", level=1)).to_have_text("First 90 days review")
    return Meeting.objects.get()


def edit_meeting(page, meeting):
    page.goto(f"/meetings/{meeting.pk}/")
    page.get_by_role("link", name="Edit", exact=True).click()
    # The form opens in the zone of whoever edits.
    page.get_by_label("Time zone").fill("Stockholm")
    page.get_by_label("Date").fill(f"{next_monday() + timedelta(days=1):%Y-%m-%d}")
    page.get_by_label("Start").fill("16:30")
    page.get_by_role("button", name="Update meeting").last.click()
    expect(page.get_by_text("The meeting is updated.")).to_be_visible()


def delete_meeting(page, meeting):
    page.goto(f"/meetings/{meeting.pk}/")
    page.get_by_role("link", name="Edit", exact=True).click()
    page.get_by_role("link", name="Delete").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Delete this meeting?")
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("is deleted. Everybody in it gets an e-mail.")).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no-javascript"])
def test_admin_adds_organizer_edits_and_deletes(open_as, world, javascript):
    page = open_as(world.admin, java_script_enabled=javascript)
    meeting = add_meeting_manually(page, world)
    assert (meeting.organizer, meeting.agenda, meeting.place) == (
        world.expert,
        "What went well\nWhat next",
        "Lake room",
    )

    organizer = open_as(world.expert, java_script_enabled=javascript)
    edit_meeting(organizer, meeting)
    moved = Meeting.objects.get()
    assert moved.pk == meeting.pk
    assert moved.starts_at == meeting.starts_at + timedelta(days=1, minutes=30)

    delete_meeting(organizer, meeting)
    assert Meeting.objects.get().status == Status.DELETED
    participant = open_as(world.participant)
    assert participant.goto(f"/meetings/{meeting.pk}/").status == 404


def test_on_a_phone(open_as, world):
    page = open_as(world.admin, viewport={"width": 390, "height": 844}, has_touch=True)

    meeting = add_meeting_manually(page, world, organizer="Ruth Abara (you)")
    edit_meeting(page, meeting)
    delete_meeting(page, meeting)

    assert Meeting.objects.get().status == Status.DELETED


def test_expert_who_names_the_participant_loses_the_edit_button(open_as, world):
    page = open_as(world.expert)

    meeting = add_meeting_manually(page, world, organizer="Maya Lindqvist (participant)")

    expect(page.get_by_role("link", name="Edit", exact=True)).to_have_count(0)
    refused = "Only its organizer and the admins of this path can edit this meeting."
    expect(page.get_by_text(refused, exact=True)).to_be_visible()
    assert page.goto(f"/meetings/{meeting.pk}/edit/").status == 403
    participant = open_as(world.participant)
    delete_meeting(participant, meeting)


def test_participant_has_no_way_to_add_by_hand(open_as, world):
    page, admins = open_as(world.participant), open_as(world.admin)

    for address in (f"/paths/{world.path.pk}/", f"/paths/{world.path.pk}/schedule/"):
        page.goto(address)
        expect(page.get_by_text("Add meeting manually")).to_have_count(0)
        admins.goto(address)
        expect(admins.get_by_text("Add meeting manually").first).to_be_attached()
    assert page.goto(f"/paths/{world.path.pk}/schedule/manually/").status == 403


def test_who_is_free_follows_what_is_typed_and_keeps_the_focus(open_as, world):
    page = open_as(world.admin)
    page.goto(f"/paths/{world.path.pk}/schedule/manually/")
    expect(page.get_by_text("Choose a date and some people")).to_be_visible()

    choose(page, "Helen Castillo")
    page.get_by_label("Date").fill(f"{next_monday():%Y-%m-%d}")
    page.get_by_label("Start").fill("03:00")
    page.get_by_label("Start").press("Tab")

    panel = page.locator("#whos-free")
    expect(panel.get_by_text("not everyone is free then")).to_be_visible()
    page.get_by_label("Title").fill("Typed before the answer")
    panel.get_by_role("button", name=re.compile("^Mon")).first.click()
    expect(panel.get_by_text("everyone is free then", exact=False)).to_be_visible()
    expect(page.get_by_label("Title")).to_have_value("Typed before the answer")


def test_enter_in_a_field_schedules(open_as, world):
    page = open_as(world.admin)
    page.goto(f"/paths/{world.path.pk}/schedule/manually/")

    page.get_by_label("Title").fill("Quick")
    page.get_by_label("Title").press("Enter")

    expect(page.get_by_text("Choose a date.").first).to_be_visible()


def test_two_editors_at_once(open_as, world):
    page = open_as(world.admin)
    meeting = add_meeting_manually(page, world)
    pages = [open_as(world.admin), open_as(world.expert)]
    for each in pages:
        each.goto(f"/meetings/{meeting.pk}/edit/")

    for each, title in zip(pages, ("First", "Second"), strict=True):
        each.get_by_label("Title").fill(title)
        each.get_by_role("button", name="Update meeting").last.click()

    second = pages[1]
    expect(second.get_by_role("heading", level=1)).to_have_text("This meeting was changed in the meantime")
    assert Meeting.objects.get().title == "First"
    second.get_by_role("button", name="Go on with your version").click()
    expect(second.get_by_label("Title")).to_have_value("Second")
    second.get_by_role("button", name="Update meeting").last.click()
    expect(second.get_by_role("heading", level=1)).to_have_text("Second")


def test_signed_out_meanwhile_is_told_where_nothing_is_lost(open_as, world):
    page = open_as(world.admin)
    page.goto(f"/paths/{world.path.pk}/schedule/manually/")
    page.get_by_label("Title").fill("First 90 days review")
    told = page.get_by_text("sign in again in another tab before you save")
    expect(told).to_be_hidden()
    Session.objects.all().delete()

    page.get_by_label("Start").fill("03:00")
    page.get_by_label("Start").press("Tab")

    expect(told).to_be_visible()
    expect(page.get_by_label("Title")).to_have_value("First 90 days review")
