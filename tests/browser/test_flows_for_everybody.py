"""The main flows by keyboard alone and as a screen reader is told them; wide spacing."""

import re
from datetime import datetime, time, timedelta

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from everwise.accounts.models import User
from meetings.enums import Status
from meetings.models import Meeting
from paths.models import Invitation, Membership, PeopleImport
from tests.browser.conftest import every_page
from tests.browser.test_accessibility import looked_at
from tests.browser.test_adhoc_flow import next_monday
from tests.browser.test_arriving_and_leaving import link_of
from tests.browser.test_booking_flow import press_until_focused
from tests.browser.test_people import invite

LINES = "email,name,role\nzanele@new.example,Zanele Dube,participant\nbroken,Nobody,participant"
# WCAG 2.2, 1.4.12.
SPACING = "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }"
CANCEL = """
- heading "Cancel this meeting?" [level=1]
- paragraph: /gets an e-mail and the time opens up for others/
- textbox /Message/
- button "Cancel meeting"
- link "Keep meeting"
- link /Reschedule instead/
"""

MANUALLY = """
- main:
  - heading "Add meeting manually" [level=1]
  - region "What it’s about":
    - heading "What it’s about" [level=2]
    - textbox "Title"
    - textbox "Agenda (optional)"
  - region "When":
    - textbox "Date"
    - textbox "Start"
    - combobox "Duration"
    - textbox "Time zone"
  - region "Who’s free":
    - heading "Who’s free" [level=2]
  - region "Who":
    - group "Experts (0)":
      - button "Add an expert to the path"
      - search "Experts of this path":
        - searchbox "Find an expert to add"
      - list "Experts found":
        - listitem:
          - button /Add Helen Castillo/
      - status: 1 to 2 of 2
    - group "Participants (0)":
      - search "Participants of this path":
        - searchbox "Find a participant to add"
      - list "Participants found":
        - listitem:
          - button /Add Maya Lindqvist/
    - combobox "Organizer"
  - region "Where":
    - textbox "Place (optional)"
    - textbox "Video link (optional)"
  - button "Schedule meeting"
  - link "Discard"
"""
LEAVING = """
- heading "Maya Lindqvist leaves this path" [level=1]
- paragraph: /1 meeting is still to come/
- list:
  - listitem:
    - combobox /What becomes of Giving feedback that lands/
    - combobox /New organizer of Giving feedback that lands/
- heading "Message" [level=2]
- textbox "To the people whose meeting is cancelled (optional)"
- heading "What will happen" [level=2]
- list:
  - listitem: 1 session is cancelled. Maya Lindqvist gets it back.
  - listitem: Maya Lindqvist no longer sees the path.
- button "End membership and settle 1 meeting"
- link "Keep Maya on the path"
"""
IMPORT = """
- heading "Import people" [level=1]
- button "Choose a file"
- group: Paste it instead
- button "Show what would change"
- link "Discard"
- region "Columns":
  - heading "Columns" [level=2]
"""
PREVIEW = """
- heading "Import people" [level=1]
- term: Added
- definition: /1 participant/
- term: Problems
- definition: /Line 3/
- region "1 line has a problem":
  - heading "1 line has a problem" [level=2]
  - table "Lines with a problem":
    - caption: Lines with a problem
    - rowgroup:
      - row:
        - columnheader "Line"
        - columnheader "Problem"
        - columnheader "Mend it here"
    - rowgroup:
      - row:
        - cell "This is not a full e-mail address"
        - cell:
          - textbox "E-mail on line 3" [invalid]: broken
  - checkbox "Leave this line out"
  - button "Check again"
"""
INVITED = """
- heading "Welcome to Everwise" [level=1]
- paragraph:
  - text: Ruth Abara added you to
  - strong: Leading your first team
- textbox "E-mail address": ina@new.example
- textbox "Your name"
- textbox "Password"
- textbox "Time zone"
- button "Set password and open the path"
"""
INVITED_WITH_PROBLEMS = """
- alert "There are 2 problems":
  - heading "There are 2 problems" [level=2]
  - list:
    - listitem:
      - link /^Your name. This field is required/
    - listitem:
      - link /too short/
- textbox "Your name" [invalid]
- paragraph: This field is required.
- textbox "Password" [invalid]
- paragraph: /too short/
"""


def address(world, name, *more):
    return reverse(name, args=[world.path.pk, *more])


def pressed(page, words, role="button"):
    press_until_focused(page, f"it.matches('{role}, [type=submit], a') && it.textContent.includes('{words}')")
    page.keyboard.press("Enter")


def typed(page, name, text):
    press_until_focused(page, f"it.name == '{name}'")
    page.keyboard.type(text)


def typed_in_parts(page, name, value, *ways):
    """A date or a time: in which order its parts are typed is the browser's choice, by the machine's language."""
    press_until_focused(page, f"it.name == '{name}'")
    for way in ways:
        page.keyboard.type(way)
        if page.evaluate("document.activeElement.value") == value:
            return
        press_until_focused(page, f"it.name != '{name}'", key="Shift+Tab")
        page.keyboard.press("Tab")
    raise AssertionError(f"{value} can't be typed")


def looked_through(page, world):
    """The preview of an import, by what is pasted."""
    page.goto(address(world, "paths:import-people"))
    page.get_by_text("Paste it instead").click()
    page.locator("textarea").fill(LINES)
    page.get_by_role("button", name="Show what would change").click()
    expect(page.get_by_text("Nothing has been written yet.")).to_be_visible()


