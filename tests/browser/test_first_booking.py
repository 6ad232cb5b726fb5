"""From an empty installation to the first booked session, on the site alone: what it takes of clicks and pages."""

import re

from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import expect

from everwise.accounts.models import User
from meetings.mail import account_mails
from meetings.models import Meeting, Notice

ADMIN, EXPERT, PARTICIPANT = "sam@first.example", "eva@first.example", "pia@first.example"
PASSWORD = "seven wet umbrellas"
# At most so many in all, each field that is filled in and each press being one action. One page asks for the time zone.
ACTIONS, PAGES = 29, 17


class Counted:
    """A page on which every action and every page that loads is counted."""

    actions = pages = 0

    def __init__(self, page):
        self.page = page
        page.on("domcontentloaded", lambda _: self.loaded())

    @classmethod
    def loaded(cls):
        cls.pages += 1

    @classmethod
    def acted(cls):
        cls.actions += 1

    def fill(self, label, text):
        self.acted()
        self.page.get_by_label(label, exact=True).fill(text)

    def press(self, role, name):
        self.acted()
        self.page.get_by_role(role, name=name).first.click()


def link_for(address) -> str:
    """What the invitation in the outbox leads to."""
    notice = Notice.objects.of_accounts().select_related("user").get(user__email=address, kind="invited")
    return re.search(r"/invitations/\w+/", account_mails.render(notice, timezone.now()).text)[0]


def accept(page, button, name):
    page.fill("Your name", name)
    page.fill("Password", PASSWORD)
    page.press("button", button)


def test_from_nothing_to_the_first_session(open_as, transactional_db, monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", interactive=False, email=ADMIN, name="Sam Staff")
    staff, expert, participant = (Counted(open_as(None)) for _ in range(3))

    staff.page.goto("/")
    staff.fill("E-mail address", ADMIN)
    staff.fill("Password", PASSWORD)
    staff.press("button", "Sign in")
    staff.press("button", "Use this time zone")
    staff.press("link", "Create a path")
    staff.fill("Name", "Leading your first team")
    staff.fill("Name of the new program", "Leadership")
    staff.fill("Its admin (optional)", ADMIN)
    staff.acted()
    staff.page.get_by_text("Add themes and experts right away").click()
    staff.fill("Themes (optional)", "Giving feedback, 45")
    staff.fill("Experts (optional)", EXPERT)
    staff.press("button", "Create path")
    expect(staff.page.get_by_role("heading", name="Set up this path")).to_be_visible()

    expert.page.goto(link_for(EXPERT))
    accept(expert, "Set password and give your hours", "Eva Stern")
    for day in ("Monday", "Thursday"):
        expert.acted()
        expert.page.get_by_role("switch", name=day, exact=True).check()
        expect(expert.page.get_by_label(re.compile(f"{day}, hours 1, from")).first).to_be_visible()
    expert.press("button", "Save availability")
    expect(expert.page.get_by_text("Your availability is saved.")).to_be_visible()

    staff.press("link", "Add people")
    staff.fill("E-mail addresses", PARTICIPANT)
    staff.press("button", "Add and invite")
    staff.press("link", "Open the path")
    staff.press("button", "Open the path")
    expect(staff.page.get_by_text("The path is open.")).to_be_visible()

    participant.page.goto(link_for(PARTICIPANT))
    accept(participant, "Set password and open the path", "Pia Lund")
    participant.press("link", "Giving feedback")
    participant.acted()
    participant.page.locator("a.ew-slot:visible").first.click()
    participant.press("button", "Confirm meeting")
    expect(participant.page.get_by_role("heading", level=1)).to_have_text(re.compile("You.re booked"))

    assert Meeting.objects.get().organizer == User.objects.get(email=PARTICIPANT)
    assert Counted.actions <= ACTIONS
    assert Counted.pages <= PAGES
