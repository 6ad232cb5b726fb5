"""One address made in one way: from SITE_URL, also where the site is served below a path of its domain."""

import ast
import re
from pathlib import Path

import pytest
from django.core import mail
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import get_resolver, get_script_prefix, reverse, set_script_prefix

from everwise.absolute_urls import absolute
from everwise.config.environment import OWN_PAGES
from everwise.templatetags import ui
from everwise.web.middleware import PrefixMiddleware, PrivatePagesMiddleware
from meetings.calendars import invitations, links, subscriptions
from meetings.models import Meeting
from tests.scene import NOW, PROFILE, a_participant, a_path, a_theme, an_expert, at, book
from tests.second_steps import lately

pytestmark = pytest.mark.usefixtures("clock")

PREFIX = "/everwise"


@pytest.fixture
def below(settings):
    """The site below a path, as everwise.settings makes it of such a SITE_URL."""
    before = get_script_prefix()
    settings.SITE_URL = f"https://learn.example.com{PREFIX}"
    settings.FORCE_SCRIPT_NAME = PREFIX
    settings.STATIC_URL = f"{PREFIX}/static/"
    settings.SESSION_COOKIE_PATH = settings.CSRF_COOKIE_PATH = f"{PREFIX}/"
    settings.SESSION_COOKIE_NAME = "__Secure-sessionid"
    settings.CSRF_COOKIE_NAME = "__Secure-csrftoken"
    settings.MESSAGE_COOKIE_NAME = "__Secure-messages"
    set_script_prefix(f"{PREFIX}/")
    ui.icon.cache_clear()
    yield
    set_script_prefix(before)
    ui.icon.cache_clear()


@pytest.fixture
def meeting(db):
    path = a_path()
    expert = an_expert(path)
    expert.video_link = "https://video.example.test/room"
    expert.save(update_fields=["video_link"])
    made = book(a_theme(path, expert), a_participant(path), at(10))
    return Meeting.objects.with_people().get(pk=made.pk)


@pytest.mark.parametrize("path", ["/meetings/", f"{PREFIX}/meetings/"])
def test_path_is_put_in_once(settings, path):
    settings.SITE_URL = f"https://learn.example.com{PREFIX}"
    assert absolute(path) == "https://learn.example.com/everwise/meetings/"
    settings.SITE_URL = "https://learn.example.com"
    assert absolute(path) == f"https://learn.example.com{path}"


def test_first_parts_of_our_pages_are_known_to_the_settings():
    """A SITE_URL with such a path is refused: nobody could tell whether a proxy has left it in."""
    site = get_resolver().url_patterns
    pages = next(entry for entry in site if str(entry.pattern) == "").url_patterns
    first = {re.match(r"[^/]*", str(entry.pattern))[0] for entry in [*site, *pages]} - {""}

    assert first | {"healthz", "metrics", "readyz", "static"} == OWN_PAGES


def test_only_one_module_reads_the_address_of_the_site():
    """Whoever puts SITE_URL and a path together forgets the prefix, or doubles it."""
    root = Path(__file__).resolve().parent.parent.parent
    sources = [path for app in ("everwise", "experts", "paths", "meetings") for path in (root / app).rglob("*.py")]
    readers = {
        str(path.relative_to(root))
        for path in sources
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr in {"SITE_URL", "build_absolute_uri"}
    }

    # Passwords must not be made of the site's name, which is no address; SAML takes host and path one by one.
    assert readers == {"everwise/absolute_urls.py", "everwise/accounts/passwords.py", "everwise/sso/saml.py"}


@pytest.mark.parametrize(
    ("came", "goes"), [("/everwise/a/", "/a/"), ("/a/", "/a/"), ("/everwise", "/"), ("/everwisely", "/everwisely")]
)
def test_prefix_is_taken_out_where_a_proxy_left_it(below, came, goes):
    seen = []
    PrefixMiddleware(lambda request: seen.append((request.path_info, request.path)))(RequestFactory().get(came))

    assert seen == [(goes, f"{PREFIX}{goes}")]


