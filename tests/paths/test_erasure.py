"""Asking to be erased, and who may carry it out."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.core import mail
from django.urls import reverse

from everwise.accounts.models import User
from meetings.booking import BookingRefused, leaving
from meetings.mail import outbox
from meetings.models import Notice
from paths import erasure, program_admins
from paths.enums import Role, Via
from paths.models import ErasureRequest
from tests.admin_site import as_sent
from tests.factories import PASSWORD, ProgramFactory
from tests.gate_world import signed_in
from tests.scene import NOW, a_participant, a_path, a_person, an_admin, join

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def staff_with_right(name="Stig"):
    person = a_person(name, is_staff=True)
    person.user_permissions.add(Permission.objects.get(codename="change_user"))
    return person


@pytest.fixture
def world():
    path = a_path()
    root = a_person("Root", is_staff=True, is_superuser=True)
    paula = a_person("Paula")
    program_admins.appoint(program=path.program, user=paula, by=root, now=NOW)
    Notice.objects.all().delete()
    return path, root, paula, a_participant(path, "Pia")


def told():
    return set(Notice.objects.filter(kind="erasure-asked").values_list("user__name", flat=True))


def erase(person, by, via=Via.WEB):
    leaving.erase(user=person, decisions={}, by=by, now=NOW, via=via)
    person.refresh_from_db()


def test_request_is_told_to_staff_with_the_right_and_to_admins_of_the_program(world):
    path, _root, _paula, pia = world
    staff_with_right()
    a_person("Without", is_staff=True)
    an_admin(path, "Ada")

    erasure.ask(by=pia, words="I have moved on.", now=NOW)

    assert told() == {"Root", "Stig", "Paula"}
    while notice := outbox.claim(NOW):
        outbox.deliver(notice, lambda: NOW)
    assert {letter.subject for letter in mail.outbox} == {"Pia asks to be erased"}
    assert all("I have moved on." in letter.body for letter in mail.outbox)
    assert all(reverse("staff:erase", args=[pia.pk]) in letter.body for letter in mail.outbox)


def test_withdrawn_request_is_not_mailed_any_more(world):
    erasure.ask(by=world[3], words="", now=NOW)

    erasure.withdraw(by=world[3], now=NOW)

    while notice := outbox.claim(NOW):
        outbox.deliver(notice, lambda: NOW)
    assert mail.outbox == []
    assert ErasureRequest.objects.get().withdrawn_at == NOW
    with pytest.raises(erasure.NothingToWithdraw):
        erasure.withdraw(by=world[3], now=NOW)


def test_one_open_request(world):
    erasure.ask(by=world[3], words="", now=NOW)

    with pytest.raises(erasure.ErasureAskedAlready):
        erasure.ask(by=world[3], words="", now=NOW)
    erasure.withdraw(by=world[3], now=NOW)
    assert erasure.ask(by=world[3], words="", now=NOW + timedelta(days=1))


def test_admin_of_the_program_erases_whoever_has_asked(world):
    _path, _root, paula, pia = world
    with pytest.raises(BookingRefused):
        erase(pia, paula)
    erasure.ask(by=pia, words="secret words", now=NOW)

    erase(pia, paula)

    request = ErasureRequest.objects.get()
    assert (pia.erased_at, request.carried_out_at, request.words) == (NOW, NOW, "")


def elsewhere(person):
    join(person, a_path(program=ProgramFactory(name="Another")), Role.PARTICIPANT)


def elsewhere_once(person):
    join(person, a_path(program=ProgramFactory(name="Another")), Role.PARTICIPANT, ended_at=NOW)


def makes_staff(person):
    User.objects.filter(pk=person.pk).update(is_staff=True)


def runs_the_program(person):
    program = person.memberships.get().path.program
    root = User.objects.get(name="Root")
    program_admins.appoint(program=program, user=person, by=root, now=NOW)


@pytest.mark.parametrize("what", [elsewhere, elsewhere_once, makes_staff, runs_the_program])
def test_staff_are_needed_for_whoever_is_more_than_of_one_program(world, what):
    _path, root, paula, pia = world
    erasure.ask(by=pia, words="", now=NOW)
    assert erasure.refusal(paula, pia) == ""
    what(pia)
    pia.refresh_from_db()

    with pytest.raises(BookingRefused, match="Staff of this installation can erase them"):
        erase(pia, paula)
    page = signed_in(paula).get(reverse("staff:erase", args=[pia.pk]))
    assert (page.status_code, "Staff of this installation can erase them" in page.text) == (403, True)

    leaving.erase(user=pia, decisions={}, by=root, now=NOW)


@pytest.mark.parametrize("who", ["admin of the path", "admin of another program", "participant", "themselves"])
def test_nobody_else_may(world, who):
    path, root, paula, pia = world
    erasure.ask(by=pia, words="", now=NOW)
    other = a_person("Otto")
    if who == "admin of another program":
        program_admins.appoint(program=ProgramFactory(name="Another"), user=other, by=root, now=NOW)
    elif who != "themselves":
        join(other, path, Role.ADMIN if who == "admin of the path" else Role.PARTICIPANT)
    acting = pia if who == "themselves" else other

    with pytest.raises(BookingRefused):
        erase(pia, acting)
    address = reverse("staff:erase", args=[pia.pk])
    assert signed_in(acting).get(address).status_code == 404
    assert signed_in(paula).get(address).status_code == 200


def test_admin_of_the_program_goes_through_the_same_page(world):
    _path, _root, paula, pia = world
    erasure.ask(by=pia, words="", now=NOW)
    client, address = signed_in(paula), reverse("staff:erase", args=[pia.pk])
    shown = client.get(address)
    assert "Erase Pia?" in shown.text

    answer = client.post(address, as_sent(shown) | {"email": pia.email})

    assert (answer.status_code, answer.url) == (302, reverse("home"))
    pia.refresh_from_db()
    assert pia.erased_at == NOW


def test_person_asks_sees_how_it_stands_and_withdraws(world):
    client = signed_in(world[3])
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert "Withdraw the request" not in client.get("/accounts/data/").text

    client.post("/accounts/data/erasure/", {"words": "I have <b>moved</b> on."})

    page = client.get("/accounts/data/").text
    assert "It has not been carried out yet." in page
    assert "I have &lt;b&gt;moved&lt;/b&gt; on." in page
    client.post("/accounts/data/erasure/withdraw/")
    assert "Withdraw the request" not in client.get("/accounts/data/").text


def test_too_many_words_are_kept_in_the_form(world):
    client = signed_in(world[3])
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})

    answer = client.post("/accounts/data/erasure/", {"words": "x" * 1001})

    assert (answer.status_code, "x" * 1001 in answer.text) == (400, True)
    assert not ErasureRequest.objects.exists()


def test_installation_lists_requests_for_staff_who_may_change_people(world):
    _path, root, _paula, pia = world
    erasure.ask(by=pia, words="Please", now=NOW)
    address = reverse("staff:erase", args=[pia.pk])

    assert address in signed_in(root).get("/staff/installation/").text
    assert address not in signed_in(a_person("Without", is_staff=True)).get("/staff/installation/").text
    assert signed_in(root).get("/admin/paths/erasurerequest/").status_code == 200
