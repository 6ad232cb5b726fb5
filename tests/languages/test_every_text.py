"""Every text of every page, e-mail and calendar file is in the reader's language: nothing is left in English.

Two kinds of text stand outside of the accented language's brackets: data, and what was never given to gettext.
"""

import re
from collections import Counter
from http import HTTPStatus
from typing import NamedTuple

import icalendar
import pytest
import time_machine
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.utils import timezone

from everwise.accounts.models import User
from meetings.calendars import feed
from meetings.demo.data import DOMAIN
from meetings.enums import AccountMail, Happening
from meetings.mail import account_mails, outbox, render
from meetings.models import Notice
from paths.models import Invitation
from scripts.pseudo_languages import ACCENTED, accented
from tests.crawler import Walk
from tests.languages.texts import data_of_rows, in_page, in_text
from tests.scene import NOW

pytestmark = [
    pytest.mark.any_database,
    pytest.mark.django_db,
    pytest.mark.usefixtures("clock", "languages", "marked_dates"),
]

# Said by Django's admin in no language but English.
DJANGOS_OWN = {
    "If disabled, the current password for this user will be lost.",
    "Whether the user will be able to authenticate using a password or not. If disabled, they may still be able to"
    " authenticate using other backends, such as Single Sign-On or LDAP.",
    *("True", "False"),
}
PEOPLE = ("participant", "expert", "admin", "staff")
SIGNED_OUT = ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/demo/mail/"]
ODD = ["/nowhere/", "/paths/00000000-0000-0000-0000-000000000000/", "/accounts/confirm-email/x/", "/accounts/logout/"]
# Fewer pages would mean that the walk had stopped at a door.
FEWEST = {"nobody": 8, "participant": 20, "expert": 25, "admin": 20, "staff": 20}
# Another language is not the question.
OUTSIDE = ("/static/", "/accounts/logout/", "/i18n/")


class Answer(NamedTuple):
    status: int
    headers: dict
    text: str
    location: str


class ClientVisitor:
    site_url = "http://testserver"

    def __init__(self, user: User | None = None):
        self.client = Client(headers={"accept-language": ACCENTED}, raise_request_exception=False)
        if user:
            self.client.force_login(user)

    def get(self, path: str) -> Answer:
        return self._answer(self.client.get(path.removeprefix(self.site_url)))

    def post(self, path: str, **fields: str) -> Answer:
        return self._answer(self.client.post(path, fields))

    def follow(self, answer: Answer) -> Answer:
        while answer.status == HTTPStatus.FOUND:
            answer = self.get(answer.location)
        return answer

    def _answer(self, response) -> Answer:
        headers = {"Content-Type": response.headers.get("Content-Type", "")}
        text = "" if response.streaming else response.content.decode(errors="replace")
        return Answer(response.status_code, headers, text, response.headers.get("Location", ""))


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """Once for all tests; what each of them writes is taken back after it."""
    with time_machine.travel(NOW, tick=False), django_db_blocker.unblock(), transaction.atomic():
        call_command("demo", verbosity=0)
        User.objects.update(language=ACCENTED)
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("who", ["nobody", *PEOPLE])
def test_every_page_is_in_the_readers_language(demo, who):
    user = None if who == "nobody" else User.objects.get(email=f"{who}@{DOMAIN}")
    walk = Walk(ClientVisitor(user), who, most=1, outside=OUTSIDE)
    walk.follow_links([*(["/", "/admin/"] if user else SIGNED_OUT), *ODD])
    walk.send_empty()
    walk.send_filled()

    data = data_of_rows()
    left = {(text, page.asked) for page in walk.pages for text in in_page(page.text, data)}
    assert [page.asked for page in walk.pages if page.status >= HTTPStatus.INTERNAL_SERVER_ERROR] == []
    assert len(walk.pages) >= FEWEST[who]
    # Each text once, with one of the pages that have it.
    assert {text: asked for text, asked in sorted(left) if text not in DJANGOS_OWN} == {}


def test_a_text_without_gettext_is_found():
    data = re.compile("Priya")
    page = f'<h1 title="{accented("Times")}">{accented("Book <b>now</b> with %(name)s") % {"name": "Priya"}}</h1> Priya'

    assert in_page(page, data) == []
    assert in_page(f'{page}<p aria-label="Close it">Sorry</p>', data) == ["Sorry", "Close it"]
    assert in_text(f"{accented('Hello')} Priya", data) == []
    assert in_text("Hello Priya", data) == ["Hello Priya"]


def test_every_mail_and_calendar_is_in_the_readers_language(demo):
    """Of the demo's past and future, and those of accounts."""
    people = User.objects.filter(email__endswith=DOMAIN)
    invitation = Invitation.objects.open().latest("sent_at")
    arriving = {"by": str(people[0].pk), "invitation": str(invitation.pk), "sent": invitation.sent_at.isoformat()}
    for kind in AccountMail:
        facts = {"at": timezone.now().isoformat(), "email": "new@demo.example", "error": "server-error 503", **arriving}
        outbox.post(kind=kind, user_id=people[0].pk, address=people[0].email, facts=facts, now=timezone.now())

    data, left, seen = data_of_rows(), set(), Counter()
    for notice in Notice.objects.select_related("event__by", "meeting__path", "user"):
        letter = account_mails.message(notice, timezone.now()) if notice.address else render.message(notice)
        # A link to confirm an address is made for one that waits for it alone.
        if letter is not None:
            seen[notice.kind] += 1
            left |= {(text, notice.kind) for part in (letter.subject, letter.body) for text in in_text(part, data)}
            left |= {(text, notice.kind) for html, _ in letter.alternatives[:1] for text in in_page(html, data)}
    for user in people:
        calendar = icalendar.Calendar.from_ical(feed.text(feed.events(user, timezone.now()), feed.name(user)))
        for event in calendar.walk("VEVENT"):
            said = (str(event.get("SUMMARY", "")), str(event.get("DESCRIPTION", "")))
            left |= {(text, "calendar") for part in said for text in in_text(part, data)}
            seen["calendar"] += 1

    assert dict(sorted(left)) == {}
    assert {Happening.BOOKED, Happening.CANCELLED, Happening.UPDATED, "calendar"} <= set(seen)
