"""As whom an admin can see a path, what is written of it, and how it ends."""

from datetime import timedelta

import pytest
from django.contrib.auth import SESSION_KEY
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from everwise.accounts.models import User
from meetings.enums import Kind
from paths.enums import Happened, Role
from paths.models import Invitation, Membership, PathEvent
from tests.gate_world import signed_in
from tests.meetings.pages.see_as.conftest import LOOKERS
from tests.scene import NOW, a_participant, a_path, a_person, an_admin, an_expert, at, join, leave
from tests.second_steps import an_app
from tests.snapshot import everything

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def plain(text):
    return " ".join(text.replace("\u2068", "").replace("\u2069", "").split())


@pytest.mark.parametrize(
    ("who", "title", "line"),
    [
        ("participant", "as Pia (participant) would.", "You looked at this path as Pia would"),
        ("expert", "as Eva (expert) would.", "You looked at this path as Eva would"),
        ("any participant", "as a participant would.", "You looked at this path as a participant would"),
        ("any expert", "as an expert would.", "You looked at this path as an expert would"),
    ],
)
def test_beginning_is_written_once_and_said_on_the_page(looking, who, title, line):
    looking.path.name = "Leading"
    looking.path.save(update_fields=["name"])
    before = everything()

    answer = looking.start(who)

    assert (answer.status_code, answer.url) == (302, looking.page)
    [event] = PathEvent.objects.filter(what=Happened.SEEN_AS)
    person = None if who.startswith("any") else looking.people[who]
    assert (event.by, event.about, event.at) == (looking.admin, person, NOW)
    assert event.facts == {"role": who.split()[-1], "until": (NOW + timedelta(minutes=30)).isoformat()}
    # Nothing else was written: no row for whoever stands for a role.
    changed = {table for table, rows in everything().items() if rows != before[table]}
    assert changed == {"PathEvent"}
    page = looking.get()
    assert f"You see “Leading” {title}</strong> Nothing can be changed." in plain(page.text)
    assert page.context["user"].seen_as.is_nobody == (person is None)

    assert looking.stop().url == looking.page
    assert not looking.is_on()
    history = plain(looking.get(reverse("paths:history", args=[looking.path.pk])).text).replace("<b>You</b>", "You")
    assert line in history
    # The history of the person has it, for every admin.
    theirs = signed_in(an_admin(looking.path, "Bea")).get(
        reverse("paths:history", args=[looking.path.pk]), {"person": (person or looking.admin).pk}
    )
    assert line.replace("You looked", "Ada looked") in plain(theirs.text).replace("<b>", "").replace("</b>", "")


def nobody_known(looking):
    return a_person("Nobody")


def one_who_left(looking):
    return looking.people["left"]


def admin_too(looking):
    join(looking.eva, looking.path, Role.ADMIN)
    return looking.eva


def staff(looking):
    return a_participant(looking.path, "Sue", is_staff=True)


def superuser(looking):
    return a_participant(looking.path, "Sam", is_superuser=True)


def switched_off(looking):
    return a_participant(looking.path, "Otis", is_active=False)


def invited(looking):
    person = a_participant(looking.path, "Ivy")
    Invitation.objects.create(
        path=looking.path, user=person, role=Role.PARTICIPANT, by=looking.admin, sent_at=NOW, expires_at=at(8, day=14)
    )
    return person


def oneself(looking):
    return looking.admin


def of_another_path(looking):
    return a_participant(a_path(), "Olaf")


CLOSED = [nobody_known, one_who_left, admin_too, staff, superuser, switched_off, invited, oneself, of_another_path]


@pytest.mark.parametrize("whom", CLOSED)
def test_these_can_neither_be_found_nor_chosen(looking, whom):
    person = whom(looking)
    found = looking.get(f"{looking.address}?page=1&find=")
    assert person not in [row["user"] for row in found.context["rows"]]
    assert looking.pia in [row["user"] for row in found.context["rows"]]

    answer = looking.start(person)

    assert answer.status_code == 409
    assert "Choose a participant or an expert of this path" in answer.text
    assert not PathEvent.objects.filter(what=Happened.SEEN_AS).exists()
    assert not looking.is_on()


@pytest.mark.parametrize("who", ["", "admin", "x", "\x00", "participant expert"])
def test_nonsense_gives_words_beside_the_choice(looking, who):
    answer = looking.client.post(looking.address, {"who": who})

    assert answer.status_code == 400
    assert 'id="who-error"' in answer.text


def test_draft_is_seen_by_nobody(looking):
    looking.path.opened_at = None
    looking.path.save(update_fields=["opened_at"])

    assert "This path is a draft" in looking.get(looking.address).text
    assert looking.start("participant").status_code == 409


def test_page_of_a_person_leads_here_where_it_can(looking):
    def leads(person):
        return (
            f"{looking.address}?person=" in looking.get(reverse("paths:person", args=[looking.path.pk, person.pk])).text
        )

    assert [leads(each) for each in (looking.pia, looking.eva, looking.admin, staff(looking))] == [
        True,
        True,
        False,
        False,
    ]
    chosen = looking.get(f"{looking.address}?person={looking.pia.pk}")
    assert f'value="{looking.pia.pk}" checked' in plain(chosen.text)


def half_an_hour(looking, clock):
    clock.move_to(NOW + timedelta(minutes=30))


