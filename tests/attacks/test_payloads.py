"""Hostile texts in every text field of every form, on every page, in every e-mail and file: nothing of them runs."""

import csv
import io
from html.parser import HTMLParser
from urllib.parse import urlencode

import icalendar
import pytest
from django.db import transaction
from django.urls import reverse

from everwise.accounts.models import User
from experts.models import BusyCalendar, Expert
from meetings import booking
from meetings.calendars import feed
from meetings.enums import Kind, Status
from meetings.mail import account_mails, render
from meetings.models import Meeting, Note, Notice, Rating
from paths.models import Path, PathEventText, PeopleImport, Program, Theme
from tests.admin_site import MODELS, address
from tests.attacks.payloads import EVIL, PAYLOADS, SHORTEST_FIELD, filled, harm_in, unescaped_in
from tests.crawler import Markup, Walk, kind_of
from tests.gate_world import a_good_form, a_world, signed_in
from tests.languages.test_every_text import ClientVisitor
from tests.scene import NOW, a_dropin, at

pytestmark = [pytest.mark.any_database, pytest.mark.django_db, pytest.mark.usefixtures("clock")]

# What people type, by where it is kept.
TEXTS = {
    User: ("name", "called"),
    Expert: ("title", "bio", "languages"),
    BusyCalendar: ("label",),
    Program: ("name", "description"),
    Path: ("name", "description"),
    PathEventText: ("text",),
    PeopleImport: ("file",),
    Theme: ("name", "description"),
    Meeting: ("title", "agenda", "note", "place", "cancel_message"),
    Note: ("text",),
    Rating: ("comment",),
}
PEOPLE = ("participant", "expert", "admin", "staff")
# With which payload the texts begin; long ones hold all of them at each turn.
TURNS = range(0, len(PAYLOADS), 15)
# Where somebody reads what others typed: asked at every turn, all other pages once.
READERS = {
    "participant": ("home", "paths:list", "meetings:list", "profile"),
    "expert": ("home", "meetings:list", "availability", "calendars:list"),
    "admin": ("home", "paths:list", "paths:new"),
    "staff": ("home", "staff:installation"),
}
OF_PATH = (
    "paths:detail",
    "paths:people",
    "paths:meetings",
    "paths:history",
    "paths:themes",
    "paths:settings",
    "paths:room",
    "schedule:theme",
    "schedule:manually",
)
QUERY = ("q", "show", "day", "zone", "theme", "start", "for", "at", "expert", "next", "find", "page", "part", "email")


class TextFields(HTMLParser):
    """Names of the fields of a page in which text is typed or kept."""

    def __init__(self, text: str):
        super().__init__()
        self.names: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        values = {name: value or "" for name, value in attrs}
        kind = values.get("type", "text") if tag == "input" else tag
        if kind in {"text", "search", "email", "url", "hidden", "password", "textarea"}:
            self.names.add(values.get("name", ""))


@pytest.fixture
def world():
    """With a session behind, whose notes and rating are written, and a change of each kind in the history."""
    world = a_world()
    participant, expert = world.people["participant"], world.people["expert"]
    over = a_dropin(world.theme, participant, expert.expert, at(9, day=-2), status=Status.HELD)
    for shared in (True, False):
        Note.objects.create(meeting=over, author=expert, shared=shared, text="x", written_at=NOW)
    Rating.objects.create(meeting=over, user=participant, stars=4, comment="x", rated_at=NOW)
    return world


def poison(turn: int, longest: int = 10_000) -> None:
    """Every text that people have typed becomes as many payloads as it can hold, up to a length."""
    for model, names in TEXTS.items():
        for place, row in enumerate(model.objects.order_by("pk")):
            lengths = {name: min(model._meta.get_field(name).max_length, longest) for name in names}
            texts = {name: filled(length, turn + place * 3) for name, length in lengths.items()}
            model.objects.filter(pk=row.pk).update(**texts)


def change_all(world) -> None:
    """What sends an e-mail and is told in the history, with hostile words of its own."""
    dropin, adhoc = (world.meetings[kind]["admin"] for kind in (Kind.DROP_IN, Kind.AD_HOC))
    admin = signed_in(world.people["admin"])
    for meeting, change in ((dropin, "reschedule"), (dropin, "reassign"), (adhoc, "edit"), (adhoc, "hand-over")):
        fresh = Meeting.objects.get(pk=meeting.pk)
        fields = a_good_form(change, fresh) | {"message": filled(2000, 0), "agenda": filled(2000, 0)}
        assert admin.post(reverse(f"meetings:{change}", args=[meeting.pk]), fields).status_code == 302, change
    fresh = Meeting.objects.get(pk=dropin.pk)
    booking.cancel(meeting=fresh, by=world.people["admin"], message=filled(2000, 7), now=NOW)


def pages_of(client, addresses):
    answers = {address: client.get(address) for address in addresses}
    return {address: answer.text for address, answer in answers.items() if answer.status_code == 200}


def told(pages: dict[str, str]) -> list[str]:
    return [f"{where}: {what}" for where, text in pages.items() for what in (*unescaped_in(text), *harm_in(text))]


def test_every_payload_is_seen_where_nothing_escapes_it():
    seen = {payload: harm_in(f"<p title=\"{payload}\">{payload}</p><p title='{payload}'>") for payload in PAYLOADS}

    assert [payload for payload, harm in seen.items() if not harm] == []
    assert (len(PAYLOADS), len(set(PAYLOADS))) == (60, 60)
    assert max(map(len, PAYLOADS)) <= SHORTEST_FIELD
    assert harm_in('<a href="/paths/?next=https://evil.example">x</a>') == set()


