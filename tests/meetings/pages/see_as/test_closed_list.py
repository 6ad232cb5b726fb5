"""While an admin looks at a path as somebody else, a closed list of pages opens; every other address is refused."""

import re

import pytest
from django.db import DatabaseError, transaction
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import URLResolver, get_resolver, resolve, reverse

from meetings.enums import Kind
from meetings.pages.path import views as path_views
from meetings.pages.see_as import middleware, session
from paths import seeing_as
from paths.enums import Role
from paths.models import Path
from tests.meetings.pages.see_as.conftest import LOOKERS
from tests.scene import a_dropin, a_path, a_theme, an_admin, at, join
from tests.snapshot import everything

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

OF_ROLE = {"paths:detail", "schedule:theme", "schedule:time", "schedule:confirm"}
OF_PERSON = OF_ROLE | {"meetings:detail"}
SHOWN = {"participant": OF_PERSON, "expert": OF_PERSON, "any participant": OF_ROLE, "any expert": OF_ROLE}
REFUSED = 499
SENT = {"meetings:cancel", "meetings:notes", "meetings:rescue", "schedule:confirm", "paths:see-as", "profile", "home"}


def addresses(looking, resolver=None, name="", before="/"):
    """Every address of the site, Django's admin and libraries included, with its name."""
    ids = {
        "path_id": looking.path.pk,
        "meeting_id": looking.world.meetings[Kind.DROP_IN]["participant"].pk,
        "user_id": looking.eva.pk,
        "theme_id": looking.world.theme.pk,
        "import_id": looking.world.people_import.pk,
        "held_id": looking.world.held.pk,
    }

    def filled(route):
        """An id where one is known, and elsewhere something of the right shape."""
        found = re.sub(r"<(?:\w+:)?(\w+)>", lambda key: str(ids.get(key[1], "1")), route)
        return re.sub(r"\(\?P<\w+>.*?\)+", "1-a", found).replace("^", "").replace("$", "").replace("\\", "")

    for entry in (resolver or get_resolver()).url_patterns:
        here = before + filled(str(entry.pattern))
        if isinstance(entry, URLResolver):
            yield from addresses(looking, entry, name + (f"{entry.namespace}:" if entry.namespace else ""), here)
        elif re.fullmatch(r"[\w.\-/]+", here):
            yield name + (entry.name or ""), here


def asked(looking, who, method):
    """What becomes of every address: its name, and whether it is passed on, shown as somebody else, or refused."""
    look = seeing_as.look(
        path=looking.path.pk,
        by=looking.admin,
        role=Role.EXPERT if who.endswith("expert") else Role.PARTICIPANT,
        person=None if who.startswith("any") else looking.people[who].pk,
    )
    gate = middleware.SeeAsMiddleware(lambda request: None)
    found = {}
    for _name, address in addresses(looking):
        match = resolve(address)
        request = RequestFactory().generic(method, address)
        request.session, request.user, request.resolver_match = {session.KEY: {}}, looking.admin, match
        request.seeing = session.Seeing(look, looking.admin, at(9))
        readers: list = []

        def view(asked, *, seen=readers, **keys):
            seen.append(asked.user)

        answer = gate.process_view(request, view, match.args, match.kwargs)
        assert readers in ([], [look.reader])
        found[address] = match.view_name, "shown" if readers else "passed on" if answer is None else answer.status_code
    return found


@pytest.fixture
def quick(monkeypatch):
    """The page that refuses is known by its status, and not rendered a thousand times."""
    monkeypatch.setattr(middleware, "render", lambda *args, **more: HttpResponse(status=REFUSED))


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("who", LOOKERS)
def test_every_address_is_on_the_list_or_refused(looking, who, method):
    passed = {"paths:stop-seeing-as", "account_logout"} if method == "POST" else set()
    shown = SHOWN[who] if method in {"GET", "HEAD"} else set()

    found = set(asked(looking, who, method).values())

    names = {name for name, _what in found}
    assert len(names) > 150
    expected = dict.fromkeys(names, REFUSED) | dict.fromkeys(shown, "shown") | dict.fromkeys(passed, "passed on")
    assert found == set(expected.items())