@pytest.mark.parametrize("left_in", [True, False], ids=["prefix left in", "prefix taken away"])
def test_pages_redirects_and_cookies_stay_below_the_path(below, meeting, left_in):
    client = Client(headers={"host": "testserver"})
    put = PREFIX if left_in else ""

    answer = client.get(f"{put}/meetings/")
    assert answer.url == f"{PREFIX}/accounts/login/?next={PREFIX}/meetings/"
    page = client.get(f"{put}/accounts/login/")
    assert page.cookies["__Secure-csrftoken"]["path"] == f"{PREFIX}/"
    client.force_login(meeting.organizer)
    page = client.get(f"{put}/meetings/{meeting.pk}/")
    assert page.status_code == 200
    addresses = re.findall(r'(?:href|src|action|hx-get|hx-post)="(/[^"]*)"', page.text)
    assert len(addresses) > 20
    assert [address for address in addresses if not address.startswith(f"{PREFIX}/")] == []
    assert f"https://learn.example.com{PREFIX}/meetings/".replace("/", "%2F").replace(":", "%3A") in page.text
    assert client.get(f"{put}/nothing/").text.count(f'href="{PREFIX}/"') > 1
    assert client.get(f"{put}/healthz").status_code == 200


@pytest.mark.django_db
def test_static_files_are_found_below_the_path(below):
    for address in (f"{PREFIX}/static/css/everwise.css", "/static/css/everwise.css"):
        answer = Client().get(address)
        assert answer.status_code == 200
        assert "no-store" not in answer["Cache-Control"]
        answer.close()
    # The control: what a person sees is kept by no cache.
    assert "no-store" in Client().get(f"{PREFIX}/accounts/login/")["Cache-Control"]


@pytest.mark.parametrize("prefix", [f"{PREFIX}/", "/"], ids=["in a request", "in a thread of its own"])
def test_mails_files_and_links_say_the_whole_address(below, meeting, prefix):
    set_script_prefix(prefix)
    page = f"https://learn.example.com{PREFIX}/meetings/{meeting.pk}/"

    event = invitations.present(meeting, NOW, meeting.organizer)
    offered = links.links(meeting, NOW)
    call_command("worker", once=True)

    assert (event.url, event.location) == (page, f"{page}join/")
    assert page.replace(":", "%3A").replace("/", "%2F") in offered.google
    for letter in mail.outbox:
        found = re.findall(r"https?://learn\.example\.com[^\s\"<]*", letter.body + letter.alternatives[0].content)
        assert len(found) > 2
        assert [link for link in found if not link.startswith(f"https://learn.example.com{PREFIX}/")] == []
        assert {link.count("everwise") for link in found} == {1}


def test_calendar_address_is_whole_and_answers_with_or_without_the_path(below, meeting):
    client = Client()
    client.force_login(meeting.organizer)
    lately(client)

    page = client.post(f"{PREFIX}/accounts/calendar/", {"seen": ""})
    secret = re.search(r"https://learn\.example\.com/everwise/calendar/([\w-]+)\.ics", page.text)[1]

    for put in (PREFIX, ""):
        assert Client().get(f"{put}/calendar/{secret}.ics").status_code == 200
    assert subscriptions.remove(by=meeting.organizer)


def test_calendar_address_over_plain_http_leads_to_the_same_address(below, settings):
    settings.SECURE_SSL_REDIRECT = True

    for put in (PREFIX, ""):
        assert Client().get(f"{put}/calendar/sss.ics").url == f"https://learn.example.com{PREFIX}/calendar/sss.ics"


def test_message_for_the_next_page_is_in_a_cookie_of_this_site_alone(below, meeting):
    client = Client()
    client.force_login(meeting.organizer)

    answer = client.post(f"{PREFIX}{reverse('calendar-address-remove').removeprefix(PREFIX)}")
    again = client.post(reverse("profile"), PROFILE)

    cookies = {name: cookie["path"] for each in (answer, again) for name, cookie in each.cookies.items()}
    assert {name: path for name, path in cookies.items() if "messages" in name} == {"__Secure-messages": f"{PREFIX}/"}


def test_pages_are_kept_by_no_cache_and_own_words_of_a_view_stay():
    plain = PrivatePagesMiddleware(lambda request: HttpResponse("x"))(None)
    own = PrivatePagesMiddleware(lambda request: HttpResponse("x", headers={"Cache-Control": "max-age=60"}))(None)

    assert (plain["Cache-Control"], own["Cache-Control"]) == ("private, no-store", "max-age=60")


@pytest.mark.django_db
def test_every_kind_of_page_of_a_person_is_kept_out_of_caches(meeting):
    client = Client()
    client.force_login(meeting.organizer)
    pages = ["/", f"/meetings/{meeting.pk}/", f"/meetings/{meeting.pk}/calendar.ics", "/accounts/profile/", "/nothing/"]

    for page in pages:
        control = client.get(page)["Cache-Control"]
        assert {"private", "no-store"} <= set(control.replace(" ", "").split(",")), page
