"""Every address, asked by everybody who may stand before it, answers as the literal table says."""

from datetime import timedelta

import pytest
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.urls import URLResolver, get_resolver, reverse

from everwise.config.sso import OIDC, SAML, Provider
from everwise.demo import mailbox
from meetings.enums import Kind
from tests.everwise.sso.saml_provider import CERTIFICATE
from tests.gate_table import BUTTONS, CHANGES, EVERY_CHANGE, INCLUDES, OF_MEETING, OF_SITE, RESCUES
from tests.gate_world import PEOPLE, a_good_form, a_good_step, a_world, call_off, signed_in
from tests.snapshot import everything

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
KINDS = [Kind.DROP_IN, Kind.AD_HOC]


@pytest.fixture
def world():
    return a_world()


@pytest.fixture(autouse=True)
def _organisations(settings):
    """Who signs people in: one of each protocol, the first of which does not answer."""
    usual = {"name": "Acme", "certificates": (CERTIFICATE,)}
    settings.SSO_PROVIDERS = {
        "by-oidc": Provider(
            id="by-oidc", protocol=OIDC, domains=("one.example",), server="http://127.0.0.1:9", **usual
        ),
        "by-saml": Provider(
            id="by-saml",
            protocol=SAML,
            domains=("two.example",),
            idp_entity_id="https://idp.example",
            sso_url="https://idp.example/sso",
            slo_url="https://idp.example/slo",
            **usual,
        ),
    }


@pytest.fixture
def letter(settings, tmp_path):
    """The name of a letter in the demo's mailbox."""
    settings.MAIL_DIR = tmp_path
    message = EmailMultiAlternatives("Booked", "", "from@example.com", ["to@example.com"])
    message.attach_alternative("<html></html>", "text/html")
    mailbox.FileMailbox().send_messages([message])
    return mailbox.stored_names()[0]