def clock_put_back(looking, clock):
    clock.move_to(NOW - timedelta(seconds=1))


def admin_no_more(looking, clock):
    Membership.objects.filter(path=looking.path, user=looking.admin).update(ended_at=NOW)


def person_gone(looking, clock):
    leave(looking.pia, looking.path)


def person_admin(looking, clock):
    join(looking.pia, looking.path, Role.ADMIN)


def person_staff(looking, clock):
    User.objects.filter(pk=looking.pia.pk).update(is_staff=True)


def person_off(looking, clock):
    User.objects.filter(pk=looking.pia.pk).update(is_active=False)


def person_expert(looking, clock):
    leave(looking.pia, looking.path)
    an_expert(looking.path, user=looking.pia)


ENDS = [half_an_hour, clock_put_back, admin_no_more, person_gone, person_admin, person_staff, person_off, person_expert]


@pytest.mark.parametrize("why", ENDS)
def test_it_ends_with_the_next_request(looking, clock, why):
    looking.start("participant")
    assert looking.is_on()
    why(looking, clock)
    before = everything()

    # What was a switched-off form is not sent as the admin, either: first they are told.
    meeting = looking.world.meetings[Kind.DROP_IN]["participant"]
    sent = looking.client.post(reverse("meetings:cancel", args=[meeting.pk]), {"sequence": meeting.sequence})
    assert (sent.status_code, "Nothing was changed" in sent.text) == (403, True)
    assert everything() == before
    assert looking.get(reverse("profile")).status_code == 200

    session = looking.client.session
    looking.client.logout()
    looking.client.force_login(looking.admin)
    assert "seeing_as" not in session


def test_page_after_the_end_leads_home_and_says_so(looking, clock):
    looking.start("participant")
    clock.move_to(NOW + timedelta(minutes=29, seconds=59))
    assert looking.is_on()
    clock.move_to(NOW + timedelta(minutes=30))

    answer = looking.client.get(looking.page, follow=True)

    assert answer.redirect_chain == [(reverse("home"), 302)]
    assert "You see Everwise as yourself again." in answer.text
    # Stop in a tab that was left open does what it says.
    assert looking.stop().status_code == 302
    # A script, too, leads the whole page home.
    looking.start("participant")
    clock.move_to(NOW + timedelta(minutes=60))
    scripted = looking.client.get(looking.page, headers={"HX-Request": "true"})
    assert scripted.headers["HX-Redirect"] == reverse("home")


def test_signing_out_ends_it(looking):
    looking.start("participant")
    assert looking.client.post(reverse("account_logout")).status_code == 302
    assert SESSION_KEY not in looking.client.session
    looking.client.force_login(looking.admin)
    assert not looking.is_on()


def test_switched_off_admin_is_asked_to_sign_in(looking):
    looking.start("participant")
    User.objects.filter(pk=looking.admin.pk).update(is_active=False)

    assert looking.get().url.startswith(reverse("account_login"))


def test_second_start_needs_a_stop(looking):
    looking.start("participant")
    assert looking.start("expert").status_code == 403
    assert PathEvent.objects.filter(what=Happened.SEEN_AS).count() == 1
    looking.stop()
    assert looking.start("expert").status_code == 302


def test_second_step_is_asked_of_the_admin_alone(looking, settings):
    settings.MFA_REQUIRED = {"everybody"}
    # The person has none, which is not the admin's affair.
    an_app(looking.admin)
    looking.start("participant")
    assert looking.is_on()

    settings.MFA_REQUIRED = {"admins"}
    looking.admin.authenticator_set.all().delete()
    session = looking.client.session
    session.pop("second_step_asked", None)
    session.save()
    assert looking.get().url == reverse("mfa_index")
    looking.get(reverse("mfa_index"))
    assert "seeing_as" not in looking.client.session


def asked_of_the_database(client, address):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    marks = ("SET TRANSACTION", "SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "PRAGMA")
    return len([each for each in queries if not each["sql"].startswith(marks)])


@pytest.mark.parametrize("who", LOOKERS)
def test_two_queries_more_at_most_and_none_for_everybody_else(looking, who):
    role = Role.EXPERT if who.endswith("expert") else Role.PARTICIPANT
    person = looking.people.get(who)
    if person is None and role is Role.PARTICIPANT:
        person = a_participant(looking.path, "New")
    elif person is None:
        person = an_expert(looking.path, name="New", windows="").user
    addresses = [looking.page, *(looking.step(step, who) for step in ("theme", "time", "confirm"))]
    if not who.startswith("any"):
        addresses.append(looking.world.meetings[Kind.DROP_IN]["participant"].get_absolute_url())
    own = signed_in(person)
    # Once before: what is kept of each browser, and of each plan.
    usual = [[asked_of_the_database(own, each) for each in addresses] for _ in range(2)][1]

    looking.start(who)
    seen = [[asked_of_the_database(looking.client, each) for each in addresses] for _ in range(2)][1]

    assert {
        address: count for address, count, most in zip(addresses, seen, usual, strict=True) if count > most + 2
    } == {}


def test_history_of_the_meeting_is_the_persons(looking):
    """“By you” is the person; whoever reads it is named nowhere."""
    meeting = looking.world.meetings[Kind.DROP_IN]["participant"]
    looking.start("participant")
    assert "Pia <span" in plain(looking.get(meeting.get_absolute_url()).text)
    assert meeting.starts_at == at(10)