def test_person_is_invited_by_keyboard_alone(open_as, world):
    page = open_as(world.admin)
    page.goto(address(world, "paths:add-people"))
    typed(page, "lines", "zanele@new.example")
    press_until_focused(page, "it.name == 'role'")
    page.keyboard.press("ArrowDown")
    pressed(page, "Add and invite")

    expect(page.get_by_text("zanele@new.example").first).to_be_visible()
    assert Invitation.objects.get().user.email == "zanele@new.example"
    assert Membership.objects.get(user__email="zanele@new.example").role == "expert"


def test_membership_is_ended_by_keyboard_alone(open_as, world):
    meeting = world.book()
    page = open_as(world.admin)
    page.goto(address(world, "paths:end-membership", world.participant.pk))
    pressed(page, "End membership")

    expect(page.get_by_text("is no longer on this path").first).to_be_visible()
    assert Meeting.objects.get(pk=meeting.pk).status == Status.CANCELLED
    assert not Membership.objects.live().filter(user=world.participant).exists()


def test_people_are_imported_by_keyboard_alone(open_as, world):
    page = open_as(world.admin)
    page.goto(address(world, "paths:import-people"))
    press_until_focused(page, "it.textContent.trim() == 'Paste it instead'")
    page.keyboard.press("Enter")
    typed(page, "text", LINES)
    pressed(page, "Show what would change")
    expect(page.get_by_text("Nothing has been written yet.")).to_be_visible()
    press_until_focused(page, "it.name == 'leave'")
    page.keyboard.press("Space")
    pressed(page, "Import 1 person")

    expect(page.get_by_text("Nothing has been written yet.")).to_be_hidden()
    assert User.objects.filter(email="zanele@new.example").exists() or PeopleImport.objects.get().started_at


def test_meeting_is_added_by_hand_by_keyboard_alone(open_as, world):
    page = open_as(world.admin)
    page.goto(address(world, "schedule:manually"))
    typed(page, "title", "First 90 days review")
    day = next_monday()
    typed_in_parts(page, "date", f"{day}", f"{day:%m%d%Y}", f"{day:%d%m%Y}", f"{day:%Y%m%d}")
    typed_in_parts(page, "start", "16:00", "0400PM", "1600")
    pressed(page, "Add Helen Castillo")
    expect(page.get_by_role("checkbox", name=re.compile("Helen Castillo"))).to_be_checked()
    pressed(page, "Add Maya Lindqvist")
    expect(page.get_by_role("checkbox", name=re.compile("Maya Lindqvist"))).to_be_checked()
    press_until_focused(page, "it.name == 'organizer'")
    page.keyboard.type("Helen")
    pressed(page, "Schedule meeting", role="button.btn-primary")

    expect(page.get_by_role("heading", level=1)).to_have_text("First 90 days review")
    meeting = Meeting.objects.get()
    assert meeting.organizer == world.expert
    assert meeting.starts_at.astimezone(world.admin.time_zone) == datetime.combine(
        day, time(16), tzinfo=world.admin.time_zone
    )
    assert {each.user for each in meeting.attendees.all()} == {world.expert, world.participant}


def test_accessibility_tree_of_cancelling(open_as, world):
    meeting = world.book()
    page = open_as(world.participant)
    page.goto(reverse("meetings:cancel", args=[meeting.pk]))
    expect(page.locator("main")).to_match_aria_snapshot(CANCEL)


def test_accessibility_tree_of_what_admins_do(open_as, world):
    """Adding a meeting manually, ending a membership, an import before and after it is looked through."""
    page = open_as(world.admin)
    page.goto(address(world, "schedule:manually"))
    expect(page.locator("main")).to_match_aria_snapshot(MANUALLY)
    world.book()
    page.goto(address(world, "paths:end-membership", world.participant.pk))
    expect(page.locator("main")).to_match_aria_snapshot(LEAVING)
    page.goto(address(world, "paths:import-people"))
    expect(page.locator("main")).to_match_aria_snapshot(IMPORT)
    looked_through(page, world)
    expect(page.locator("main")).to_match_aria_snapshot(PREVIEW)


def test_accessibility_tree_of_an_invitation(open_as, world):
    page = open_as(None)
    page.goto(link_of(invite(world)))
    expect(page.locator("main")).to_match_aria_snapshot(INVITED)
    page.get_by_label("Password").fill("short")
    page.get_by_role("button", name="Set password and open the path").click()
    expect(page.locator("main")).to_match_aria_snapshot(INVITED_WITH_PROBLEMS)


def test_pages_beside_the_flows_are_accessible(open_as, world):
    """Those that no other walk opens."""
    meeting, problems = world.book(), []
    page = open_as(world.participant)
    for name in ("ask-zone", "account_reauthenticate"):
        looked_at(page, reverse(name), name, problems=problems)
    Meeting.objects.filter(pk=meeting.pk).update(
        starts_at=timezone.now() - timedelta(hours=2), ends_at=timezone.now() - timedelta(hours=1)
    )
    for name in ("rating", "notes"):
        looked_at(page, reverse(f"meetings:{name}", args=[meeting.pk]), name, problems=problems)
    page = open_as(meeting.attendees.get(user__expert__isnull=False).user)
    for name in ("outcome", "notes"):
        looked_at(page, reverse(f"meetings:{name}", args=[meeting.pk]), f"{name} of the expert", problems=problems)
    page = open_as(world.admin)
    looked_at(page, address(world, "paths:import-people"), "import", problems=problems)
    looked_through(page, world)
    looked_at(page, page.url, "import, looked through", problems=problems)

    assert problems == []


def test_nothing_is_lost_with_wide_spacing(open_as, world):
    page = open_as(world.participant, viewport={"width": 320, "height": 800}, bypass_csp=True)
    wide = {}
    for name, where in every_page(world, world.book()).items():
        page.goto(where)
        page.add_style_tag(content=SPACING)
        wide[name] = page.evaluate("document.documentElement.scrollWidth")

    assert {name: width for name, width in wide.items() if width > 320} == {}
