"""From the outside, in a browser: an empty installation's first path, first invitations and first booked session.

`python -m acceptance.first_visit https://learn.example.com 2525` takes that site for one at 127.0.0.1 that has a
superuser and sends its e-mail to a port here. It reads links from the e-mails that arrive, and ends with 0 once a
session is booked.
"""

import re
import shutil
import sys
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller
from playwright.sync_api import Page, expect, sync_playwright

from acceptance.processes import HOST, wait_for

STAFF, PASSWORD = "founder@example.com", "seven wet umbrellas"
EXPERT, PARTICIPANT = "eva@example.com", "pia@example.com"


class Mailbox:
    """What aiosmtpd hands its letters to."""

    def __init__(self):
        self.letters: list[tuple[str, str]] = []

    async def handle_DATA(self, server, session, envelope) -> str:
        message = message_from_bytes(envelope.content, policy=policy.default)
        text = message.get_body(("plain",)).get_content()
        self.letters.extend((address, text) for address in envelope.rcpt_tos)
        return "250 taken"

    def link(self, address: str, pattern: str) -> str:
        def found():
            texts = [text for to, text in self.letters if to == address]
            return next((link[0] for text in texts if (link := re.search(pattern, text))), None)

        return wait_for(found, f"an e-mail to {address} with {pattern}")


def sign_in(page: Page) -> None:
    page.goto("/")
    page.get_by_label("E-mail address", exact=True).fill(STAFF)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).first.click()
    page.get_by_role("button", name="Use this time zone").click()


def set_up(page: Page) -> None:
    page.get_by_role("link", name="Create a path").first.click()
    page.get_by_label("Name", exact=True).fill("Leading your first team")
    page.get_by_label("Name of the new program", exact=True).fill("Leadership")
    page.get_by_label("Its admin (optional)", exact=True).fill(STAFF)
    page.get_by_text("Add themes and experts right away").click()
    page.get_by_label("Themes (optional)", exact=True).fill("Giving feedback, 45")
    page.get_by_label("Experts (optional)", exact=True).fill(EXPERT)
    page.get_by_role("button", name="Create path").click()
    expect(page.get_by_role("heading", name="Set up this path")).to_be_visible()


def accept(page: Page, link: str, name: str, button: str) -> None:
    page.goto(link)
    page.get_by_label("Your name", exact=True).fill(name)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name=button).click()


def give_hours(page: Page) -> None:
    for day in ("Monday", "Wednesday", "Thursday"):
        page.get_by_role("switch", name=day, exact=True).check()
        expect(page.get_by_label(re.compile(f"{day}, hours 1, from")).first).to_be_visible()
    page.get_by_role("button", name="Save availability").click()
    expect(page.get_by_text("Your availability is saved.")).to_be_visible()


def open_path(page: Page) -> None:
    page.get_by_role("link", name="Add people").first.click()
    page.get_by_label("E-mail addresses", exact=True).fill(PARTICIPANT)
    page.get_by_role("button", name="Add and invite").click()
    page.get_by_role("link", name="Open the path").click()
    page.get_by_role("button", name="Open the path").click()
    expect(page.get_by_text("The path is open.")).to_be_visible()


def book(page: Page) -> None:
    page.get_by_role("link", name="Giving feedback").first.click()
    page.locator("a.ew-slot:visible").first.click()
    page.get_by_role("button", name="Confirm meeting").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("You.re booked"))


def main(site_url: str, port: int) -> None:
    mailbox = Mailbox()
    server = Controller(mailbox, hostname=HOST, port=port)
    server.start()
    try:
        with sync_playwright() as playwright:
            # Its certificate is signed by itself, and its name is known here alone.
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox", f"--host-resolver-rules=MAP * {HOST}"]
            )
            staff, expert, participant = (
                browser.new_context(base_url=site_url, ignore_https_errors=True, timezone_id="Europe/Berlin").new_page()
                for _ in range(3)
            )
            invitation = rf"{site_url}/invitations/\w+/"
            sign_in(staff)
            set_up(staff)
            accept(expert, mailbox.link(EXPERT, invitation), "Eva Stern", "Set password and give your hours")
            give_hours(expert)
            open_path(staff)
            accept(participant, mailbox.link(PARTICIPANT, invitation), "Pia Lund", "Set password and open the path")
            book(participant)
            mailbox.link(PARTICIPANT, rf"{site_url}/meetings/\w+")
            browser.close()
    finally:
        server.stop()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
