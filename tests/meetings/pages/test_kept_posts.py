"""Signed out in the middle of a form: what was sent comes back in the same form, to the same person, once."""

from types import SimpleNamespace
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from everwise.accounts import kept_posts
from meetings.models import Meeting
from meetings.pages.fields import VALUE
from tests.admin_site import as_sent
from tests.factories import PASSWORD
from tests.scene import a_participant, a_path, a_theme, an_admin, an_expert, at, book

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

KEPT = "What you typed is still here, and nothing is saved yet."


@pytest.fixture
def world():
    path = a_path()
    expert = an_expert(path, name="Priya Raman")
    maya, admin = a_participant(path, "Maya Lindqvist"), an_admin(path, "Ada")
    theme = a_theme(path, expert)
    return SimpleNamespace(path=path, expert=expert, maya=maya, admin=admin, theme=theme)


def sign_in(client, user, following=""):
    """Through the page for it, as a browser does."""
    query = f"?{urlencode({'next': following})}" if following else ""
    return client.post(reverse("account_login") + query, {"login": user.email, "password": PASSWORD})


def sign_out(client):
    """The session ends by itself: its cookie means nothing any more."""
    client.session.flush()


def following(answer):
    return parse_qs(urlsplit(answer.url).query)["next"][0]


def again(client, user, url, sent):
    """Send a form signed out, sign in, and look at the page that comes."""
    sign_out(client)
    asked = client.post(url, sent)
    assert asked.url.startswith(reverse("account_login"))
    answer = sign_in(client, user, following(asked))
    assert answer.url == url
    return client.get(url)


def forms(world):
    """Each form with typed text: whose it is, its address, what is sent, and what must stand in it again."""
    meeting = book(world.theme, world.maya, at(9))
    start = at(11).strftime(VALUE)
    chosen = urlencode({"theme": world.theme.pk, "start": start})
    confirm = f"{reverse('schedule:confirm', args=[world.path.pk])}?{chosen}"
    return {
        "confirm": (world.maya, confirm, {"note": "About feedback"}, "About feedback"),
        "profile": (world.maya, reverse("profile"), {"name": "Maya Berg"}, "Maya Berg"),
        "note": (world.maya, reverse("meetings:note", args=[meeting.pk]), {"note": "Another note"}, "Another note"),
        "cancel": (world.maya, reverse("meetings:cancel", args=[meeting.pk]), {"message": "So sorry"}, "So sorry"),
        "notes": (world.maya, reverse("meetings:notes", args=[meeting.pk]), {"text": "To myself"}, "To myself"),
        "availability": (world.expert.user, reverse("availability"), {"p0-d0-to": "16:43"}, "16:43"),
        "manually": (world.admin, reverse("schedule:manually", args=[world.path.pk]), {"title": "Offsite"}, "Offsite"),
    }


@pytest.mark.parametrize("name", ["confirm", "profile", "note", "cancel", "notes", "availability", "manually"])
def test_what_was_typed_comes_back_in_its_form(client, world, name):
    user, url, typed, words = forms(world)[name]
    sign_in(client, user)
    page = client.get(url)
    assert words not in page.text
    before = list(Meeting.objects.values())

    back = again(client, user, url, as_sent(page, **typed))

    assert back.status_code == 200
    assert words in back.text
    assert KEPT in back.text
    assert list(Meeting.objects.values()) == before
    # Once: the page is its own again.
    assert words not in client.get(url).text


def test_nobody_else_is_shown_what_was_typed(client, world):
    sign_in(client, world.maya)
    url = reverse("profile")
    sent = as_sent(client.get(url), called="Secret name")

    page = again(client, world.admin, url, sent)

    assert "Secret name" not in page.text
    assert KEPT not in page.text
    assert kept_posts.KEY not in client.session


def test_a_browser_in_which_nobody_has_signed_in_has_nothing_kept(client, world):
    client.post(reverse("profile"), {"name": "x"})
    assert kept_posts.KEY not in client.session

    # The control.
    sign_in(client, world.maya)
    sign_out(client)
    client.post(reverse("profile"), {"name": "x"})
    assert kept_posts.KEY in client.session


def test_a_cookie_that_somebody_made_up_keeps_nothing(client, world):
    client.cookies[kept_posts.COOKIE] = str(world.maya.pk)

    client.post(reverse("profile"), {"name": "x"})

    assert kept_posts.KEY not in client.session


def test_passwords_marks_and_files_are_never_kept(client, world):
    sign_in(client, world.maya)
    sign_out(client)

    passwords = {"password1": "p", "oldpassword": "o", "jitsi_secret": "s"}
    client.post(reverse("profile"), {"name": "x", "csrfmiddlewaretoken": "t", **passwords})

    assert client.session[kept_posts.KEY]["fields"] == [["name", ["x"]]]


@pytest.mark.parametrize(("length", "kept"), [(90_000, True), (110_000, False)])
def test_what_is_kept_is_bounded(client, world, length, kept):
    sign_in(client, world.maya)
    sign_out(client)

    client.post(reverse("profile"), {"name": "x" * length})

    assert (kept_posts.KEY in client.session) == kept


def test_what_was_typed_is_forgotten_after_an_hour(client, world, monkeypatch):
    sign_in(client, world.maya)
    url = reverse("profile")
    sent = as_sent(client.get(url), called="May")
    sign_out(client)
    client.post(url, sent)
    sign_in(client, world.maya, url)
    later = timezone.now() + kept_posts.KEPT
    monkeypatch.setattr(kept_posts.timezone, "now", lambda: later)

    assert KEPT not in client.get(url).text


def test_another_page_does_not_take_it(client, world):
    sign_in(client, world.maya)
    url = reverse("profile")
    sent = as_sent(client.get(url), called="May")
    sign_out(client)
    client.post(url, sent)
    sign_in(client, world.maya)

    assert KEPT not in client.get(reverse("meetings:list")).text
    assert KEPT in client.get(url).text


def test_request_of_a_script_leads_to_the_sign_in_with_its_filters(world):
    url = f"{reverse('schedule:time', args=[world.path.pk])}?theme={world.theme.pk}&expert={world.expert.pk}&every=15"

    answer = Client().get(url, headers={"HX-Request": "true"})

    assert answer.status_code == 200
    assert answer.content == b""
    led = SimpleNamespace(url=answer["HX-Redirect"])
    assert led.url.startswith(reverse("account_login"))
    assert following(led) == url
    # The control: a browser is redirected.
    assert following(Client().get(url)) == url


def test_form_that_a_script_sends_stays_open_and_nothing_is_kept(client, world):
    sign_in(client, world.maya)
    sign_out(client)

    answer = client.post(reverse("profile"), {"name": "x"}, headers={"HX-Request": "true"})

    assert answer.url.startswith(reverse("account_login"))
    assert kept_posts.KEY not in client.session


def test_the_expert_chosen_for_a_new_time_stays_chosen(client, world):
    other = an_expert(world.path, name="Daniel Okafor")
    world.theme.experts.add(other)
    meeting = book(world.theme, world.maya, at(9), expert=world.expert)
    url = f"{reverse('meetings:reschedule', args=[meeting.pk])}?{urlencode({'start': at(11).strftime(VALUE)})}"
    sign_in(client, world.maya)
    page = client.get(url)
    assert f'value="{world.expert.pk}" checked' in page.text

    back = again(client, world.maya, url, as_sent(page, expert=str(other.pk)))

    assert f'value="{other.pk}" checked' in back.text
    assert KEPT in back.text
    assert Meeting.objects.get().starts_at == at(9)