def test_no_page_shows_a_payload_unescaped(world):
    change_all(world)
    poison(0, longest=400)
    walk = Walk(ClientVisitor(world.people["admin"]), "admin", most=1)
    walk.follow_links(["/"])
    pages = {page.asked: page.text for page in walk.pages}
    rows = {model: model.objects.first() for model in MODELS}
    of_admin = [address(model, "changelist") for model in MODELS]
    of_admin += [address(model, "change", row.pk) for model, row in rows.items() if row]
    pages |= pages_of(signed_in(world.people["staff"]), of_admin)

    assert told(pages) == []
    assert len(walk.pages) > 20
    assert len(pages) > len(walk.pages) + len(MODELS)


def test_no_payload_is_unescaped_whichever_it_is(world):
    wrong, escaped = [], 0
    readers = {name: signed_in(world.people[name]) for name in READERS}
    of_admin = [reverse(name, args=[world.path.pk]) for name in OF_PATH]
    meetings = [world.meetings[kind]["participant"].get_absolute_url() for kind in (Kind.DROP_IN, Kind.AD_HOC)]
    for turn in TURNS:
        poison(turn)
        for name, client in readers.items():
            addresses = [*map(reverse, READERS[name]), *(meetings if name != "staff" else [])]
            pages = pages_of(client, addresses + (of_admin if name == "admin" else []))
            wrong += told(pages)
            escaped += sum("&lt;" in text for text in pages.values())

    assert wrong == []
    assert escaped > 5 * len(TURNS)


def test_no_form_gives_a_payload_back_unescaped(world):
    wrong, sent = [], set()
    people = {name: world.people[name] for name in (*PEOPLE, "anonymous")}
    for name, user in people.items():
        visitor = ClientVisitor(user)
        walk = Walk(visitor, name, most=1)
        walk.follow_links(["/"] if user else ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"])
        for page in walk.pages:
            typed = TextFields(page.text).names
            for form in Markup(page.text).forms:
                action = form.action or page.asked.removeprefix("GET ")
                names = typed & set(form.fields) - {"csrfmiddlewaretoken"}
                key = (kind_of(action), *sorted(form.fields))
                if form.method != "post" or not names or key in sent or action.startswith("/accounts/logout/"):
                    continue
                sent.add(key)
                for length, turn in ((10_000, 0), (110, len(sent)), (SHORTEST_FIELD, len(sent))):
                    kept = () if length > 110 else {"token", "sequence", "seen", "version"}
                    hostile = dict.fromkeys(names - set(kept), filled(length, turn))
                    with transaction.atomic():
                        answer = visitor.follow(visitor.post(action, **form.fields | hostile))
                        wrong += told({f"{name} POST {action}": answer.text})
                        transaction.set_rollback(True)

    assert wrong == []
    assert len(sent) > 25


def test_no_address_gives_a_payload_back_unescaped(world):
    hostile = urlencode(dict.fromkeys(QUERY, filled(10_000, 0)))
    wrong = []
    for name in ("participant", "expert", "admin", "anonymous"):
        client = signed_in(world.people[name])
        addresses = [*map(reverse, ("home", "meetings:list", "ask-zone", "account_login", "account_signup"))]
        addresses += [
            reverse(page, args=[world.path.pk]) for page in (*OF_PATH, "schedule:time", "schedule:confirm", "why")
        ]
        answers = {address: client.get(f"{address}?{hostile}") for address in addresses}
        wrong += [
            f"{address}: {answer.status_code}" for address, answer in answers.items() if answer.status_code >= 500
        ]
        wrong += told({address: answer.text for address, answer in answers.items() if not answer.streaming})

    assert wrong == []


def test_no_mail_holds_a_payload_unescaped(world):
    change_all(world)
    wrong, letters = [], 0
    for turn in TURNS:
        poison(turn)
        for notice in Notice.objects.select_related("event__by", "meeting__path", "user"):
            letter = account_mails.message(notice, NOW) if notice.address else render.message(notice)
            letters += 1
            # Mail programs load no style sheet, so letters have theirs in place.
            ((html, _kind),) = letter.alternatives[:1]
            harm = {each for each in harm_in(html, "style") if "style" not in each}
            wrong += [f"{notice.kind}: {what}" for what in (*unescaped_in(html), *harm)]
            wrong += [
                f"{notice.kind}: header" for value in letter.message().values() if "\n" in value.replace("\n ", "")
            ]

    assert wrong == []
    assert letters > 10 * len(TURNS)


FORMULAS = ("=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "\r=1+1", '=HYPERLINK("//evil.example")', "＝1+1")


def test_no_file_holds_what_a_program_would_run(world):
    admin, names = signed_in(world.people["admin"]), ("paths:export-people", "paths:export-meetings")
    wrong, cells = [], 0
    for turn, formula in enumerate(FORMULAS):
        poison(turn * 8)
        User.objects.update(name=formula)
        Meeting.objects.update(title=f" {formula}")
        for name in names:
            answer = admin.get(reverse(name, args=[world.path.pk]))
            assert answer["Content-Type"] == "text/csv; charset=utf-8"
            assert answer["Content-Disposition"].startswith("attachment;")
            text = b"".join(answer.streaming_content).decode("utf-8-sig")
            for row in csv.reader(io.StringIO(text)):
                cells += len(row)
                wrong += [cell for cell in row if cell[:1] in {"=", "+", "-", "@", "\t", "\r"}]
        user = world.people["participant"]
        calendar = icalendar.Calendar.from_ical(feed.text(feed.events(user, NOW), feed.name(user)))
        # What people typed may be told, but leads nowhere by itself.
        wrong += [str(event) for event in calendar.walk() if EVIL in f"{event.get('ATTACH')}{event.get('URL')}"]

    assert wrong == []
    assert cells > 100