@pytest.mark.usefixtures("quick")
def test_it_stands_before_every_view_of_the_site(looking):
    """Asked through all that a request passes. A calendar's address knows its secret alone, and nobody's session."""
    looking.start("participant")
    before = everything()
    ours = [(name, address) for name, address in addresses(looking) if not name.startswith(("admin:", "mfa_", "demo"))]

    found = {name: looking.get(address).status_code for name, address in ours if name not in OF_PERSON}
    sent = {name: looking.client.post(address).status_code for name, address in ours if name in SENT}

    assert {name: status for name, status in found.items() if status not in {REFUSED, 301}} == {"calendar-feed": 404}
    assert sent == dict.fromkeys(SENT, REFUSED)
    shown = {name: looking.get(looking.step(name, "participant")).status_code for name in ("theme", "time", "confirm")}
    assert shown == dict.fromkeys(shown, 200)
    assert everything() == before
    assert looking.is_on()


def test_page_that_refuses_says_as_whom_and_stops(looking):
    looking.start("participant")
    answer = looking.get(reverse("home"))

    assert answer.status_code == 403
    assert "as Pia (participant) would.</strong>" in answer.text.replace("\u2068", "").replace("\u2069", "")
    assert "This page isn’t part of it" in answer.text
    stop = reverse("paths:stop-seeing-as", args=[looking.path.pk])
    assert f'action="{stop}"' in answer.text
    # Also an address that nothing answers says it.
    assert f'action="{stop}"' in looking.get("/nothing/").text
    assert looking.client.head(looking.page).status_code == 200


def test_other_paths_and_other_peoples_meetings_do_not_exist(looking):
    """Not even those that the admin, or the person, could open as themselves."""
    other = a_path(name="Another")
    join(looking.admin, other, Role.ADMIN)
    join(looking.pia, other, Role.PARTICIPANT)
    join(looking.eva, other, Role.EXPERT)
    there = a_dropin(a_theme(other, looking.eva.expert), looking.pia, looking.eva.expert, at(16, day=2))
    here = looking.world.meetings[Kind.DROP_IN]
    of_pia, of_lea = here["participant"].get_absolute_url(), here["left"].get_absolute_url()
    page = reverse("paths:detail", args=[other.pk])
    assert [looking.get(each).status_code for each in (page, there.get_absolute_url(), of_lea)] == [200] * 3

    looking.start("participant")
    assert [looking.get(each).status_code for each in (of_pia, of_lea, there.get_absolute_url())] == [200, 404, 404]
    assert looking.get(page).status_code == 403


def test_right_of_an_admin_elsewhere_opens_nothing(looking):
    """An expert of this path who runs another one is chosen, and their rights there stay theirs."""
    other = a_path()
    join(looking.eva, other, Role.ADMIN)
    theirs = a_dropin(a_theme(other, looking.eva.expert), an_admin(other, "Abe"), looking.eva.expert, at(16, day=2))
    looking.start("expert")

    assert looking.get().status_code == 200
    assert looking.get(theirs.get_absolute_url()).status_code == 404
    assert looking.get(reverse("paths:detail", args=[other.pk])).status_code == 403


def test_database_refuses_what_a_page_would_write(looking, monkeypatch):
    looking.start("participant")

    def writing(paths, user, now):
        Path.objects.filter(pk=looking.path.pk).update(name="Written")

    monkeypatch.setattr(path_views, "overviews", writing)
    with pytest.raises(DatabaseError), transaction.atomic():
        looking.get()
    monkeypatch.undo()

    assert Path.objects.get(pk=looking.path.pk).name == looking.path.name
    # And takes changes again at once.
    assert looking.stop().status_code == 302
    assert Path.objects.filter(pk=looking.path.pk).update(name="Written") == 1


def test_forms_that_would_be_sent_are_switched_off_and_say_why(looking):
    meeting = looking.world.meetings[Kind.DROP_IN]["participant"].get_absolute_url()
    why = "Switched off while you see as somebody else."
    assert why not in looking.get(meeting).text

    looking.start("participant")
    for address in (meeting, looking.step("confirm", "participant")):
        text = looking.get(address).text
        forms = re.findall(r"<form\b[^>]*method=\"post\"[^>]*>.*?</form>", text, re.DOTALL)
        stop, *others = sorted(forms, key=lambda form: "data-ew-stop" not in form)
        assert "disabled" not in stop
        assert others
        for form in others:
            assert why in form
            assert re.search(r'</p>\s*<fieldset class="ew-off" disabled>.*</fieldset></form>$', form, re.DOTALL)