def routes(resolver=None, prefix="/"):
    """Each route of the URLconf as it is written there; of what is not ours, the front door."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = str(entry.pattern)
        if isinstance(entry, URLResolver):
            # The includes of others are known by what they hold, so that nothing of ours can hide beside them.
            theirs = getattr(entry.urlconf_name, "__name__", "") == "allauth.account.urls" or entry.app_name == "admin"
            yield from [prefix + INCLUDES[route]] if theirs else routes(entry, prefix + route)
        else:
            yield prefix + route


def seen(response) -> str:
    """A status as the table writes it."""
    if response.status_code == 302:
        where = response.url.partition("?")[0]
        return {reverse("account_login"): "login", reverse("admin:login"): "staff"}.get(where, "302")
    return str(response.status_code)


def differing(answers: dict, expected: dict) -> dict:
    """What came and what should have come, where these are not the same."""
    return {key: (answer, expected[key]) for key, answer in answers.items() if answer != expected[key]}


def filled(route, world, meeting, letter=""):
    ids = {
        "uuid:path_id": world.path.pk,
        "uuid:meeting_id": meeting.pk,
        "int:calendar_id": world.calendar.pk,
        "uuid:import_id": world.people_import.pk,
        "uuid:held_id": world.held.pk,
        # Whose membership is asked about.
        "uuid:user_id": world.people["expert"].pk,
        "uuid:theme_id": world.theme.pk,
        "int:membership_id": world.people["expert"].memberships.get().pk,
        "str:name": letter,
        "slug:provider_id": "by-saml" if "/saml/" in route else "by-oidc",
        # A passkey that nobody has.
        "int:pk": 1,
    }
    for key, value in ids.items():
        route = route.replace(f"<{key}>", str(value))
    return route


@pytest.mark.parametrize("kind", KINDS)
def test_every_route_has_a_row_for_both_methods_and_every_row_a_route(kind):
    assert set(OF_SITE | OF_MEETING[kind]) == {(method, route) for route in routes() for method in ("GET", "POST")}


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize(
    ("table", "kind"),
    [
        pytest.param(OF_SITE, Kind.AD_HOC, id="site"),
        pytest.param(OF_MEETING[Kind.DROP_IN], Kind.DROP_IN, id="dropin"),
        pytest.param(OF_MEETING[Kind.AD_HOC], Kind.AD_HOC, id="adhoc"),
    ],
)
def test_address_answers_as_its_row_says(world, letter, table, kind, name):
    client, meeting = signed_in(world.person(name, kind)), world.meetings[kind][name]
    before = everything()

    answers = {}
    for method, route in table:
        with transaction.atomic():
            answers[method, route] = seen(client.generic(method, filled(route, world, meeting, letter)))
            transaction.set_rollback((method, route) in BUTTONS)

    assert differing(answers, {row: expected[name] for row, expected in table.items()}) == {}
    assert everything() == before


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("change", CHANGES)
def test_change_is_made_for_exactly_those_whose_empty_form_gets_400(world, kind, change):
    expected = OF_MEETING[kind]["POST", f"/meetings/<uuid:meeting_id>/{change}/"]
    answers, wrote = {}, {}
    for name in PEOPLE:
        meeting = world.meetings[kind][name]
        client, before = signed_in(world.person(name, kind)), everything()
        with transaction.atomic():
            address = reverse(f"meetings:{change}", args=[meeting.pk])
            answers[name] = seen(client.post(address, a_good_form(change, meeting)))
            wrote[name] = everything() != before
            transaction.set_rollback(True)

    assert differing(answers, {name: "302" if status == "400" else status for name, status in expected.items()}) == {}
    assert wrote == {name: status == "400" for name, status in expected.items()}


@pytest.mark.parametrize("step", ["manually", "confirm"])
def test_meeting_is_scheduled_for_exactly_those_whose_empty_form_gets_400(world, step):
    expected = OF_SITE["POST", f"/paths/<uuid:path_id>/schedule/{step}/"]
    answers, wrote = {}, {}
    for name in PEOPLE:
        client, before = signed_in(world.person(name)), everything()
        with transaction.atomic():
            answers[name] = seen(client.post(*a_good_step(step, world, name)))
            wrote[name] = everything() != before
            transaction.set_rollback(True)

    assert differing(answers, {name: "302" if status == "400" else status for name, status in expected.items()}) == {}
    assert wrote == {name: status == "400" for name, status in expected.items()}


@pytest.mark.parametrize(("kind", "state"), list(EVERY_CHANGE))
def test_closed_meeting_is_changed_by_nobody(world, clock, kind, state):
    meetings = world.meetings[Kind(kind)]
    if state == "called-off":
        call_off(world)
    else:
        clock.move_to(max(m.ends_at if state == "past" else m.starts_at for m in meetings.values()))
    clients = {name: signed_in(world.person(name, Kind(kind))) for name in PEOPLE}
    before = everything()

    answers = {
        (change, method, name): seen(client.generic(method, reverse(f"meetings:{change}", args=[meetings[name].pk])))
        for change in CHANGES
        for method in ("GET", "POST")
        for name, client in clients.items()
    }

    assert differing(answers, {key: EVERY_CHANGE[kind, state][key[2]] for key in answers}) == {}
    assert everything() == before


@pytest.mark.parametrize("by", RESCUES)
@pytest.mark.parametrize("button", ["rescue", "not-now"])
def test_time_of_a_lost_session_is_taken_or_declined_by_its_participant_alone(world, by, button):
    world.theme.experts.add(world.person("other expert").expert)
    call_off(world, by=by)
    answers, wrote, shown = {}, {}, {}
    for name in PEOPLE:
        meeting = world.meetings[Kind.DROP_IN][name]
        client, before = signed_in(world.person(name, Kind.DROP_IN)), everything()
        address = reverse(f"meetings:{button}", args=[meeting.pk])
        page = meeting.get_absolute_url() if button == "rescue" else reverse("home")
        shown[name] = f'action="{address}"' in client.get(page).content.decode()
        with transaction.atomic():
            answers[name] = seen(client.post(address))
            wrote[name] = everything() != before
            transaction.set_rollback(True)

    assert differing(answers, RESCUES[by]) == {}
    assert wrote == {name: status == "302" for name, status in RESCUES[by].items()}
    assert shown == wrote


def test_begun_is_begun_at_the_very_start(world, clock):
    meeting = world.meetings[Kind.AD_HOC]["organizer"]
    client = signed_in(world.person("organizer"))
    address = reverse("meetings:edit", args=[meeting.pk])

    clock.move_to(meeting.starts_at - timedelta(microseconds=1))
    assert "<h1>Edit meeting</h1>" in client.get(address).text
    clock.move_to(meeting.starts_at)
    begun = client.get(address)
    assert (begun.status_code, "This meeting has started" in begun.text) == (403, True)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["anonymous", "admin", "organizer"])
def test_post_without_a_csrf_token_is_refused_everywhere(world, letter, kind, name):
    client = signed_in(world.person(name, kind), enforce_csrf_checks=True)
    meeting = world.meetings[kind][name]
    before = everything()

    answers = {route: client.post(filled(route, world, meeting, letter)).status_code for route in routes()}

    # But what mail programs press, whose address is the secret (RFC 8058): here it has none.
    assert answers == dict.fromkeys(answers, 403) | {"/reminders/": 404}
    assert everything() == before


@pytest.mark.parametrize("id_", ["00000000-0000-0000-0000-000000000000", "x", "1"])
def test_what_does_not_exist_is_404_for_an_admin_too(world, id_):
    client = signed_in(world.person("admin"))

    for route in routes():
        if "<uuid:" in route:
            address = route.replace("<uuid:path_id>", id_).replace("<uuid:meeting_id>", id_)
            answer = client.get(address)
            # A button has no page of its own: it is asked as it is pressed.
            answer = client.post(address) if answer.status_code == 405 else answer
            assert (address, answer.status_code) == (address, 404)
            assert "We can’t find that page" in answer.text


def test_deactivated_person_is_asked_to_sign_in(world):
    client = signed_in(admin := world.person("admin"))
    admin.is_active = False
    admin.save()

    meeting = world.meetings[Kind.AD_HOC]["admin"]
    assert seen(client.get(meeting.get_absolute_url())) == "login"
